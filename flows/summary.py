"""What a night says when it ends: how every filing stands, what is published and what is not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl

from flows import changes, discovery, ledger, waivers, warehouse
from flows.changes import Changes
from flows.ledger import KEY, Ledger
from flows.settings import Settings

COVERAGE = ("typed", "generic", "unmapped")  # as in v_coverage
NAMED = 20  # filings named on the screen per state
OF_THE_LAKE = ("K03", "K04", "K05")  # rules that break where files of the lake are gone
REASON = (KEY, "path", "reason")


@dataclass(frozen=True)
class Summary:
    """What a night did, and how everything stands."""

    states: dict[str, int]  # filings by state
    unreadable: list[str]  # accession numbers of those that ended badly
    unrecognised: list[str]
    doubtful: list[str]  # loaded, with a reading that its own arithmetic contradicts
    new: int  # filings that ended since the last published night
    breaches: dict[str, int]  # by severity, without the waived
    integrity: list[str]  # what failed, if anything did
    snapshot: str | None  # what is published now
    warehouse: str
    exit_code: int
    lines: list[str]  # for the screen
    changes: Changes | None = None  # since the snapshot before; None where there is no warehouse yet


@dataclass(frozen=True)
class Waiting:
    """How many filings are still to be read, and how many have been and wait for their facts."""

    reading: int
    facts: int


def known_until(settings: Settings) -> datetime | None:
    """Return the time of the newest entry that the published warehouse knows, None without one."""
    if not settings.warehouse.exists():
        return None
    return warehouse.query(settings, "SELECT max(updated_at) AS at FROM filing_state")["at"].to_pylist()[0]


def summary(
    settings: Settings,
    book: Ledger,
    before: datetime | None,
    failures: list[warehouse.Failure],
    refused: str | None,
    changed: Changes | None,
) -> Summary:
    """Return how the home stands: every filing by its end, what is new since `before`, breaches, and the exit code."""
    doubtful = book.select(KEY, "doubtful", where=(pl.col("state") == "loaded") & (pl.col("doubtful").list.len() > 0))
    badly = {state: book.select(*REASON, where=pl.col("state") == state) for state in ("unreadable", "unrecognised")}
    unfetched = book.select(*REASON, where=(pl.col("state") == "listed") & pl.col("reason").is_not_null())
    unread = book.select(*REASON, where=(pl.col("state") == "fetched") & pl.col("reason").is_not_null())
    ended = pl.col("state").is_in(ledger.ENDED) & (pl.col("state") != "removed")
    later = ended if before is None else ended & (pl.col("updated_at") > before)
    new = sum(frame.height for frame in book.frames("state", where=later))
    counts = book.counts()
    there = settings.warehouse.exists() and warehouse.is_of_this_tieout(settings)
    breaches = warehouse.breaches(settings) if there else {}
    strange = discovery.register(settings).strange()
    unwell = bool(strange) or any(frame.height for frame in (*badly.values(), doubtful))
    lines = [
        _states_line(new, counts),
        *(changes.brief(changed) if changed else []),
        *(line for state, frame in badly.items() for line in _named(frame, state)),
        *_named(unfetched, "listed"),
        *_named(unread, "fetched"),
        *_strange(strange),
        *_doubts(doubtful),
        *(_holdings(settings, breaches) if there else []),
        *_aside(settings),
        *_refusals(settings, failures, refused),
    ]
    return Summary(
        states=counts,
        unreadable=badly["unreadable"][KEY].to_list(),
        unrecognised=badly["unrecognised"][KEY].to_list(),
        doubtful=doubtful[KEY].to_list(),
        new=new,
        breaches=breaches,
        integrity=[_failure_line(failure) for failure in failures],
        snapshot=warehouse.published(settings),
        warehouse=str(settings.warehouse),
        exit_code=3 if failures else 4 if refused else 6 if unread.height else 1 if unwell else 0,
        lines=lines,
        changes=changed,
    )


def rebuilt(told: Summary, waiting: Waiting, mended: Sequence[str] = ()) -> Summary:
    """Say first what was damaged, and what a rebuild had to do."""
    lines = [
        *mended[:NAMED],
        *([f"  and {len(mended) - NAMED:,} more files"] if len(mended) > NAMED else []),
        f"Read again: {waiting.reading:,} filings; of {waiting.facts:,} more only the facts were rebuilt",
        *told.lines,
    ]
    return replace(told, lines=lines)


def _states_line(new: int, counts: dict[str, int]) -> str:
    parts = [f"{counts[state]:,} {state}" for state in (*ledger.ENDED, *ledger.OPEN) if counts.get(state)]
    return f"Filings: {sum(counts.values()):,}, {new:,} of them new: {', '.join(parts) or 'none'}"


def _named(rows: pl.DataFrame, state: str) -> list[str]:
    """Return a line per filing that ended badly, with its reason; the first few where there are many."""
    lines = [f"  {state} {accession} ({path}): {reason}" for accession, path, reason in rows.head(NAMED).iter_rows()]
    return lines + ([f"  and {rows.height - NAMED:,} more: tieout status"] if rows.height > NAMED else [])


def _strange(wrong: list[str]) -> list[str]:
    """Return what is wrong with index files; the first few where there is much."""
    lines = [f"Index files: {len(wrong):,} lines or files that cannot be read"] if wrong else []
    lines += [f"  index {what}" for what in wrong[:NAMED]]
    return lines + ([f"  and {len(wrong) - NAMED:,} more of index files: tieout status"] if len(wrong) > NAMED else [])


def _doubts(rows: pl.DataFrame) -> list[str]:
    lines = [f"  doubtful {reading}" for told in rows["doubtful"].head(NAMED).to_list() for reading in told]
    return lines + ([f"  and {rows.height - NAMED:,} more: tieout status"] if rows.height > NAMED else [])


def _holdings(settings: Settings, breaches: dict[str, int]) -> list[str]:
    held = warehouse.figures(settings)
    parts = ", ".join(f"{100 * held[name] / (held['printed'] or 1):.1f} % {name}" for name in COVERAGE)
    told = ", ".join(f"{breaches[name]:,} {name}" for name in ("error", "warn", "info") if name in breaches)
    return [
        f"Warehouse: {held['deals']:,} deals, {held['reports']:,} reports, {held['printed']:,} printed values: {parts}",
        f"Rules: {held['results']:,} results, breaches: {told or 'none'}",
        *_dead(waivers.dead(settings)),
        f"Published: {settings.warehouse}",
    ]


def _aside(settings: Settings) -> list[str]:
    """Return a line where a damaged database was set aside, until somebody removes it."""
    file = warehouse.damaged_file(settings)
    return [
        f"Damaged: a database that could not be read is kept as {file}; remove it once nobody needs it"
    ] * file.exists()


def _dead(rows: list[waivers.Row]) -> list[str]:
    """Return a line per waiver that explains nothing any more; the first few where there are many."""
    lines = [f"  {waivers.brief(row)}" for row in rows[:NAMED]]
    return lines + ([f"  and {len(rows) - NAMED:,} more dead waivers: tieout check"] if len(rows) > NAMED else [])


def _refusals(settings: Settings, failures: list[warehouse.Failure], refused: str | None) -> list[str]:
    lines = [f"The source stopped answering: {refused}"] if refused else []
    if failures:
        lines.append(
            f"NOT published, {len(failures):,} rows failed integrity; what was built is {warehouse.rejected(settings)}"
        )
        lines += [f"  {_failure_line(failure)}" for failure in failures[:NAMED]]
    if any(failure.rule_id in OF_THE_LAKE for failure in failures):
        lines.append("Ledger, register and lake disagree: `tieout rebuild` makes them again of the raw bytes")
    return lines


def _failure_line(failure: warehouse.Failure) -> str:
    where = " ".join(part for part in (failure.report_id, failure.scope_key) if part)
    return f"{failure.rule_id} {failure.title}: {where}: expected {failure.expected}, found {failure.actual}"
