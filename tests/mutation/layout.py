"""Mutants of the layout: one line of heads removed, or one gap between two columns narrowed to a blank.

No figure changes, so every value must be where it was, or in no fact, or unproven. A value in another column, or of
another class, group, status, bucket, line or account than before, is wrong, unless the filing as it is prints the same
of it (a zero, mostly): then nothing false is told. If the warehouse calls a wrong value
proven, and no rule that covers it breaks, that is a defect of the proof.
"""

import gzip
import random
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import duckdb
import polars as pl

from tests.mutation import worlds
from transforms import build, grid, read
from transforms.errors import TieoutError
from transforms.facts import Frames

_AAMES_1998 = ("edgar", "Archives", "edgar", "data", "913951", "0001011438-98-000429.txt.gz")
_MEMBERS = ("remic", "class_name", "group_code", "item_code", "status", "bucket")
_WORDS = re.compile(r"[A-Za-z]{2}|%")
_ABOVE = 8  # lines above figures among which their heads stand
PROVEN, BROKEN = "proven", "a rule breaks"
AT_ONCE = 100  # mutants in one warehouse

# Line and first column of a printed value.
_Place = tuple[int, int]


class Reading(NamedTuple):
    """What a filing was read as: by place the fact, column, member and value; and all its tables."""

    values: dict[_Place, tuple[Any, ...]]
    frames: Frames


class Mutant(NamedTuple):
    """A filing with one change: what it was, the changed text, and where its places were before."""

    name: str
    text: str
    line: int
    removed: bool
    moved: tuple[int, int] | None  # the column of a value before and after
    shifted: bool = False  # so is all that stands behind it

    def before(self, place: _Place) -> _Place:
        """Return where a value of the mutant stands in the filing as it is."""
        line, column = place
        if self.removed:
            return (line + 1 if line >= self.line else line), column
        if self.moved and line == self.line:
            if column == self.moved[1]:
                return line, self.moved[0]
            if self.shifted and column > self.moved[1]:
                return line, column + self.moved[0] - self.moved[1]
        return place


class Wrong(NamedTuple):
    """One value of a mutant that is elsewhere: the mutant, its place, what it was and is read as, and the proof."""

    mutant: str
    place: _Place
    was: tuple[Any, ...] | None
    found: tuple[Any, ...]
    proof: str


@dataclass
class Tally:
    """What became of mutants: how many were read, values right, in no fact, elsewhere by proof; and which these are."""

    mutants: int = 0
    refused: int = 0
    values: Counter[str] = field(default_factory=Counter)
    wrong: list[Wrong] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Add the figures of another tally."""
        self.mutants += other.mutants
        self.refused += other.refused
        self.values += other.values
        self.wrong += other.wrong


def filings(shared: Path) -> dict[str, str]:
    """The real filings in fixed-width text whose every value is known to be read right, by name."""
    found = {
        path.name: path.read_bytes().decode("latin-1") for path in sorted((shared / "filings").glob("*.txt"))
        if "_tail" not in path.name
    }  # fmt: skip
    aames = shared.joinpath(*_AAMES_1998)
    return found | {aames.name: gzip.decompress(aames.read_bytes()).decode("latin-1")}


def reading(text: str) -> Reading:
    """Read a filing, its values by place. Raises TieoutError where it is refused."""
    built = build(read(text.encode("latin-1")))
    cells = built["raw_cell"].filter(
        pl.col("canonical_table").str.starts_with("fact_") & (pl.col("canonical_table") != "fact_line_item")
        & pl.col("value_num").is_not_null() & (pl.col("table_code") != "HEADER")
    )  # fmt: skip
    reports = {report: at for at, report in enumerate(built["report"]["report_id"])}
    values = {
        (row["line_no"], row["col_start"]): (
            reports[row["report_id"]], row["canonical_table"], row["canonical_column"], row["value_num"], row["unit"],
            *(row[name] for name in _MEMBERS),
        )
        for row in cells.iter_rows(named=True)
    }  # fmt: skip
    return Reading(values, built)


def proofs(readings: Sequence[Reading]) -> list[dict[_Place, str]]:
    """Return for each reading, by place, the proof that the warehouse has of the value that stands there.

    A value is as sure as its proof, unless a rule that covers it breaks.
    """
    several = {number: [one.frames] for number, one in enumerate(readings)}
    with tempfile.TemporaryDirectory() as folder, worlds.judged(Path(folder), several) as connection:
        return [_proofs(connection, number, one.frames) for number, one in enumerate(readings)]


def _proofs(connection: duckdb.DuckDBPyConnection, number: int, frames: Frames) -> dict[_Place, str]:
    reports = [worlds.name(number) + report for report in frames["report"]["report_id"]]
    rows = connection.execute(
        """SELECT v.line_no, v.col_start, CASE WHEN len(p.failed) > 0 THEN $broken ELSE p.proof END
           FROM value_cell($reports) AS v JOIN build.proved AS p USING (report_id, fact, member, column_name)""",
        {"reports": reports, "broken": BROKEN},
    )
    return {(line, column): proof for line, column, proof in rows.fetchall()}


def without_heads(text: str) -> Iterator[Mutant]:
    """Yield the filing without one line of words that stands close above a row of figures."""
    lines = text.split("\n")
    figures = {row.line_no for row in grid.scan(text, 1) if row.figures > 1}
    for at, line in enumerate(lines, start=1):
        is_head = at not in figures and _WORDS.search(line) and not line.lstrip().startswith("<")
        if is_head and not figures.isdisjoint(range(at + 1, at + _ABOVE)):
            yield Mutant(f"without line {at}", "\n".join(lines[: at - 1] + lines[at:]), at, True, None)


def narrowed(text: str) -> Iterator[Mutant]:
    """Yield the filing with one gap in a row with figures narrowed to a blank: what stands behind it stays, but for the
    first, or moves along."""
    lines = text.split("\n")
    for row in grid.scan(text, 1):
        if not row.figures:
            continue
        for (_, end, _), (start, stop, _) in zip(row.chunks, row.chunks[1:], strict=False):
            if start - end < 2:
                continue
            line = row.text
            moved = line[: end + 1] + line[start:stop] + " " * (start - end - 1) + line[stop:]
            for shifted, words in ((False, moved), (True, line[: end + 1] + line[start:])):
                changed = "\n".join([*lines[: row.line_no - 1], words, *lines[row.line_no :]])
                name = f"line {row.line_no}, column {start}{', all behind it' * shifted}"
                yield Mutant(name, changed, row.line_no, False, (start, end + 1), shifted)


KINDS = {"heads": without_heads, "gaps": narrowed}


def sample(text: str, kind: str, count: int, seed: int) -> Sequence[Mutant]:
    """Return so many mutants of a filing, or all there are."""
    found = list(KINDS[kind](text))
    return found if len(found) <= count else random.Random(seed).sample(found, count)


def judged(mutants: Sequence[Mutant], truth: Reading) -> Tally:
    """Compare the reading of mutants with that of the filing as it is."""
    tally = Tally()
    for start in range(0, len(mutants), AT_ONCE):
        _judge(mutants[start : start + AT_ONCE], truth, tally)
    return tally


def _judge(mutants: Sequence[Mutant], truth: Reading, tally: Tally) -> None:
    moved: list[tuple[Mutant, Reading]] = []
    for mutant in mutants:
        tally.mutants += 1
        try:
            found = reading(mutant.text)
        except TieoutError:
            tally.refused += 1
            continue
        at = {mutant.before(place): value for place, value in found.values.items()}
        right = sum(truth.values.get(place) == value for place, value in at.items())
        tally.values["right"] += right
        tally.values["in no fact"] += len(truth.values.keys() - at.keys())
        if right < len(at):
            moved.append((mutant, found))
    as_is = {*truth.values.values()}
    for (mutant, found), by_place in zip(moved, proofs([one for _, one in moved]) if moved else [], strict=True):
        for place, value in found.values.items():
            before = mutant.before(place)
            was = truth.values.get(before)
            if was == value:
                continue
            if value in as_is:
                tally.values["elsewhere, where the same is printed"] += 1
            else:
                proof = by_place.get(place, "in no fact")
                tally.values[f"elsewhere, {proof}"] += 1
                tally.wrong.append(Wrong(mutant.name, before, was, value, proof))


def measured(shared: Path, count: int, seed: int = 0) -> dict[tuple[str, str], Tally]:
    """Judge so many mutants of each filing and kind."""
    found = {}
    for name, text in filings(shared).items():
        truth = reading(text)
        for kind in KINDS:
            found[name, kind] = judged(sample(text, kind, count, seed), truth)
    return found


def main(count: int = 200, seed: int = 0) -> int:
    """Print what became of so many mutants of each filing and kind; 1 if a wrong value is proven and breaks nothing."""
    from tests.places import SHARED

    total = Tally()
    for (name, kind), tally in measured(SHARED, count, seed).items():
        print(f"{name:<36}{kind:<7}{tally.mutants:>6} mutants, {tally.refused} refused; {_words(tally.values)}")
        for one in tally.wrong:
            if one.proof == PROVEN:
                print(f"    {one.proof}: {name} {one.mutant}, place {one.place}: was {one.was}, read as {one.found}")
        total.add(tally)
    print(f"{total.mutants} mutants, {total.refused} refused; {_words(total.values)}")
    return int(total.values[f"elsewhere, {PROVEN}"] > 0)


def _words(values: Counter[str]) -> str:
    return ", ".join(f"{count} {what}" for what, count in sorted(values.items()))
