"""Reach: which figures of a report a scale said in words holds for.

What is said in a row holds for its figures, in the head of a column for that column, in a title, a caption or a heading
for the table below, in a footnote for the table above, in the letterhead for the whole report; what is nearest to a
figure wins. Words that say a scale are taken out of their rows before these are read: a title, a name or a head is read
as it would be without them. Whether a figure is money is no question here.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import NamedTuple

from transforms import grid, magnitude
from transforms.blocks import Block
from transforms.cells import Cells
from transforms.grid import FIGURE_KIND, Row
from transforms.lists import is_answered
from transforms.meaning import CLASS_CODES

_HEAD_LINES = 8  # lines from the highest head of a column to its first figure at most
_CENTS = 2  # decimals
_REPORT, _FOOTNOTE, _TABLE, _COLUMN, _ROW = range(5)  # what is nearer to a figure is higher


class Mark(NamedTuple):
    """A scale said in a row: the row as printed, which chunk says it, the scale, None where it is not clear which."""

    row: Row
    at: int
    scale: int | None
    words: str
    alone: bool  # the row says nothing else

    @property
    def line_no(self) -> int:
        return self.row.line_no


def taken_out(rows: list[Row]) -> tuple[list[Row], list[Mark]]:
    """Return rows without the words that say a scale, and these as marks; a row of nothing else is left out."""
    if not magnitude.is_hinted("\n".join([row.text for row in rows])):
        return rows, []
    kept: list[Row] = []
    marks: list[Mark] = []
    for row in rows:
        found = [] if row.tag else _marks(row)
        marks += found
        if not found:
            kept.append(row)
        elif (rest := _without(row)).chunks:
            kept.append(rest)
    return kept, marks


def _marks(row: Row) -> list[Mark]:
    if not magnitude.is_hinted(row.text):
        return []
    found = [(at, one) for at, words in enumerate(_words(row)) for one in magnitude.said(words)]
    alone = len(row.chunks) == 1 and any(not magnitude.without(words).strip() for words in _words(row))
    return [Mark(row, at, one.scale, row.words(at)[one.start : one.end].strip(), alone) for at, one in found]


def _words(row: Row) -> list[str]:
    return [row.words(at) for at in range(len(row.chunks))]


def _without(row: Row) -> Row:
    """Return a row with blanks in the place of the words that say a scale.

    A head of a column keeps its width, because it need not stand over its figures without them.
    """
    text = row.text
    chunks = []
    is_head = len(row.chunks) > 1 and row.figures == 0
    for start, end, kind in row.chunks:
        words = text[start:end]
        for one in magnitude.said(words):
            blank = " " * (one.end - one.start)
            words = words[: one.start] + blank + words[one.end :]
        text = text[:start] + words + text[end:]
        if words.strip() and is_head:
            chunks.append((start + len(words) - len(words.lstrip()), end, kind))
        elif words.strip():
            chunks.append((start + len(words) - len(words.lstrip()), start + len(words.rstrip()), kind))
    figures = sum(chunk[2] == FIGURE_KIND for chunk in chunks)
    return row._replace(text=text, chunks=chunks, figures=figures)


class Reach:
    """The scales of one document while its blocks are read: what each holds for is told to the cells."""

    def __init__(self, cells: Cells, rows: Sequence[Row], marks: Sequence[Mark], blocks: Sequence[Block]) -> None:
        self._cells = cells
        self._rows = rows
        self._lines = [row.line_no for row in rows]
        self._titles = {row.line_no for block in blocks for row in block.titles}
        self._bounds = [_bounds(block) for block in blocks]
        self._reached = list(accumulate([last for _, last in self._bounds], max))  # the last line of figures so far
        valued = [at if last else -1 for at, (_, last) in enumerate(self._bounds)]
        self._valued = list(accumulate(valued, max))  # the last block with figures so far
        self._ends = [at for at, row in enumerate(rows) if row.tag == "/TABLE"]
        worded = [-1 if row.tag else at for at, row in enumerate(rows)]
        self._worded = list(accumulate(worded, max))  # the last row that is no tag so far
        self._above: dict[int, list[Mark]] = {}
        self._below: dict[int, list[Mark]] = {}
        self.cents = magnitude.cents(mark.scale for mark in marks if mark.scale)
        for mark in marks:
            block, is_below = self._place(mark)
            (self._below if is_below else self._above).setdefault(block, []).append(mark)
        self.open()

    def open(self) -> None:
        """Begin a report with the next cell."""
        self._start = self._unstated = len(self._cells.rows)
        self._ranks: dict[int, int] = {}
        self._letterheads: list[tuple[int, Mark]] = []
        self._unclear: list[tuple[range, Mark]] = []  # lines that a mark holds for without doubt
        self._captions: list[tuple[range, Mark]] = []  # lines of the tagged table that a mark stands over
        self._tables: dict[int, Mark] = {}  # by section, which may go on in the next block

    def _place(self, mark: Mark) -> tuple[int, bool]:
        """Return the block that a mark belongs to, and whether it stands below its figures: as a footnote."""
        line = mark.line_no
        behind = bisect_left(self._reached, line)
        before = self._valued[behind - 1] if behind and self._valued[behind - 1] >= 0 else None
        if behind < len(self._bounds) and self._bounds[behind][0] <= line:
            return behind, False
        if before is None:
            return min(behind, len(self._bounds) - 1), False
        if behind == len(self._bounds):
            return before, True
        return (before, True) if self._is_footnote(mark, self._bounds[before][1]) else (behind, False)

    def _is_footnote(self, mark: Mark, last: int) -> bool:
        """Tell whether a mark between two tables is a remark of the upper one, whose last figures are on line `last`.

        A title or the tag of a table between them begins the lower one; a sentence or a marked line goes on with the
        upper one, and so does a line that stands closer to it, where no tag ends it.
        """
        # In HTML a tag has the number of the row behind it.
        rows = self._rows[bisect_left(self._lines, last + 1) : bisect_right(self._lines, mark.line_no)]
        between = [row for row in rows if row.tag or row.line_no < mark.line_no]
        if any(row.tag == "TABLE" or row.line_no in self._titles for row in between):
            return False
        if magnitude.is_footnote(mark.row.text):
            return True
        if not mark.alone or any(row.tag or not magnitude.is_footnote(row.text) for row in between):
            return False
        below = self._rows[bisect_left(self._lines, mark.line_no + 1) :][:1]
        return not below or mark.line_no - last < below[0].line_no - mark.line_no

    # -- one table ------------------------------------------------------------------------------------------------

    def settle(self, at: int, block: Block, start: int, letterhead: Iterable[int]) -> None:
        """Tell the cells from `start` on, those of the block with this index, which scales reach them.

        `letterhead` are the lines on which a letterhead was read.
        """
        here = range(start, len(self._cells.rows))
        places = {
            (self._cells.labels[label][1], low): index
            for index, (low, _, label, *_) in enumerate(self._cells.rows[start:], start)
            if self._cells.sections[self._cells.labels[label][0]].statement_code is not None
        }
        by_line: dict[int, list[int]] = {}
        for (line, _), index in places.items():
            by_line.setdefault(line, []).append(index)
        first, last = self._bounds[at]
        lines = [line for line in letterhead if line < first]
        for mark in self._above.get(at, []):
            if mark.row.figures and self._of_row(mark, by_line.get(mark.line_no, [])):
                continue
            if self._of_columns(mark, block, places, lines):
                continue
            if mark.line_no < first:
                self._over(mark, block, here, lines)
            else:
                self._within(mark, places)
        for mark in self._below.get(at, []):
            self._under(mark, places, last)

    def _of_row(self, mark: Mark, mine: Sequence[int]) -> bool:
        """Give a mark beside figures to these, the cells of its row."""
        if not any(kind == FIGURE_KIND and at != mark.at for at, (_, _, kind) in enumerate(mark.row.chunks)):
            return False
        self._put(mine, _ROW, mark)
        return bool(mine)

    def _of_columns(
        self, mark: Mark, block: Block, places: dict[tuple[int, int], int], letterhead: Sequence[int]
    ) -> bool:
        """Give a mark among the heads of columns to the figures below it; tell whether there are any."""
        rows = _under_heads(mark, block)
        if not rows or not self._is_head(mark, block, rows[0].line_no, letterhead):
            return False
        found, columns = grid.columns(rows)
        over = grid.stacks([mark.row], found)
        mine = {
            at for at, words in enumerate(over) if any(one.scale == mark.scale for one in magnitude.said(_one(words)))
        }
        reached = [
            places[row.line_no, chunk[0]]
            for row, under in zip(rows, columns, strict=True)
            for chunk, column in zip(row.chunks, under, strict=True)
            if column in mine and (row.line_no, chunk[0]) in places
        ]
        self._put(reached, _COLUMN, mark)
        return bool(reached)  # over the labels it is of the whole table

    def _is_head(self, mark: Mark, block: Block, below: int, letterhead: Sequence[int]) -> bool:
        """Tell whether a mark stands among the heads of columns whose first figures are on line `below`."""
        line = mark.line_no
        is_title = line in self._titles and len(mark.row.chunks) == 1
        if line in letterhead or is_title or below - line > _HEAD_LINES:
            return False
        if any(line < row.line_no < below for row in block.titles) or any(line < one < below for one in letterhead):
            return False
        if len(mark.row.chunks) > 1:
            return True
        top = max([one for one in (*letterhead, *(row.line_no for row in block.titles)) if one < line], default=0)
        above = self._rows[max(bisect_left(self._lines, line - 3), 0) : bisect_left(self._lines, line)]
        return any(
            len(row.chunks) > 1 and not row.figures and row.line_no > top and row.line_no not in letterhead
            for row in above
        )

    def _over(self, mark: Mark, block: Block, here: range, letterhead: Sequence[int]) -> None:
        """Give a mark above a table to it, or to the whole report where it stands in the letterhead.

        Between a letterhead and a first table without a title it may belong to either: it is taken for the report's,
        and the other tables are in doubt; so they are where the first title, which says the scale, is that of any
        report.
        """
        line, is_first = mark.line_no, self._is_first(here.start)
        title = max([row.line_no for row in block.titles if row.line_no <= _bounds(block)[0]], default=0)
        table = self._tagged(mark, block)
        if line <= max(letterhead, default=0) or (title > line and (letterhead or is_first)):
            self._letterheads.append((here.start, mark))
            if line > max(letterhead, default=0) and self._is_at_tag(mark):
                self._unclear.append((table, mark))
        elif title and title <= line:
            self._put(here, _TABLE, mark)
            if is_first and block.statement is not None and block.statement.code == CLASS_CODES[0]:
                self._unclear.append((table, mark))
        elif letterhead or is_first:
            self._letterheads.append((here.start, mark))
            self._unclear.append((table, mark))
        else:
            self._put(here, _TABLE, mark)
        if mark.alone:
            self._captions.append((table, mark))

    def _tagged(self, mark: Mark, block: Block) -> range:
        """Return the lines from a mark to the end of the table whose tag stands next to it, else of its block."""
        at = bisect_left(self._lines, block.line_start)
        behind = max(at, bisect_right(self._lines, mark.line_no))
        nth = bisect_left(self._ends, behind)
        end = self._ends[nth] if nth < len(self._ends) else 0
        # In HTML a tag has the number of the row behind it.
        nearest = self._worded[end - 1] if end else -1
        last = self._lines[nearest] if nearest >= at else 0
        return range(mark.line_no, max(last, block.line_end) + 1)

    def _is_at_tag(self, mark: Mark) -> bool:
        """Tell whether the tag of a table follows a mark at once, as it follows a caption."""
        below = range(bisect_right(self._lines, mark.line_no), len(self._rows))
        return next((tag for at in below if (tag := self._rows[at].tag) != "/TABLE"), "") == "TABLE"

    def _is_first(self, start: int) -> bool:
        """Tell whether no figure of the report stands before the cell with this index."""
        cells = self._cells
        while self._unstated < start:  # cells are asked once, whatever is asked of them
            if cells.sections[self._section(self._unstated)].statement_code is not None:
                return False
            self._unstated += 1
        return True

    def _within(self, mark: Mark, places: dict[tuple[int, int], int]) -> None:
        """Give a mark between the figures of one block to the table below it, as a footnote to the one above it."""
        line = mark.line_no
        above = [index for (at, _), index in places.items() if at < line]
        below = [index for (at, _), index in places.items() if at > line]
        if above and magnitude.is_footnote(mark.row.text):
            section = self._section(max(above))
            self._put([index for index in above if self._section(index) == section], _FOOTNOTE, mark)
            self._doubt([index for index in below if self._section(index) == section], mark)
        elif below:
            section = self._section(min(below))
            self._put([index for index in below if self._section(index) == section], _TABLE, mark)

    def _under(self, mark: Mark, places: dict[tuple[int, int], int], last: int) -> None:
        """Give a footnote to the table whose last figures it follows; others of its block are in doubt."""
        if not places:
            return
        nearest = self._section(max(places.values()))
        self._put([index for index in places.values() if self._section(index) == nearest], _FOOTNOTE, mark)

    def _section(self, index: int) -> int:
        return self._cells.labels[self._cells.rows[index][2]][0]

    # -- the whole report -----------------------------------------------------------------------------------------

    def close(self) -> None:
        """Tell the cells of the report that no nearer scale reaches of those in its letterheads, and of doubts."""
        end = len(self._cells.rows)
        for index in range(self._start, end):
            if index not in self._ranks and (mark := self._tables.get(self._section(index))):
                # A title and a footnote hold for a statement in several tables, a caption for its own.
                if not mark.alone or magnitude.is_footnote(mark.row.text):
                    self._put([index], _FOOTNOTE, mark)
                else:
                    self._doubt([index], mark)
        captioned: dict[int, list[int]] = {}
        by_line = sorted((self._line(index), index) for index in range(self._start, end) if index not in self._ranks)
        for lines, mark in self._captions:
            within = by_line[bisect_left(by_line, (lines.start,)) : bisect_left(by_line, (lines.stop,))]
            own = sorted(index for _, index in within if index not in self._ranks)
            self._put(own, _FOOTNOTE, mark)
            captioned[id(mark)] = own
        bare = [index for index in range(self._start, end) if index not in self._ranks]
        if self._letterheads:
            first, mark = self._letterheads[0]
            if not self._is_first(first):
                self._doubt([index for index in bare if index < first], mark)
        for start, mark in self._letterheads:
            reached = [index for index in bare if index >= start]
            self._put(reached, _REPORT, mark)
            self._doubt_unlike(captioned.get(id(mark), []), reached, mark)
        self._doubt_unclear(bare)
        self._doubt_cents(range(self._start, end))

    def _doubt_unclear(self, bare: Sequence[int]) -> None:
        """Doubt the cells that marks may reach or not; of several marks the last one is told."""
        shared = list(accumulate([lines for lines, _ in reversed(self._unclear)], _shared))  # lines of the last, ...
        for index in bare if shared else ():
            line = self._line(index)
            nth = bisect_left(shared, True, key=lambda lines: line not in lines)
            if nth < len(shared):
                self._doubt([index], self._unclear[-1 - nth][1])

    def _doubt_unlike(self, own: Sequence[int], reached: Sequence[int], mark: Mark) -> None:
        """Doubt what a letterhead's scale reaches where its tables print unlike decimals: it may hold for some only.

        `own` are the cells of the table that the scale stands over. Where that prints no cents, those that do are in
        dollars.
        """
        most: dict[int, int] = {}
        here = [index for index in reached if self._ranks.get(index) == _REPORT]
        cents = {index for index in here if self._is_amount(index) and self._decimals(index) == _CENTS}
        for index in filter(self._is_amount, (*own, *here)):
            section = self._section(index)
            most[section] = max(most.get(section, 0), self._decimals(index))
        told = [*most.values(), *([_CENTS] if cents else [])]
        if len(set(told)) < 2:
            return
        self._doubt(reached, mark)
        for index in here if told[0] != _CENTS else ():
            if index in cents or most.get(self._section(index)) == _CENTS:
                self._cells.scales[index] = magnitude.DOLLARS

    def _doubt_cents(self, indices: Iterable[int]) -> None:
        """Doubt amounts whose decimals speak against the scale they have.

        These are amounts in cents that a scale reaches beside others which do not print two decimals, and those that
        print as many as cents have in a scale which does not reach them.
        """
        decimals: dict[int, set[int]] = {}
        cents: list[int] = []
        for index in filter(self._is_amount, indices):
            printed = self._decimals(index)
            if self._cells.scales.get(index, magnitude.DOLLARS) > magnitude.DOLLARS:
                decimals.setdefault(self._section(index), set()).add(printed)
                cents += [index] if printed == _CENTS else []
            elif printed in self.cents:
                self._cells.doubts[index] = "an amount has the decimals of cents in a scale that does not reach it"
        for index in cents:
            if len(decimals[self._section(index)]) > 1:
                self._cells.doubts[index] = "an amount in cents stands in the reach of a scale, beside others without"

    def _decimals(self, index: int) -> int:
        return magnitude.decimals(self._cells.rows[index][4])

    def _is_amount(self, index: int) -> bool:
        """Tell whether a cell prints money that is not zero: a zero says nothing of the decimals beside it."""
        _, _, _, head, raw, _ = self._cells.rows[index]
        return self._cells.heads[head].unit == "USD" and "%" not in raw and bool(raw.strip("$(), .0-+"))

    def _line(self, index: int) -> int:
        return self._cells.labels[self._cells.rows[index][2]][1]

    def _put(self, indices: Iterable[int], rank: int, mark: Mark) -> None:
        """Give cells a scale, unless a nearer one holds for them; of two that are as near, the later."""
        if mark.scale is None:
            self._doubt(indices, mark)
            return
        cells = self._cells
        for index in indices:
            if self._ranks.get(index, -1) > rank:
                continue
            self._ranks[index] = rank
            if rank in (_FOOTNOTE, _TABLE):
                self._tables.setdefault(self._section(index), mark)
            cells.scales[index] = mark.scale
            if rank >= _COLUMN and cells.heads[cells.rows[index][3]].unit == "COUNT":
                cells.doubts[index] = f"line {mark.line_no}: '{mark.words}' stands at a count"

    def _doubt(self, indices: Iterable[int], mark: Mark) -> None:
        for index in indices:
            self._cells.doubts[index] = f"line {mark.line_no}: how far '{mark.words}' reaches is unclear"


def _shared(one: range, other: range) -> range:
    return range(max(one.start, other.start), min(one.stop, other.stop))


def _one(words: Sequence[str]) -> str:
    return " ".join(words)


def _bounds(block: Block) -> tuple[int, int]:
    """Return the lines of the first and the last figures of a block, 0 if it has none."""
    lines = [row.line_no for row in block.body if row.figures]
    return (lines[0], lines[-1]) if lines else (0, 0)


def _under_heads(mark: Mark, block: Block) -> list[Row]:
    """Return the rows with figures below a mark, down to the next heads of columns."""
    found: list[Row] = []
    left = max([row.chunks[-1][1] for row in block.body], default=0)
    for row in grid.split_tails(block.body):
        if row.line_no <= mark.line_no:
            continue
        if row.figures:
            found.append(row)
            left = min([left, *(start for start, _, kind in row.chunks if kind == FIGURE_KIND)])
        elif found and any(start >= left for start, _, _ in row.chunks) and not _is_valued(row):
            break
    return found


def _is_valued(row: Row) -> bool:
    """Tell whether a row without figures prints values in words, as no head does: an answer, or a class its CUSIP."""
    words = _words(row)[1:]
    return is_answered(row) or any(len(one) == _IDENTIFIER and one.isalnum() and one.isupper() for one in words)


_IDENTIFIER = 9
