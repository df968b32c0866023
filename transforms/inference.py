"""Inference: arithmetic as the judge of what a column means.

Every sum that ties on the rows of a class table must be a law. Of all ways to lay the laws on the sums, only what is
common to all of them is proven; where heads are missing or leave two readings, that decides. Heads that are known are
never overruled, and the order of columns says nothing.
"""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from itertools import permutations
from typing import NamedTuple

from transforms import assignment, evidence, laws, rates
from transforms.assignment import NOWHERE, ZERO, Board
from transforms.evidence import Table

_PAIRS = 6  # pairs of columns tried as opening and closing balance
_CENTS = 2  # decimals of dollars
_FACTOR_SLACK = 2  # units of the last decimal
_MOVING = frozenset({  # what moves the balance of a class
    "principal_distribution", "scheduled_principal", "unscheduled_principal", "realized_loss", "accretion",
    "total_principal_reduction",
})  # fmt: skip


class Column(NamedTuple):
    """One column of a class table.

    `candidates` are the columns of fact_class_distribution its head may mean: one is known, several are ambiguous, none
    is unknown. `values` are as printed by class row, `total` as printed in the totals row; `percent` says that the
    column prints percent signs.
    """

    candidates: tuple[str, ...]
    values: tuple[Decimal | None, ...]
    total: Decimal | None
    percent: bool


class Inference(NamedTuple):
    """Per column its meaning, None where nothing is proven; and by which rule, None where the head said so alone."""

    meanings: tuple[str | None, ...]
    by: tuple[str | None, ...]


def infer(columns: Sequence[Column], *, factors: bool = False, scaled: bool = False) -> Inference:
    """Return the meanings that the heads state and those that the arithmetic of the table proves.

    `factors` says that the amounts are per denomination, `scaled` that they are in thousands or millions: a sum may
    miss by two units of the last printed digit.
    Raises ValueError where columns differ in their number of rows.
    """
    if len({len(column.values) for column in columns}) > 1:
        raise ValueError(
            f"columns of {[len(column.values) for column in columns]} rows; give each a value or None by row"
        )
    heads = [column.candidates[0] if len(column.candidates) == 1 else None for column in columns]
    by: list[str | None] = [None] * len(columns)
    if None in heads:
        board = _board(columns, heads, factors, scaled)
        found = _proven(board)
        found |= rates.proven(columns, {at: name for at, (name, _) in found.items()})
        for at, (name, rule) in found.items():
            heads[at], by[at] = name, rule
    return Inference(tuple(heads), tuple(by))


def _proven(board: Board) -> dict[int, tuple[str, str]]:
    """Return for columns without a clear head the meaning that sums prove, and the rule."""
    if len(board.groups) < 3 or not any(board.waits(group) for group in range(len(board.groups))):
        return {}
    return assignment.proven(board, evidence.relations(board.table, _balances(board)))


def _board(columns: Sequence[Column], heads: Sequence[str | None], factors: bool, scaled: bool) -> Board:
    """Lay out the columns of money, or of factors, as groups of equal figures."""
    decimals = [max((_decimals(value) for value in column.values if value), default=0) for column in columns]
    broken = any(decimals)  # a table without any decimal prints whole dollars
    rounded = factors or scaled
    scale, slack = (_scale(columns, decimals) if broken else 0, _FACTOR_SLACK) if rounded else (_CENTS, 0)
    groups: list[list[int]] = []
    units: list[tuple[int, ...]] = []
    places: dict[str, int] = {}
    idle: list[tuple[str, ...]] = []
    for at, (column, head) in enumerate(zip(columns, heads, strict=True)):
        if not any(column.values):
            if head is None:
                idle.append(column.candidates)
            else:
                places.setdefault(head, ZERO)
            continue
        counts = head is None and broken and not decimals[at]
        if column.percent or counts or decimals[at] > scale or not _speaks(column):
            continue
        values = tuple(_units(value, scale) for value in column.values)
        group = next((at for at, other in enumerate(units) if _equal(values, other, 2 * slack)), len(groups))
        if group == len(groups):
            groups.append([])
            units.append(values)
        groups[group].append(at)
        if head is not None:
            places[head] = group if places.get(head, group) == group else NOWHERE
    printed = ([columns[at].total for at in group if columns[at].total is not None] for group in groups)
    totals = [_units(total[0], scale) if total else None for total in printed]
    moving = [column.values for column, head in zip(columns, heads, strict=True) if head in _MOVING]
    paid = frozenset(row for values in moving for row, value in enumerate(values) if value)
    table = Table(units, totals, paid, slack, len(columns[0].values))
    return Board([column.candidates for column in columns], groups, idle, table, places)


def _speaks(column: Column) -> bool:
    """Tell whether the column may have a meaning that a law knows."""
    return not column.candidates or not laws.names().isdisjoint(column.candidates)


def _scale(columns: Sequence[Column], decimals: Sequence[int]) -> int:
    """Return the decimals that most columns print; a column with more is a rate."""
    counted = Counter(
        count for column, count in zip(columns, decimals, strict=True) if count and not column.percent
    ).most_common()
    return max((count for count, times in counted if times == counted[0][1]), default=2)


def _decimals(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0


def _units(value: Decimal | None, scale: int) -> int:
    return int(value.scaleb(scale)) if value else 0


def _equal(values: tuple[int, ...], other: tuple[int, ...], slack: int) -> bool:
    if not slack:
        return values == other
    return all(abs(a - b) <= slack for a, b in zip(values, other, strict=True))


def _balances(board: Board) -> list[tuple[int, int]]:
    """Return the pairs of groups that may be an opening and a closing balance, those with heads first."""
    pairs: list[tuple[int, tuple[int, int]]] = []
    for first, last in permutations(range(len(board.groups)), 2):
        if board.allows(first, "beginning_balance") and board.allows(last, "ending_balance"):
            places = board.places.get("beginning_balance"), board.places.get("ending_balance")
            stated = (places[0] == first) + (places[1] == last)
            if stated == 2 or _alike(board.table.values[first], board.table.values[last]):
                pairs.append((-stated, (first, last)))
    return [pair for _, pair in sorted(pairs)[:_PAIRS]]


def _alike(first: Sequence[int], last: Sequence[int]) -> bool:
    """Tell whether most rows hold amounts of one size: a balance rarely halves in a month."""
    both = [(a, b) for a, b in zip(first, last, strict=True) if a or b]
    return 2 * sum(max(a, b) <= 2 * min(a, b) for a, b in both) > len(both)
