"""HTML to rows of fixed-width text, so that one geometry reads both.

A row of an HTML table becomes a line in which every column of the table has a range of its own (`sheet`); a
paragraph becomes a line of words; preformatted text stays as it is. Beside every line stand the places of its chunks in
the submission as filed. What no reader of the page sees, because it is white on white or not displayed, comes in rows
of its own.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, islice
from typing import NamedTuple

from lxml import etree

from transforms import grid, sheet
from transforms.characters import (
    BLOCKS,
    HARD_BLANK,
    PLAIN_LINE,
    TOKEN,
    Span,
    characters,
    collapsed,
    name_of,
    plain,
    trimmed,
)  # fmt: skip
from transforms.grid import Row
from transforms.sheet import Item
from transforms.skeleton import BLOCK, BREAK, BREAKS, UNSEEN, Element, Skeleton, inside, marks
from transforms.values import DATE, FIGURE, FOOTNOTE_MARK

Place = tuple[int, int, int]
# Words at a column of a line, where they stand in the text, and whether one character there is written as several.
_Piece = tuple[int, int, int, bool]

_GAP = re.compile(rf"(?:{HARD_BLANK})\s*+(?:{HARD_BLANK})")
_SET = re.compile(r"[^\s<](?: {3,}|\t[ \t]*)[^\s<]")
# The marks of EDGAR's own text tables, which outlive a wrapper of HTML.
_EDGAR = frozenset(("table", "caption", "s", "c", "fn", "page"))
_MARKED = re.compile(rf"(?P<figure>{FIGURE}) ?(?P<mark>{FOOTNOTE_MARK}|\*+)")
_VALUE = re.compile(rf"{FIGURE}|{DATE}|-+", re.IGNORECASE)
_RAISED = ("sup", "sub")
_ORDINAL = frozenset(("st", "nd", "rd", "th"))

_DEEPEST = 20  # tables within tables: what lies deeper is words
_MOST_COLUMNS, _MOST_ROWS = 1000, 60  # what a cell may span


class MarkedRow(NamedTuple):
    """A row and where its chunks stand in the submission.

    `row.line_no` counts rows and blank rows, since a whole document may stand on one line. A place is the line, the
    first column and the column behind the last; words that run on over the end of a line are counted on from its last
    column. `table` is the ordinal of the HTML table, None outside. `hidden` holds the chunks no reader of the page
    sees: either all of a row or none. `spans` are the places as offsets into the text.
    """

    row: Row
    places: list[Place]
    table: int | None
    hidden: frozenset[int]
    spans: list[Span]


class _Cell(NamedTuple):
    """A cell: the columns it spans, how many rows, and for each of its lines the stretches of text in it."""

    low: int
    high: int
    rows: int
    lines: list[list[int]]


# A line of a row: its cells, and the stretches of text that each has in it.
_Cells = list[tuple[_Cell, list[int]]]


class _Line(NamedTuple):
    """A line of text, and where its chunks stand: by the column they begin at, or by the pieces the line is made of."""

    words: str
    spans: dict[int, Span]
    pieces: list[_Piece]
    table: int | None
    hidden: bool


def rows(text: str, first_line: int) -> list[MarkedRow]:
    """Return the rows of an HTML document whose first line has the given number in the submission.

    Every visible word is in a row, whatever the markup is worth: what no structure claims comes last, as words.
    """
    page = _Page(text)
    page.read()
    return _marked(page.lines, text, first_line)


def locate(text: str, marked: MarkedRow, parts: Sequence[Span]) -> list[Place]:
    """Return the places of parts of a row, such as the dates and amounts of a sentence, given by columns of `row.text`.

    `text` is what `rows` was given. Parts stand in order.
    """
    ends = [end for _, end, _ in marked.row.chunks]
    found: list[Place] = []
    for at, group in groupby(parts, key=lambda part: min(bisect_right(ends, part[0]), len(ends) - 1)):
        found += _within(text, marked, at, list(group))
    return found


def _within(text: str, marked: MarkedRow, at: int, parts: list[Span]) -> list[Place]:
    """Locate parts of one chunk: what is printed there is met character by character, blanks and added signs apart."""
    (start, end, _), (low, high), (line_no, column, _) = marked.row.chunks[at], marked.spans[at], marked.places[at]
    printed = characters(text, low, high)
    stands: list[Span] = []
    here = next(printed, None)
    for char in marked.row.text[start:end]:
        met = here is not None and char == here[0]
        stands.append((here[1], here[2]) if here is not None and met else (-1, -1))
        if met:
            here = next(printed, None)
    found: list[Place] = []
    newline, behind = text.rfind("\n", low, low), low
    for first, last in parts:
        met_at = [span for span in stands[first - start : last - start] if span[0] >= 0]
        if not met_at:
            found.append(marked.places[at])
            continue
        (begin, _), (_, stop) = met_at[0], met_at[-1]
        line_no += text.count("\n", behind, begin)
        newline, behind = max(newline, text.rfind("\n", behind, begin)), begin
        col = column + begin - low if newline < 0 else begin - newline - 1
        found.append((line_no, col, col + stop - begin))
    return found


def _marked(lines: list[_Line], text: str, first_line: int) -> list[MarkedRow]:
    """Scan the lines as if they were a text, and find the place of every chunk."""
    newlines = [match.start() for match in re.finditer("\n", text)]
    starts = [0, *[at + 1 for at in newlines]]
    found: list[MarkedRow] = []
    for row in grid.scan("\n".join([line.words for line in lines]), 1):
        _, spans_at, pieces, table, hidden = lines[row.line_no - 1]
        if pieces:
            spans = [_span(pieces, start, end) for start, end, _ in row.chunks]
        else:
            spans = [spans_at[start] for start, _, _ in row.chunks]
        places: list[Place] = []
        for low, high in spans:
            line = bisect_right(starts, low) - 1
            places.append((first_line + line, low - starts[line], high - starts[line]))
        unseen = frozenset(range(len(spans))) if hidden else frozenset()
        found.append(MarkedRow(row, places, table, unseen, spans))
    return found


def _span(pieces: list[_Piece], start: int, end: int) -> Span:
    """Return where the words between two columns of a line stand."""
    first = pieces[bisect_right(pieces, (start, 1 << 60)) - 1]
    last = pieces[bisect_right(pieces, (end - 1, 1 << 60)) - 1]
    low = first[1] if first[3] else first[1] + start - first[0]
    return low, last[2] if last[3] else last[1] + end - last[0]


class _Page:
    """One document while it is read: its stretches of text, and the lines found so far."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines: list[_Line] = []
        self.tables = 0
        self.skeleton = Skeleton(text)
        self.words = self.skeleton.words
        self.claimed = bytearray(len(self.words))
        self.hidden: set[int] = set()
        self.raised: set[int] = set()

    # -- structure ----------------------------------------------------------------------------------------------

    def read(self) -> None:
        """Read the document."""
        if not any(self.words):
            return
        if not self.skeleton.has_cells and any(map(_is_set, self.skeleton.stretches)):
            self._fixed(0, len(self.text))
            return
        root = self.skeleton.parse()
        for element in root.iter(*UNSEEN):
            self._claim(inside(element))
        self.hidden = self.skeleton.hidden(root)
        for element in root.iter(*_RAISED):
            outer = element.getparent()
            self.raised.update(inside(element) if outer is None or outer.tag not in _RAISED else ())
        self._flow(root, 0)
        self._paragraph([index for index, words in enumerate(self.words) if words and not self.claimed[index]])

    def _claim(self, indices: Iterable[int]) -> None:
        for index in indices:
            self.claimed[index] = 1

    def _flow(self, root: Element, depth: int) -> None:
        """Read paragraphs and tables in their order."""
        line: list[int] = []
        walk = etree.iterwalk(root, events=("start", "end"))
        for event, element in walk:
            tag, started = element.tag, event == "start"
            if tag in BLOCKS:
                line = self._paragraph(line)
            if started and tag in UNSEEN:
                walk.skip_subtree()
            elif started and tag == "table" and element is not root and depth < _DEEPEST and _has_cells(element):
                self._table(element, depth)
                walk.skip_subtree()
            elif started and tag == "pre":
                self._preformatted(inside(element))
                walk.skip_subtree()
            elif started or element is not root:
                for mark in ((element.text if started else element.tail) or "").split():
                    if mark in BREAKS:
                        line = self._paragraph(line)
                    else:
                        line.append(int(mark))
        self._paragraph(line)

    def _paragraph(self, indices: list[int]) -> list[int]:
        """Write a line of words and return an empty one to begin anew. Text that is set in columns stays as it is."""
        self._claim(indices)
        for hidden, group in groupby(indices, key=self.hidden.__contains__):
            stretch = list(group)
            for is_set, run in groupby(stretch, key=lambda index: _is_set(self.skeleton.stretches[index])):
                members = list(run)
                # Stretches that no structure claimed may lie far apart.
                for first, last in _neighbours(members):
                    low, high = self.skeleton.span(first, last)
                    if is_set:
                        self._fixed(self._line_start(low), high)
                    else:
                        self._running((low, high), hidden, None)
        return []

    def _preformatted(self, indices: list[int]) -> None:
        self._claim(indices)
        if indices:
            low, high = self.skeleton.span(indices[0], indices[-1])
            self._fixed(self._line_start(low), high)

    def _line_start(self, at: int) -> int:
        """Return where the blanks before a stretch of text begin, on its own line."""
        while at and self.text[at - 1] in " \t":
            at -= 1
        return at

    # -- text ---------------------------------------------------------------------------------------------------

    def _running(self, span: Span, hidden: bool, table: int | None) -> None:
        """Write the words between two offsets as one line: white space is one blank, a hard blank one more."""
        words: list[str] = []
        pieces: list[_Piece] = []
        column = 0
        for match in TOKEN.finditer(self.text, *span):
            kind = match.lastgroup
            if kind == "tag":
                continue
            if kind in ("end", "space"):
                piece = " " if words and words[-1] != " " else ""
            else:
                piece = " " if kind == "blank" else plain(match[0])
            if piece:
                words.append(piece)
                pieces.append((column, match.start(), match.end(), kind is not None))
                column += len(piece)
        self._write("".join(words), pieces, hidden, table)

    def _fixed(self, low: int, high: int) -> None:
        """Write the lines between two offsets as they are printed: tags take no room, but those of EDGAR stay."""
        text = self.text
        words: list[str] = []
        pieces: list[_Piece] = []
        column, unseen = 0, False
        at = low
        while at < high:
            match = PLAIN_LINE.match(text, at, high) or TOKEN.match(text, at, high)
            if match is None:
                break
            at, kind, piece = match.end(), match.lastgroup, match[0]
            if kind == "tag":
                tag = name_of(piece)
                unseen = tag in UNSEEN and piece[1] != "/" if tag in UNSEEN else unseen
                kept = tag in _EDGAR and len(piece) < 12 and "=" not in piece
                if not kept and tag in BLOCKS and column and "".join(words).strip():
                    kind = "end"
                piece = piece if kept else ""
            elif kind == "blank":
                piece = " "
            elif kind == "odd":
                piece = plain(piece)
            if kind == "end":
                self._write("".join(words), pieces, False, None)
                words, pieces, column = [], [], 0
            elif piece and not unseen:
                words.append(piece)
                pieces.append((column, match.start(), match.end(), kind in ("blank", "odd")))
                column += len(piece)
        self._write("".join(words), pieces, False, None)

    def _write(self, words: str, pieces: list[_Piece], hidden: bool, table: int | None) -> None:
        self.lines.append(_Line(words, {}, pieces, table, hidden))

    # -- tables -------------------------------------------------------------------------------------------------

    def _table(self, table: Element, depth: int) -> None:
        """Read a table; where a cell holds a whole table, the cells of its row are read one after the other."""
        ordinal = self.tables
        self.tables += 1
        nested = next(table.iterdescendants("table"), None) is not None
        below: dict[int, tuple[int, int]] = {}
        drafted: list[list[_Cell]] = []
        for row in table.iter("tr"):
            if nested and next(row.iterancestors("table")) is not table:
                continue
            if nested and _is_frame(row):
                self._lay(drafted, ordinal)
                drafted = []
                for cell in row.iterchildren("td", "th"):
                    self._flow(cell, depth + 1)
            else:
                drafted.append(self._cells(row, below))
        self._lay(drafted, ordinal)

    def _cells(self, row: Element, below: dict[int, tuple[int, int]]) -> list[_Cell]:
        """Return the cells of a row that hold words; `below` says for how many rows cells above still span a column."""
        cells: list[_Cell] = []
        column = 0
        taken = below.copy() if below else {}
        for low, (high, left) in taken.items():
            below[low] = (high, left - 1)
            if left < 2:
                del below[low]
        for cell in row.iterchildren("td", "th"):
            while column in taken:
                column = taken[column][0]
            span = cell.get("colspan")
            width = 1 if span is None else min(max(int(span), 1), _MOST_COLUMNS)
            height = 1
            if self.skeleton.is_tall and (span := cell.get("rowspan")):
                height = min(max(int(span), 1), _MOST_ROWS)
                if height > 1:
                    below[column] = (column + width, height - 1)
            if len(cell) or cell.text is not None:
                held = marks(cell)
                indices = [int(mark) for mark in held if mark not in BREAKS]
                if indices:
                    lines = [indices] if len(indices) < 2 else _cell_lines(held)
                    cells.append(_Cell(column, column + width, height, lines))
                    self._claim(indices)
            column += width
        return cells

    def _lay(self, drafted: list[list[_Cell]], ordinal: int) -> None:
        """Write the rows of a table as lines."""
        if not drafted:
            return
        seen: list[list[Item]] = []
        unseen: list[list[Item]] = []
        spaced: dict[int, list[int]] = {}
        tall: list[tuple[int, int, Item]] = []
        for cells in drafted:
            lines = _split(cells, self.words)
            for whole in lines:
                line = whole
                if len(line) == 1 and self._gaps(line[0][1]):
                    spaced[len(seen)] = line[0][1]
                    line = []
                visible, hidden = self._parted(line)
                if len(lines) == 1:
                    high = [(cell.rows, item) for cell, item in visible if cell.rows > 1 and not item.figure]
                    tall += [(len(seen), *entry) for entry in high]
                seen.append(sheet.joined([item for _, item in visible]))
                unseen.append(sheet.joined([item for _, item in hidden]) if hidden else [])
        if tall:
            _spread(seen, tall)
        for at, ((words, spans), items) in enumerate(zip(sheet.lay(seen), unseen, strict=True)):
            if at in spaced:
                indices = spaced[at]
                self._running(self.skeleton.span(indices[0], indices[-1]), indices[0] in self.hidden, ordinal)
                continue
            if spans or not items:
                self.lines.append(_Line(words, spans, [], ordinal, False))
            if items:
                words, spans = sheet.in_row(items)
                self.lines.append(_Line(words, spans, [], ordinal, True))
        self._write("", [], False, None)

    def _gaps(self, indices: list[int]) -> bool:
        """Tell whether hard blanks part the words of a cell that stands alone in its line."""
        return any(_GAP.search(self.skeleton.stretches[index]) for index in indices)

    def _parted(self, line: _Cells) -> tuple[list[tuple[_Cell, Item]], list[tuple[_Cell, Item]]]:
        """Return what is seen in a line of a row, and what is not."""
        if not self.hidden or all(self.hidden.isdisjoint(indices) for _, indices in line):
            return [(cell, item) for cell, indices in line for item in self._items(cell, indices)], []
        visible: list[tuple[_Cell, Item]] = []
        hidden: list[tuple[_Cell, Item]] = []
        for cell, indices in line:
            for is_hidden, group in groupby(indices, key=self.hidden.__contains__):
                (hidden if is_hidden else visible).extend([(cell, item) for item in self._items(cell, list(group))])
        return visible, hidden

    def _items(self, cell: _Cell, indices: list[int]) -> list[Item]:
        """Return the item of a line of a cell, and that of a footnote mark behind its figure."""
        if not indices:
            return []
        if len(indices) == 1:
            words, (low, high) = self.words[indices[0]], self.skeleton.span(indices[0], indices[0])
        elif self.raised and indices[-1] in self.raised and indices[0] not in self.raised:
            return self._with_mark(cell, indices)
        else:
            low, high = self.skeleton.span(indices[0], indices[-1])
            words = collapsed(self.text, low, high)
        figure = sheet.is_figure(words)
        if not figure and words[-1] in ")*" and words[0] in "0123456789$(-+." and (match := _MARKED.fullmatch(words)):
            # Only what is printed between them can be a blank.
            mark = match["mark"]
            item = Item(cell.low, cell.high, match["figure"], trimmed(self.text, low, high - len(mark)), True)
            digits = mark[0] == "("
            return [item, Item(cell.high, cell.high, mark, (high - len(mark), high), False)] if digits else [item]
        return [Item(cell.low, cell.high, words, (low, high), figure)]

    def _with_mark(self, cell: _Cell, indices: list[int]) -> list[Item]:
        """Return the item of a line that ends in raised words: a footnote mark, unless they end an ordinal."""
        first = next(at for at in range(len(indices), 0, -1) if indices[at - 1] not in self.raised)
        mark = "".join([self.words[index] for index in indices[first:]])
        low, high = self.skeleton.span(indices[first], indices[-1])
        (item, *others) = self._items(cell, indices[:first])
        if others or mark.lower() in _ORDINAL:
            joined = item.words + "".join([other.words for other in others]) + mark
            return [item._replace(words=joined, span=(item.span[0], high), figure=False)]
        bare = mark.strip("()[], ")
        if item.figure:
            return [item, Item(cell.high, cell.high, f"({bare})", (low, high), False)] if bare[:1].isdigit() else [item]
        words = f"{item.words} ({bare})" if bare.isalnum() else item.words + mark
        return [item._replace(words=words, span=(item.span[0], high))]


def _cell_lines(held: list[str]) -> list[list[int]]:
    """Return the lines of a cell: paragraphs, and what breaks part; two breaks leave a blank line."""
    lines: list[list[int]] = [[]]
    for mark in held:
        if mark == BREAK or (mark == BLOCK and lines[-1]):
            lines.append([])
        elif mark != BLOCK:
            lines[-1].append(int(mark))
    while len(lines) > 1 and not lines[-1]:
        lines.pop()
    return lines


def _is_set(words: str) -> bool:
    """Tell whether a stretch of text is set in columns with blanks and ends of lines."""
    return words.count("\n") > 1 and sum(1 for _ in islice(_SET.finditer(words), 2)) > 1


def _neighbours(indices: list[int]) -> Iterator[Span]:
    """Yield the first and last of every run of stretches that follow one another."""
    for _, group in groupby(enumerate(indices), key=lambda pair: pair[1] - pair[0]):
        run = [index for _, index in group]
        yield run[0], run[-1]


def _has_cells(table: Element) -> bool:
    return next(table.iterdescendants("td", "th"), None) is not None


def _is_frame(row: Element) -> bool:
    """Tell whether the cells of a row frame tables: one holds a table of several rows, or it is the only cell."""
    inner = [table for cell in row.iterchildren("td", "th") for table in islice(cell.iterdescendants("table"), 1)]
    if not inner:
        return False
    if len(row) == 1:
        return True
    return any(sum(1 for _ in islice(table.iterdescendants("tr"), 2)) > 1 for table in inner)


def _split(cells: list[_Cell], words: Sequence[str]) -> list[_Cells]:
    """Return the lines of a row: one, unless cells hold a value in each of their lines, or one cell is all there is."""
    tallest = max([len(cell.lines) for cell in cells], default=0)
    if tallest < 2:
        return [[(cell, cell.lines[0]) for cell in cells]]
    if len(cells) > 1 and not any(len(cell.lines) > 1 and _all_valued(cell, words) for cell in cells):
        return [[(cell, [index for line in cell.lines for index in line]) for cell in cells]]
    return [
        [(cell, cell.lines[at]) for cell in cells if at < len(cell.lines) and cell.lines[at]] for at in range(tallest)
    ]


def _all_valued(cell: _Cell, words: Sequence[str]) -> bool:
    """Tell whether a cell of several lines holds one value after the other."""
    lines = [line for line in cell.lines if line]
    return len(lines) > 1 and all(_VALUE.fullmatch("".join([words[index] for index in line])) for line in lines)


def _spread(rows: list[list[Item]], tall: list[tuple[int, int, Item]]) -> None:
    """Put what spans several rows where it is read: a head in the last, a label beside every row of figures."""
    valued = [any(item.figure for item in row[1:]) for row in rows]
    for at, height, item in tall:
        last = min(at + height, len(rows)) - 1
        if item not in rows[at]:
            continue
        if valued[at]:
            for below in range(at + 1, last + 1):
                if valued[below]:
                    rows[below] = sorted([item, *rows[below]])
        elif not any(valued[at : last + 1]):
            rows[at].remove(item)
            rows[last] = sorted([item, *rows[last]])
