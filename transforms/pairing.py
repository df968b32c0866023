"""Labels and values of a list: on one line, or in a queue.

In some statements the generator prints a value one line below its label (Thornburg 2003-2, 8-K/A, lines 509 to 516). A
label without a value opens a queue, a value without a label ends it; between them labels and values pair in order. The
queue is believed only if every value fits the kind and range of the label it gets.
"""

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from transforms import vocabulary
from transforms.cells import ORPHAN, SAME_LINE, SHIFTED
from transforms.grid import FIGURE_KIND, MARK, Chunk, Row
from transforms.lists import is_broken, wrapping
from transforms.values import commonest, figure, is_date
from transforms.vocabulary import Term

_NOWHERE = 1 << 30


class Line(NamedTuple):
    """One line of a list: its label and its value, either of which may be missing."""

    row: Row
    label: str | None
    value: Chunk | None


# A label with the row it stands in, what stands on its value's own line, the value, its row, and how the two met.
Pair = tuple[str | None, Row, str | None, Chunk | None, Row, int]


def lines(body: list[Row], is_whole: Callable[[str], bool]) -> list[Line]:
    """Part every row of a list into label and value. The values stand where most figures end.

    Labels broken over two lines are made whole; `is_whole` tells words that are no rest of others.
    """
    low, high = _zone(body)
    found = []
    for row in body:
        text, chunks, figures = row[1:4]
        if figures and len(chunks) > 2:
            chunks = [chunk for chunk in chunks if chunk[2] != MARK]
        start, end, kind = last = chunks[-1]
        if kind != FIGURE_KIND and not (end > low and start < high):
            found.append(Line(row, text[chunks[0][0] : end], None))
        elif len(chunks) == 1:
            found.append(Line(row, None, last))
        else:
            found.append(Line(row, text[chunks[0][0] : chunks[-2][1]], last))
    return _unbroken(found, is_whole)


def _unbroken(found: list[Line], is_whole: Callable[[str], bool]) -> list[Line]:
    """Return the lines with labels made whole that were broken where their column ends; the value stands beside the
    first part or the second."""
    if not any(_may_be_one(above, line) for above, line in pairwise(found)):
        return found
    width = wrapping([_start(line) + len(line.label) for line in found if line.label])
    whole: list[Line] = []
    for line in found:
        above = whole[-1] if whole else None
        if (
            above is not None and above.label and line.label and _may_be_one(above, line)
            and is_broken(above.label, _start(above), line.label, width, is_whole)
        ):  # fmt: skip
            row = line.row if line.value else above.row
            whole[-1] = Line(row, f"{above.label} {line.label}", line.value or above.value)
        else:
            whole.append(line)
    return whole


def _may_be_one(above: Line, line: Line) -> bool:
    """Tell whether two lines have a label each, set alike, and one value."""
    if (above.value is None) == (line.value is None) or not above.label or not line.label:
        return False
    return line.row.line_no - above.row.line_no == 1 and _start(above) == _start(line)


def _start(line: Line) -> int:
    return line.row.text.find(line.label or "")


def _zone(body: list[Row]) -> tuple[int, int]:
    """Return the columns over which the values stand: from the first start to the end that most of them share."""
    last = [row.chunks[-1] for row in body if row.chunks[-1][2] == FIGURE_KIND]
    if not last:
        return _NOWHERE, _NOWHERE
    high = commonest([end for _, end, _ in last])
    return min([start for start, end, _ in last if end == high]), high


def pair(statement: str, found: list[Line], *, queue: bool = True) -> Iterator[Pair]:
    """Yield every label with its value, headings with none, and values that no label claims."""
    at = 0
    while at < len(found):
        length = _run(statement, found, at) if queue and found[at].value is None else 0
        if length and _believable(statement, found[at : at + length]):
            yield from _shifted(found[at : at + length])
            at += length
        else:
            row, label, value = found[at]
            yield label, row, label, value, row, ORPHAN if label is None else SAME_LINE
            at += 1


def _run(statement: str, found: list[Line], at: int) -> int:
    """Return the length of the queue that opens at a line: from a label without value to a value without label."""
    label = found[at].label
    if label is None or (vocabulary.heading_of(label) and vocabulary.lookup(statement, label) is None):
        return 0
    for last in range(at + 1, len(found)):
        if found[last].value is None:
            return 0
        if found[last].label is None:
            return last - at + 1
    return 0


def _believable(statement: str, run: list[Line]) -> bool:
    """Tell whether every value fits the label the queue gives it, and at least one label is known."""
    terms = [vocabulary.lookup(statement, line.label) for line in run if line.label is not None]
    values = [(line.row, line.value) for line in run if line.value is not None]
    fits = all(_fits(term, row, value) for term, (row, value) in zip(terms, values, strict=True))
    return fits and any(term is not None for term in terms)


def _fits(term: Term | None, row: Row, chunk: Chunk) -> bool:
    """Tell whether a printed value is of the kind and in the range of a term; anything fits an unknown label."""
    if term is None:
        return True
    start, end, kind = chunk
    raw = row.text[start:end]
    if kind != FIGURE_KIND:
        return term.unit == "DATE" if is_date(raw) else term.unit == "TEXT"
    value, percent = figure(raw), "%" in raw
    if value is None:
        return False
    if term.unit in ("COUNT", "MONTHS", "USD", "USD_PER_DENOM"):
        return not percent and (term.unit != "COUNT" or "." not in raw) and _within(term, abs(value))
    if term.unit in ("PCT", "RATIO"):
        return _within(term, abs(value) / 100 if percent else abs(value))
    return False


def _within(term: Term, value: Decimal) -> bool:
    low, high = term.window or ("-1e20", "1e20")
    return Decimal(low) <= value <= Decimal(high)


def _shifted(run: list[Line]) -> Iterator[Pair]:
    labelled = [line for line in run if line.label is not None]
    valued = [line for line in run if line.value is not None]
    for line, target in zip(labelled, valued, strict=True):
        yield line.label, line.row, target.label or "", target.value, target.row, SHIFTED
