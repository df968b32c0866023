"""Columns of class tables that no head names: their meaning is what the arithmetic of the table proves, or nothing.

So is the meaning of columns that claim the same and print different figures: a line of their heads is not there. The
parts of a split table are put together by class, so that one part's columns prove the other's.
"""

from bisect import bisect_right
from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from transforms import facts
from transforms.cells import Cells, Head
from transforms.grid import Column as Extent
from transforms.inference import Column, infer
from transforms.values import figure

_DOLLARS, _FACTORS, _TOTALS = "fact_class_distribution", "fact_class_factor", "fact_class_total"
_TOTAL = "\0total"  # a key that no class has
_TOTAL_COLUMNS = frozenset(facts.TABLES[_TOTALS].column_names())


class Part(NamedTuple):
    """One table of a class statement: the statement, its cells by their index, where its columns stand."""

    code: str
    seq: int
    first: int
    last: int
    extents: list[Extent]
    known: bool  # every column has a head that is known


class Choice(NamedTuple):
    """A column without a known head, what it was read as, and the rule that proved it."""

    statement_code: str
    column_label: str | None
    column: str
    rule: str


class _Figures(NamedTuple):
    """One column: the index of each cell by class, the head they share, and their values."""

    cells: dict[str, int]
    head: Head
    values: dict[str, Decimal]


def settle(cells: Cells, parts: Sequence[Part], *, scaled: bool = False) -> list[Choice]:
    """Give the cells under unknown heads the column that arithmetic proves; return what was chosen.

    `scaled` amounts may be in thousands or millions, and rounded.
    """
    chosen: list[Choice] = []
    if all(part.known for part in parts):
        return []
    for (code, _), parted in groupby(sorted(parts, key=lambda part: part[:2]), key=lambda part: part[:2]):
        group = list(parted)
        if all(part.known for part in group):
            continue
        columns = [_undone(cells, column) if clashes else column for column, clashes in _clashing(cells, group)]
        if any(column.head.canonical_table is None for column in columns):
            chosen += _settled(cells, code, columns, scaled)
    return chosen


def _clashing(cells: Cells, parts: Sequence[Part]) -> list[tuple[_Figures, bool]]:
    """Return the columns of all parts, each with whether another of its part claims its meaning for other figures."""
    found: list[tuple[_Figures, bool]] = []
    for part in parts:
        columns = _columns(cells, part)
        found += [(column, any(_clash(column, other) for other in columns)) for column in columns]
    return found


def _clash(column: _Figures, other: _Figures) -> bool:
    """Tell whether two columns claim one measure of a class and differ in one of the classes."""
    meant = (column.head.canonical_table, column.head.canonical_column)
    if meant[0] not in (_DOLLARS, _FACTORS) or meant != (other.head.canonical_table, other.head.canonical_column):
        return False
    shared = column.values.keys() & other.values.keys()
    return any(column.values[name] != other.values[name] for name in shared)


def _undone(cells: Cells, column: _Figures) -> _Figures:
    """Take the meaning of a column from its cells."""
    unknown = column.head._replace(canonical_table=None, canonical_column=None, unit="UNKNOWN")
    at_head = cells.head(unknown)
    for at in column.cells.values():
        low, high, label, _, raw, text = cells.rows[at]
        cells.rows[at] = (low, high, label, at_head, raw, text)
    return column._replace(head=unknown)


def _columns(cells: Cells, part: Part) -> list[_Figures]:
    """Return the columns of figures of one table."""
    starts = [start for start, _ in part.extents]
    found: dict[int, _Figures] = {}
    for at in range(part.first, part.last):
        start, end, label, head, raw, text = cells.rows[at]
        value = figure(raw) if text is None else None
        if value is None:
            continue
        place = bisect_right(starts, (start + end) // 2)
        column = found.setdefault(place, _Figures({}, cells.heads[head], {}))
        name = cells.labels[label][5] or _TOTAL
        column.cells[name], column.values[name] = at, value
        if name != _TOTAL and column.head.canonical_table is None and cells.heads[head].canonical_table:
            found[place] = column._replace(head=cells.heads[head])
    return list(found.values())


def _settled(cells: Cells, code: str, columns: Sequence[_Figures], scaled: bool) -> list[Choice]:
    factors = any(column.head.canonical_table == _FACTORS for column in columns)
    table = _FACTORS if factors else _DOLLARS
    classes = list(dict.fromkeys(name for column in columns for name in column.values if name != _TOTAL))
    found = infer([_posed(cells, column, classes) for column in columns], factors=factors, scaled=scaled)
    chosen: list[Choice] = []
    for column, meaning, rule in zip(columns, found.meanings, found.by, strict=True):
        if rule is not None and meaning is not None and column.head.canonical_table is None:
            _give(cells, column, table, meaning)
            chosen.append(Choice(code, column.head.column_label, meaning, rule))
    return chosen


def _posed(cells: Cells, column: _Figures, classes: Sequence[str]) -> Column:
    known = column.head.canonical_table in (_DOLLARS, _FACTORS) and column.head.canonical_column
    return Column(
        (known,) if known else () if column.head.canonical_table is None else ("",),
        tuple(column.values.get(name) for name in classes),
        column.values.get(_TOTAL),
        any(cells.rows[at][4].endswith("%") for at in column.cells.values()),
    )


def _give(cells: Cells, column: _Figures, table: str, meaning: str) -> None:
    """Put a column's cells under a head of the meaning; its total has the same measure in a table of its own."""
    table = table if meaning in facts.TABLES[table].columns() else _DOLLARS
    unit = (facts.TABLES[table].columns()[meaning].metadata or {}).get("unit", "UNKNOWN")
    of_class = cells.head(column.head._replace(canonical_table=table, canonical_column=meaning, unit=unit))
    has_total = meaning in _TOTAL_COLUMNS and table == _DOLLARS
    of_total = cells.head(
        column.head._replace(canonical_table=_TOTALS, canonical_column=meaning, unit=unit) if has_total else column.head
    )
    for name, at in column.cells.items():
        low, high, label, _, raw, text = cells.rows[at]
        cells.rows[at] = (low, high, label, of_total if name == _TOTAL else of_class, raw, text)
