"""Printed formulas, run on the figures of their own report and judged.

`run` takes the lines of an outline, `run_columns` a table whose heads carry formulas. Of several readings the first
that ties is taken; what was chosen, or why a formula does not apply, stands in the note of its row.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice, product
from typing import NamedTuple

from transforms.expressions import (
    Constant,
    Either,
    Factors,
    Formula,
    Name,
    Node,
    Pick,
    Range,
    Ref,
    Terms,
    find,
    find_all,
    leaves_of,
)
from transforms.outline import MOST_READINGS, Line, Report, between, items_of, lookup, nearest, subtotals, totals
from transforms.values import is_whole

__all__ = ["Evaluated", "Formula", "Line", "Own", "Row", "again", "evaluate", "find", "find_all", "run", "run_columns"]


@dataclass(frozen=True)
class Own:
    """Where a formula's result is printed: index of the line in its sequence, index of the value column."""

    line: int
    column: int


Used = tuple[Own, Decimal]  # a figure of a formula, and what the result moves by when the figure moves by one


@dataclass(frozen=True)
class Evaluated:
    """A formula that was run. `note` says what was chosen, or why it does not apply; diff = actual - expected.

    tolerance: how far actual may be from expected to be rounding; used: the figures that went in, each with what the
    expected value moves by when the figure moves by one.
    """

    expected: Decimal | None
    actual: Decimal | None
    diff: Decimal | None
    outcome: str
    note: str
    tolerance: Decimal | None = None
    used: tuple[Used, ...] = ()


@dataclass(frozen=True)
class Row:
    """One row of `printed_formula` without its report; `note`, `line`, `own` and `used` have no column there.

    line: index of the line that prints the formula; own: the figure it was held against; tolerance, used: as in
    `Evaluated`.
    """

    line_no: int
    col_start: int
    text: str
    scope_key: str
    expected: Decimal | None
    actual: Decimal | None
    diff: Decimal | None
    outcome: str
    note: str
    line: int
    own: Own
    tolerance: Decimal | None
    used: tuple[Used, ...]


class _Reading(NamedTuple):
    """One value that a node may have, how many figures went into it, what had to be chosen, and which figures."""

    value: Decimal
    figures: int
    choice: tuple[str, ...] = ()
    used: tuple[Used, ...] = ()

    def times(self, factor: Decimal) -> tuple[Used, ...]:
        """Return the figures with what they move the product of this value and `factor` by."""
        return tuple([(own, moves * factor) for own, moves in self.used])


class _AbsentError(Exception):
    """A reference finds no line, or no figure on it; the text says which."""


# -- running --------------------------------------------------------------------------------------------------------


def run(lines: Sequence[Line]) -> list[Row]:
    """Run every formula that the lines of one report print, once per value column of the line it stands on.

    A formula that may be none (`sure` is false) and whose references do not resolve gives no row.
    """
    report = Report(lines)
    rows: list[Row] = []
    for index, formulas in enumerate(report.found):
        for formula in formulas:
            rows.extend(_run_one(report, index, formula))
    return rows


def run_columns(heads: Sequence[str], rows: Sequence[Line]) -> list[Row]:
    """Run the formulas printed in the heads of a table, "(4)=(2)+(3)" or "Net Amount (A - B)", on each of its rows.

    heads: one text per value column, with the number or letter of the column in parentheses or alone; rows: the
    figures, the label (a class) becoming the scope.
    """
    marks, formulas = _marked(heads)
    found: list[Row] = []
    for row in rows:
        cells = [
            Line(mark.number, mark.letter, "", (value,), (row.unit(column),), (row.label,), row.line_no, row.col_start)
            for column, (mark, value) in enumerate(zip(marks, row.values, strict=True))
        ]
        report = Report(cells)
        for column, formula in formulas:
            if cells[column].values[0] is not None:
                found.append(_row(report, column, formula, Own(column, 0), row.label))
    return found


_MARK = re.compile(r"(?:^|.*\()([0-9]{1,2}|[A-Z])\)?", re.DOTALL)


def _marked(heads: Sequence[str]) -> tuple[list[Ref], list[tuple[int, Formula]]]:
    """Return the number or letter of each column, and the formulas with the column they stand in."""
    marks: list[Ref] = []
    formulas = []
    for column, head in enumerate(heads):
        formula = find(head)
        alone = _MARK.fullmatch(head.strip())
        if formula is not None:
            marks.append(formula.left or Ref())
            formulas.append((column, formula))
        elif alone:
            marks.append(Ref(int(alone[1])) if is_whole(alone[1]) else Ref(None, alone[1]))
        else:
            marks.append(Ref())
    return marks, formulas


def _run_one(report: Report, index: int, formula: Formula) -> Iterator[Row]:
    owner = _owner(report, index, formula)
    line = report.lines[owner]
    columns = [column for column, value in enumerate(line.values) if value is not None]
    keys: Counter[str] = Counter()
    for column in columns or [0]:
        scope = line.scopes[column] if column < len(line.scopes) else str(column)
        keys[scope] += 1
        row = _row(report, index, formula, Own(owner, column), again(scope, keys[scope]))
        if formula.sure or row.outcome != "not_applicable":
            yield row


def again(scope: str, times: int) -> str:
    """Return the name of a scope that is met so many times: the second is "again", the third "again again"."""
    return scope + (" again" * (times - 1) if times <= _TIMES_SAID else f" again {times}")


_TIMES_SAID = 10


def _owner(report: Report, index: int, formula: Formula) -> int:
    """Return the line that prints the result: the one left of the equals sign, its own, the one above or the next."""
    if formula.left is not None:
        for other in lookup(report, index, formula.left):
            return other
    line = report.lines[index]
    if line.number is None and line.letter is None and line.is_blank:
        return report.filled_before(index)
    if line.is_blank and line.letter is None and _of_own_letters(formula):
        # "49. Lesser of: (a or b)" heads its letters; what comes of it is the next numbered line.
        return report.filled_behind_item(index)
    return index


def _of_own_letters(formula: Formula) -> bool:
    return all(isinstance(leaf, Ref) and leaf.number is None for leaf in leaves_of(formula.tree))


def _row(report: Report, index: int, formula: Formula, own: Own, scope: str) -> Row:
    line = report.lines[index]
    result = _evaluate(report, formula, own, index)
    return Row(
        line.line_no,
        line.col_start + formula.start,
        formula.text,
        scope,
        _stored(result.expected),
        _stored(result.actual),
        _stored(result.diff),
        result.outcome,
        result.note,
        index,
        own,
        _stored(result.tolerance),
        result.used,
    )


def _stored(value: Decimal | None) -> Decimal | None:
    """Return a value with the ten decimals of the table."""
    return None if value is None else value.quantize(Decimal("1e-10"))


def evaluate(formula: Formula, lines: Sequence[Line], own: Own) -> Evaluated:
    """Return what a formula gives on the lines of its report against the figure printed at `own`.

    Of several readings the first that ties is taken, else the likeliest. outcome: tie, rounding, breach, or
    not_applicable where a reference finds no figure.
    """
    return _evaluate(Report(lines), formula, own, own.line)


def _evaluate(report: Report, formula: Formula, own: Own, index: int) -> Evaluated:
    """Run a formula that is printed on line `index` against the figure at `own`."""
    line = report.lines[own.line]
    actual = line.values[own.column] if own.column < len(line.values) else None
    if actual is None:
        return Evaluated(None, None, None, "not_applicable", "the line prints no figure")
    reasons = []
    for unit, strict in _targets(formula.tree, line.unit(own.column)):
        try:
            readings = list(_readings(formula.tree, _At(report, index, own, unit, strict)))
        except _AbsentError as absent:
            reasons.append(str(absent))
            continue
        scaled = _scaled(readings, formula.tree, line.unit(own.column))
        return _best(scaled, actual, line.unit(own.column), index, own)
    return Evaluated(None, actual, None, "not_applicable", reasons[-1])


def _targets(tree: Node, unit: str) -> list[tuple[str, bool]]:
    """Return the units to look for in the operands, and whether all must have it.

    Parts of a sum have the unit of the sum; parts of a ratio have one in common, money before counts.
    """
    if not _is_ratio(tree):
        return [(unit, True), (unit, False)]
    return [("USD", True), ("COUNT", True), ("USD", False)]


def _is_ratio(tree: Node) -> bool:
    return isinstance(tree, Factors) and any(
        power < 0 and not isinstance(part, Constant | Either) for power, part in tree.parts
    )


def _scaled(readings: Iterable[_Reading], tree: Node, unit: str) -> list[_Reading]:
    """Return readings in the unit of the result: a ratio printed in percent is a hundred times the quotient."""
    readings = list(readings)
    if not _is_ratio(tree) or unit not in ("PCT", "UNKNOWN"):
        return readings
    percent = [r._replace(value=r.value * 100, used=r.times(Decimal(100))) for r in readings]
    return percent if unit == "PCT" else [*readings, *(r._replace(choice=(*r.choice, "in percent")) for r in percent)]


# A line with other columns than the result may be of another period: such a reading may tie, its failure says nothing.
_UNALIGNED = "columns do not match those"


# The table holds eighteen digits before the point.
_TOO_LARGE = Decimal(10) ** 18


def _best(readings: Sequence[_Reading], actual: Decimal, unit: str, index: int, own: Own) -> Evaluated:
    """Return the first reading that ties, else the first."""
    judged = [(_outcome(actual - reading.value, actual, unit, reading.figures), reading) for reading in readings]
    (outcome, tolerance), taken = next((pair for pair in judged if pair[0][0] == "tie"), judged[0])
    notes = list(dict.fromkeys(taken.choice))
    unaligned = [note for note in notes if note.startswith(_UNALIGNED)]
    if max(abs(taken.value), abs(actual)) >= _TOO_LARGE:
        return Evaluated(None, None, None, "not_applicable", "more digits than a figure has")
    if outcome != "tie" and unaligned:
        return Evaluated(None, actual, None, "not_applicable", unaligned[0])
    if len(readings) > 1:
        notes.append(f"one of {len(readings)} readings")
    if own.line != index:
        notes.insert(0, "printed below its line" if own.line < index else "its figure is that of the next line")
    return Evaluated(taken.value, actual, actual - taken.value, outcome, "; ".join(notes), tolerance, taken.used)


_OF_SCALE = 10  # dollars of the last digit that only money printed in thousands or millions has


def _outcome(diff: Decimal, actual: Decimal, unit: str, figures: int) -> tuple[str, Decimal]:
    """Return tie, rounding or breach, and how far is rounding.

    Money ties within half a cent, counts exactly, others within half a digit.
    """
    exponent = actual.as_tuple().exponent
    last = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    gap = abs(diff)
    if unit in ("COUNT", "MONTHS") or (unit == "UNKNOWN" and last == 1):
        return ("breach" if gap else "tie"), Decimal(0)
    # Money printed in thousands or millions is as exact as its last digit, other money is to the cent.
    if unit in ("USD", "UNKNOWN") and Decimal("0.01") <= last < _OF_SCALE:
        tie, tolerance = gap < Decimal("0.005"), Decimal("0.01") * figures
    else:
        tie, tolerance = gap <= last / 2, last / 2 * (figures + 1)
    return ("tie" if tie else "rounding" if gap <= tolerance else "breach"), tolerance


# -- values of the tree ---------------------------------------------------------------------------------------------


class _At(NamedTuple):
    """From where a tree is read: the report, the line of the formula, the figure it explains, the unit looked for."""

    report: Report
    line: int
    own: Own
    unit: str
    strict: bool


def _readings(node: Node, at: _At) -> list[_Reading]:
    """Return the values a node may have, likeliest first; raises _AbsentError where there is none."""
    if isinstance(node, Constant):
        return [_Reading(node.value, 0)]
    if isinstance(node, Ref):
        return _ref(node, at)
    if isinstance(node, Name):
        return _named(node, at)
    if isinstance(node, Range):
        return _range(node, at)
    if isinstance(node, Either):
        return _any(node.parts, at)
    if isinstance(node, Pick):
        pick = min if node.lesser else max
        return _combined([_readings(part, at) for part in node.parts], lambda v: _picked(pick(v), v))
    values = [_readings(part, at) for _, part in node.parts]
    signs = [sign for sign, _ in node.parts]
    return _combined(values, (lambda v: _added(signs, v)) if isinstance(node, Terms) else (lambda v: _times(signs, v)))


_Joined = tuple[Decimal, Sequence[Decimal]]  # a value of several, and what it moves by when each moves by one


def _picked(chosen: Decimal, values: Sequence[Decimal]) -> _Joined:
    at = values.index(chosen)
    return chosen, [Decimal(place == at) for place in range(len(values))]


def _added(signs: Sequence[int], values: Sequence[Decimal]) -> _Joined:
    return sum((sign * value for sign, value in zip(signs, values, strict=True)), Decimal(0)), [*map(Decimal, signs)]


def _times(powers: Sequence[int], values: Sequence[Decimal]) -> _Joined:
    result = Decimal(1)
    for power, value in zip(powers, values, strict=True):
        if power < 0 and not value:
            raise _AbsentError("a divisor is 0")
        result = result * value if power > 0 else result / value
    moves = [power * result / value if value else Decimal(0) for power, value in zip(powers, values, strict=True)]
    return result, moves


def _combined(parts: Sequence[Sequence[_Reading]], join: Callable[[Sequence[Decimal]], _Joined]) -> list[_Reading]:
    """Return one reading for each way to take one of each part."""
    found = []
    for taken in islice(product(*parts), MOST_READINGS):
        value, moves = join([reading.value for reading in taken])
        found.append(
            _Reading(
                value,
                sum(reading.figures for reading in taken),
                tuple(choice for reading in taken for choice in reading.choice),
                tuple([used for reading, factor in zip(taken, moves, strict=True) for used in reading.times(factor)]),
            )
        )
    return found


def _any(nodes: Sequence[Node], at: _At) -> list[_Reading]:
    """Return the readings of all alternatives that resolve."""
    found: list[_Reading] = []
    reasons = []
    for place, node in enumerate(nodes):
        try:
            readings = _readings(node, at)
        except _AbsentError as absent:
            reasons.append(str(absent))
            continue
        choice = ("read as a range",) if isinstance(node, Range) else ("read as a number",) if place else ()
        found.extend(reading._replace(choice=(*reading.choice, *choice)) for reading in readings)
    if not found:
        raise _AbsentError(reasons[0])
    return found


def _ref(ref: Ref, at: _At) -> list[_Reading]:
    if ref.letter is None:
        return _whole(ref, at)
    found = list(lookup(at.report, at.line, ref))
    if not found:
        raise _AbsentError(f"no line {_said(ref)}")
    readings: list[_Reading] = []
    for index in found:
        choice = ("letters by their order",) if at.report.lines[index].letter != ref.letter else ()
        readings.extend(r._replace(choice=(*r.choice, *choice)) for r in _figures(index, at, _said(ref)))
    return readings


def _said(ref: Ref) -> str:
    return f"{'' if ref.number is None else ref.number}{ref.letter or ''}"


def _whole(ref: Ref, at: _At) -> list[_Reading]:
    """Return the value of an item: its own figure, else what its letters come to."""
    items = items_of(at.report, at.line, ref.number)
    if not items:
        raise _AbsentError(f"no line {_said(ref)}")
    readings: list[_Reading] = []
    for item in items:
        try:
            readings.extend(_item(item, at, _said(ref)))
        except _AbsentError as absent:
            reason = str(absent)
    if not readings:
        raise _AbsentError(reason)
    return readings


def _item(item: int, at: _At, said: str) -> list[_Reading]:
    report = at.report
    main = [index for index in report.items[item] if report.lines[index].letter is None]
    for index in main:
        if not report.lines[index].is_blank:
            try:
                return _figures(index, at, said)
            except _AbsentError:
                if not report.lettered(item):
                    raise
    ways = totals(report, item)
    if not any(ways):
        raise _AbsentError(f"line {said} prints no figure")
    readings: list[_Reading] = []
    for choice, indexes in ways.items():
        parts = [_figures(index, at, said) for index in indexes]
        readings.extend(r._replace(choice=(*r.choice, choice)) for r in _combined(parts, _sum))
    return readings


def _sum(values: Sequence[Decimal]) -> _Joined:
    return _added([1] * len(values), values)


def _range(span: Range, at: _At) -> list[_Reading]:
    if span.first.letter is None:
        return _numbers_range(span, at)
    lines = between(at.report, at.line, span)
    if not lines:
        raise _AbsentError(f"no lines {_said(span.first)} to {_said(span.last)}")
    printed = [at.report.lines[index].letter for index in lines]
    broken = (printed[0], printed[-1]) != (span.first.letter, span.last.letter) or len(set(printed)) < len(printed)
    choice = ("letters by their order",) if broken else ()
    ways = [_combined([_figures(index, at, _said(span.first)) for index in lines], _sum)]
    inner = subtotals(at.report, lines)
    if inner:
        leaves = [index for index in lines if index not in inner]
        ways.append(_combined([_figures(index, at, _said(span.first)) for index in leaves], _sum))
    choices = (choice, (*choice, "without subtotals"))
    return [r._replace(choice=(*r.choice, *more)) for way, more in zip(ways, choices, strict=False) for r in way]


def _numbers_range(span: Range, at: _At) -> list[_Reading]:
    first, last = span.first.number, span.last.number
    if first is None or last is None or last < first:
        raise _AbsentError(f"no lines {_said(span.first)} to {_said(span.last)}")
    return _combined([_whole(Ref(number), at) for number in range(first, last + 1)], _sum)


def _named(name: Name, at: _At) -> list[_Reading]:
    """Return the figures of the lines with this label, else of those whose label begins with it; the nearest first."""
    report = at.report
    found = report.named(name.text)
    readings: list[_Reading] = []
    for index in nearest(found, at.line):
        line = report.lines[index]
        if index == at.line:
            continue
        try:
            figures = _item(report.item_of[index], at, name.text) if line.is_blank else _figures(index, at, name.text)
        except _AbsentError:
            continue  # the same words may name a count or a rate elsewhere
        choice = f"{name.text} is line {line.number or ''}{line.letter or ''}" if len(found) > 1 else ""
        readings.extend(r._replace(choice=(*r.choice, choice) if choice else r.choice) for r in figures)
    if not readings:
        raise _AbsentError(f"no line is named {name.text}")
    return readings


def _figures(index: int, at: _At, said: str) -> list[_Reading]:
    """Return the figures of a line that can be meant from the own column, likeliest first."""
    line, own = at.report.lines[index], at.report.lines[at.own.line]
    filled = [column for column, value in enumerate(line.values) if value is not None]
    if not filled:
        raise _AbsentError(f"line {said} prints no figure")
    fitting = [column for column in filled if _fits(line.unit(column), at.unit)]
    if not fitting and at.strict:
        raise _AbsentError(f"line {said} prints no {at.unit}")
    columns = fitting or filled
    unit = own.unit(at.own.column)
    several = sum(value is not None and own.unit(column) == unit for column, value in enumerate(own.values)) > 1
    aligned = len(line.values) == len(own.values) and at.own.column in columns
    if several and aligned:
        columns = [at.own.column]
    columns = columns[: -MOST_READINGS - 1 : -1]  # a line that prints beginning and end means the end
    values = [(line.values[column], ((Own(index, column), Decimal(1)),)) for column in columns]
    choices: list[tuple[str, ...]]
    if several and not aligned:
        choices = [(f"{_UNALIGNED} of line {said}",) for _ in columns]
    else:
        choices = [(f"column {column + 1} of line {said}",) if len(columns) > 1 else () for column in columns]
    return [_Reading(v, 1, choice, used) for (v, used), choice in zip(values, choices, strict=True) if v is not None]


def _fits(unit: str, wanted: str) -> bool:
    return unit == wanted or "UNKNOWN" in (unit, wanted)
