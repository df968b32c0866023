"""Cells of a marked-up table to lines of fixed width.

Every column of the table gets a range of its own, wide enough for its widest words and parted from the next by two
blanks. Figures are set to the right, words to the left, heads like the column they stand over. What stands in a cell
beside its figure (`$`, `%`, parentheses) is joined to it. Widths are bounded: no cell can make every line of its table
long.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from transforms.values import FIGURE, FOOTNOTE_MARK, is_whole

Span = tuple[int, int]
Zone = tuple[int, int, bool]

# The column of text where an item may begin, the one where it must end, and what part of the room between stays blank:
# none, the whole (1) or half of it (2).
Anchor = tuple[int, int, int]

_NO_ANCHOR = (0, 0, 0)
_GUTTER = 2
_WIDEST = 120  # longer words do not move the columns beside them
_LINE = 4096  # a wider table is set without columns
_HEADED = 40  # columns that one head may stand over
_HEAD = 80  # longer words alone over several columns are a remark
_FIGURE = re.compile(FIGURE)
_FOOTNOTE = re.compile(FOOTNOTE_MARK)
_STARTS = frozenset("0123456789$(-+.")
_ENDS = frozenset("0123456789.)%-")
_AMOUNT = re.compile(r"[0-9][.,][0-9]|[0-9] ?%")
_MARK = re.compile(r"\(\w{1,2}\)|\*+|[†‡]+")
_BEFORE = {"$": "$", "(": "(", "$(": "$(", "($": "$(", "-$": "-$"}
_BEFORE_SHARE = {"%": "", "%(": "(", "(%": "(", "%-": "-", "-%": "-"}
_AFTER = {"%": "%", ")": ")", ")%": "%)", "%)": "%)"}
_SHORT = 4
_SIGNS = _BEFORE.keys() | _BEFORE_SHARE.keys() | _AFTER.keys()


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
    """Join signs that stand in cells of their own to their figure; a dollar sign without one is dropped.

    A dash alone is a value, not a sign. A footnote mark behind an amount is kept apart from it, and dropped if it has
    no digit.
    """
    found: list[Item] = []
    before, after = "", ""
    for at, item in enumerate(items):
        sign, last = _sign(item.words), found[-1] if found else None
        if sign in _BEFORE:
            before = _BEFORE.get(before + sign, _BEFORE[sign])
        elif (
            sign in _BEFORE_SHARE and not _takes(last, sign) and at + 1 < len(items) and _is_value(items[at + 1].words)
        ):
            before, after = _BEFORE_SHARE[sign], "%"
        elif sign in _AFTER and last is not None and (last.figure or _is_nil(last.words)):
            # A percent sign behind a dash says nothing of a value that is not there.
            if (last.figure or last.words.startswith("(")) and "%" not in last.words:
                found[-1] = _with("", last, _AFTER[sign])
        elif last is not None and last.figure and _AMOUNT.search(last.words) and _is_mark(item.words):
            found += [item._replace(low=last.high, high=last.high, figure=False)] if is_whole(item.words[1:2]) else []
        else:
            is_value = (before or after) and (item.figure or _is_nil(item.words))
            adds = after if item.figure and "%" not in item.words else ""
            # No digit: a dollar sign says nothing of a value that is not there.
            sign = before if item.figure else before.replace("$", "")
            found.append(_with(sign, item, adds) if is_value else item)
            before, after = "", ""
    return found


def is_sign(words: str) -> bool:
    """Tell whether the words of a cell may belong to a figure in a cell beside it."""
    return len(words) <= _SHORT and (_sign(words) in _SIGNS or _is_mark(words))


def _takes(item: Item | None, sign: str) -> bool:
    """Tell whether a percent sign alone belongs to the value before it, which has none yet."""
    return sign == "%" and item is not None and (_is_nil(item.words) or (item.figure and "%" not in item.words))


def _is_value(words: str) -> bool:
    return is_figure(words) or _is_nil(words)


def _sign(words: str) -> str:
    return words.replace(" ", "")


def _is_mark(words: str) -> bool:
    return len(words) <= _SHORT and _MARK.fullmatch(words) is not None


def _is_nil(words: str) -> bool:
    return not words.strip("-($ )")


def _with(before: str, item: Item, after: str) -> Item:
    words = before + (item.words.lstrip("$ ") if before else item.words)
    words = words.replace("$", "") if "%" in after else words  # a share, whatever stands before it
    # Nothing stands behind the parenthesis of a figure.
    words = words[:-1] + "%)" if after == "%" and words.endswith(")") else words + after
    if _FOOTNOTE.fullmatch(words):
        words = "-" + words[1:-1]  # parentheses in cells of their own are those of an amount
    return item._replace(words=words, figure=is_figure(words))


def lay(rows: Sequence[list[Item]]) -> list[Line]:
    """Return one line for each row of a table; a row without items gives an empty one."""
    zones, label_end = _zones(rows)
    rows = _over_all(rows, zones, label_end) if zones else rows
    widest = _widest(rows)
    edges = _edges(widest, zones)
    if edges and max(edges.values()) > _LINE:
        return [in_row(row) for row in rows]
    anchors = {(low, high): _anchor(low, high, zones, label_end, edges) for low, high in widest}
    return [_set(row, anchors) for row in rows]


def _zones(rows: Sequence[list[Item]]) -> tuple[list[Zone], int]:
    """Return the columns that hold values, each with whether it is set to the right, and where the labels end.

    A range that lies over several columns is a head or a remark; which ranges are columns, the greater number tells.
    """
    body: list[list[Item]] = []
    valued: list[Span] = []
    worded: list[Span] = []
    for row in rows:
        ranges = [item[:2] for item in row[1:] if item[4]]
        if ranges:
            body.append(row)
            valued += ranges
            worded += [item[:2] for item in row[1:] if not item[4] and item[0] < item[1]]
    figures = Counter(valued)
    if not figures:
        return [], 0
    first = _first(figures)
    beside = [span for span in worded if span[0] >= first]
    words = Counter(beside)
    zones: list[Zone] = []
    for (low, high), _ in sorted(Counter(valued + beside).items(), key=lambda entry: (-entry[1], entry[0])):
        start, stop = _over(low, high, zones)
        if stop - start > 1:
            continue
        right = figures[low, high] >= words[low, high]
        if start < stop:
            low, high, right = min(low, zones[start][0]), max(high, zones[start][1]), zones[start][2]
        zones[start:stop] = [(low, high, right)]
    labels = zones[0][0]
    return zones, max([item[1] for row in body for item in row if item[1] <= labels], default=labels)


def _first(figures: Counter[Span]) -> int:
    """Return where the values begin: the leftmost column of figures that is no exception."""
    enough = max(figures.values()) / 20
    return min(low for (low, _), count in figures.items() if count >= enough)


def _over(low: int, high: int, zones: list[Zone]) -> Span:
    """Return the first of the columns that a range lies over, and the one behind the last."""
    start = bisect_left(zones, (low,))
    stop = bisect_left(zones, (high,), start)
    return start - (start > 0 and zones[start - 1][1] > low), stop


def _hits(low: int, high: int, zones: list[Zone], label_end: int) -> list[Zone]:
    """Return the columns a range lies over; what begins among the labels lies over none."""
    if not zones or low < label_end or low == high:
        return []
    start, stop = _over(low, high, zones)
    return zones[start:stop]


def _over_all(rows: Sequence[list[Item]], zones: list[Zone], label_end: int) -> list[list[Item]]:
    """Repeat a head over each of the columns it spans: beside other heads, or alone over a row of several cells."""
    spread: list[list[Item]] = []
    below = 0
    for row in reversed(rows):
        heads = len(row) > 1 or (below > 1 and len(row) == 1 and len(row[0].words) <= _HEAD)
        spread.append(_repeated(row, zones, label_end) if heads and not any(item[4] for item in row) else row)
        below = len(row) or below
    return spread[::-1]


def _repeated(row: list[Item], zones: list[Zone], label_end: int) -> list[Item]:
    spread: list[Item] = []
    for item in row:
        over = _hits(item.low, item.high, zones, label_end)
        spread += [item._replace(low=zone[0], high=zone[1]) for zone in over] if 1 < len(over) <= _HEADED else [item]
    return spread


def _widest(rows: Iterable[list[Item]]) -> dict[Span, int]:
    """Return the length of the longest words of every range. A row of one cell moves no column."""
    widest: dict[Span, int] = {}
    for row in rows:
        if len(row) == 1:
            widest.setdefault(row[0][:2], 0)
            continue
        for low, high, words, _, _ in row:
            length = len(words)
            if length > widest.get((low, high), -1):
                widest[low, high] = length
    return widest


def _edges(widest: dict[Span, int], zones: list[Zone]) -> dict[int, int]:
    """Return the column of text at which each column of the table begins."""
    bounds = {bound for zone in zones for bound in zone[:2]}.union(*widest)
    ending: dict[int, list[tuple[int, int]]] = {}
    for (low, high), length in widest.items():
        if length and low < high:
            ending.setdefault(high, []).append((low, min(length, _WIDEST) + _GUTTER))
    edges: dict[int, int] = {}
    edge = 0
    for bound in sorted(bounds):
        for low, width in ending.get(bound, ()):
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
    at, least = 0, 0
    for low, high, words, span, _ in items:
        start, right, share = anchors.get((low, high), _NO_ANCHOR)
        if share and right - start > len(words):
            start += (right - start - len(words)) // share
        if start < least:
            start = least
        parts.append(" " * (start - at) + words)
        spans[start] = span
        at = start + len(words)
        least = at + _GUTTER
    return "".join(parts), spans
