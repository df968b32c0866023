"""Rows of a marked-up table: from what stands in its cells to lines of words.

A row is first what was met in it, one after the other: where a cell begins, which stretches of text it holds, what
breaks its lines. Most cells hold one stretch, and most stretches are printed often: what kind of words they are is
asked once.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise
from typing import NamedTuple

from transforms import sheet
from transforms.characters import HARD_BLANK, Span, collapsed, tidy, trimmed
from transforms.sheet import Item
from transforms.skeleton import BREAK, Cell, Skeleton
from transforms.values import DATE, FIGURE, FOOTNOTE_MARK, has_digits, is_whole

_HARD_BLANK = re.compile(rf"(?:{HARD_BLANK})\s*+")
_MARKED = re.compile(rf"(?P<figure>{FIGURE}) ?(?P<mark>{FOOTNOTE_MARK}|\*+)")
_VALUE = re.compile(rf"{FIGURE}|{DATE}|-+", re.IGNORECASE)
_LONGEST_MARK = 5
_ORDINAL = frozenset(("st", "nd", "rd", "th"))
_FIGURE_STARTS = frozenset("0123456789$(-+.")
_FAR = 1000  # blank cells are counted beside cells that reach down from above only so far

# What kind of words a stretch is: words, a figure, a sign that may belong to a figure, a figure and a footnote mark.
_WORDS, _FIGURE, _SIGN, _MARKED_FIGURE = 0, 1, 2, 4
# A stretch of text as it is printed: its words, their kind, the blanks before them, and their length in the text.
Known = tuple[str, int, int, int]
# What was met in a row: a stretch of text, BLOCK or BREAK, or the beginning of a cell.
Met = int | Cell
# For the column at which a cell reaches down from rows above: the column behind it, and for how many rows it does.
Below = dict[int, tuple[int, int]]
# A line of words, and where its chunks stand in the text, by the column each begins at; whether it is hidden; and the
# stretches of a cell alone in its line whose words are parted by hard blanks.
Written = tuple[str, dict[int, Span], bool, list[int]]


_BLANK: Known = ("", _WORDS, 0, 0)


class Filled(NamedTuple):
    """A cell that holds words: the columns it spans, how many rows, and what was met in it."""

    low: int
    high: int
    rows: int
    met: list[int]


# A line of a row: its cells, and the stretches of text that each has in it.
_Cells = list[tuple[Filled, list[int]]]


class Source:
    """A document's stretches of text: what each prints, which are not seen, and which are raised."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.skeleton = Skeleton(text)
        known = {stretch: _known(stretch) for stretch in set(self.skeleton.stretches)}
        self.known = [known[stretch] for stretch in self.skeleton.stretches]
        self.hidden: set[int] = set()
        self.raised: set[int] = set()


def _known(stretch: str) -> Known:
    words = tidy(stretch)
    if not words:
        return _BLANK
    if words in stretch:
        low, length = stretch.index(words), len(words)
    else:
        low, high = trimmed(stretch, 0, len(stretch))
        length = high - low
    kind = _WORDS
    if words[0] not in _FIGURE_STARTS:
        kind = _SIGN if sheet.is_sign(words) else _WORDS
    elif sheet.is_figure(words):
        kind = _FIGURE
    elif sheet.is_sign(words):
        kind = _SIGN
    elif _marked(words):
        kind = _MARKED_FIGURE
    return words, kind, low, length


def _marked(words: str) -> re.Match[str] | None:
    """Return the parts of a figure with a footnote mark behind it."""
    return _MARKED.fullmatch(words) if words[-1] in ")*" and words[0] in _FIGURE_STARTS else None


def _cells(met: Iterable[Met], below: Below) -> list[Filled]:
    """Return the cells of a row that hold words; `below` is carried on from row to row of a table."""
    found: list[Filled] = []
    taken = below.copy() if below else below
    for at, (high, left) in taken.items():
        below[at] = (high, left - 1)
        if left < 2:
            del below[at]
    low, high, rows = 0, 0, 1
    held: list[int] = []
    for one in met:
        if isinstance(one, int):
            held.append(one)
            continue
        if held:
            if held[-1] >= 0 or max(held) >= 0:
                found.append(Filled(low, high or 1, rows, held))
            held = []
        blank, columns, rows = one
        low = _free(high, blank, taken) if taken else high + blank
        high = low + columns
        if rows > 1:
            below[low] = (high, rows - 1)
    if held and max(held) >= 0:
        found.append(Filled(low, high or 1, rows, held))
    return found


def _free(column: int, blank: int, taken: Below) -> int:
    """Return the first column that no cell from above reaches down to, behind some blank cells."""
    for _ in range(min(blank, _FAR)):
        while column in taken:
            column = taken[column][0]
        column += 1
    column += max(blank - _FAR, 0)
    while column in taken:
        column = taken[column][0]
    return column


def write(source: Source, rows: Sequence[Sequence[Met]], below: Below) -> list[Written]:
    """Return the lines of rows of a table; `below` is carried on from one call to the next for the same table."""
    seen: list[list[Item]] = []
    unseen: dict[int, list[Item]] = {}
    spaced: dict[int, list[int]] = {}
    tall: list[tuple[int, int, Item]] = []
    draft = _Draft(source)
    for met in rows:
        items = None if below else draft.plain(met)
        if items is not None:
            seen.append(items)
            continue
        row = _cells(met, below)
        lines = _split(row, source.known)
        for line in lines:
            if len(line) == 1 and draft.has_gaps(line[0][1]):
                spaced[len(seen)] = line[0][1]
                line = []
            visible, hidden = draft.parted(line)
            if len(lines) == 1:
                tall += [(len(seen), cell.rows, item) for cell, item in visible if cell.rows > 1 and not item.figure]
            if hidden:
                unseen[len(seen)] = sheet.joined([item for _, item in hidden])
            seen.append(sheet.joined([item for _, item in visible]))
    if tall:
        _spread(seen, tall)
    written: list[Written] = []
    for at, (words, spans) in enumerate(sheet.lay(seen)):
        if spans or at in spaced or at not in unseen:
            written.append((words, spans, False, spaced.get(at, [])))
        if at in unseen:
            written.append((*sheet.in_row(unseen[at]), True, []))
    return written


class _Draft:
    """The cells of a document as items of its lines."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.known = source.known
        self.starts = source.skeleton.starts

    def plain(self, met: Iterable[Met]) -> list[Item] | None:
        """Return the items of a row if there are several, and each of its cells holds one stretch and nothing more is
        to be asked; none for a row of blanks."""
        known, starts, hidden = self.known, self.starts, self.source.hidden
        items: list[Item] = []
        low = high = kinds = 0
        filled = True
        new = tuple.__new__  # what Item() itself calls, without its arguments' detour by name
        for one in met:
            if isinstance(one, int):
                if one < 0 or filled or one in hidden:
                    return None
                words, kind, lead, length = known[one]
                start = starts[one] + lead
                items.append(new(Item, (low, high, words, (start, start + length), kind == _FIGURE)))
                kinds |= kind
                filled = True
            else:
                blank, columns, rows = one
                if rows > 1:
                    return None
                low = high + blank
                high = low + columns
                filled = False
        if len(items) < 2 or kinds & _MARKED_FIGURE:
            return None if items else []
        return sheet.joined(items) if kinds & _SIGN else items

    def has_gaps(self, indices: list[int]) -> bool:
        """Tell whether hard blanks part the words of a cell that stands alone in its line."""
        return any(_has_gap(self.source.skeleton.stretches[index]) for index in indices)

    def parted(self, line: _Cells) -> tuple[list[tuple[Filled, Item]], list[tuple[Filled, Item]]]:
        """Return what is seen in a line of a row, and what is not."""
        visible: list[tuple[Filled, Item]] = []
        unseen: list[tuple[Filled, Item]] = []
        for cell, indices in line:
            for is_hidden, group in groupby(indices, key=self.source.hidden.__contains__):
                (unseen if is_hidden else visible).extend([(cell, item) for item in self._items(cell, list(group))])
        return visible, unseen

    def _items(self, cell: Filled, indices: list[int]) -> list[Item]:
        """Return the item of a line of a cell, and that of a footnote mark behind its figure."""
        raised, skeleton = self.source.raised, self.source.skeleton
        if len(indices) == 1:
            words, _, lead, length = self.known[indices[0]]
            low = self.starts[indices[0]] + lead
            high = low + length
        elif raised and indices[-1] in raised and indices[0] not in raised:
            return self._with_mark(cell, indices)
        else:
            low, high = skeleton.span(indices[0], indices[-1])
            words = collapsed(self.source.text, low, high)
        figure = sheet.is_figure(words)
        if not figure and (match := _marked(words)):
            # Only what is printed between them can be a blank.
            mark = match["mark"]
            span = trimmed(self.source.text, low, high - len(mark))
            item = Item(cell.low, cell.high, match["figure"], span, True)
            digits = mark[0] == "("
            return [item, Item(cell.high, cell.high, mark, (high - len(mark), high), False)] if digits else [item]
        return [Item(cell.low, cell.high, words, (low, high), figure)]

    def _with_mark(self, cell: Filled, indices: list[int]) -> list[Item]:
        """Return the item of a line that ends in raised words: a footnote mark, unless they end an ordinal."""
        raised = self.source.raised
        first = next(at for at in range(len(indices), 0, -1) if indices[at - 1] not in raised)
        mark = "".join([self.known[index][0] for index in indices[first:]])
        low, high = self.source.skeleton.span(indices[first], indices[-1])
        (item, *others) = self._items(cell, indices[:first])
        if others or mark.lower() in _ORDINAL:
            joined = item.words + "".join([other.words for other in others]) + mark
            return [item._replace(words=joined, span=(item.span[0], high), figure=False)]
        bare = mark.strip("()[], ")
        if item.figure:
            is_mark = is_whole(bare[:1]) and len(bare) <= _LONGEST_MARK
            # A mark without a digit refers to no number and is left out.
            kept = len(bare) > _LONGEST_MARK or has_digits(bare)
            words = f"({bare})" if is_mark else mark if kept else ""
            return [item, Item(cell.high, cell.high, words, (low, high), False)] if words else [item]
        words = f"{item.words} ({bare})" if bare.isalnum() else item.words + mark
        return [item._replace(words=words, span=(item.span[0], high))]


def _has_gap(stretch: str) -> bool:
    """Tell whether a stretch of text has two hard blanks in a row, white space between them or not."""
    return any(before.end() == blank.start() for before, blank in pairwise(_HARD_BLANK.finditer(stretch)))


def _lines(met: list[int]) -> list[list[int]]:
    """Return the lines of a cell: paragraphs, and what breaks part; two breaks leave a blank line."""
    if len(met) == 1:
        return [met]
    lines: list[list[int]] = [[]]
    for one in met:
        if one >= 0:
            lines[-1].append(one)
        elif one == BREAK or lines[-1]:
            lines.append([])
    while len(lines) > 1 and not lines[-1]:
        lines.pop()
    return lines


def _split(row: list[Filled], known: Sequence[Known]) -> list[_Cells]:
    """Return the lines of a row: one, unless it packs several rows into one, or one cell is all there is.

    It does where a cell holds a value in each of its lines, or where all have equally many and a value in one.
    """
    lines_of = [_lines(cell.met) for cell in row]
    tallest = max(map(len, lines_of), default=0)
    if tallest < 2:
        return [[(cell, lines[0]) for cell, lines in zip(row, lines_of, strict=True)]]
    even = min(map(len, lines_of)) == tallest
    packed = len(row) == 1 or any(_is_packed(lines, known, even) for lines in lines_of)
    if not packed:
        return [[(c, [one for line in lines for one in line]) for c, lines in zip(row, lines_of, strict=True)]]
    held: list[_Cells] = [[] for _ in range(tallest)]
    for cell, lines in zip(row, lines_of, strict=True):
        for at, line in enumerate(lines):
            if line:
                held[at].append((cell, line))
    return held


def _is_packed(lines: list[list[int]], known: Sequence[Known], even: bool) -> bool:
    """Tell whether a cell of several lines holds one value after the other, or if all cells are even, one at all."""
    valued = [_VALUE.fullmatch("".join([known[one][0] for one in line])) is not None for line in lines if line]
    return len(valued) > 1 and (any(valued) if even else all(valued))


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
