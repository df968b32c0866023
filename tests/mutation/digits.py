"""One digit of one printed figure changed, on real filings: is the value that comes of it still called proven?

A mutant counts if it moves the value by more than what the rules that cover it can see. It is caught if a rule that
covers its column in its report breaks, or if the value is no longer proven. One that is neither is a defect of the
proof. Values are drawn from every fact and column alike, with and without the month before.
"""

import random
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from math import isclose
from multiprocessing import get_context

import polars as pl

from tests.mutation import filings, worlds
from tests.mutation.filings import Original, known
from tests.mutation.worlds import Key, Value
from transforms.document import decode
from transforms.facts import Frames
from transforms.values import figure as parsed

UNITS = ("USD", "COUNT", "PCT", "RATIO", "MONTHS", "USD_PER_DENOM")
AT_ONCE = 200  # mutants in one warehouse


@dataclass(frozen=True)
class Mutant:
    """One digit changed: where it stands, in characters of the text, and what it becomes."""

    original: Original
    line_no: int
    place: int
    digit: str
    with_before: bool

    def raw(self) -> bytes:
        """The bytes of the filing with the digit changed."""
        lines = decode(self.original.raw).split("\n")
        line = lines[self.line_no - 1]
        lines[self.line_no - 1] = line[: self.place] + self.digit + line[self.place + 1 :]
        return "\n".join(lines).encode()

    def figure(self, start: int, end: int) -> tuple[float | None, float | None]:
        """What a span of the line prints as it is, and with the digit changed."""
        line = decode(self.original.raw).split("\n")[self.line_no - 1]
        changed = line[: self.place] + self.digit + line[self.place + 1 :]
        was, now = (parsed(text[start:end]) for text in (line, changed))
        return (None if was is None else float(was)), (None if now is None else float(now))


@dataclass
class Told:
    """What was seen of the mutants of one column."""

    drawn: int = 0
    proven: int = 0  # as the filing is
    counted: int = 0
    caught: int = 0
    mended: int = 0  # values that the filing misprints, and that the changed digit makes tie: not counted
    defects: list[str] = field(default_factory=list)


def figures(frames: Frames) -> pl.DataFrame:
    """The printed figures that were read into facts: report, line, span, text, table and column."""
    cells = frames["raw_cell"]
    return cells.filter(
        pl.col("canonical_table").str.starts_with("fact_")
        & pl.col("value_num").is_not_null()
        & pl.col("unit").is_in(UNITS)
        & (pl.col("table_code") != "HEADER")
    )


def draw(originals: Sequence[Original], count: int, seed: int) -> list[Mutant]:
    """Mutants of all columns alike, as many as asked for, of figures drawn from all filings."""
    rng = random.Random(seed)
    strata: dict[tuple[str, str], list[tuple[Original, int, int, str]]] = {}
    for original in originals:
        frames = known(original.raw)
        if frames is None:
            continue
        for table, column, line, start, text in figures(frames).select(
            "canonical_table", "canonical_column", "line_no", "col_start", "raw_text"
        ).iter_rows():  # fmt: skip
            strata.setdefault((table, column), []).append((original, line, start, text))
    for stratum in strata.values():
        rng.shuffle(stratum)
    # Line items are kept as they are printed, and outnumber everything else.
    found: list[Mutant] = []
    turn = 0
    while len(found) < count and strata:
        for stratum in [*strata]:
            places = strata[stratum]
            original, line, start, text = places[turn % len(places)]
            at = [place for place, sign in enumerate(text) if sign.isdigit()]
            place = rng.choice(at)
            digit = rng.choice([sign for sign in "0123456789" if sign != text[place]])
            found.append(Mutant(original, line, start + place, digit, rng.random() < 0.5))
        turn += 1
    return found[:count]


def run(mutants: Sequence[Mutant], processes: int = 1) -> dict[tuple[str, str], Told]:
    """Read, load and judge mutants, and tell by fact and column what became of them."""
    batches = [mutants[start : start + AT_ONCE] for start in range(0, len(mutants), AT_ONCE)]
    told: dict[tuple[str, str], Told] = {}
    if processes == 1:
        for batch in batches:
            _add(told, _batch(batch))
        return told
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        for at, found in enumerate(pool.map(_batch, batches), 1):
            _add(told, found)
            missed = sum(len(row.defects) for row in told.values())
            print(f"{at} of {len(batches)} batches: {missed} proven and not caught", file=sys.stderr, flush=True)
    return told


def _add(told: dict[tuple[str, str], Told], found: Mapping[tuple[str, str], Told]) -> None:
    for column, row in found.items():
        one = told.setdefault(column, Told())
        for name in ("drawn", "proven", "counted", "caught", "mended"):
            setattr(one, name, getattr(one, name) + getattr(row, name))
        one.defects += row.defects


def _batch(mutants: Sequence[Mutant]) -> dict[tuple[str, str], Told]:
    told: dict[tuple[str, str], Told] = {}
    with filings.judged(mutants) as (connection, pairs):
        values = worlds.values(connection)
    for mutant, pair in zip(mutants, pairs, strict=True):
        base = _of_world(values, pair.world_as_it_is, pair.as_it_is)
        now = _of_world(values, pair.world, pair.changed) if pair.changed is not None else {}
        _tell(mutant, pair.as_it_is, base, now, told)
    return told


def _of_world(values: Mapping[str, dict[Key, Value]], world: int, frames: Frames) -> dict[tuple[str, Key], Value]:
    """The values of the reports of one filing, by the ordinal of the report in its filing."""
    return {
        (report, key): value for report, own in filings.reports(values, world, frames) for key, value in own.items()
    }


def _tell(
    mutant: Mutant,
    frames: Frames,
    base: dict[tuple[str, Key], Value],
    now: dict[tuple[str, Key], Value],
    told: dict[tuple[str, str], Told],
) -> None:
    cell = figures(frames).filter(
        (pl.col("line_no") == mutant.line_no)
        & (pl.col("col_start") <= mutant.place)
        & (pl.col("col_end") > mutant.place)
    )
    table, column = cell.select("canonical_table", "canonical_column").row(0)
    row = told.setdefault((table, column), Told())
    row.drawn += 1
    failing = {rule for value in now.values() for rule in value.failed}
    before_it, after_it = _broken(base), _broken(now)
    by_column = {column: rules - before_it.get(column, set()) for column, rules in after_it.items()}
    span = cell.select("col_start", "col_end").row(0)
    figure_was, figure = mutant.figure(*span)
    moved = [
        (key, base.get(key), value)
        for key, value in now.items()
        if (base[key].amount != value.amount if key in base else not _is_another_line(key[1], value, figure))
    ]
    gone = [key for key in base if key not in now]
    counts = False
    caught = bool(gone) and not moved
    was_proven = False
    for (report, key), before, value in moved:
        was_proven |= before is not None and before.proof == "proven"
        amount = before.amount if before is not None else figure_was
        seen = value.seen if value.seen is not None else 0.0
        if amount is not None and _distance(value.amount, amount, before is not None) <= seen * 1.0001:
            continue
        if before is not None and _is_mended(before, value):
            row.mended += 1
            continue
        counts = True
        if value.proof == "proven" and not by_column[report, key[0], key[2]]:
            row.defects.append(
                f"{mutant.original.name} line {mutant.line_no} place {mutant.place} -> {mutant.digit}"
                f"{' with the month before' if mutant.with_before else ''}: {key} "
                f"{amount} -> {value.amount} proven by {','.join(value.rules)}; breaks {sorted(failing)}"
            )
        else:
            caught = True
    row.proven += was_proven or any(base[key].proof == "proven" for key in gone)
    row.counted += counts or bool(gone)
    row.caught += caught


def _distance(amount: float | None, was: float, is_of_fact: bool) -> float:
    """How far a value moved; one that is a line only now, from the figure as printed, which has no sign of its own."""
    now = amount or 0.0
    return abs(now - was) if is_of_fact else abs(abs(now) - abs(was))


def _is_mended(before: Value, now: Value) -> bool:
    """Tell whether a rule that broke on a value, and held for nothing of it, ties now: the digit mends a misprint."""
    return bool((set(before.failed) - set(before.rules)) & (set(now.rules) - set(now.failed)))


def _broken(of: Mapping[tuple[str, Key], Value]) -> dict[tuple[str, str, str], set[str]]:
    """The rules that break, by the report, fact and column that they cover."""
    found: dict[tuple[str, str, str], set[str]] = {}
    for (report, (fact, _, name)), value in of.items():
        found.setdefault((report, fact, name), set()).update(value.failed)
    return found


def _is_another_line(key: Key, value: Value, printed: float | None) -> bool:
    """Tell whether a value is a printed line that no term covers any more, of a figure that did not change.

    Where arithmetic chose what a label means, a changed figure takes the choice away: the line then stands as printed.
    """
    if key[0] != "fact_line_item":
        return False
    ways = [abs(printed or 0.0) * scale for scale in (1, 1000, 1_000_000, 0.01)]
    return not any(isclose(abs(value.amount or 0.0), way, rel_tol=1e-12) for way in ways)


def table(told: Mapping[tuple[str, str], Told]) -> str:
    """What was measured, a line a column, for a terminal."""
    lines = [f"{'fact and column':60} {'drawn':>6} {'proven':>6} {'counted':>7} {'caught':>6} {'missed':>6}"]
    for (fact, column), row in sorted(told.items()):
        lines.append(
            f"{fact + '.' + column:60} {row.drawn:6} {row.proven:6} {row.counted:7} {row.caught:6} {len(row.defects):6}"
        )
    total = [sum(getattr(row, name) for row in told.values()) for name in ("drawn", "proven", "counted", "caught")]
    lines.append(
        f"{'all':60} {total[0]:6} {total[1]:6} {total[2]:7} {total[3]:6} {sum(len(r.defects) for r in told.values()):6}"
    )
    return "\n".join(lines)
