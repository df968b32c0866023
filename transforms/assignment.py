"""Assignment: laws laid on the sums that tie, and what is common to every way to lay them.

Columns with equal figures form one group, as no arithmetic tells them apart. A meaning lies on one group only.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations, product
from typing import NamedTuple

from transforms import evidence, laws
from transforms.evidence import Relation, Table, Terms
from transforms.laws import Law

ZERO, NOWHERE = -1, -2  # places of meanings whose column is all zeros, or that two heads claim
_PATIENCE = 2000  # steps of the search, after which nothing is proven
_PRINCIPAL, _REDUCTION = "principal_distribution", "total_principal_reduction"


@dataclass(frozen=True)
class Board:
    """The groups of one table and what may lie on each.

    `candidates` are the meanings each column may have, as its head says; `groups` hold columns by number; `idle` are
    the candidates of the columns of zeros without a clear head; `places` are the groups of the meanings that heads
    state.
    """

    candidates: Sequence[tuple[str, ...]]
    groups: Sequence[Sequence[int]]
    idle: Sequence[tuple[str, ...]]
    table: Table
    places: dict[str, int]

    def allows(self, group: int, meaning: str) -> bool:
        """Tell whether a column of the group may have the meaning."""
        stated = self.places.get(meaning)
        return stated == group or (stated is None and bool(self.hosts(group, meaning)))

    def hosts(self, group: int, meaning: str) -> list[int]:
        """Return the columns of the group that have, or may have, the meaning."""
        heads = [(at, self.candidates[at]) for at in self.groups[group]]
        stated = [at for at, names in heads if names == (meaning,)]
        return stated or [at for at, names in heads if not names or (len(names) > 1 and meaning in names)]

    def waits(self, group: int) -> bool:
        """Tell whether a column of the group awaits its meaning."""
        return any(len(self.candidates[at]) != 1 for at in self.groups[group])

    def may_be_zero(self, meaning: str) -> bool:
        """Tell whether a column of zeros without a clear head may have the meaning."""
        return any(not names or meaning in names for names in self.idle)


class _Match(NamedTuple):
    """A law laid on a relation: the meaning of each of its groups."""

    law: Law
    meanings: tuple[tuple[int, str], ...]


def proven(board: Board, found: Sequence[Relation]) -> dict[int, tuple[str, str]]:
    """Return for columns without a clear head the meaning that every way to lay the laws gives them, and the rule."""
    laid: list[tuple[Relation, list[_Match]]] = []
    for relation in _anchored(board, found):
        if any(board.waits(group) for group, _ in relation.terms):
            matches = list(_matches(board, relation.terms))
            if matches:  # a sum that no law explains says nothing
                laid.append((relation, matches))
    laid.sort(key=lambda pair: len(pair[1]))
    common: dict[int, tuple[str, str]] | None = None
    for chosen in _ways(board, laid):
        seen = _read(board, laid, chosen)
        if common is not None:
            seen = {at: was for at, was in common.items() if seen.get(at, ("", ""))[0] == was[0]}
        common = seen
        if not common:
            break
    return common or {}


def _anchored(board: Board, found: Sequence[Relation]) -> list[Relation]:
    """Return the relations that hang together with a clear head; on the others every law can be laid in two ways."""
    stated = {group for group in board.places.values() if group >= 0}
    kept: list[Relation] = []
    waiting = list(found)
    while ready := [relation for relation in waiting if not stated.isdisjoint(dict(relation.terms))]:
        stated.update(group for relation in ready for group, _ in relation.terms)
        kept += ready
        waiting = [relation for relation in waiting if relation not in ready]
    return kept


def _matches(board: Board, terms: Terms) -> Iterator[_Match]:
    """Yield each way to read a relation as a law."""
    zeros = frozenset(name for name, place in board.places.items() if place == ZERO) & laws.telling_zeros()
    yield from _read_as(board, terms, zeros, ())
    if _PRINCIPAL not in board.places and board.may_be_zero(_PRINCIPAL):
        for match in _read_as(board, terms, zeros | {_PRINCIPAL}, ((ZERO, _PRINCIPAL),)):
            if match.law not in laws.catalogue(zeros).get(len(terms), ()):
                yield match


def _read_as(
    board: Board, terms: Terms, zeros: frozenset[str], absent: tuple[tuple[int, str], ...]
) -> Iterator[_Match]:
    """Yield each law that fits a relation, given what is printed as zeros, and each way it does."""
    fixed = {group: name for group, _ in terms if (name := _fixed(board, group)) is not None}
    for law in laws.catalogue(zeros).get(len(terms), ()):
        if not law.signs.keys() >= set(fixed.values()) or (law.stated and law.stated not in fixed.values()):
            continue
        for way in (1, -1):
            if any(law.signs[fixed[group]] != way * sign for group, sign in terms if group in fixed):
                continue
            sides = []
            for side in (1, -1):
                groups = [group for group, sign in terms if sign == side and group not in fixed]
                names = [name for name, sign in law.signs.items() if way * sign == side and name not in fixed.values()]
                sides.append(_laid(board, groups, names) if len(groups) == len(names) else [])
            for plus, minus in product(*sides):
                yield _Match(law, (*fixed.items(), *plus, *minus, *absent))


def _fixed(board: Board, group: int) -> str | None:
    """Return the meaning of a group whose only column has a clear head."""
    candidates = [board.candidates[at] for at in board.groups[group]]
    return candidates[0][0] if len(candidates) == 1 and len(candidates[0]) == 1 else None


def _laid(board: Board, groups: Sequence[int], names: Sequence[str]) -> list[tuple[tuple[int, str], ...]]:
    """Return each way to give the names to the groups."""
    ways = (tuple(zip(groups, order, strict=True)) for order in permutations(names))
    return [way for way in ways if all(board.allows(group, name) for group, name in way)]


def _ways(board: Board, laid: Sequence[tuple[Relation, list[_Match]]]) -> Iterator[list[_Match]]:
    """Yield the choices of one match for each relation that agree with each other, the heads and the identities.

    A search that takes too long ends with an empty choice, which proves nothing.
    """
    places = dict(board.places)
    load = Counter(group for group in places.values() if group >= 0)
    steps = 0

    def search(chosen: list[_Match]) -> Iterator[list[_Match]]:
        nonlocal steps
        if len(chosen) == len(laid):
            # What only explains may be a subtotal that no column is for, but not of columns that have their meaning.
            loose = (pair for match in chosen if not match.law.by for pair in match.meanings)
            free = all(places.get(name) == at or load[at] < len(board.groups[at]) for at, name in loose)
            whole = not any(places.get(name, ZERO) >= 0 for match in chosen for name in match.law.without)
            if free and whole and _consistent(board, places):
                yield chosen
            return
        for match in laid[len(chosen)][1]:
            steps += 1
            if steps > _PATIENCE:
                yield []
                return
            meanings = match.meanings if match.law.by else ()
            if any(places.get(name, group) != group for group, name in meanings):
                continue
            new = [(group, name) for group, name in meanings if name not in places]
            places.update((name, group) for group, name in new)
            load.update(group for group, _ in new)
            if all(group < 0 or load[group] <= len(board.groups[group]) for group, _ in new):
                yield from search([*chosen, match])
            load.subtract(group for group, _ in new)
            for _, name in new:
                del places[name]

    if laid:
        yield from search([])


def _consistent(board: Board, places: dict[str, int]) -> bool:
    """Tell whether every declared identity that has its columns ties, and the reduction stands beside principal."""
    reduction = places.get(_REDUCTION, NOWHERE)
    if reduction < 0 or _PRINCIPAL in places:
        return _ties(board, places)
    # No report prints the whole reduction and no principal: some column without a meaning yet must be it.
    free = {ZERO} if board.may_be_zero(_PRINCIPAL) else set()
    load = Counter(places.values())
    free |= {at for at, group in enumerate(board.groups) if load[at] < len(group) and board.allows(at, _PRINCIPAL)}
    return any(_ties(board, {**places, _PRINCIPAL: group}) and _within(board, group, reduction) for group in free)


def _within(board: Board, part: int, whole: int) -> bool:
    """Tell whether one column never exceeds another."""
    values = board.table.values
    return part < 0 or all(a <= max(b, 0) for a, b in zip(values[part], values[whole], strict=True))


def _ties(board: Board, places: dict[str, int]) -> bool:
    """Tell whether every declared identity ties, or may for what is not printed of it."""
    pair = (places.get("beginning_balance", ZERO), places.get("ending_balance", ZERO))
    for law in laws.declared():
        used = {name: places[name] for name in law.signs if name in places}
        whole = used.keys() >= law.signs.keys() - law.optional and NOWHERE not in used.values()
        if not whole or all(name in board.places for name in used):
            continue  # what the heads say alone is for the proof of the table to doubt
        terms = tuple((group, law.signs[name]) for name, group in used.items() if group >= 0)
        missing = [-law.signs[name] for name in law.optional - used.keys()]
        if evidence.missed(board.table, terms, pair) is None and not (
            missing and evidence.one_sided(board.table, terms, missing)
        ):
            return False
    return True


def _read(
    board: Board, laid: Sequence[tuple[Relation, list[_Match]]], chosen: Sequence[_Match]
) -> dict[int, tuple[str, str]]:
    """Return the columns that one choice gives a meaning by a declared identity in which they moved.

    A sum counts if one of its columns has a clear head, or has its meaning from a sum that counts.
    """
    found: dict[int, tuple[str, str]] = {}
    anchored = {group for group in board.places.values() if group >= 0}
    waiting = list(zip((relation for relation, _ in laid), chosen, strict=False))
    while ready := [pair for pair in waiting if not anchored.isdisjoint(dict(pair[0].terms))]:
        waiting = [pair for pair in waiting if pair not in ready]
        for relation, match in ready:
            rule = match.law.by
            for group, name in match.meanings:
                hosts = board.hosts(group, name) if group in relation.moved else []
                if rule is None or len(hosts) != 1:
                    continue
                anchored.add(group)
                at = hosts[0]
                if len(board.candidates[at]) != 1 and (at not in found or len(rule) < len(found[at][1])):
                    found[at] = (name, rule)
    return found
