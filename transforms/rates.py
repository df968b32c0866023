"""Rates: what products and quotients prove of the columns of a class table.

The closing balance over the original face is the printed percentage (C05). Opening balance times rate times the days of
the period over 360 is the accrued interest (C09), with one whole number of days for most classes. Both round, so each
tie is held to the last printed decimal, and a column is proven only if no other would do in its place.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Protocol

Values = tuple[Decimal | None, ...]
_HUNDRED, _YEAR = Decimal(100), Decimal(360)
_CENT = Decimal("0.01")
_DAYS = range(20, 41)
_SHARP = Decimal("0.05")  # days: a tie no sharper than this proves no whole number of them
_PLAIN = Decimal(100)  # interest in which a slightly other rate would show
_TWINS = {"accrued_interest": "interest_distribution", "pass_through_rate": "next_pass_through_rate"}


class _Column(Protocol):
    @property
    def candidates(self) -> tuple[str, ...]: ...
    @property
    def values(self) -> Values: ...
    @property
    def percent(self) -> bool: ...


def proven(columns: Sequence[_Column], found: Mapping[int, str]) -> dict[int, tuple[str, str]]:
    """Return the meaning and rule of columns that a quotient or a product proves; `found` is known beside the heads."""
    stated = {
        column.candidates[0]: at for at, column in reversed(list(enumerate(columns))) if len(column.candidates) == 1
    }
    stated |= {name: at for at, name in found.items()}
    decided: dict[int, tuple[str, str]] = {}
    for rule, names, ties in (
        ("C05", ("ending_balance", "original_face", "ending_balance_pct"), _quotient),
        ("C09", ("beginning_balance", "pass_through_rate", "accrued_interest"), _product),
    ):
        at = _only(columns, stated, decided, names, ties)
        if at is not None:
            decided[at[0]] = (at[1], rule)
    return decided


def _only(
    columns: Sequence[_Column],
    stated: Mapping[str, int],
    decided: Mapping[int, tuple[str, str]],
    names: tuple[str, str, str],
    ties: Callable[[_Column, _Column, _Column], bool],
) -> tuple[int, str] | None:
    """Return the one open column that ties as the one meaning that is missing, and that meaning."""
    places = dict(stated)
    if "accrued_interest" in names and "accrued_interest" not in places and "pass_through_rate" not in places:
        places["accrued_interest"] = places.get("interest_distribution", -1)  # the rate may be proven by what was paid
    missing = [name for name in names if places.get(name, -1) < 0]
    taken = {at for name, at in places.items() if name not in missing}
    if len(missing) != 1 or len(taken) < 2:
        return None
    name = missing[0]
    if name == "beginning_balance":
        return None  # the closing balance ties as well, but for the classes that were paid
    if name == "accrued_interest" and "interest_distribution" not in places:
        return None  # earned or paid: most months no arithmetic tells
    roles = [places.get(other, -1) for other in names]

    def holds(**instead: int) -> bool:
        held = [columns[instead.get(other, at)] for other, at in zip(names, roles, strict=True)]
        return ties(held[0], held[1], held[2])

    tied = [at for at in range(len(columns)) if at not in roles and holds(**{name: at})]
    # What was paid as it was earned, or the rate of the next period, is no rival under its own head.
    rivals = [at for at in tied if at != stated.get(_TWINS.get(name, ""))]
    if len(rivals) != 1 or rivals[0] in taken or rivals[0] in decided:
        return None
    if name == "ending_balance_pct" and any(
        holds(ending_balance=at, ending_balance_pct=rivals[0]) for at in range(len(columns)) if at not in roles
    ):
        return None
    if not _tested(name, [columns[rivals[0] if other == name else at] for other, at in zip(names, roles, strict=True)]):
        return None
    candidates = columns[rivals[0]].candidates
    return (rivals[0], name) if not candidates or name in candidates else None


def _tested(name: str, held: Sequence[_Column]) -> bool:
    """Tell whether every figure of the open column was put to the test, where one that was not may differ.

    A rate of a class without balance may be next month's; a face that is zero may be an opening balance.
    """
    rows = zip(*(column.values for column in held), strict=True)
    if name == "original_face":
        return all(face for _, face, _ in rows)
    return name != "pass_through_rate" or all(
        balance and amount and amount >= _PLAIN for balance, rate, amount in rows if rate
    )


def _quotient(balance: _Column, face: _Column, share: _Column) -> bool:
    """Tell whether the share is balance over face on every row, with two distinct shares between none and all."""
    whole = _whole(share)
    if whole is None:
        return False
    seen: set[Decimal] = set()
    for held, issued, printed in zip(balance.values, face.values, share.values, strict=True):
        if held is None or printed is None or not issued:
            continue
        last = _last(printed)
        if abs(held / issued * whole - printed) > last:
            return False
        if 0 < printed < whole and last * 1000 <= printed:
            seen.add(printed)
    return len(seen) >= 2


def _whole(share: _Column) -> Decimal | None:
    """Return what a full share is printed as: 1, or 100 with percent signs or amounts above 1."""
    highest = max((value for value in share.values if value is not None), default=Decimal(0))
    if highest <= 0 or highest > _HUNDRED:
        return None
    return _HUNDRED if share.percent or highest > 1 else Decimal(1)


def _product(balance: _Column, rate: _Column, accrued: _Column) -> bool:
    """Tell whether on every row a whole number of days explains the interest, the same for most."""
    if not _is_rate(rate):
        return False
    base = _YEAR * (_HUNDRED if rate.percent or max(filter(None, rate.values), default=0) > 1 else 1)
    days: Counter[int] = Counter()
    amounts: set[Decimal] = set()
    small: list[tuple[Decimal, Decimal]] = []  # so little that most numbers of days would do
    for held, yearly, earned in zip(balance.values, rate.values, accrued.values, strict=True):
        if not held or not yearly:
            continue
        earned = earned or Decimal(0)
        per_day = held * yearly / base
        if per_day < 1:
            small.append((per_day, earned))
            continue
        slack = (_CENT + held * _last(yearly) * _DAYS[-1] / base) / per_day
        exact = earned / per_day
        near = round(exact)
        if near not in _DAYS or abs(exact - near) > slack or slack > _SHARP:
            return False
        days[near] += 1
        amounts.add(earned)
    if len(amounts) < 2 or 2 * max(days.values()) <= days.total():
        return False
    return all(min(days) * a_day - _CENT <= earned <= max(days) * a_day + _CENT for a_day, earned in small)


def _is_rate(column: _Column) -> bool:
    """Tell whether all figures are yearly rates: percent up to 40, or fractions of one."""
    figures = [value for value in column.values if value]
    bound = 40 if column.percent or any(value > 1 for value in figures) else 1
    return bool(figures) and all(0 < value < bound and value.as_tuple().exponent != 0 for value in figures)


def _last(printed: Decimal) -> Decimal:
    """Return one unit of the last printed decimal."""
    exponent = printed.as_tuple().exponent
    return Decimal((0, (1,), exponent if isinstance(exponent, int) else 0))
