"""What comes in: filings listed by an archive and fetched from it, and local files.

The ledger changes after the bytes it points to are whole, so a fetch may be killed and run again at any moment.
"""

import shutil
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from flows import clock, discovery, edgar, lake, ledger, logins, lost, sample
from flows.archives import Archive, BrokenFiling, MissingFiling, Received, SourceError
from flows.filers import ASKED, TELLING, Filers
from flows.indexes import Listing, Quarter
from flows.lake import exclusive
from flows.ledger import BLANK, Ledger
from flows.register import Register, Taken
from flows.settings import Settings, SettingsError
from flows.store import StorageFailed
from transforms import Submission
from transforms import document as documents
from transforms.errors import TieoutError
from transforms.glance import Glance, glance

Progress = Callable[[str, int, int], None]
Row = dict[str, Any]

FETCHED_AT_ONCE = 50  # filings between two entries in the ledger
CONNECTIONS = 4  # to the source, of one run
MISSED = 3  # runs in which a listed filing was not there, after which it counts as withdrawn
GIVEN_UP = 10  # runs in which a filing did not come whole, after which it counts as unreadable
ROOM = 512 * 1024 * 1024  # bytes that must stay free on the disk


def quiet(stage: str, done: int, total: int) -> None:
    """Tell nobody."""


# ---- local files ----


def add(settings: Settings, paths: Sequence[Path]) -> list[str]:
    """Take local files into the store, to be read next. Returns their accession numbers. Raises SettingsError."""
    with exclusive(settings.home, settings.store):
        book = Ledger(settings.store)
        ledger.expect_whole(settings.store, book)
        sample.expect_none(settings, book)
        added = [_added(settings, book, Path(path)) for path in paths]
        book.record(row for row, is_new in added if is_new)
    return [row["accession_number"] for row, _ in added]


def _added(settings: Settings, book: Ledger, path: Path) -> tuple[Row, bool]:
    """Return the row of a local file, and whether it says something new."""
    try:
        received = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}") from error
    accession, sha256 = _own_number(received), lake.digest(received)
    held = book.of([accession]).get(accession)
    if held and held["sha256"] not in (None, sha256):
        raise SettingsError(f"{path}: {accession} is in the store with other bytes; add it to another --home")
    if held and held["state"] == "removed":
        raise SettingsError(
            f"{path}: {accession} was removed ({held['reason']}): to have it back, tieout remove --undo {accession}"
        )
    # Bytes that are held are not written again, and come back where they were lost.
    lake.put_raw(settings.store, accession, received)
    if held and held["sha256"] == sha256:
        return held, False
    row = {"accession_number": accession, "state": "fetched", "path": str(path.absolute()), "local": True}
    return BLANK | (held or {}) | row | {"sha256": sha256, "attempts": 0}, True


def _own_number(received: bytes) -> str:
    """Return the accession number a local file goes by: its header's, else one made of its content."""
    try:
        submission = Submission(lake.plain(received), local=True)
    except lake.LakeError:
        return documents.name_of(Submission(received))
    try:
        return documents.split(submission).accession
    except TieoutError:
        return documents.name_of(submission)


# ---- listing ----


def fetch(settings: Settings, progress: Progress = quiet) -> str | None:
    """List what the archive has that is new, and keep the bytes of every filing not held yet.

    Returns why the source stopped answering, None if it did not; what was fetched until then is kept.
    """
    refused = _come(settings, progress, discovery.night, lambda row: True, anew=True)
    return refused or (unlisted(settings) if settings.archive_is_remote else None)


def fetch_quarter(settings: Settings, quarter: Quarter, progress: Progress = quiet, bulk: bool = False) -> str | None:
    """List one quarter and keep the bytes of every filing of it not held yet. Returns why the source stopped.

    `bulk` takes them from the bulk files of the days, where there are any, before single ones are asked for.
    """

    if sample.is_alone(settings, Ledger(settings.store)):
        raise SettingsError(f"{settings.home} asks no archive: give --archive a folder, an http(s) address, or 'edgar'")

    def listing(settings: Settings, source: Archive, register: Register, take: discovery.Take) -> None:
        discovery.quarter(settings, source, register, take, quarter)

    def within(row: Row) -> bool:
        return Quarter.of(row["filed_date"]) == quarter

    return _come(settings, progress, listing, within, bulk)


def fetch_left(settings: Settings, progress: Progress = quiet) -> str | None:
    """Keep the bytes of what was left for its filer, where a later quarter showed that this filer has trusts.

    Returns why the source stopped answering, None if it did not.
    """
    return _come(settings, progress, lambda *_: None, lambda row: not row["attempts"], anew=True)


def unlisted(settings: Settings) -> str | None:
    """Return what is wrong with an archive of which no index file was ever read, None with one that has some."""
    if discovery.register(settings).is_any():
        return None
    return f"{settings.archive} holds no Archives/edgar/full-index: check the archive's address"


def _come(
    settings: Settings,
    progress: Progress,
    listing: Callable[[Settings, Archive, Register, discovery.Take], None],
    wanted: Callable[[Row], bool],
    bulk: bool = False,
    anew: bool = False,
) -> str | None:
    """List, and fetch what is wanted of what is listed; `anew` looks again at what was left for its filer."""
    with exclusive(settings.home, settings.store):
        book = Ledger(settings.store)
        ledger.expect_whole(settings.store, book)
        book.fold()
        if sample.is_alone(settings, book):
            return None
        sample.keep_apart(settings, book)
        logins.forget(settings, book)
        try:
            source = edgar.archive(settings)
            register = discovery.register(settings)
            _follow(book, register)
            listing(settings, source, register, lambda taken: _list(book, taken))
            if anew:
                _reconsider(book, discovery.today(settings))
            rows = [row for row in book.rows("listed") if wanted(row)]
            filers = Filers(book.frames(*ASKED, where=TELLING) if rows else (), discovery.today(settings))
            if bulk:
                rows = _from_bulk(settings, book, source, rows, progress)
            _fetch(settings, book, source, filers, rows, progress)
            if anew:
                for row, came in lost.fetch_again(settings.store, book, source):
                    book.record([_received(settings, row, came)])
        except SourceError as error:
            return str(error)
        return None


def _follow(book: Ledger, register: Register) -> None:
    """Enter what a run listed that was killed before the ledger knew of it."""
    listed = register.unfinished()
    held = book.of([one.accession for one in listed])
    book.record(_listed(one, held.get(one.accession)) for one in listed)
    register.finish()


def _list(book: Ledger, taken: Taken) -> None:
    """Enter what an index lists, corrects, no longer lists or lists again."""
    held = book.of([one.accession for one in taken.listed] + taken.gone + taken.back)
    rows = [_listed(one, held.get(one.accession)) for one in taken.listed]
    by_number = held | {row["accession_number"]: row for row in rows}
    gone = [_withdrawn(by_number[number], f"{taken.name} no longer lists it", taken.name) for number in taken.gone]
    by_number |= {row["accession_number"]: row for row in gone}
    back = [_returned(by_number[number]) for number in taken.back]
    book.record((by_number | {row["accession_number"]: row for row in back}).values())


def _listed(one: Listing, held: Row | None) -> Row:
    name = one.listed_in
    told = {
        "form_type": one.form_type, "company": one.company, "ciks": list(one.ciks), "filed_date": one.filed_date,
        "path": one.path,
    }  # fmt: skip
    if held is None:
        row = {"accession_number": one.accession, "state": "listed", "local": False, "attempts": 0, "listed_in": name}
        return BLANK | row | told
    if held["local"]:
        return held | {"listed_in": held["listed_in"] or name}
    ciks = list(dict.fromkeys((*(held["ciks"] or ()), *one.ciks)))
    return held | told | {"ciks": ciks, "listed_in": held["listed_in"] or name}


def listed_again(one: Listing, gone_from: str | None) -> Row:
    """Return the row of a filing that the register lists, or listed until an index no longer did."""
    row = _listed(one, None)
    return _withdrawn(row, f"{gone_from} no longer lists it", gone_from) if gone_from else row


def _withdrawn(row: Row, reason: str, name: str | None) -> Row:
    """Return the row of a filing that the source took back; its bytes and facts stay, and what is half read is read."""
    if row["state"] == "removed":
        return row | {"withdrawn_in": name}
    state = row["state"] if row["state"] in ("fetched", "read") else "withdrawn"
    return row | {"state": state, "reason": reason, "withdrawn_in": name}


def _returned(row: Row) -> Row:
    """Return the row of a filing that is listed again: to be read anew, or to be fetched."""
    if row["state"] == "removed":
        return row | {"withdrawn_in": None}
    state = "fetched" if row["sha256"] else "listed"
    return row | {"state": state, "reason": None, "withdrawn_in": None, "attempts": 0}


def _reconsider(book: Ledger, today: date) -> None:
    """List again what was taken for foreign by its filer alone, where that filer turned out to be one of ours."""
    filers = Filers(book.frames(*ASKED, where=TELLING), today)
    unread = (pl.col("state") == "not_ours") & pl.col("sha256").is_null() & ~pl.col("local")
    for frame in book.frames(where=unread):
        again = [row for row in frame.iter_rows(named=True) if filers.is_ours(row)]
        book.record(row | {"state": "listed", "reason": None, "sics": None} for row in again)


# ---- fetching ----


def _fetch(
    settings: Settings, book: Ledger, source: Archive, filers: Filers, rows: list[Row], progress: Progress
) -> None:
    """Fetch rows in rounds: of a filer of whom nothing is known, one filing comes first and tells of the others."""
    # What failed before comes last, so that it never keeps the others waiting.
    rows = sorted(rows, key=lambda row: (row["attempts"] or 0, row["filed_date"], row["accession_number"]))
    total, done = len(rows), 0
    progress("fetch", 0, total)
    while rows:
        now, rows = _round(rows, filers)
        ended: list[Row] = []
        try:
            for row in _answers(settings, source, filers, now):
                ended.append(row)
                done += 1
                if len(ended) == FETCHED_AT_ONCE:
                    _keep(settings, book, filers, ended)
                    ended = []
                progress("fetch", done, total)
        finally:
            # Where the source stops answering, what came before is not asked for again.
            _keep(settings, book, filers, ended)


def _keep(settings: Settings, book: Ledger, filers: Filers, rows: list[Row]) -> None:
    book.record(rows)
    filers.learn(rows)
    free = shutil.disk_usage(settings.home).free
    if free < ROOM:
        raise StorageFailed(
            f"{settings.home} has {free / 1e6:,.0f} MB left: make room, or give another --home; what came is kept"
        )


def _round(rows: list[Row], filers: Filers) -> tuple[list[Row], list[Row]]:
    """Part rows into those to fetch now, and those that wait for what an earlier filing of their filer tells."""
    now, later, asked = [], [], set()
    for row in rows:
        is_told = filers.is_ours(row) or filers.foreign(row) or (filers.is_known(row) and filers.is_recent(row))
        if not is_told and asked.intersection(row["ciks"]):
            later.append(row)
            continue
        if not is_told:
            asked.update(row["ciks"])
        now.append(row)
    return now, later


def _answers(settings: Settings, source: Archive, filers: Filers, rows: list[Row]) -> Iterator[Row]:
    """Yield what became of each row, in order; no more of them are under way than there are connections."""
    waiting = iter(rows)
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        running: deque[Future[Row]] = deque()
        try:
            while True:
                while len(running) < 2 * CONNECTIONS and (row := next(waiting, None)):
                    running.append(threads.submit(_fetched, settings, source, filers, row))
                if not running:
                    return
                yield running.popleft().result()
        except SourceError:
            # What the other connections still bring home is kept.
            yield from _brought(running)
            raise


def _brought(running: Iterable[Future[Row]]) -> Iterator[Row]:
    for future in running:
        if not future.cancel() and future.exception() is None:
            yield future.result()


def _fetched(settings: Settings, source: Archive, filers: Filers, row: Row) -> Row:
    if industries := filers.foreign(row):
        # It was not looked into: its row tells of no industry.
        return _foreign(row, industries) | {"sics": None}
    try:
        received = source.fetch(row["path"], None if filers.is_ours(row) else glance)
    except MissingFiling as missing:
        return _failed(row, str(missing), MISSED, "withdrawn")
    except BrokenFiling as broken:
        return _failed(row, str(broken), GIVEN_UP, "unreadable")
    return _received(settings, row, received)


def _foreign(row: Row, industries: Iterable[str]) -> Row:
    """Return the row of a filing that was left unread for what its filer is."""
    codes = list(industries)
    reason = f"its filer's industry is not asset-backed securities (SIC {', '.join(codes)}), and it tells of no trust"
    return row | {"state": "not_ours", "reason": reason, "sics": codes}


def _failed(row: Row, reason: str, after: int, state: str) -> Row:
    attempts = (row["attempts"] or 0) + 1
    return row | {"state": state if attempts >= after else "listed", "reason": reason, "attempts": attempts}


def _received(settings: Settings, row: Row, received: Received) -> Row:
    told: Glance | None = received.glance
    if told and told.foreign:
        return _foreign(row, told.industries)
    sha256 = lake.put_raw(settings.store, row["accession_number"], received.body)
    return row | {
        "state": "fetched",
        "reason": None,
        "attempts": 0,
        "sha256": sha256,
        "fetched_from": received.address,
        "fetched_at": clock.stamp(),
        "received_bytes": len(received.body),
    }


def _from_bulk(settings: Settings, book: Ledger, source: Archive, rows: list[Row], progress: Progress) -> list[Row]:
    """Take rows from the bulk files of their days. Returns those that were not there."""
    by_day: dict[Any, dict[str, Row]] = {}
    for row in rows:
        by_day.setdefault(row["filed_date"], {})[row["accession_number"]] = row
    left: list[Row] = []
    for number, (day, wanted) in enumerate(sorted(by_day.items()), 1):
        ended: list[Row] = []
        try:
            for accession, body in source.bulk(day) or ():
                if accession in wanted:
                    told = Received(body, f"bulk file of {day}", None)
                    ended.append(_received(settings, wanted.pop(accession), told))
        except BrokenFiling:
            # The rest of the day is asked for one by one.
            pass
        book.record(ended)
        left += wanted.values()
        progress("bulk files", number, len(by_day))
    return left
