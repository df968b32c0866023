"""Labels and values of a list: on one line, or in a queue.

In some statements the generator prints a value one line below its label (Thornburg 2003-2, 8-K/A, lines 509 to 516). A
label without a value opens a queue, a value without a label ends it; between them labels and values pair in order. The
queue is believed only if every value fits the kind and range of the label it gets.
"""

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from transforms import vocabulary
from transforms.cells import ORPHAN, SAME_LINE, SHIFTED
from transforms.grid import FIGURE_KIND, MARK, Chunk, Row
from transforms.values import DATE, is_date, parse_date
from transforms.vocabulary import Term

_DATE = re.compile(DATE, re.IGNORECASE)

Place = tuple[Row, Chunk]
Dated = tuple[Row, int, int, str]


class Line(NamedTuple):
    """One line of a list: its label with the row it stands in, and its value, either of which may be missing."""

    row: Row
    label: str | None
    value: Place | None


class Pair(NamedTuple):
    """A label and the value it belongs to; `label_printed` is what stands on the value's own line."""

    label: str | None
    label_printed: str | None
    value: Place | None
    how: int
    dated: Dated | None


def lines(statement: str, body: list[Row]) -> list[Line]:
    """Part every row of a list into label and value. The values stand where most figures end."""
    zone = _zone(body)
    return [_line(row, zone) for row in body]


def _zone(body: list[Row]) -> tuple[int, int]:
    """Return the columns over which the values stand: from the first start to the end that most of them share."""
    last = [row.chunks[-1] for row in body if row.chunks[-1].kind == FIGURE_KIND]
    if not last:
        return (1 << 30, 1 << 30)
    end = Counter(chunk.end for chunk in last).most_common(1)[0][0]
    return min(chunk.start for chunk in last if chunk.end == end), end


def _line(row: Row, zone: tuple[int, int]) -> Line:
    chunks = [chunk for chunk in row.chunks if chunk.kind != MARK]
    if not chunks:
        return Line(row, None, None)
    last = chunks[-1]
    is_value = last.kind == FIGURE_KIND or (last.end > zone[0] and last.start < zone[1])
    named = chunks[:-1] if is_value else chunks
    label = row.text[named[0].start : named[-1].end] if named else None
    return Line(row, label, (row, last) if is_value else None)


def pair(statement: str, found: list[Line], *, queue: bool = True) -> Iterator[Pair]:
    """Yield every label with its value, headings with none, and values that no label claims."""
    at = 0
    while at < len(found):
        length = _run(statement, found, at) if queue else 0
        if length and _believable(statement, found[at : at + length]):
            yield from _shifted(found[at : at + length])
        elif length:
            yield from (_same_line(line) for line in found[at : at + length])
        else:
            yield _same_line(found[at])
        at += length or 1


def _run(statement: str, found: list[Line], at: int) -> int:
    """Return the length of the queue that opens at a line: from a label without value to a value without label."""
    first = found[at]
    if first.label is None or first.value is not None or _is_heading(statement, first.label):
        return 0
    for length, line in enumerate(found[at + 1 :], start=2):
        if line.value is None:
            return 0
        if line.label is None:
            return length
    return 0


def _is_heading(statement: str, label: str) -> bool:
    return vocabulary.heading_of(label) is not None and vocabulary.lookup(statement, label) is None


def _believable(statement: str, run: list[Line]) -> bool:
    """Tell whether the shifted reading fits and the line-by-line reading does not fit better."""
    labels = [line.label for line in run if line.label is not None]
    values = [line.value for line in run if line.value is not None]
    terms = [vocabulary.lookup(statement, label) for label in labels]
    shifted = all(_fits(term, *value) for term, value in zip(terms, values, strict=True))
    return shifted and any(term is not None for term in terms)


def _fits(term: Term | None, row: Row, chunk: Chunk) -> bool:
    """Tell whether a printed value is of the kind and in the range of a term; anything fits an unknown label."""
    if term is None:
        return True
    raw = row.words(chunk)
    if chunk.kind != FIGURE_KIND:
        return term.unit == "DATE" if is_date(raw) else term.unit == "TEXT"
    bare = raw.strip("()$ -").rstrip("%").replace(",", "").strip()
    percent = "%" in raw
    if term.unit in ("COUNT", "MONTHS", "USD", "USD_PER_DENOM"):
        whole = "." not in bare
        return not percent and (term.unit != "COUNT" or whole) and _within(term, Decimal(bare))
    if term.unit in ("PCT", "RATIO"):
        return _within(term, Decimal(bare) / 100 if percent else Decimal(bare))
    return False


def _within(term: Term, value: Decimal) -> bool:
    low, high = term.window or ("-1e20", "1e20")
    return Decimal(low) <= value <= Decimal(high)


def _shifted(run: list[Line]) -> Iterator[Pair]:
    labelled = [line for line in run if line.label is not None]
    valued = [line for line in run if line.value is not None]
    for line, target in zip(labelled, valued, strict=True):
        yield Pair(line.label, target.label or "", target.value, SHIFTED, _dated(line))


def _same_line(line: Line) -> Pair:
    how = SAME_LINE if line.label is not None else ORPHAN
    return Pair(line.label, line.label, line.value, how, _dated(line))


def _dated(line: Line) -> Dated | None:
    """Return the place and the ISO form of a date inside the label."""
    if line.label is None:
        return None
    match = _DATE.search(line.label)
    day = parse_date(match[0]) if match else None
    if match is None or day is None:
        return None
    start = line.row.text.index(line.label) + match.start()
    return line.row, start, start + len(match[0]), day.isoformat()
