"""The stages of a night as plain functions: fetch, document, tables, facts, warehouse, assertions, reports.

Each does what the ledger says is still to be done, records it, and may be killed and run again at any moment: what is
written has a name that depends on its content, and the ledger changes after the file it points to is whole.
"""

from collections.abc import Iterator
from concurrent.futures import Executor
from itertools import groupby

import polars as pl
import pyarrow as pa

import transforms
from flows import lake, ledger
from flows import warehouse as database
from flows.intake import Progress, Row, fetch, quiet
from flows.lake import Batch, exclusive
from flows.ledger import Ledger
from flows.settings import Settings
from flows.summary import Summary, known_until, summary
from flows.workers import alone, spread
from transforms import Outcome, Submission, reading

Frames = dict[str, pl.DataFrame]

BATCH = 200  # filings that are read together
BATCH_BYTES = 32 * 1024 * 1024  # and their size as kept, gzipped
SMALL_BATCHES = 16  # of one year: more are merged into one

UNREAD: Row = dict.fromkeys(
    ("reason", "batch", "code_fingerprint", "layout_family", "tokens", "cells", "cells_mapped", "reports", "doubtful")
)


def nightly(settings: Settings, progress: Progress = quiet) -> Summary:
    """Run all stages in order."""
    with exclusive(settings.home):
        refused = fetch(settings, progress)
        document(settings, progress)
        tables(settings, progress)
        facts(settings, progress)
        warehouse(settings, progress)
        assertions(settings, progress)
        return reports(settings, progress, refused=refused)


def rebuild(settings: Settings, progress: Progress = quiet) -> Summary:
    """Read again from the bytes kept what another reader read, and publish; the source is not asked."""
    with exclusive(settings.home):
        document(settings, progress)
        tables(settings, progress)
        facts(settings, progress)
        warehouse(settings, progress)
        assertions(settings, progress)
        return reports(settings, progress)


# ---- document, tables ----


def document(settings: Settings, progress: Progress = quiet) -> None:
    """Put back what another reader read, so that it is read again.

    The bytes are taken apart where they are read, once: what is no filing of ours ends there.
    """
    with exclusive(settings.home):
        book = Ledger(settings.home)
        stale = book.frame.filter(
            pl.col("state").is_in(["read", *ledger.ENDED])
            & (pl.col("code_fingerprint") != ledger.fingerprint())
            & pl.col("sha256").is_not_null()
        )
        # The old reading stays where it is until the new one is there.
        book.record(row | {"state": "fetched"} for row in stale.to_dicts())
        progress("document", stale.height, stale.height)


def tables(settings: Settings, progress: Progress = quiet, executor: Executor | None = None) -> None:
    """Read every fetched filing into cells, in batches of one filing year."""
    with exclusive(settings.home):
        book = Ledger(settings.home)
        groups = list(_groups(settings, book.rows("fetched")))
        total, done = sum(map(len, groups)), 0
        progress("tables", 0, total)

        def submissions(group: list[Row]) -> list[Submission]:
            return [_submission(settings, row) for row in group]

        for group, answer in spread(read_years, groups, submissions, settings.processes, executor):
            if isinstance(answer, Exception):
                for row in group:
                    _keep_reading(settings, book, [row], alone(read_years, submissions([row]), answer))
            else:
                _keep_reading(settings, book, group, answer)
            done += len(group)
            progress("tables", done, total)


def _groups(settings: Settings, rows: list[Row]) -> Iterator[list[Row]]:
    """Cut filings into batches, each of one filing year where it is known."""

    def year(row: Row) -> int:
        return row["filed_date"].year if row["filed_date"] else 0

    for _, same in groupby(sorted(rows, key=lambda row: (year(row), row["accession_number"])), key=year):
        group: list[Row] = []
        size = 0
        for row in same:
            more = lake.raw_size(settings.home, row["accession_number"])
            if group and (len(group) == BATCH or size + more > BATCH_BYTES):
                yield group
                group, size = [], 0
            group.append(row)
            size += more
        yield group


def _submission(settings: Settings, row: Row) -> Submission:
    try:
        raw = lake.raw_bytes(settings.home, row["accession_number"])
    except lake.LakeError:
        # Broken gzip bytes are no text either: the reader says so, and the ledger with it.
        raw = b"\0"
    return Submission(raw, row["path"], row["accession_number"], row["filed_date"], row["local"])


Reading = tuple[int, pa.Table, list[Outcome]]


def read_years(submissions: list[Submission]) -> list[Reading]:
    """Read submissions of one filing year; those without a date are sorted by the year that their reading tells."""
    dated = [submission for submission in submissions if submission.filed_date]
    found = [_read_same_year(dated)] if dated else []
    undated = [_read_same_year([submission]) for submission in submissions if not submission.filed_date]
    for year, same in groupby(sorted(undated, key=lambda one: one[0]), key=lambda one: one[0]):
        parts = list(same)
        joined = transforms.concat([table for _, table, _ in parts])
        found.append((year, joined, [outcome for _, _, outcomes in parts for outcome in outcomes]))
    return found


def _read_same_year(submissions: list[Submission]) -> Reading:
    table, outcomes = transforms.read_batch(submissions)
    strangers = {
        given.accession: outcome.accession
        for given, outcome in zip(submissions, outcomes, strict=True)
        if given.accession != outcome.accession
    }
    if strangers:
        # A filing under another's number would overwrite it: it is left out, and said so.
        table, outcomes = transforms.read_batch([one for one in submissions if one.accession not in strangers])
        outcomes += [
            Outcome(str(listed), "unreadable", f"listed as {listed}, but its header says {own}")
            for listed, own in strangers.items()
        ]
    return _year(submissions, table), table, outcomes


def _year(submissions: list[Submission], table: pa.Table) -> int:
    """Return the year that partitions a reading: filed, else signed, else distributed; 0 where nothing tells."""
    if submissions[0].filed_date:
        return submissions[0].filed_date.year
    told = reading.metadata(table)
    days = [filing["filed_date"] or filing["signature_date"] for filing in told["filings"]]
    days += [report["distribution_date"] for report in told["reports"]]
    return next((int(day[:4]) for day in days if day), 0)


def _keep_reading(settings: Settings, book: Ledger, group: list[Row], answer: list[Reading] | Exception) -> None:
    rows = {row["accession_number"]: row for row in group}
    if isinstance(answer, Exception):
        reason = f"the reader failed: {type(answer).__name__}: {answer}"
        answer = [(0, None, [Outcome(accession, "unreadable", reason) for accession in rows])]
    changed: list[Row] = []
    for year, table, outcomes in answer:
        into = lake.batch(
            year, ledger.fingerprint(), ((one.accession, rows[one.accession]["sha256"]) for one in outcomes)
        )
        told = {filing["accession_number"]: filing for filing in reading.metadata(table)["filings"]} if table else {}
        if told:
            lake.put_cells(settings.home, into, table)
        for outcome in outcomes:
            changed.append(_read(rows[outcome.accession], outcome, into, told.get(outcome.accession)))
    book.record(changed)


def _read(row: Row, outcome: Outcome, into: Batch, told: Row | None) -> Row:
    known = {"form_type": row["form_type"] or told["form_type"]} if told else {}
    return row | UNREAD | known | {
        "state": outcome.state,
        "reason": outcome.reason or None,
        "layout_family": outcome.layout_family,
        "tokens": outcome.tokens,
        "cells": outcome.cells,
        "cells_mapped": outcome.cells_mapped,
        "reports": outcome.reports,
        "year": into.year,
        "batch": into.name if told else None,
        "code_fingerprint": ledger.fingerprint(),
        "attempts": (row["attempts"] or 0) + 1,
    }  # fmt: skip


# ---- facts ----


def facts(settings: Settings, progress: Progress = quiet, executor: Executor | None = None) -> None:
    """Build the facts of every batch of cells that has none yet, then merge the small batches of a year."""
    with exclusive(settings.home):
        book = Ledger(settings.home)
        rows = sorted(book.rows("read"), key=lambda row: (row["year"], row["batch"]))
        groups = [list(same) for _, same in groupby(rows, key=lambda row: (row["year"], row["batch"]))]
        done = 0
        progress("facts", 0, len(rows))

        def cells(group: list[Row]) -> pa.Table:
            return lake.get_cells(settings.home, _batch(group[0]))

        for group, answer in spread(transforms.build, groups, cells, settings.processes, executor):
            if isinstance(answer, Exception):
                _facts_alone(settings, book, group, answer)
            else:
                _keep_facts(settings, book, group, _batch(group[0]), answer)
            done += len(group)
            progress("facts", done, len(rows))
        _merge(settings, book)
        lake.sweep(settings.home, book.batches())


def _batch(row: Row) -> Batch:
    return Batch(row["year"], row["batch"])


def _keep_facts(settings: Settings, book: Ledger, group: list[Row], into: Batch, frames: Frames) -> None:
    lake.put_facts(settings.home, into, frames)
    proof = frames["report_proof"].filter(pl.col("proof") == "doubtful").join(frames["report"], on="report_id")
    doubtful: dict[str, list[str]] = {}
    for accession, report, fact in proof.select("accession_number", "report_id", "fact").sort(pl.all()).iter_rows():
        doubtful.setdefault(accession, []).append(f"{report} {fact}")
    book.record(row | {"state": "loaded", "doubtful": doubtful.get(row["accession_number"], [])} for row in group)


def _facts_alone(settings: Settings, book: Ledger, group: list[Row], failed: Exception) -> None:
    """Read and build the filings of a failed batch one by one: only those that fail alone are given up."""
    for row in group:
        answer = alone(read_years, [_submission(settings, row)], failed)
        _keep_reading(settings, book, [row], answer)
        (now,) = book.frame.filter(pl.col("accession_number") == row["accession_number"]).to_dicts()
        if now["state"] != "read":
            continue
        frames = alone(transforms.build, lake.get_cells(settings.home, _batch(now)), failed)
        if isinstance(frames, Exception):
            reason = f"its facts could not be built: {type(frames).__name__}: {frames}"
            book.record([now | {"state": "unreadable", "reason": reason, "batch": None}])
        else:
            _keep_facts(settings, book, [now], _batch(now), frames)


def _merge(settings: Settings, book: Ledger) -> None:
    """Write the small batches of a year as one, where there are many: thousands of small files cost a hundredfold."""
    rows = [row for row in book.frame.to_dicts() if row["batch"] is not None]
    members: dict[Batch, list[Row]] = {}
    for row in rows:
        members.setdefault(_batch(row), []).append(row)
    small = [of for of, own in members.items() if len(own) < BATCH and _is_whole(settings, of, own)]
    for year, same in groupby(sorted(small), key=lambda of: of.year):
        parts = list(same)
        if len(parts) < SMALL_BATCHES:
            continue
        own = [row for of in parts for row in members[of]]
        into = lake.batch(year, ledger.fingerprint(), ((row["accession_number"], row["sha256"]) for row in own))
        lake.put_cells(settings.home, into, transforms.concat([lake.get_cells(settings.home, of) for of in parts]))
        lake.merge_facts(settings.home, into, parts)
        book.record(row | {"batch": into.name} for row in own)


def _is_whole(settings: Settings, of: Batch, own: list[Row]) -> bool:
    """Tell whether all filings in a batch's files are still read from there."""
    held = lake.get_facts(settings.home, "filing", of)
    inside = set(held["accession_number"].to_pylist()) if held is not None else set()
    return all(row["state"] == "loaded" for row in own) and inside == {row["accession_number"] for row in own}


# ---- warehouse, assertions, reports ----


def warehouse(settings: Settings, progress: Progress = quiet) -> None:
    """Build the database aside, unless the published one is already made of the same lake, code and rules."""
    with exclusive(settings.home):
        book = Ledger(settings.home)
        progress("warehouse", 0, 1)
        if database.published(settings) == database.snapshot_id(book):
            database.next_file(settings).unlink(missing_ok=True)
        else:
            database.build(settings, book)
        progress("warehouse", 1, 1)


def assertions(settings: Settings, progress: Progress = quiet) -> None:
    """Run every rule on the database that was built aside."""
    with exclusive(settings.home):
        progress("assertions", 0, 1)
        if database.next_file(settings).exists():
            database.judge(settings)
        progress("assertions", 1, 1)


def reports(settings: Settings, progress: Progress = quiet, refused: str | None = None) -> Summary:
    """Publish the judged database, or set it aside if an integrity rule failed, and tell how everything stands."""
    with exclusive(settings.home):
        progress("reports", 0, 1)
        book = Ledger(settings.home)
        failures: list[database.Failure] = []
        before = known_until(settings)
        if database.next_file(settings).exists():
            failures = database.failures(settings)
            if failures:
                database.reject(settings)
            else:
                database.publish(settings)
        progress("reports", 1, 1)
        return summary(settings, book, before, failures, refused)
