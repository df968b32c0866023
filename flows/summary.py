"""What a night says when it ends: how every filing stands, what is published and what is not."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from flows import ledger, warehouse
from flows.ledger import Ledger
from flows.settings import Settings

NAMED = 20  # filings named on the screen per state


@dataclass(frozen=True)
class Summary:
    """What a night did, and how everything stands."""

    listed: list[str]  # accession numbers, by state
    fetched: list[str]
    loaded: list[str]
    not_ours: list[str]
    unreadable: list[str]
    unrecognised: list[str]
    doubtful: list[str]  # loaded, with a reading that its own arithmetic contradicts
    new: int  # filings that ended since the last published night
    breaches: dict[str, int]  # by severity, without the waived
    integrity: list[str]  # what failed, if anything did
    snapshot: str | None  # what is published now
    warehouse: str
    exit_code: int
    lines: list[str]  # for the screen


def known_until(settings: Settings) -> datetime | None:
    """Return the time of the newest entry that the published warehouse knows, None without one."""
    if not settings.warehouse.exists():
        return None
    return warehouse.query(settings, "SELECT max(updated_at) AS at FROM filing_state")["at"].to_pylist()[0]


def summary(
    settings: Settings, book: Ledger, before: datetime | None, failures: list[warehouse.Failure], refused: str | None
) -> Summary:
    """Return how the home stands: every filing by its end, what is new since `before`, breaches, and the exit code."""
    frame = book.frame
    states = {state: frame.filter(state=state)["accession_number"].to_list() for state in (*ledger.OPEN, *ledger.ENDED)}
    doubtful = frame.filter((pl.col("state") == "loaded") & (pl.col("doubtful").list.len() > 0))
    ended = frame.filter(pl.col("state").is_in(ledger.ENDED))
    new = ended.height if before is None else ended.filter(pl.col("updated_at") > before).height
    there = settings.warehouse.exists()
    breaches = warehouse.breaches(settings) if there else {}
    unwell = bool(states["unreadable"] or states["unrecognised"] or doubtful.height)
    lines = [
        _states_line(new, frame),
        *_named(frame, "unreadable"),
        *_named(frame, "unrecognised"),
        *_named(frame, "listed"),
        *_doubts(doubtful),
        *(_holdings(settings, breaches) if there else []),
        *_refusals(settings, failures, refused),
    ]
    return Summary(
        listed=states["listed"],
        fetched=states["fetched"],
        loaded=states["loaded"],
        not_ours=states["not_ours"],
        unreadable=states["unreadable"],
        unrecognised=states["unrecognised"],
        doubtful=doubtful["accession_number"].to_list(),
        new=new,
        breaches=breaches,
        integrity=[_failure_line(failure) for failure in failures],
        snapshot=warehouse.published(settings),
        warehouse=str(settings.warehouse),
        exit_code=3 if failures else 4 if refused else 1 if unwell else 0,
        lines=lines,
    )


def _states_line(new: int, frame: pl.DataFrame) -> str:
    counts = Counter(frame["state"].to_list())
    parts = [f"{counts[state]:,} {state}" for state in (*ledger.ENDED, *ledger.OPEN) if counts[state]]
    return f"Filings: {frame.height:,}, {new:,} of them new: {', '.join(parts) or 'none'}"


def _named(frame: pl.DataFrame, state: str) -> list[str]:
    """Return a line per filing that ended badly, with its reason; the first few where there are many."""
    rows = frame.filter((pl.col("state") == state) & pl.col("reason").is_not_null())
    lines = [
        f"  {state} {accession} ({path}): {reason}"
        for accession, path, reason in rows.head(NAMED).select("accession_number", "path", "reason").iter_rows()
    ]
    return lines + ([f"  and {rows.height - NAMED:,} more: tieout status"] if rows.height > NAMED else [])


def _doubts(rows: pl.DataFrame) -> list[str]:
    lines = [f"  doubtful {reading}" for told in rows["doubtful"].head(NAMED).to_list() for reading in told]
    return lines + ([f"  and {rows.height - NAMED:,} more: tieout status"] if rows.height > NAMED else [])


def _holdings(settings: Settings, breaches: dict[str, int]) -> list[str]:
    held = warehouse.figures(settings)
    share = 100 * held["cells_mapped"] / held["cells"] if held["cells"] else 0
    told = ", ".join(f"{breaches[name]:,} {name}" for name in ("error", "warn", "info") if name in breaches)
    return [
        f"Warehouse: {held['deals']:,} deals, {held['reports']:,} reports, {held['cells']:,} printed values, "
        f"{share:.1f} % of them in facts",
        f"Rules: {held['results']:,} results, breaches: {told or 'none'}",
        f"Published: {settings.warehouse}",
    ]


def _refusals(settings: Settings, failures: list[warehouse.Failure], refused: str | None) -> list[str]:
    lines = [f"The source stopped answering: {refused}"] if refused else []
    if failures:
        lines.append(
            f"NOT published, {len(failures):,} rows failed integrity; what was built is {warehouse.rejected(settings)}"
        )
        lines += [f"  {_failure_line(failure)}" for failure in failures[:NAMED]]
    return lines


def _failure_line(failure: warehouse.Failure) -> str:
    where = " ".join(part for part in (failure.report_id, failure.scope_key) if part)
    return f"{failure.rule_id} {failure.title}: {where}: expected {failure.expected}, found {failure.actual}"
