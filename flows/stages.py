"""The stages of a night as plain functions: fetch, document, tables, facts, warehouse, assertions, reports.

Each does what the ledger says is still to be done, records it, and may be killed and run again at any moment: what is
written has a name that depends on its content, and the ledger changes after the file it points to is whole.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import BrokenExecutor, Executor, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import accumulate, groupby
from typing import Any, NamedTuple, TypeVar

import polars as pl
import pyarrow as pa

import transforms
from flows import allowance, changes, fingerprints, lake, ledger, lost, quarantine, workers
from flows import warehouse as database
from flows.discovery import today
from flows.indexes import Quarter, spans
from flows.intake import Progress, Row, fetch, fetch_left, fetch_quarter, quiet, unlisted
from flows.lake import Batch, exclusive
from flows.ledger import UNREAD, Ledger
from flows.repair import mend
from flows.settings import Settings
from flows.store import Store, StoreError, writing
from flows.summary import Summary, Waiting, known_until, rebuilt, summary
from flows.workers import alone, crew, spread
from transforms import Outcome, Submission, integrity, reading
from transforms.errors import BrokenFacts

Made = TypeVar("Made")
Frames = dict[str, pl.DataFrame]
Reading = tuple[int, pa.Table, list[Outcome]]  # of one filing year
Given = tuple[list[Submission], dict[str, str]]  # to be read, and the digests of their bytes by accession number
Told = tuple[Batch, dict[str, str], list[Outcome]]  # where cells lie, of which filings with which forms, and what came


class Built(NamedTuple):
    """What is to be told of the facts of a batch: doubtful readings, and what is broken, by accession number."""

    doubtful: dict[str, list[str]]
    broken: dict[str, str]


# What a process holds while it works grows with its batch, by some 240 bytes for each byte that comes gzipped.
BATCH = 64  # filings that are read together
BATCH_BYTES = 1024 * 1024  # and their size as kept, gzipped
LEAST = 16  # filings that are worth a second process
SMALL = BATCH // 2  # filings below which a batch may be merged
SMALL_BATCHES = 16  # of one year: more are merged
MERGED = 4 * BATCH  # filings of a merged batch: not many more, since all of their cells are held at once
AT_ONCE = 8  # submissions that are taken out of the store side by side: a bucket makes one wait


def nightly(settings: Settings, progress: Progress = quiet) -> Summary:
    """Run all stages in order."""
    with exclusive(settings.home, settings.store):
        refused = fetch(settings, progress)
        document(settings, progress)
        with workers.kept(settings.processes):
            tables(settings, progress)
            facts(settings, progress)
        warehouse(settings, progress)
        assertions(settings, progress)
        return reports(settings, progress, refused=refused)


def backfill(
    settings: Settings, first: str, last: str | None = None, progress: Progress = quiet, bulk: bool = False
) -> Summary:
    """List, fetch and read quarter by quarter, then build and publish. What is held already is not asked for again.

    Quarters are given as 1996-Q1; without a last one they go up to the present. Raises ValueError for others.
    """
    ((start, end, _, _),) = spans(first, last, today(settings), 1)
    with exclusive(settings.home, settings.store):
        with workers.kept(settings.processes):
            refused = _quarters(settings, list(start.to(end)), progress, bulk)
            refused = refused or unlisted(settings) or fetch_left(settings, progress)
            # Of other quarters, what another reader read or a killed run left.
            document(settings, progress)
            tables(settings, progress)
            facts(settings, progress)
        warehouse(settings, progress)
        assertions(settings, progress)
        return reports(settings, progress, refused=refused)


def _quarters(settings: Settings, quarters: list[Quarter], progress: Progress, bulk: bool) -> str | None:
    for number, one in enumerate(quarters):
        progress("quarters", number, len(quarters))
        if refused := quarter(settings, one, progress, bulk):
            return refused
    progress("quarters", len(quarters), len(quarters))
    return None


def quarter(settings: Settings, of: Quarter, progress: Progress = quiet, bulk: bool = False) -> str | None:
    """List, fetch and read the filings of one quarter. Returns why the source stopped answering, None if it did not.

    The lake is not tidied up, which takes as long as it is large: `facts` does that once, at the end of a run.
    """
    with exclusive(settings.home, settings.store):
        refused = fetch_quarter(settings, of, progress, bulk)
        tables(settings, progress)
        facts(settings, progress, tidily=False)
        return refused


def rebuild(settings: Settings, progress: Progress = quiet) -> Summary:
    """Read again from the bytes kept what another reader read, or what is damaged, and publish.

    The source is not asked.
    """
    with exclusive(settings.home, settings.store):
        mended = mend(settings, progress)
        document(settings, progress)
        todo = waiting(settings)
        with workers.kept(settings.processes):
            tables(settings, progress)
            facts(settings, progress)
        warehouse(settings, progress)
        assertions(settings, progress)
        return rebuilt(reports(settings, progress), todo, mended)


def waiting(settings: Settings) -> Waiting:
    """Return what is left to be read and to be built."""
    counts = Ledger(settings.store).counts()
    return Waiting(reading=counts.get("fetched", 0), facts=counts.get("read", 0))


# ---- document, tables ----


def document(settings: Settings, progress: Progress = quiet) -> None:
    """Put back what another reader read, so that it is read again, and what other code built facts of, so that they
    are built again of the cells that are kept.

    The bytes are taken apart where they are read, once: what is no filing of ours ends there.
    """
    ended = pl.col("state").is_in(["read", *ledger.ENDED]) & (pl.col("state") != "removed")
    ended &= pl.col("sha256").is_not_null()
    read_otherwise = pl.col("code_fingerprint") != fingerprints.reader()
    built_otherwise = pl.col("facts_fingerprint") != fingerprints.builder()
    with exclusive(settings.home, settings.store):
        book = Ledger(settings.store)
        put_back = 0
        # The old reading stays where it is until the new one is there.
        for stale, state in (
            # A filing without a batch failed when its facts were built: it has no cells to build them of.
            (ended & (read_otherwise | (built_otherwise & pl.col("batch").is_null())), "fetched"),
            (ended & built_otherwise & pl.col("batch").is_not_null(), "read"),
        ):
            for rows in book.frames(where=stale):
                put_back += book.record(rows.with_columns(state=pl.lit(state)))
        progress("document", put_back, put_back)


def tables(settings: Settings, progress: Progress = quiet, executor: Executor | None = None) -> None:
    """Read every fetched filing into cells, in batches of one filing year."""
    with exclusive(settings.home, settings.store):
        book = Ledger(settings.store)
        total, done = book.counts().get("fetched", 0), 0
        progress("tables", 0, total)
        groups = (
            group for rows in book.frames(where=pl.col("state") == "fetched") for group in _groups(settings, rows)
        )
        missing: list[Row] = []

        def submissions(group: list[Row]) -> list[Submission]:
            with ThreadPoolExecutor(AT_ONCE) as pool:
                found = list(pool.map(partial(_submission, settings), group))
            missing.extend(row for row, one in zip(group, found, strict=True) if one is None)
            return [one for one in found if one is not None]

        def given(group: list[Row]) -> Given:
            return submissions(group), {row["accession_number"]: row["sha256"] for row in group}

        with crew(settings, executor, idle=not total) as (hands, width):
            # What a process of this machine reads, it puts into the lake itself: it never passes through this one.
            read: Callable[[Given], list[Told]] = partial(read_batch, read_years, settings)
            if hands is None:
                answers = spread(read, groups, given, width, None, lambda given: allowance.is_heavy(given[0]))
            else:
                answers = _from_afar(settings, spread(read_years, groups, submissions, width, hands))
            for group, answer in answers:
                if isinstance(answer, Exception):
                    for row in group:
                        _keep_reading(book, [row], _read_alone(settings, row, answer))
                else:
                    _keep_reading(book, group, answer)
                done += len(group)
                progress("tables", done, total)
        book.record(_unread(settings, row) for row in missing)


def _unread(settings: Settings, row: Row) -> Row:
    """Return the row of a filing whose bytes are gone: what was read of it before stays, else it stays open."""
    if row["batch"]:
        built = "withdrawn" if row["withdrawn_in"] else "loaded"
        return row | {"state": built if row["facts_fingerprint"] else "read"}
    return row | {"reason": lost.reason(settings.store, row)}


def _from_afar(
    settings: Settings, answers: Iterator[tuple[list[Row], list[Reading] | Exception]]
) -> Iterator[tuple[list[Row], list[Told] | Exception]]:
    """Put into the lake what processes read that do not reach it."""
    for group, answer in answers:
        digests = {row["accession_number"]: row["sha256"] for row in group}
        yield group, _put(lambda read, digests=digests: _put_cells(settings.store, read, digests), answer)


def _put(put: Callable[[Any], Made], answer: Any) -> Made | Exception:
    """Write an answer, as a process does that reaches the lake: the error comes back in its place."""
    if isinstance(answer, Exception):
        return answer
    try:
        return put(answer)
    except StoreError as error:
        return error


def _read_alone(settings: Settings, row: Row, failed: Exception) -> list[Told] | Exception:
    """Read one filing of a group that failed. What the reader raises comes back, for the filing to end with it.

    What it read is written from here: what fails then is not the filing's, and ends the run. Raises StoreError.
    """
    submission = _submission(settings, row)
    if submission is None:
        return []
    answer = alone(partial(_read_watched, read_years, settings), [submission], _own(failed, row))
    if isinstance(answer, BrokenExecutor):
        most = f"{settings.filing_seconds:g} s of processor time and {settings.filing_memory // 10**6:,} MB of memory"
        return type(answer)(f"{answer} (it may take {most})")
    if isinstance(answer, Exception):
        return answer
    return _put_cells(settings.store, answer, {row["accession_number"]: row["sha256"]})


def read_batch(read: Callable[[list[Submission]], list[Reading]], settings: Settings, given: Given) -> list[Told]:
    """Read submissions and put their cells into the lake. Returns what is to be told of them, without the cells."""
    submissions, digests = given
    return _put_cells(settings.store, _read_watched(read, settings, submissions), digests)


def _read_watched(
    read: Callable[[list[Submission]], list[Reading]], settings: Settings, submissions: list[Submission]
) -> list[Reading]:
    with allowance.watched(settings):
        return read(submissions)


def _own(failed: Exception, row: Row) -> Exception:
    """Return what failed for one filing of a group: that another took too much is no fault of this one."""
    is_others = isinstance(failed, allowance.Exceeded) and failed.whose not in (None, row["accession_number"])
    return Exception(str(failed)) if is_others else failed


def _put_cells(store: Store, answer: list[Reading], digests: Mapping[str, str]) -> list[Told]:
    told: list[Told] = []
    for year, table, outcomes in answer:
        into = lake.batch(year, fingerprints.reader(), ((one.accession, digests[one.accession]) for one in outcomes))
        filings = reading.metadata(table)["filings"] if table else []
        if filings:
            with writing(store):
                lake.put_cells(store, into, table)
        told.append((into, {filing["accession_number"]: filing["form_type"] for filing in filings}, outcomes))
    return told


def _groups(settings: Settings, rows: pl.DataFrame) -> Iterator[list[Row]]:
    """Cut filings into batches, each of one filing year where it is known, and of about the same size."""
    year = pl.col("filed_date").dt.year()
    ordered = rows.sort(year, "accession_number", nulls_last=False)
    for same in ordered.with_columns(year_=year).partition_by("year_", maintain_order=True, include_key=False):
        for part in same.iter_slices(_share(same.height, settings.processes)):
            yield from _light(settings, part.to_dicts())


def _share(count: int, processes: int) -> int:
    """Return how many of so many filings to read together: as many for each process, where there are enough."""
    parts = -(-count // BATCH)
    return -(-count // max(parts, min(-(-parts // processes) * processes, count // LEAST)))


def _light(settings: Settings, rows: list[Row]) -> Iterator[list[Row]]:
    """Cut filings where they would be too much to be held at once."""
    group: list[Row] = []
    size = 0
    for row in rows:
        more = row["received_bytes"] or lake.raw_size(settings.store, row["accession_number"])
        if group and size + more > BATCH_BYTES:
            yield group
            group, size = [], 0
        group.append(row)
        size += more
    yield group


def _submission(settings: Settings, row: Row) -> Submission | None:
    """Return a filing as it is kept, None where its bytes are gone or damaged."""
    raw, unread = b"\0", ""
    # Gzip bytes that came broken are no text: the reader says so, and the ledger with it.
    try:
        raw = lake.received(settings.store, row["accession_number"], row["sha256"])
        raw = lake.plain(raw, settings.largest)
    except lake.NoBytes:
        return None
    except lake.TooLarge as error:
        raw, unread = b"", str(error)
    except lake.LakeError:
        pass
    return Submission(raw, row["path"], row["accession_number"], row["filed_date"], row["local"], unread)


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
    table, outcomes = transforms.read_batch(allowance.ByFiling(submissions))
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


def _keep_reading(book: Ledger, group: list[Row], answer: list[Told] | Exception) -> None:
    rows = {row["accession_number"]: row for row in group}
    if isinstance(answer, Exception):
        of_limit = isinstance(answer, allowance.Exceeded)
        reason = str(answer) if of_limit else f"the reader failed: {type(answer).__name__}: {answer}"
        into = lake.batch(0, fingerprints.reader(), ((name, row["sha256"]) for name, row in rows.items()))
        answer = [(into, {}, [Outcome(accession, "unreadable", reason) for accession in rows])]
    book.record(_read(rows[one.accession], one, into, forms) for into, forms, outcomes in answer for one in outcomes)


def _read(row: Row, outcome: Outcome, into: Batch, forms: Mapping[str, str]) -> Row:
    told = row["accession_number"] in forms  # it has cells
    known = {"form_type": row["form_type"] or forms[row["accession_number"]]} if told else {}
    # What the source took back is read as well as anything, and stays withdrawn.
    state = "withdrawn" if row["withdrawn_in"] and outcome.state != "read" else outcome.state
    return row | UNREAD | known | {
        "state": state,
        "reason": outcome.reason or None,
        "layout_family": outcome.layout_family,
        "tokens": outcome.tokens,
        "cells": outcome.cells,
        "cells_mapped": outcome.cells_mapped,
        "reports": outcome.reports,
        "year": into.year,
        "batch": into.name if told else None,
        "code_fingerprint": fingerprints.reader(),
        "attempts": (row["attempts"] or 0) + 1,
    }  # fmt: skip


# ---- facts ----


def facts(
    settings: Settings, progress: Progress = quiet, executor: Executor | None = None, tidily: bool = True
) -> None:
    """Build the facts of every batch of cells that has none yet.

    Then merge the small batches of a year, and remove what no filing points to, unless that is left to a later call.
    """
    with exclusive(settings.home, settings.store):
        book = Ledger(settings.store)
        read = book.select("accession_number", "year", "batch", where=pl.col("state") == "read")
        of_batch = read.group_by("year", "batch").agg("accession_number").sort("year", "batch")["accession_number"]
        done = 0
        progress("facts", 0, read.height)
        groups = (list(book.of(sorted(accessions)).values()) for accessions in of_batch)
        with crew(settings, executor, idle=read.is_empty()) as (hands, width):
            for group, answer in _built(settings, groups, hands, width):
                if isinstance(answer, Exception):
                    _facts_alone(settings, book, group, answer)
                else:
                    _keep_facts(book, group, answer)
                done += len(group)
                progress("facts", done, read.height)
        # All partitions are read by every quarter of a back-fill: of one file each, that takes a tenth of the time.
        book.fold(at=2)
        if tidily:
            _merge(settings, book)
            lake.sweep(settings.store, book.batches())


def _built(
    settings: Settings, groups: Iterator[list[Row]], hands: Executor | None, width: int
) -> Iterator[tuple[list[Row], Built | Exception]]:
    """Yield each group with what is to be told of its facts, which lie in the lake by then."""
    if hands is None:
        # A process of this machine reaches the lake by itself: what it builds never passes through this one.
        build = partial(build_batch, transforms.build, settings)
        yield from spread(build, groups, lambda group: _batch(group[0]), width, None)
        return

    def cells(group: list[Row]) -> pa.Table:
        return lake.get_cells(settings.store, _batch(group[0]))

    for group, answer in spread(partial(made_facts, transforms.build), groups, cells, width, hands):
        yield group, _put(partial(_put_facts, settings, _batch(group[0])), answer)


def build_batch(build: Callable[[pa.Table], Frames], settings: Settings, of: Batch) -> Built:
    """Build the facts of a batch of cells and put them into the lake, without those that break a rule."""
    return _put_facts(settings, of, _made_watched(build, settings, lake.get_cells(settings.store, of)))


def _made_watched(build: Callable[[pa.Table], Frames], settings: Settings, cells: pa.Table) -> tuple[Frames, Built]:
    with allowance.watched(settings, cells.nbytes):
        return made_facts(build, cells)


def _batch(row: Row) -> Batch:
    return Batch(row["year"], row["batch"], row["facts_fingerprint"] or "")


def made_facts(build: Callable[[pa.Table], Frames], cells: pa.Table) -> tuple[Frames, Built]:
    """Build facts and look at them; nothing is written. Returns those that break no rule, and what is to be told."""
    frames = build(cells)
    broken = integrity.broken(frames)
    if broken:
        frames = integrity.without(frames, broken)
    lake.check_facts(frames)
    doubtful: dict[str, list[str]] = {}
    if (proof := frames.get("report_proof")) is None:  # no report of the batch has any fact: its values stay cells
        return frames, Built(doubtful, broken)
    proof = proof.filter(pl.col("proof") == "doubtful").join(frames["report"], on="report_id")
    for accession, report, fact in proof.select("accession_number", "report_id", "fact").sort(pl.all()).iter_rows():
        doubtful.setdefault(accession, []).append(f"{report} {fact}")
    return frames, Built(doubtful, broken)


def _put_facts(settings: Settings, of: Batch, made: tuple[Frames, Built]) -> Built:
    frames, told = made
    with writing(settings.store):
        lake.put_facts(settings.store, replace(of, built=fingerprints.builder()), frames)
    return told


def _keep_facts(book: Ledger, group: list[Row], told: Built) -> None:
    book.record(_with_facts(row, told) for row in group)


def _with_facts(row: Row, told: Built) -> Row:
    if reason := told.broken.get(row["accession_number"]):
        return quarantine.ended(row, reason)
    return row | {
        "facts_fingerprint": fingerprints.builder(),
        "state": "withdrawn" if row["withdrawn_in"] else "loaded",
        "doubtful": told.doubtful.get(row["accession_number"], []),
    }


def _facts_alone(settings: Settings, book: Ledger, group: list[Row], failed: Exception) -> None:
    """Read and build the filings of a failed batch one by one: only those that fail alone are given up.

    As in `_read_alone`, what is written is written from here, and what fails then ends the run. Raises StoreError.
    """
    for row in group:
        _keep_reading(book, [row], _read_alone(settings, row, failed))
        now = book.of([row["accession_number"]])[row["accession_number"]]
        if now["state"] != "read":
            continue
        build = partial(_made_watched, transforms.build, settings)
        made = alone(build, lake.get_cells(settings.store, _batch(now)), failed)
        if isinstance(made, BrokenFacts | allowance.Exceeded):
            book.record([quarantine.ended(now, str(made))])
        elif isinstance(made, Exception):
            book.record([quarantine.ended(now, f"its facts could not be built: {type(made).__name__}: {made}")])
        else:
            _keep_facts(book, [now], _put_facts(settings, _batch(now), made))


def _merge(settings: Settings, book: Ledger) -> None:
    """Write the small batches of a year as one, where there are many: thousands of small files cost a hundredfold."""
    by = ("year", "batch", "facts_fingerprint")
    current = (pl.col("state") == "loaded") & (pl.col("code_fingerprint") == fingerprints.reader())
    parts = [
        frame.group_by(by).agg(pl.len(), whole=current.all())
        for frame in book.frames("state", "code_fingerprint", *by, where=pl.col("batch").is_not_null())
    ]
    if not parts:
        return
    sizes = pl.concat(parts).group_by(by).agg(pl.sum("len"), pl.all("whole").all())
    small = sizes.filter(
        pl.col("whole") & (pl.col("len") < SMALL) & (pl.col("facts_fingerprint") == fingerprints.builder())
    )
    for (year,), batches in small.sort(by).group_by("year", maintain_order=True):
        if batches.height >= SMALL_BATCHES:
            _merge_year(settings, book, year, batches["batch"].to_list())


def _merge_year(settings: Settings, book: Ledger, year: int, names: list[str]) -> None:
    own = book.select(where=(pl.col("year") == year) & pl.col("batch").is_in(names))
    members = {_batch(rows[0]): rows for rows in (part.to_dicts() for part in own.partition_by("batch"))}
    whole = sorted(of for of, rows in members.items() if _is_whole(settings, of, rows))
    if len(whole) < SMALL_BATCHES:
        return
    before = dict(zip(whole, accumulate((len(members[of]) for of in whole), initial=0), strict=False))
    for _, parts in groupby(whole, lambda of: before[of] // MERGED):
        _merge_batches(settings, book, year, {of: members[of] for of in parts})


def _merge_batches(settings: Settings, book: Ledger, year: int, members: dict[Batch, list[Row]]) -> None:
    parts = list(members)
    rows = [row for of in parts for row in members[of]]
    into = lake.batch(year, fingerprints.reader(), ((row["accession_number"], row["sha256"]) for row in rows))
    lake.put_cells(settings.store, into, transforms.concat([lake.get_cells(settings.store, of) for of in parts]))
    lake.merge_facts(settings.store, replace(into, built=fingerprints.builder()), parts)
    book.record(row | {"batch": into.name} for row in rows)


def _is_whole(settings: Settings, of: Batch, own: list[Row]) -> bool:
    """Tell whether all filings in a batch's files are still read from there."""
    held = lake.get_facts(settings.store, "filing", of)
    inside = set(held["accession_number"].to_pylist()) if held is not None else set()
    return inside == {row["accession_number"] for row in own}


# ---- warehouse, assertions, reports ----


def warehouse(settings: Settings, progress: Progress = quiet) -> None:
    """Build the database aside, unless the published one is already made of the same lake, code and rules."""
    with exclusive(settings.home, settings.store):
        book = Ledger(settings.store)
        progress("warehouse", 0, 1)
        with database.sound(settings):
            if database.published(settings) == database.snapshot_id(book):
                database.next_file(settings).unlink(missing_ok=True)
            else:
                _build(settings, book)
        progress("warehouse", 1, 1)


def _build(settings: Settings, book: Ledger) -> None:
    try:
        database.build(settings, book)
    except database.LoadError:
        if not quarantine.set_aside(settings.store, book):
            raise
        database.build(settings, book)


def assertions(settings: Settings, progress: Progress = quiet) -> None:
    """Run every rule on the database that was built aside, and work out the marts over what they proved."""
    with exclusive(settings.home, settings.store):
        progress("assertions", 0, 1)
        if database.next_file(settings).exists():
            with database.sound(settings):
                _judge(settings)
        progress("assertions", 1, 1)


def _judge(settings: Settings) -> None:
    database.judge(settings)
    if any(failure.rule_id in quarantine.RULES for failure in database.failures(settings)):
        _judge_without(settings)
    database.work_out(settings)


def _judge_without(settings: Settings) -> None:
    """Build and judge once more without the filings that break a rule by themselves, if there are any."""
    book = Ledger(settings.store)
    if quarantine.set_aside(settings.store, book):
        _build(settings, book)
        database.judge(settings)


def reports(settings: Settings, progress: Progress = quiet, refused: str | None = None) -> Summary:
    """Publish the judged database, or set it aside if an integrity rule failed, and tell how everything stands."""
    with exclusive(settings.home, settings.store):
        progress("reports", 0, 1)
        with database.sound(settings):
            told = _published(settings, refused)
        progress("reports", 1, 1)
        return told


def _published(settings: Settings, refused: str | None) -> Summary:
    book = Ledger(settings.store)
    failures: list[database.Failure] = []
    before, changed = known_until(settings), changes.changes(settings)
    if database.next_file(settings).exists():
        failures = database.failures(settings)
        if failures:
            database.reject(settings)
        else:
            database.publish(settings)
    return summary(settings, book, before, failures, refused, changed)
