"""Shares of late loans: each is of the measure that it is proportional to, their number or their balance.

Down a column of shares, share over value is one constant within the printed rounding, for one of the measures beside
it. Words decide only where the figures leave both open.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from transforms.cells import Cells, Head
from transforms.values import figure

_TABLE = "fact_delinquency"
_MEASURES = ("loan_count", "balance")
_CENT = Decimal("0.01")
_TELLING = 2  # members with late loans at least: one share is proportional to anything

# What a figure is of: loan group, status, bucket.
Member = tuple[str | None, str | None, str | None]
# A number or balance and half a unit of its last printed digit, by which a balance may be rounded.
_Values = Mapping[Member, tuple[Decimal, Decimal]]
# A share in percent and the unit of its last printed decimal.
_Shares = Mapping[Member, tuple[Decimal, Decimal]]


def settle(cells: Cells, placed: Sequence[tuple[int, int]]) -> None:
    """Give the shares of a table the measure that they are of; those of neither lose their column.

    `placed` has the index of each cell and its column, or what stands for one where measures take turns down the page.
    """
    late = [(at, column) for at, column in placed if _head(cells, at).canonical_table == _TABLE]
    late = [(at, column) for at, column in late if not _is_misplaced(cells, at)]
    shares = [(at, column) for at, column in late if (_head(cells, at).canonical_column or "").endswith("_pct")]
    if len(shares) < _TELLING:
        return
    measured: dict[str, dict[Member, tuple[Decimal, Decimal]]] = {name: {} for name in _MEASURES}
    for at, _ in late:
        name, printed_value = _head(cells, at).canonical_column, _printed(cells.rows[at][4])
        if name in measured and printed_value is not None:
            value, unit = printed_value
            measured[name].setdefault(_member(cells, at), (value, unit / 2 if name == "balance" else Decimal(0)))
    for series in _series(cells, shares):
        printed = {_member(cells, at): share for at in series if (share := _printed(cells.rows[at][4])) is not None}
        fits = {name: _is_proportional(printed, values) for name, values in measured.items()}
        _give(cells, series, fits)


def _is_misplaced(cells: Cells, at: int) -> bool:
    """Take the column from an amount in the place of a share, and tell whether it was one."""
    low, high, label, head, raw, text = cells.rows[at]
    known = cells.heads[head]
    if not (known.canonical_column or "").endswith("_pct") or "," not in raw or "%" in raw:
        return False
    cells.rows[at] = (low, high, label, cells.head(_unknown(known)), raw, text)
    return True


def _unknown(head: Head) -> Head:
    return Head(head.column_label, None, None, "UNKNOWN", group_code=head.group_code)


def _series(cells: Cells, shares: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Return the shares that are of one measure: those of a column, or where measures change from row to row, of a row.

    Then a column has two shares of one member.
    """
    columns: dict[int, list[int]] = defaultdict(list)
    lines: dict[int, list[int]] = defaultdict(list)
    for at, column in shares:
        columns[column].append(at)
        lines[cells.labels[cells.rows[at][2]][1]].append(at)
    for found in (columns, lines):
        members = [[_member(cells, at) for at in series] for series in found.values()]
        if all(len(set(one)) == len(one) for one in members) and max(map(len, members)) >= _TELLING:
            return list(found.values())
    return []


def _give(cells: Cells, series: Sequence[int], fits: Mapping[str, bool | None]) -> None:
    """Put shares under the one measure that they fit; where neither is left, under none."""
    fitting = [name for name, fit in fits.items() if fit]
    for at in series:
        low, high, label, head, raw, text = cells.rows[at]
        known = cells.heads[head]
        stated = (known.canonical_column or "").removesuffix("_pct")
        if len(fitting) == 1 and stated != fitting[0]:
            known = known._replace(canonical_column=f"{fitting[0]}_pct")
        elif not fitting and fits[stated] is False:
            known = _unknown(known)
        else:
            continue
        cells.rows[at] = (low, high, label, cells.head(known), raw, text)


def _is_proportional(shares: _Shares, values: _Values) -> bool | None:
    """Tell whether shares are those of values in each loan group, None where too few of both are printed to tell."""
    both: dict[str | None, list[tuple[Decimal, Decimal, Decimal, Decimal]]] = defaultdict(list)
    for member, (share, unit) in shares.items():
        if member in values:
            both[member[0]].append((share, unit, *values[member]))
    told = [fit for rows in both.values() if (fit := _has_one_rate(rows)) is not None]
    return all(told) if told else None


def _has_one_rate(rows: Sequence[tuple[Decimal, Decimal, Decimal, Decimal]]) -> bool | None:
    """Tell whether share over value is one constant; a share may be cut to its last decimal as well as rounded."""
    if any(not value and share > unit and half <= _CENT for share, unit, value, half in rows):
        return False
    rates = [
        ((share - unit) / (value + half), (share + unit) / (value - half)) for share, unit, value, half in rows
        if value > half
    ]  # fmt: skip
    if len(rates) < _TELLING:
        return None
    return max(low for low, _ in rates) <= min(high for _, high in rates)


def _printed(raw: str) -> tuple[Decimal, Decimal] | None:
    """Return a printed figure without its sign, and the unit of its last digit."""
    value = figure(raw)
    if value is None:
        return None
    exponent = value.as_tuple().exponent
    return abs(value), Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)


def _head(cells: Cells, at: int) -> Head:
    return cells.heads[cells.rows[at][3]]


def _member(cells: Cells, at: int) -> Member:
    label, head = cells.labels[cells.rows[at][2]], _head(cells, at)
    return label[7] or head.group_code, head.status, label[6] or head.bucket
