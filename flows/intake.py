"""What comes in: filings listed by an archive and fetched from it, and local files.

The ledger changes after the bytes it points to are whole, so a fetch may be killed and run again at any moment.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from flows import edgar, lake
from flows.indexes import Listing
from flows.lake import exclusive
from flows.ledger import BLANK, Ledger
from flows.settings import Settings, SettingsError
from transforms import Submission
from transforms import document as documents
from transforms.errors import TieoutError

Progress = Callable[[str, int, int], None]
Row = dict[str, Any]

FETCHED_AT_ONCE = 50  # filings between two entries in the ledger


def quiet(stage: str, done: int, total: int) -> None:
    """Tell nobody."""


def add(settings: Settings, paths: Sequence[Path]) -> list[str]:
    """Take local files into the store, to be read next. Returns their accession numbers. Raises SettingsError."""
    with exclusive(settings.home, settings.store):
        book = Ledger(settings.store)
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
    if held and held["sha256"] == sha256:
        return held, False
    lake.put_raw(settings.store, accession, received)
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


def fetch(settings: Settings, progress: Progress = quiet) -> str | None:
    """List the archive and keep the bytes of every filing not held yet.

    Returns why the source stopped answering, None if it did not; what was fetched until then is kept.
    """
    with exclusive(settings.home, settings.store):
        book = Ledger(settings.store)
        book.fold()
        try:
            source = edgar.archive(settings)
            found, strange = edgar.listings(source)
            if strange:
                raise edgar.SourceError(f"{len(strange)} index lines name no filing, the first is {strange[0]}")
            _list(book, found)
            _fetch(settings, book, source, progress)
        except edgar.SourceError as error:
            return str(error)
        return None


def _list(book: Ledger, found: Iterable[Listing]) -> None:
    found = list(found)
    held = book.of([one.accession for one in found])
    book.record(
        BLANK
        | {
            "accession_number": one.accession,
            "state": "listed",
            "form_type": one.form_type,
            "company": one.company,
            "ciks": list(one.ciks),
            "filed_date": one.filed_date,
            "path": one.path,
            "local": False,
            "attempts": 0,
        }
        for one in found
        if one.accession not in held
    )


def _fetch(settings: Settings, book: Ledger, source: edgar.Archive, progress: Progress) -> None:
    wanted = sorted(book.rows("listed"), key=lambda row: (row["filed_date"], row["accession_number"]))
    done: list[Row] = []
    try:
        for number, row in enumerate(wanted, 1):
            done.append(_fetched(settings, source, row))
            if len(done) == FETCHED_AT_ONCE:
                book.record(done)
                done = []
            progress("fetch", number, len(wanted))
    finally:
        # Where the source stops answering, what came before is not asked for again.
        book.record(done)


def _fetched(settings: Settings, source: edgar.Archive, row: Row) -> Row:
    try:
        received = source.fetch(row["path"])
    except edgar.MissingFiling as missing:
        return row | {"reason": str(missing)}
    sha256 = lake.put_raw(settings.store, row["accession_number"], received)
    return row | {"state": "fetched", "reason": None, "sha256": sha256, "received_bytes": len(received)}
