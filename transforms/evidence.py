"""Evidence: which sums of columns tie on the rows of one table, and whether enough moved for them to count.

Columns are tuples of whole units (cents, or the last decimal of a factor), one per row. A tie holds on every row, but
for notional classes, whose balance drifts without any cash: those are a minority.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

Terms = tuple[tuple[int, int], ...]  # column and sign, by column; the first sign is +1

TELLING = 100  # units below which an amount meets another by chance
_WIDE = 16  # columns above which sums of five are not looked for
_MODULUS = (1 << 61) - 1
_TRIED = 3  # sets of rows left out, at most


@dataclass(frozen=True)
class Table:
    """Columns of figures: per column the units by row (0 where blank) and the printed total; the rows with cash."""

    values: Sequence[tuple[int, ...]]
    totals: Sequence[int | None]
    paid: frozenset[int]  # rows on which a head names something that moves a balance, and it is not zero
    slack: int  # units by which a sum may miss on one row
    rows: int


class Relation(NamedTuple):
    """A signed sum of columns that is zero on every row but those left out, and the columns that moved enough."""

    terms: Terms
    moved: frozenset[int]


def relations(table: Table, balances: Sequence[tuple[int, int]]) -> list[Relation]:
    """Return the independent sums of three to five columns that tie with enough movement, short ones first.

    `balances` are the pairs of columns that may be an opening and a closing balance.
    """
    found: list[Relation] = []
    span = _Span()
    for pair, left_out in ((None, frozenset[int]()), *_left_out(table, balances)):
        for terms in dict.fromkeys(_zero_sums(table, left_out)):
            excused = missed(table, terms, pair)
            if excused is None or not span.is_new(terms):
                continue
            moved = _moved(table, terms, excused)
            if len(moved) >= 2:
                span.add(terms)
                found.append(Relation(terms, moved))
    return sorted(found, key=lambda relation: len(relation.terms))


def missed(table: Table, terms: Terms, pair: tuple[int, int] | None) -> frozenset[int] | None:
    """Return the rows on which a sum does not tie but need not; None where it does not tie as it should.

    `pair` is the opening and the closing balance: where the rest of the sum is zero, their difference is a drift.
    """
    columns = [(sign, table.values[column]) for column, sign in terms]
    misses = [row for row in range(table.rows) if abs(sum(s * values[row] for s, values in columns)) > table.slack]
    if not misses:
        return frozenset()
    signs = dict(terms)
    if pair is None or signs.get(pair[0], 0) * signs.get(pair[1], 0) != -1 or 2 * len(misses) >= table.rows:
        return None
    rest = [(sign, table.values[column]) for column, sign in terms if column not in pair]
    still = all(abs(sum(s * values[row] for s, values in rest)) <= table.slack for row in misses)
    return frozenset(misses) if still and table.paid.isdisjoint(misses) else None


def one_sided(table: Table, terms: Terms, signs: Sequence[int]) -> bool:
    """Tell whether amounts of these signs, not printed, may make up all that a sum is from zero."""
    columns = [(sign, table.values[column]) for column, sign in terms]
    sums = [sum(s * values[row] for s, values in columns) for row in range(table.rows)]
    return all(abs(one) <= table.slack or (1 if one > 0 else -1) in signs for one in sums)


def _moved(table: Table, terms: Terms, left_out: frozenset[int]) -> frozenset[int]:
    """Return the columns with two distinct amounts, or with one where the totals row sums; none without a proof.

    A row proves a sum if three of its terms are there: of two, one only repeats the other.
    """
    amounts: dict[int, set[int]] = {column: set() for column, _ in terms}
    proving: set[int] = set()
    for row in range(table.rows):
        telling = [(column, abs(table.values[column][row])) for column, _ in terms]
        telling = [(column, amount) for column, amount in telling if amount >= TELLING]
        if row not in left_out:
            for column, amount in telling:
                amounts[column].add(amount)
            proving.update(column for column, _ in telling if len(telling) >= 3)
    if not all(amounts.values()):
        return frozenset()  # a column of next to nothing fits anywhere
    # The totals row of a single class only repeats it.
    summed = table.rows - len(left_out) > 1 and _totals_sum(table, terms, left_out)
    return frozenset(column for column in proving if len(amounts[column]) >= 2 or summed)


def _totals_sum(table: Table, terms: Terms, left_out: frozenset[int]) -> bool:
    """Tell whether the totals row satisfies the sum, and is the sum of the rows in every column of it."""
    balance = 0
    for column, sign in terms:
        total, values = table.totals[column], table.values[column]
        if total is None:
            return False
        whole = sum(values)
        if total not in (whole, whole - sum(values[row] for row in left_out)):
            return False
        balance += sign * total
    return abs(balance) <= table.slack


# -- looking for sums -----------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _weights(rows: int) -> tuple[int, ...]:
    """Return a weight for each row, so that two columns with one weighted sum are all but surely the same."""
    return tuple(pow(0x9E3779B97F4A7C15, row + 1, _MODULUS) for row in range(rows))


def _zero_sums(table: Table, left_out: frozenset[int]) -> Iterator[Terms]:
    """Yield candidates for sums that are zero, from the sums of pairs: two meet in the middle."""
    weights: Sequence[int] = [1] * table.rows if table.slack else _weights(table.rows)
    kept = [(row, weight) for row, weight in enumerate(weights) if row not in left_out]
    keys = [sum(values[row] * weight for row, weight in kept) for values in table.values]
    # Each row may miss by the slack, so the sums of a column miss by no more than one step of this width.
    width = table.slack * len(kept) + 1
    pairs = list(combinations(range(len(keys)), 2))
    singles = _index([(key, (column,)) for column, key in enumerate(keys)], width)
    doubles = _index([(keys[a] + keys[b], (a, b)) for a, b in pairs], width)
    steps = (0,) if width == 1 else (-1, 0, 1)

    def met(plus: tuple[int, ...], minus: tuple[int, ...], index: dict[int, list[tuple[int, ...]]]) -> Iterator[Terms]:
        place = (sum(keys[column] for column in plus) - sum(keys[column] for column in minus)) // width
        for step in steps:
            for other in index.get(place + step, ()):
                if not set(other).intersection(plus + minus):
                    yield _terms(plus, minus + other)

    for a, b in pairs:
        yield from met((a, b), (), singles)
    for a, b in pairs:
        yield from met((a, b), (), doubles)
        yield from met((a,), (b,), doubles)
        yield from met((b,), (a,), doubles)
    if len(keys) <= _WIDE:
        for a, b in pairs:
            for c in range(len(keys)):
                if c not in (a, b):
                    yield from met((a, b), (c,), doubles)
                    yield from met((c,), (a, b), doubles)


def _index(keyed: list[tuple[int, tuple[int, ...]]], width: int) -> dict[int, list[tuple[int, ...]]]:
    index: dict[int, list[tuple[int, ...]]] = {}
    for key, columns in keyed:
        index.setdefault(key // width, []).append(columns)
    return index


def _terms(plus: tuple[int, ...], minus: tuple[int, ...]) -> Terms:
    terms = sorted([(column, 1) for column in plus] + [(column, -1) for column in minus])
    return tuple((column, sign * terms[0][1]) for column, sign in terms)


class _Span:
    """The sums found so far: what follows from them is no news."""

    def __init__(self) -> None:
        self._reduced: dict[int, dict[int, int]] = {}  # leading column -> coefficients, the leading one being 1

    def is_new(self, terms: Terms) -> bool:
        return bool(self._rest(terms))

    def add(self, terms: Terms) -> None:
        rest = self._rest(terms)
        lead = min(rest)
        inverse = pow(rest[lead], -1, _MODULUS)
        self._reduced[lead] = {column: value * inverse % _MODULUS for column, value in rest.items()}

    def _rest(self, terms: Terms) -> dict[int, int]:
        rest = dict(terms)
        for lead in sorted(self._reduced):
            factor = rest.get(lead, 0)
            if factor:
                for column, value in self._reduced[lead].items():
                    rest[column] = (rest.get(column, 0) - factor * value) % _MODULUS
        return {column: value for column, value in rest.items() if value % _MODULUS}


# -- rows that may be left out --------------------------------------------------------------------------------------


def _left_out(table: Table, balances: Sequence[tuple[int, int]]) -> Iterator[tuple[tuple[int, int], frozenset[int]]]:
    """Yield pairs of balances with the rows that drift between them, to look again without these."""
    seen: set[frozenset[int]] = {frozenset()}
    for pair in balances:
        rows = _drifting(table, *pair)
        if rows not in seen and len(seen) <= _TRIED:
            seen.add(rows)
            yield pair, rows


def _drifting(table: Table, opening: int, closing: int) -> frozenset[int]:
    """Return the rows on which two balances differ by nothing that the row prints, alone or as a sum of two."""
    others = [values for column, values in enumerate(table.values) if column not in (opening, closing)]
    first, last = table.values[opening], table.values[closing]
    drifting: set[int] = set()
    for row in range(table.rows):
        change = first[row] - last[row]
        if (
            row not in table.paid
            and abs(change) > table.slack
            and not _printed(change, [values[row] for values in others], table.slack)
        ):
            drifting.add(row)
            if 2 * len(drifting) >= table.rows:
                return frozenset()
    return frozenset(drifting)


def _printed(change: int, amounts: list[int], slack: int) -> bool:
    """Tell whether the amounts of one row, or two of them, make up a change."""
    signed = {sign * amount for amount in amounts for sign in (1, -1) if amount}
    near = range(-slack, slack + 1)
    return any(change + miss in signed for miss in near) or any(
        change + miss - amount in signed for amount in signed for miss in near
    )
