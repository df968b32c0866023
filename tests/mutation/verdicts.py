"""What is read of filings printed in another scale, beside what is read of them as they are."""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple

import polars as pl

from tests.mutation.filings import READ_AT_ONCE, read_together
from tests.mutation.scale import Filing, Kind, kinds, mutant
from tests.mutation.texts import DoesNotFitError
from transforms import facts
from transforms.facts import Frames

_MOVED = ("line_no", "label", "statement_seq")  # columns that a line more or a word more may change
_Key = tuple[Any, ...]


@dataclass
class Verdict:
    """What became of a mutant: values that are missing, values that are wrong by table, and of these the proof."""

    missing: list[str]
    wrong: list[str]
    proven: list[str]
    in_mart: list[str]
    doubtful: int

    @property
    def is_right(self) -> bool:
        """Whether every value is that of the filing as it is."""
        return not (self.missing or self.wrong)


# A verdict, why a mutant was not read, or None where the filing has no such place or no room at it.
Told = Verdict | str | None


class Job(NamedTuple):
    """Mutants of one filing to make and judge: the filing by its name, and how each is printed."""

    name: str
    ways: tuple[Kind, ...]


# Does jobs in any order, and yields each with one thing told of every way.
Judge = Callable[[Sequence[Job]], Iterable[tuple[Job, list[Told]]]]


@dataclass
class Tally:
    """Counts over many mutants."""

    made: Counter[bool] = field(default_factory=Counter)  # by whether to the cent
    right: Counter[bool] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    wrong_and_proven: list[str] = field(default_factory=list)
    in_mart: list[str] = field(default_factory=list)
    not_right: Counter[str] = field(default_factory=Counter)
    first: Counter[str] = field(default_factory=Counter)  # of those to the cent, what is not right first

    def add(self, name: str, kind: Kind, told: Told) -> None:
        """Count what is told of one mutant."""
        if told is None:
            self.skipped[kind.place] += 1
            return
        self.made[kind.exact] += 1
        if isinstance(told, str):
            self.not_right[f"{kind.place}: {told}"] += 1
            return
        self.right[kind.exact] += told.is_right
        if not told.is_right:
            words = "exact" if kind.exact else "rounded"
            self.not_right[f"{name[:24]} {kind.place} {kind.scale} {words}"] += 1
        if not told.is_right and kind.exact:
            self.first[f"{name[:24]} {kind.place}: {[*told.wrong, *told.missing][0]}"] += 1
        self.wrong_and_proven += [f"{name} {kind}: {words}" for words in told.proven[:3]]
        self.in_mart += [f"{name} {kind}: {words}" for words in told.in_mart[:3]]


def measured(names: Sequence[str], number: int, judge: Judge, seed: int = 0) -> Tally:
    """Make and judge so many mutants, as many of each filing. Another seed gives another part of all there are.

    The mutants are the same whoever judges them, and in whatever order.
    """
    tally = Tally()
    drawn = islice(_drawn(names, seed), 20 * number)
    while (left := number - sum(tally.made.values())) and (turns := list(islice(drawn, left))):
        for name, kind, told in _in_order(turns, judge):
            tally.add(name, kind, told)
    return tally


def _drawn(names: Sequence[str], seed: int) -> Iterator[tuple[str, Kind]]:
    """Yield filings in turn, each with every kind once before one comes again with another choice of tables."""
    orders = []
    for name in names:
        ways = list(kinds())
        random.Random(f"{seed} {name}").shuffle(ways)
        orders.append(ways)
    for turn in range(1_000_000):
        for name, ways in zip(names, orders, strict=True):
            lap, at = divmod(turn, len(ways))
            yield name, replace(ways[at], seed=_LAPS * seed + lap)


_LAPS = 1000


def _in_order(turns: Sequence[tuple[str, Kind]], judge: Judge) -> Iterator[tuple[str, Kind, Told]]:
    """Yield what is told of each, in the order they were drawn."""
    ways: dict[str, list[Kind]] = {}
    for name, kind in turns:
        ways.setdefault(name, []).append(kind)
    jobs = [
        Job(name, tuple(own[start : start + READ_AT_ONCE]))
        for name, own in ways.items()
        for start in range(0, len(own), READ_AT_ONCE)
    ]
    told = {
        (job.name, kind): one for job, found in judge(jobs) for kind, one in zip(job.ways, found, strict=True)
    }  # fmt: skip
    for name, kind in turns:
        yield name, kind, told[name, kind]


def among(filings: Iterable[Filing]) -> Judge:
    """Return a judge of these filings, in this process."""
    named = {filing.name: filing for filing in filings}
    return lambda jobs: ((job, judged(named[job.name], job.ways)) for job in jobs)


def judged(filing: Filing, ways: Sequence[Kind]) -> list[Told]:
    """Make mutants of a filing, read them together, and compare each with the filing as it is."""
    made: dict[int, bytes] = {}
    for at, kind in enumerate(ways):
        try:
            made[at] = mutant(filing, kind)
        except DoesNotFitError:
            continue
    read = dict(zip(made, _read([*made.values()]), strict=True))
    return [
        None if found is None else found if isinstance(found, str) else compared(filing.built, found, kind)
        for kind, found in zip(ways, map(read.get, range(len(ways))), strict=True)
    ]


def _read(made: Sequence[bytes]) -> list[Frames | str]:
    """Return the facts of each mutant, or why there are none; where the reader fails, which of them it fails on."""
    try:
        return read_together(made)
    except Exception as error:
        if len(made) == 1:
            return [f"{type(error).__name__}: {error}"]
        return [found for raw in made for found in _read([raw])]


def compared(old: Mapping[str, pl.DataFrame], new: Mapping[str, pl.DataFrame], kind: Kind) -> Verdict:
    """Compare all facts: money to the printed rounding, all else exactly."""
    proofs = {
        (_of_filing(row["report_id"]), row["fact"]): row["proof"]
        for row in new.get("report_proof", pl.DataFrame()).to_dicts()
    }
    slack = (
        Decimal(0) if kind.exact else Decimal(kind.scale) * (Decimal("0.05") if kind.scale > 1000 else Decimal("0.5"))
    )
    verdict = Verdict([], [], [], [], sum(proof == "doubtful" for proof in proofs.values()))
    for table in facts.TABLES:
        if not table.startswith("fact_"):
            continue
        was, now = _values(old.get(table), table), _values(new.get(table), table)
        for key in [*was, *(key for key in now if key not in was)]:
            a, b = was.get(key), now.get(key)
            if a == b or (
                isinstance(a, Decimal) and isinstance(b, Decimal) and _is_money(table, key) and abs(a - b) <= slack
            ):
                continue
            # What an amount tells of its member is lost with the amount.
            is_lost = a is None and not kind.exact and isinstance(b, Decimal) and b == 0
            words = f"{table}.{key[-1]} {' '.join(map(str, key[1:-1]))}: {a} -> {b}"
            if b is None or is_lost:
                verdict.missing.append(words)
                continue
            verdict.wrong.append(words)
            proof = proofs.get((key[0], table))
            if proof == "proven":
                verdict.proven.append(words)
            if proof != "doubtful":
                verdict.in_mart.append(words)
    return verdict


def _of_filing(report_id: str) -> str:
    """Return which report of its filing one is."""
    return report_id.partition(":")[2]


def _values(frame: pl.DataFrame | None, table: str) -> dict[_Key, Any]:
    """Return the values of a table by report, member, unit of a line item, and column."""
    if frame is None:
        return {}
    keys = [name for name in facts.key(table) if name not in _MOVED]
    named = [name for name in frame.columns if name not in facts.key(table) and name not in (*_MOVED, "unit")]
    found: dict[_Key, Any] = {}
    for row in frame.with_columns(pl.col("report_id").str.replace("^[^:]*:", "")).iter_rows(named=True):
        unit = row.get("unit") if table == "fact_line_item" else None
        members = [row[name] for name in keys] + ([unit] if unit else [])
        for name in named:
            if row[name] is not None:
                found[(*members, name)] = row[name]
    return found


def _is_money(table: str, key: _Key) -> bool:
    if table == "fact_line_item":
        return key[-2] != "COUNT"
    return (facts.TABLES[table].columns()[key[-1]].metadata or {}).get("unit") in ("USD", "UNKNOWN")
