"""HTML to rows of fixed-width text, so that one geometry reads both.

A row of an HTML table becomes a line in which every column of the table has a range of its own (`sheet`); a
paragraph becomes a line of words; preformatted text stays as it is. Beside every line stand the places of its chunks in
the submission as filed. What no reader of the page sees, because it is white on white or not displayed, comes in rows
of its own.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby

from transforms import grid
from transforms.characters import DASHES, Span, characters
from transforms.grid import Row
from transforms.prose import Line
from transforms.walk import walk

Place = tuple[int, int, int]
_NOTHING: frozenset[int] = frozenset()


class Ends:
    """Where the lines of a text begin, as offsets into it; counted when first asked for."""

    def __init__(self, text: str, first_line: int) -> None:
        self._text = text
        self._first_line = first_line

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *[match.end() for match in re.finditer("\n", self._text)]]

    def place(self, low: int, high: int) -> Place:
        """Return the line of an offset, and the columns between it and another on that line."""
        line = bisect_right(self._starts, low) - 1
        start = self._starts[line]
        return self._first_line + line, low - start, high - start


@dataclass(slots=True)
class MarkedRow:
    """A row and where its chunks stand in the submission.

    `row.line_no` counts rows and blank rows, since a whole document may stand on one line. `table` is the ordinal of
    the HTML table, None outside. `hidden` holds the chunks no reader of the page sees: either all of a row or none.
    `spans` are the places as offsets into the text.
    """

    row: Row
    table: int | None
    hidden: frozenset[int]
    spans: list[Span]
    _ends: Ends = field(repr=False)
    _places: list[Place] | None = field(default=None, repr=False)

    @property
    def places(self) -> list[Place]:
        """The line of each chunk, its first column and the one behind its last; words that run on over the end of a
        line are counted on from its last column."""
        if self._places is None:
            self._places = [self._ends.place(low, high) for low, high in self.spans]
        return self._places


def rows(text: str, first_line: int) -> list[MarkedRow]:
    """Return the rows of an HTML document whose first line has the given number in the submission.

    Every visible word is in a row, whatever the markup is worth.
    """
    lines = walk(text)
    ends = Ends(text, first_line)
    found: list[MarkedRow] = []
    for row in grid.scan("\n".join([line.words for line in lines]), 1):
        line = lines[row.line_no - 1]
        if row.tag and not _is_tag(line, text):
            row = next(iter(grid.scan(line.words, row.line_no, tagged=False)), row)
        spans = _spans(row, line, text)
        hidden = frozenset(range(len(spans))) if line.hidden else _NOTHING
        found.append(MarkedRow(row, line.table, hidden, spans, ends))
    return found


def _is_tag(line: Line, text: str) -> bool:
    """Tell whether a line that looks like a tag is one, as in text within a wrapper: `&lt;td>` is words of the page."""
    at = len(line.words) - len(line.words.lstrip())
    place = line.within(at, at + 1) if line.pieces else line.spans.get(at)
    return place is None or text[place[0]] == "<"


def _spans(row: Row, line: Line, text: str) -> list[Span]:
    """Return where the chunks of a line stand."""
    if line.pieces:
        return [line.within(start, end) for start, end, _ in row.chunks]
    found = [line.spans.get(start) for start, _, _ in row.chunks]
    if len(found) == len(line.spans):
        whole = [span for span in found if span is not None]
        if len(whole) == len(found):
            return whole
    # A rule is no chunk, and the words of one cell may be several.
    starts = list(line.spans)
    spans: list[Span] = []
    for owner, group in groupby(row.chunks, key=lambda chunk: starts[bisect_right(starts, chunk[0]) - 1]):
        chunks = list(group)
        whole_span = line.spans[owner]
        if len(chunks) == 1:
            spans.append(whole_span)
            continue
        stands = _stands(text, whole_span, row.text[owner : chunks[-1][1]])
        spans += [_met(stands[start - owner : end - owner]) or whole_span for start, end, _ in chunks]
    return spans


def _met(stands: list[Span | None]) -> Span | None:
    """Return where the first and the last of some characters stand that are printed in the text."""
    met = [stand for stand in stands if stand is not None]
    return (met[0][0], met[-1][1]) if met else None


def _stands(text: str, span: Span, words: str) -> list[Span | None]:
    """Return where each character of words stands: what is printed is met one by one, blanks and added signs apart."""
    printed = characters(text, *span)
    stands: list[Span | None] = []
    here = next(printed, None)
    for char in words:
        while here is not None and here[0] in "$(" and char not in ("$", "(", " "):
            here = next(printed, None)  # signs are left out where others say the same
        met = here is not None and (char == here[0] or (char == "-" and here[0] in DASHES))
        stands.append((here[1], here[2]) if here is not None and met else None)
        if met:
            here = next(printed, None)
    return stands


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
    """Locate parts of one chunk."""
    (start, end, _), (low, high), (line_no, column, _) = marked.row.chunks[at], marked.spans[at], marked.places[at]
    stands = _stands(text, (low, high), marked.row.text[start:end])
    found: list[Place] = []
    newline, behind = text.rfind("\n", low, low), low
    for first, last in parts:
        met = _met(stands[first - start : last - start])
        if met is None:
            found.append(marked.places[at])
            continue
        begin, stop = met
        line_no += text.count("\n", behind, begin)
        newline, behind = max(newline, text.rfind("\n", behind, begin)), begin
        col = column + begin - low if newline < 0 else begin - newline - 1
        found.append((line_no, col, col + stop - begin))
    return found
