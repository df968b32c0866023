"""Which of the deals, or classes, that filings tell of are one: joined by the evidence that they share.

What one filing tells of is a member; what members are together is decided over all filings. Kinds of evidence are
asked in an order, the surest first. Members that share a value are joined unless surer evidence, or a report that
prints both, says that they are two: then they stay apart, and the disagreement is a row. What people decided goes
before any rule.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations

import polars as pl

# Of deals, the surest first. Of a CUSIP the first six characters name the issuer.
CUSIP, FILE_NUMBER, TRUST_CIK, SERIES, CODE = "CUSIP", "SEC_FILE_NUMBER", "TRUST_CIK", "DEPOSITOR_SERIES", "DEAL_CODE"
DEAL_NAME = "DEAL_NAME"
DEALS = (CUSIP, FILE_NUMBER, TRUST_CIK, SERIES, CODE, DEAL_NAME)
# Who filed for a deal, and whether on a form that a trust alone files: these join nothing, and can keep apart.
FILER, OWN_FORM = "FILER", "OWN_FORM"
# Of classes; each value is told with its deal.
NAME = "CLASS_NAME"
CLASSES = (CUSIP, NAME)
DECIDED = "DECISION"
ISSUER = 6  # characters of a CUSIP
_KEPT_APART = "split by decision"

Pair = frozenset[str]


@dataclass(frozen=True)
class Decisions:
    """What people decided: members that are one, and members that are two, whatever the evidence says."""

    together: frozenset[Pair] = frozenset()
    apart: frozenset[Pair] = frozenset()


@dataclass(frozen=True)
class Joined:
    """A join of members, and the evidence for it."""

    member: str
    other: str
    kind: str
    value: str


@dataclass(frozen=True)
class Conflict:
    """Members that share a value and were kept apart, and why."""

    member: str
    other: str
    kind: str
    value: str
    against: str  # kind of evidence that says they are two
    own: str
    others: str


@dataclass
class Resolution:
    """What every member is part of, by the member that was known first."""

    whole: dict[str, str]
    joins: list[Joined] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)


def resolve(
    members: Iterable[str],
    evidence: pl.DataFrame,
    kinds: tuple[str, ...],
    decisions: Decisions = Decisions(),
    printed_together: Iterable[Pair] = (),
) -> Resolution:
    """Join members by their evidence.

    `members` come in the order in which they became known; `evidence` has the columns member, kind, value, each row
    once. Members that one report prints side by side (`printed_together`) are two.
    """
    order = {member: place for place, member in enumerate(members)}
    told = _Told(evidence, kinds)
    sides = _Sides(order, told, set(decisions.apart), set(printed_together))
    found = Resolution({})
    for first, other in sorted(tuple(sorted(pair)) for pair in decisions.together):
        sides.join(first, other)
        found.joins.append(Joined(first, other, DECIDED, ""))
    for kind, value, holders in told.shared(order):
        first = holders[0]
        for other in holders[1:]:
            if sides.root(first) == sides.root(other):
                continue
            if (reason := sides.disagreement(first, other, kind)) is None:
                sides.join(first, other)
                found.joins.append(Joined(first, other, kind, value))
            else:
                found.conflicts.append(Conflict(first, other, kind, value, *reason))
    found.whole = {member: sides.root(member) for member in order}
    return found


class _Told:
    """The evidence by member and by value."""

    def __init__(self, evidence: pl.DataFrame, kinds: tuple[str, ...]) -> None:
        self.kinds = kinds
        several = pl.col("member").n_unique().over("kind", "value") > 1
        # Only what a value joins can disagree: of all others nothing needs to be held.
        self._shared = evidence.filter(several & pl.col("kind").is_in(kinds))
        concerned = evidence.join(self._shared.select("member").unique(), on="member", how="semi")
        self.of: dict[tuple[str, str], set[str]] = defaultdict(set)
        for member, kind, value in concerned.select("member", "kind", "value").iter_rows():
            self.of[member, kind].add(value)

    def shared(self, order: Mapping[str, int]) -> Iterable[tuple[str, str, list[str]]]:
        """Yield each value of several members with them, the surest kind first, the first known member first."""
        holders: dict[tuple[str, str], list[str]] = defaultdict(list)
        for member, kind, value in self._shared.select("member", "kind", "value").iter_rows():
            holders[kind, value].append(member)
        for kind, value in sorted(holders, key=lambda one: (self.kinds.index(one[0]), one[1])):
            yield kind, value, sorted(set(holders[kind, value]), key=order.__getitem__)


class _Sides:
    """Sets of members that are one, and what is known of each set."""

    def __init__(self, order: Mapping[str, int], told: _Told, split: set[Pair], printed: set[Pair]) -> None:
        self._order = order
        self._above = dict.fromkeys(order, "")
        self._members = {member: [member] for member in order}
        self._told = told
        self._reasons = {"": split, "REPORT": printed}
        self._touched = {"": _named(split), "REPORT": _named(printed)}

    def root(self, member: str) -> str:
        while above := self._above[member]:
            member = above
        return member

    def join(self, member: str, other: str) -> None:
        first, second = sorted((self.root(member), self.root(other)), key=self._order.__getitem__)
        if first != second:
            self._above[second] = first
            self._members[first] += self._members.pop(second)

    def disagreement(self, member: str, other: str, kind: str) -> tuple[str, str, str] | None:
        """Return which evidence says that two sets are two, with the values of each; None where none does."""
        ours, theirs = (self._members[self.root(one)] for one in (member, other))
        for name, pairs in self._reasons.items():
            touched = self._touched[name]
            for one in (x for x in ours if x in touched):
                for two in (y for y in theirs if y in touched):
                    if frozenset((one, two)) in pairs:
                        return name or DECIDED, one, two
        for against in _contradicting(kind, self._told.kinds):
            own, others = (_values(self._told, side, against) for side in (ours, theirs))
            if own and others and not own & others:
                return against, ", ".join(sorted(own)), ", ".join(sorted(others))
        return self._strangers(member, other)

    def _strangers(self, member: str, other: str) -> tuple[str, str, str] | None:
        """Return that who filed for the side known later never filed for the other; None where one of them did.

        A trust that files its own form takes over from the depositor that filed for it before; a current report anyone
        can file.
        """
        roots = sorted((self.root(member), self.root(other)), key=self._order.__getitem__)
        earlier, later = (self._members[root] for root in roots)
        known, new = _values(self._told, earlier, FILER), _values(self._told, later, FILER)
        if not known or not new or known & new or _values(self._told, later, OWN_FORM):
            return None
        own, others = (known, new) if self.root(member) == roots[0] else (new, known)
        return FILER, ", ".join(sorted(own)), ", ".join(sorted(others))


def _named(pairs: set[Pair]) -> set[str]:
    return {member for pair in pairs for member in pair}


def _values(told: _Told, side: Iterable[str], kind: str) -> set[str]:
    found = {value for member in side for value in told.of.get((member, kind), ())}
    return {value[:ISSUER] for value in found} if kind == CUSIP else found


def _contradicting(kind: str, kinds: tuple[str, ...]) -> list[str]:
    """Return the kinds of evidence that can say that two members are two although they share a value of this kind.

    A trust has one number with a suffix, one CIK of its own, and CUSIPs of its own issuer. A series is misprinted too
    often to contradict any of these; a code or a name it does, since two trustees or sponsors may use the same. A class
    may change its name and its CUSIP.
    """
    if kinds != DEALS:
        return []
    return [
        one for one in (CUSIP, FILE_NUMBER, TRUST_CIK, *([SERIES] if kind in (CODE, DEAL_NAME) else [])) if one != kind
    ]


def plain_series(series: pl.Expr) -> pl.Expr:
    """Return series in the form that compares equal however they are printed: SERIES 2003-02 is 2003 2."""
    words = series.str.to_uppercase().str.replace_all(r"\bSERIES\b", " ").str.replace_all(r"[^A-Z0-9|]+", " ")
    return words.str.replace_all(r"\b0+([0-9])", "$1").str.replace_all(r" *\| *", "|").str.strip_chars()


def pairs(groups: Iterable[Iterable[str]]) -> frozenset[Pair]:
    """Return all pairs of different members within each group."""
    return frozenset(frozenset(two) for group in groups for two in combinations(sorted(set(group)), 2))
