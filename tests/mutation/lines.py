"""One line of a class deleted from real filings: does a rule break, or a proof fall?

A line is what tells of one class alone: a printed line, or a row of a table in HTML. It counts if it carries an amount
that is not zero, and either the month before is there or a total of that amount is printed: in its table, or in any
where the amount is printed once. It is noticed if a rule breaks that did not, or if a value or a fact that was proven
is no longer; values that are gone notice nothing.
"""

import random
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

import duckdb

from tests.mutation import digits, filings, worlds
from tests.mutation.filings import Original, known
from tests.mutation.worlds import Key, Value
from transforms.document import decode
from transforms.facts import Frames

CLASS_TABLES = ("fact_class_distribution", "fact_class_factor")
AMOUNTS = ("USD", "USD_PER_DENOM")
AT_ONCE = 100  # mutants in one warehouse
_ROW = re.compile(r"<tr\b.*?</tr\s*>", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Mutant:
    """A filing without the text from `start` to `stop`, which tells of one class."""

    original: Original
    start: int
    stop: int
    line_no: int
    class_name: str
    facts: tuple[str, ...]
    has_amount: bool
    has_total: bool
    with_before: bool

    @property
    def counts(self) -> bool:
        """Whether something must notice that the line is not there."""
        return self.has_amount and (self.has_total or self.with_before)

    def raw(self) -> bytes:
        """The bytes of the filing without the line."""
        text = decode(self.original.raw)
        return (text[: self.start] + text[self.stop :]).encode()

    def __str__(self) -> str:
        what = f"{self.original.name} line {self.line_no} (class {self.class_name}, {', '.join(self.facts)})"
        return what + " with the month before" * self.with_before


@dataclass
class Told:
    """What became of the lines of one filing and fact."""

    drawn: int = 0
    noticed: int = 0
    by: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)


class Judged(NamedTuple):
    """What the warehouse tells of the reports of one filing, by the ordinal of the report in its filing."""

    values: dict[tuple[str, Key], Value]
    facts: dict[tuple[str, str], str]
    breaches: Counter[tuple[str, str]]  # rule and severity, not waived


def lines(original: Original) -> list[Mutant]:
    """Return the filing without each line that tells of one class, with the month before where there is one."""
    frames = known(original.raw)
    if frames is None:
        return []
    text = decode(original.raw)
    starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
    rows = [(found.start(), found.end()) for found in _ROW.finditer(text)]
    spans: dict[tuple[int, int], list[dict[str, object]]] = {}
    for cell in digits.figures(frames).iter_rows(named=True):
        at = starts[cell["line_no"] - 1] + cell["col_start"]
        spans.setdefault(_span(at, cell["line_no"], starts, rows), []).append(cell)
    totals = {(str(row["report_id"]), str(row["canonical_column"]), where) for cells in spans.values() for row in cells
              if row["canonical_table"] == "fact_class_total" for where in ("", str(row["table_code"]))}  # fmt: skip
    printed = Counter(cell["concept_key"] for cells in spans.values() for cell in cells)
    found = []
    for (start, stop), cells in sorted(spans.items()):
        names = {cell["class_name"] for cell in cells}
        tables = {str(cell["canonical_table"]) for cell in cells}
        if len(names) > 1 or None in names or not tables <= {*CLASS_TABLES}:
            continue
        amounts = [cell for cell in cells if cell["unit"] in AMOUNTS and cell["value_num"]]
        has_total = any(_is_totalled(cell, totals, printed) for cell in amounts)
        line_no = bisect_right(starts, start)
        what = (line_no, str(names.pop()), tuple(sorted(tables)), bool(amounts), has_total)
        found += [Mutant(original, start, stop, *what, before) for before in {False, original.before is not None}]
    return found


def _is_totalled(cell: Mapping[str, object], totals: Set[tuple[str, str, str]], printed: Mapping[object, int]) -> bool:
    """Tell whether a total of this amount is printed: in its table, or in any where the amount is printed once."""
    where = "" if printed[cell["concept_key"]] == 1 else str(cell["table_code"])
    return cell["unit"] == "USD" and (str(cell["report_id"]), str(cell["canonical_column"]), where) in totals


def _span(at: int, line_no: int, starts: Sequence[int], rows: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Return from where to where the row or the printed line goes that holds a place."""
    number = bisect_right(rows, (at, len(rows) and rows[-1][1])) - 1
    if number >= 0 and rows[number][1] > at:
        return rows[number]
    return starts[line_no - 1], starts[line_no]


def draw(originals: Sequence[Original], count: int, seed: int) -> list[Mutant]:
    """Return so many mutants that count, of all filings alike."""
    rng = random.Random(seed)
    per_filing = [[one for one in lines(original) if one.counts] for original in originals]
    for mutants in per_filing:
        rng.shuffle(mutants)
    longest = max(map(len, per_filing), default=0)
    turns = [mutants[turn] for turn in range(longest) for mutants in per_filing if turn < len(mutants)]
    return turns[:count]


def run(mutants: Sequence[Mutant]) -> dict[tuple[str, str], Told]:
    """Read, load and judge mutants, and tell by filing and fact what became of them."""
    told: dict[tuple[str, str], Told] = {}
    ordered = sorted(mutants, key=lambda one: (one.original.name, one.with_before))
    for start in range(0, len(ordered), AT_ONCE):
        for mutant, reasons in _batch(ordered[start : start + AT_ONCE]):
            row = told.setdefault((mutant.original.group, " ".join(mutant.facts)), Told())
            row.drawn += 1
            row.noticed += bool(reasons)
            row.by.update(reasons)
            if not reasons:
                row.missed.append(str(mutant))
    return told


def _batch(mutants: Sequence[Mutant]) -> Iterator[tuple[Mutant, list[str]]]:
    """Yield each mutant with what notices it."""
    with filings.judged(mutants) as (connection, pairs):
        found = told(connection)
    for mutant, pair in zip(mutants, pairs, strict=True):
        if pair.changed is None:
            yield mutant, ["refused"]
            continue
        base = _of(found, pair.world_as_it_is, pair.as_it_is)
        yield mutant, list(noticed(base, _of(found, pair.world, pair.changed)))


def noticed(base: Judged, now: Judged) -> Iterator[str]:
    """Yield what tells a changed filing from the filing as it is: breaches by rule and severity, proofs that fell."""
    for (rule, severity), count in sorted(now.breaches.items()):
        if count > base.breaches[rule, severity]:
            yield f"{rule} {severity}"
    if any(value.proof == "proven" and (key in now.values and now.values[key].proof != "proven")
           for key, value in base.values.items()):  # fmt: skip
        yield "value less proven"
    if any(proof == "proven" and now.facts.get(key, "proven") != "proven" for key, proof in base.facts.items()):
        yield "fact less proven"


def told(connection: duckdb.DuckDBPyConnection) -> dict[str, Judged]:
    """Return by report, with the name of its world, what the warehouse tells of it; the ordinal is left out."""
    found: dict[str, Judged] = {}

    def of(report: str) -> Judged:
        return found.setdefault(report, Judged({}, {}, Counter()))

    for report, values in worlds.values(connection).items():
        of(report).values.update({(report.split(":", 1)[1], key): value for key, value in values.items()})
    for report, fact, proof in connection.execute("SELECT report_id, fact, proof FROM report_proof").fetchall():
        of(report).facts[report.split(":", 1)[1], fact] = proof
    breaches = "SELECT report_id, rule_id, severity FROM v_breach WHERE report_id IS NOT NULL AND NOT waived"
    for report, rule, severity in connection.execute(breaches).fetchall():
        of(report).breaches[rule, severity] += 1
    return found


def _of(found: Mapping[str, Judged], world: int, frames: Frames) -> Judged:
    whole = Judged({}, {}, Counter())
    for _, one in filings.reports(found, world, frames):
        whole.values.update(one.values)
        whole.facts.update(one.facts)
        whole.breaches.update(one.breaches)
    return whole


def table(told: Mapping[tuple[str, str], Told]) -> str:
    """What was measured, a row a filing and fact, for a terminal."""
    rows = [f"{'filing':28} {'facts':45} {'drawn':>6} {'noticed':>7} {'missed':>6}"]
    for (name, fact), row in sorted(told.items()):
        counts = f"{row.drawn:6} {row.noticed:7} {len(row.missed):6}"
        rows.append(f"{name:28} {fact.replace('fact_class_', ''):45} {counts}")
    drawn, noticed = (sum(getattr(row, name) for row in told.values()) for name in ("drawn", "noticed"))
    rows.append(f"{'all':74} {drawn:6} {noticed:7} {drawn - noticed:6}")
    by = sum((row.by for row in told.values()), Counter())
    rows.append("noticed by " + ", ".join(f"{what} {count}" for what, count in by.most_common()))
    return "\n".join(rows)


def main(number: int, step: int = 16) -> int:
    """Print by filing and fact how many deleted lines that count are noticed; 1 if one is missed."""
    from tests.places import SHARED

    found = run(draw(filings.originals(SHARED, step), number, seed=number))
    print(table(found))
    missed = [one for row in found.values() for one in row.missed]
    for one in missed:
        print(f"  missed: {one}")
    return 1 if missed else 0
