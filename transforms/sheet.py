"""Cells of a marked-up table to lines of fixed width.

Every column of the table gets a range of its own, wide enough for its widest words and parted from the next by two
blanks. Figures are set to the right, words to the left, heads like the column they stand over. What stands in a cell
beside its figure (`$`, `%`, parentheses) is joined to it. Widths are bounded: no cell can make every line of its table
long.
"""

import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from transforms.values import FIGURE

Span = tuple[int, int]
Zone = tuple[int, int, bool]

# The column of text where an item may begin, the one where it must end, and what part of the room between stays blank:
# none, the whole (1) or half of it (2).
Anchor = tuple[int, int, int]

_NO_ANCHOR = (0, 0, 0)
_GUTTER = 2
_WIDEST = 120  # longer words do not move the columns beside them
_LINE = 4096  # a wider table is set without columns
_FIGURE = re.compile(FIGURE)
_STARTS = frozenset("0123456789$(-+.")
_ENDS = frozenset("0123456789.)%-")
_AMOUNT = re.compile(r"\d[.,]\d|\d ?%")
_MARK = re.compile(r"\(\w{1,2}\)|\*+|[†‡]+")
_BEFORE = {"$": "", "(": "(", "$(": "(", "($": "(", "-$": "-"}
_AFTER = {"%": "%", ")": ")", ")%": ")%", "%)": "%)"}
_SHORT = 4
_SIGNS = _BEFORE.keys() | _AFTER.keys()


class Item(NamedTuple):
    """Words of one cell: the first column of the table they span and the one behind the last, the words, where they
    stand in the text, and whether they are a figure. A footnote mark of the item before spans no column."""

    low: int
    high: int
    words: str
    span: Span
    figure: bool


# A line of fixed-width text, and where its chunks stand in the source, by the column each begins at.
Line = tuple[str, dict[int, Span]]


def is_figure(words: str) -> bool:
    """Tell whether the words are one printed figure."""
    return words[0] in _STARTS and words[-1] in _ENDS and _FIGURE.fullmatch(words) is not None


def joined(items: list[Item]) -> list[Item]:
    """Join signs that stand in cells of their own to their figure; a dollar sign is dropped, with or without a figure.

    A dash alone is a value, not a sign. A footnote mark behind an amount is kept apart from it, and dropped if it has
    no digit.
    """
    short = [item.words for item in items if len(item.words) <= _SHORT]
    if not short or not any(_sign(words) in _SIGNS or _is_mark(words) for words in short):
        return items
    found: list[Item] = []
    before = ""
    for item in items:
        sign, last = _sign(item.words), found[-1] if found else None
        if sign in _BEFORE:
            before = _BEFORE[sign]
        elif sign in _AFTER and last is not None and (last.figure or _is_nil(last.words)):
            # A percent sign behind a dash says nothing of a value that is not there.
            if last.figure or last.words.startswith("("):
                found[-1] = _with("", last, _AFTER[sign])
        elif last is not None and last.figure and _AMOUNT.search(last.words) and _is_mark(item.words):
            found += [item._replace(low=last.high, high=last.high)] if item.words[1:2].isdigit() else []
        else:
            found.append(_with(before, item, "") if before and (item.figure or _is_nil(item.words)) else item)
            before = ""
    return found


def _sign(words: str) -> str:
    return words.replace(" ", "")


def _is_mark(words: str) -> bool:
    return len(words) <= _SHORT and _MARK.fullmatch(words) is not None


def _is_nil(words: str) -> bool:
    return not words.strip("-($ )")


def _with(before: str, item: Item, after: str) -> Item:
    words = before + (item.words.lstrip("$ ") if before else item.words) + after
    return item._replace(words=words, figure=is_figure(words))


def lay(rows: Sequence[list[Item]]) -> list[Line]:
    """Return one line for each row of a table; a row without items gives an empty one."""
    zones, label_end = _zones(rows)
    rows = [_over_all(row, zones, label_end) for row in rows]
    edges = _edges(rows, zones)
    if edges and max(edges.values()) > _LINE:
        return [in_row(row) for row in rows]
    ranges = {(item.low, item.high) for row in rows for item in row}
    anchors = {(low, high): _anchor(low, high, zones, label_end, edges) for low, high in ranges}
    return [_set(row, anchors) for row in rows]


def _zones(rows: Sequence[list[Item]]) -> tuple[list[Zone], int]:
    """Return the columns that hold values, each with whether it is set to the right, and where the labels end.

    A range that lies over several columns is a head or a remark; which ranges are columns, the greater number tells.
    """
    body = [row for row in rows if len(row) > 1 and any(item.figure for item in row[1:])]
    values = [item for row in body for item in row[1:] if item.low < item.high]
    figures = Counter([(item.low, item.high) for item in values if item.figure])
    if not figures:
        return [], 0
    first = _first(figures)
    words = Counter([(item.low, item.high) for item in values if not item.figure and item.low >= first])
    zones: list[Zone] = []
    for (low, high), _ in sorted((figures + words).items(), key=lambda entry: (-entry[1], entry[0])):
        hits = [zone for zone in zones if zone[0] < high and low < zone[1]] if len(zones) < 200 else []
        if len(hits) > 1:
            continue
        right = figures[low, high] >= words[low, high]
        if hits:
            zones.remove(hits[0])
            low, high, right = min(low, hits[0][0]), max(high, hits[0][1]), hits[0][2]
        zones.append((low, high, right))
    zones.sort()
    label_end = max((i.high for row in body for i in row if i.high <= zones[0][0]), default=zones[0][0])
    return zones, label_end


def _first(figures: Counter[Span]) -> int:
    """Return where the values begin: the leftmost column of figures that is no exception."""
    enough = max(figures.values()) / 20
    return min(low for (low, _), count in figures.items() if count >= enough)


def _hits(low: int, high: int, zones: list[Zone], label_end: int) -> list[Zone]:
    """Return the columns a range lies over; what begins among the labels lies over none."""
    if not zones or low < label_end or low == high:
        return []
    at = max(bisect_right(zones, (low, high, True)) - 1, 0)
    found = []
    while at < len(zones) and zones[at][0] < high:
        if zones[at][1] > low:
            found.append(zones[at])
        at += 1
    return found


def _over_all(row: list[Item], zones: list[Zone], label_end: int) -> list[Item]:
    """Repeat a head over each of the columns it spans, if there are other heads beside it."""
    if len(row) < 2 or any(item.figure for item in row):
        return row
    spread: list[Item] = []
    for item in row:
        over = _hits(item.low, item.high, zones, label_end)
        spread += [item._replace(low=zone[0], high=zone[1]) for zone in over] if len(over) > 1 else [item]
    return spread


def _edges(rows: Iterable[list[Item]], zones: list[Zone]) -> dict[int, int]:
    """Return the column of text at which each column of the table begins. A row of one cell moves none."""
    widths: defaultdict[int, dict[int, int]] = defaultdict(dict)
    bounds = {bound for low, high, _ in zones for bound in (low, high)}
    for row in rows:
        for low, high, words, *_ in row:
            bounds.add(low)
            bounds.add(high)
            if len(row) > 1 and low < high:
                width = min(len(words), _WIDEST) + _GUTTER
                if width > widths[high].get(low, 0):
                    widths[high][low] = width
    edges: dict[int, int] = {}
    edge = 0
    for bound in sorted(bounds):
        for low, width in widths[bound].items() if bound in widths else ():
            edge = max(edge, edges[low] + width)
        edges[bound] = edge
    return edges


def _anchor(low: int, high: int, zones: list[Zone], label_end: int, edges: dict[int, int]) -> Anchor:
    """Return between which columns of text an item of this range stands, and what part of the room it leaves blank."""
    over = _hits(low, high, zones, label_end)
    if not over:
        return (edges[low] if low < high else 0), 0, 0
    low, high = edges[over[0][0]], edges[over[-1][1]] - _GUTTER
    return low, high, 2 if len(over) > 1 else 1 if over[0][2] else 0


def in_row(items: Iterable[Item]) -> Line:
    """Return items one after the other, in no columns."""
    return _set(items, {})


def _set(items: Iterable[Item], anchors: dict[Span, Anchor]) -> Line:
    parts: list[str] = []
    spans: dict[int, Span] = {}
    end = 0
    for low, high, words, span, _ in items:
        length = len(words)
        start, right, share = anchors.get((low, high), _NO_ANCHOR)
        if share and right - start > length:
            start += (right - start - length) // share
        if parts:
            start = max(start, end + _GUTTER)
        parts += (" " * (start - end), words)
        spans[start] = span
        end = start + length
    return "".join(parts), spans
