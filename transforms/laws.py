"""Laws: the sums that may tie the columns of one class table together, derived from the declared identities.

Each declared identity of the classes is a sum of signed meanings that is zero. Two of them with a common meaning make a
third, for tables that do not print it. Beside them stand sums that are true of some reports only: they prove nothing,
but a sum that they explain as well cannot be laid to a declared identity alone.
"""

import ast
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations
from typing import NamedTuple

from transforms import facts

LONGEST = 5  # columns in one law: opening, principal, loss, accretion, closing


class Law(NamedTuple):
    """A sum of signed meanings that is zero; `by` is None where it explains but does not prove.

    `stated` is a meaning that only a head can give where this law is laid: arithmetic alone would not come to it.
    `without` are the optional terms that it takes for zero or not printed.
    """

    by: str | None
    signs: dict[str, int]
    stated: str | None = None
    without: frozenset[str] = frozenset()


class Identity(NamedTuple):
    """A declared identity as one sum; what is `optional` counts as zero where it is not printed."""

    rule_id: str
    signs: dict[str, int]
    optional: frozenset[str]


# Payments and write-ups that some trustees print in columns of their own and count into a declared sum.
_EXTRAS: dict[str, dict[str, int]] = {
    "C01": {"subsequent_recovery": 1},
    "C02": {"basis_risk_carryover_paid": 1, "unpaid_interest_shortfall_paid": 1},
}
# What stands between the interest earned and the interest paid, and between two carry-forwards: some, never all of it.
_SOMETIMES: tuple[tuple[dict[str, int], dict[str, int]], ...] = (
    (
        {"accrued_interest": 1, "interest_distribution": -1},
        {
            "unpaid_interest_shortfall_paid": 1, "current_interest_shortfall": -1, "interest_realized_loss": -1,
            "non_supported_interest_shortfall": -1, "relief_act_shortfall": -1, "accretion": -1,
            "basis_risk_carryover_current": -1, "remaining_unpaid_interest_shortfall": -1,
        },
    ),
    (
        {"beginning_interest_carryforward": 1, "ending_interest_carryforward": -1},
        {"current_interest_shortfall": 1, "unpaid_interest_shortfall_paid": -1},
    ),
    (
        {"remaining_unpaid_interest_shortfall": 1},
        {"beginning_interest_carryforward": -1, "current_interest_shortfall": -1, "unpaid_interest_shortfall_paid": 1},
    ),
    (
        {"basis_risk_carryover_unpaid": 1},
        {"basis_risk_carryover_current": -1, "basis_risk_carryover_paid": 1},
    ),
)  # fmt: skip

# A column that is not printed, and one that often stands for it: interest earned, or all principal of one kind.
_STAND_INS = (
    ("interest_distribution", "accrued_interest"),
    ("principal_distribution", "scheduled_principal"),
    ("principal_distribution", "unscheduled_principal"),
)


@cache
def declared() -> tuple[Identity, ...]:
    """Return the declared money identities of the class distribution as sums."""
    return tuple(
        _identity(identity)
        for identity in facts.IDENTITIES
        if identity.table == "fact_class_distribution" and identity.unit == "money"
    )


@cache
def telling_zeros() -> frozenset[str]:
    """Return the meanings of which it matters to the laws that their column is printed and all zero."""
    mandatory = (name for law in declared() for name in law.signs.keys() - law.optional)
    return frozenset({"accretion", *mandatory})


@cache
def names() -> frozenset[str]:
    """Return every meaning that a law speaks of."""
    return frozenset(name for group in catalogue(frozenset()).values() for law in group for name in law.signs)


@cache
def catalogue(zeros: frozenset[str]) -> dict[int, tuple[Law, ...]]:
    """Return the laws by their number of columns; `zeros` are meanings whose columns are printed and all zero."""
    found: dict[frozenset[tuple[str, int]], Law] = {}
    proving = list(_proving(zeros))
    for law in (*proving, *_explaining(proving, zeros)):
        if 3 <= len(law.signs) <= LONGEST:
            flip = min(law.signs.items())[1]
            key = frozenset((name, sign * flip) for name, sign in law.signs.items())
            known = found.get(key)
            if known is None or _rank(law) < _rank(known):
                found[key] = law
    return {size: tuple(law for law in found.values() if len(law.signs) == size) for size in range(3, LONGEST + 1)}


def _rank(law: Law) -> tuple[bool, bool, int]:
    """Put what proves before what explains, and the plainer before the more involved."""
    return law.by is None, law.stated is not None, len(law.by or "")


def _identity(identity: facts.Identity) -> Identity:
    """Read an identity as the sum of what is expected less what is printed."""
    signs, optional = _terms(identity.expected)
    actual, also_optional = _terms(identity.actual)
    return Identity(
        identity.rule_id, signs | {name: -sign for name, sign in actual.items()}, frozenset(optional | also_optional)
    )


def _terms(expression: str) -> tuple[dict[str, int], set[str]]:
    """Return the signed names of a linear expression, and which of them are coalesced to zero.

    Such SQL is also a Python expression, so the parser of the language serves.
    """
    signs: dict[str, int] = {}
    optional: set[str] = set()

    def walk(node: ast.expr, sign: int) -> None:
        match node:
            case ast.BinOp(left, ast.Add() | ast.Sub() as operator, right):
                walk(left, sign)
                walk(right, sign if isinstance(operator, ast.Add) else -sign)
            case ast.Name(name):
                signs[name] = sign
            case ast.Call(ast.Name("coalesce"), [ast.Name(name), ast.Constant(0)]):
                signs[name] = sign
                optional.add(name)
            case _:
                raise ValueError(f"{expression!r}: no sum of columns; write it with +, - and coalesce(column, 0)")

    walk(ast.parse(expression, mode="eval").body, 1)
    return signs, optional


def _proving(zeros: frozenset[str]) -> Iterator[Law]:
    """Yield the declared identities, and pairs of them that meet in a meaning, with each choice of what is not printed.

    A pair that meets in a column of zeros says no more than each identity alone.
    """
    base = declared()
    for identity in base:
        yield from _choices(identity.rule_id, identity.signs, identity.optional, _EXTRAS, zeros)
    for first, second in combinations(base, 2):
        for way in (1, -1):
            signs = dict(first.signs)
            for name, sign in second.signs.items():
                signs[name] = signs.get(name, 0) + way * sign
            met = {name for name, sign in signs.items() if not sign}
            if all(abs(sign) <= 1 for sign in signs.values()) and met - zeros:
                left = {name: sign for name, sign in signs.items() if sign}
                extras = {first.rule_id: _EXTRAS.get(first.rule_id, {})} | {
                    second.rule_id: {n: way * sign for n, sign in _EXTRAS.get(second.rule_id, {}).items()}
                }
                by = f"{first.rule_id}+{second.rule_id}"
                yield from _choices(by, left, first.optional | second.optional, extras, zeros)


def _choices(
    by: str, signs: dict[str, int], optional: frozenset[str], extras: dict[str, dict[str, int]], zeros: frozenset[str]
) -> Iterator[Law]:
    fixed = {name: sign for name, sign in signs.items() if name not in optional and name not in zeros}
    more = {name: sign for rule in by.split("+") for name, sign in extras.get(rule, {}).items()}
    yield from _printed(by, fixed, {name: sign for name, sign in signs.items() if name in optional}, more)


def _printed(by: str | None, fixed: dict[str, int], optional: dict[str, int], extras: dict[str, int]) -> Iterator[Law]:
    """Yield the law with each choice of its optional and extra terms that keeps it short enough."""
    choices = sorted(optional) + sorted(extras.keys() - fixed.keys() - optional.keys())
    for size in range(max(LONGEST + 1 - len(fixed), -1) + 1):  # one more, for a term that another law may take out
        for kept in combinations(choices, size):
            law = fixed | {name: optional.get(name) or extras[name] for name in kept}
            rule = by if optional.keys() >= set(kept) else None
            yield Law(rule, law, without=frozenset(optional.keys() - set(kept)))


def _explaining(proving: Sequence[Law], zeros: frozenset[str]) -> Iterator[Law]:
    """Yield the sums that are true of some reports: alone, and put into the declared ones.

    What is earned and not paid may be added to the balance, so that interest paid and accretion are interest earned.
    """
    for fixed, optional in _SOMETIMES:
        yield from _printed(None, fixed, {}, optional)
    yield from _printed(None, {"beginning_balance": 1, "accretion": 1, "ending_balance": -1}, {}, {"realized_loss": -1})
    accrued, between = _SOMETIMES[0]
    paid = {"accrued_interest": accrued["accrued_interest"], "principal_distribution": 1, "total_distribution": -1}
    yield from (law for law in _printed(None, paid, {}, between) if len(law.signs) > len(paid))
    for law in proving:
        for name, stand_in in _STAND_INS:
            if name in law.signs and stand_in not in law.signs:
                signs = {(stand_in if kept == name else kept): sign for kept, sign in law.signs.items()}
                yield Law(None, signs, stand_in)
        for name, other in (("accretion", "interest_distribution"), ("interest_distribution", "accretion")):
            if name in law.signs and "accretion" not in zeros:
                rest = {kept: sign for kept, sign in law.signs.items() if kept != name}
                rest[other] = rest.get(other, 0) - law.signs[name]
                for earned in ("accrued_interest", "prior_accrued_interest"):  # in many months the same
                    signs = {**rest, earned: law.signs[name]}
                    yield Law(None, {kept: sign for kept, sign in signs.items() if sign})
