"""What `tieout rebuild` does before it reads: what is damaged is put back in the queue, or made again of what is whole.

The raw bytes tell what the filings are, the index files' register which of them were listed, the notes of `removed/`
which a person took out. What only the ledger knew does not come back: when and where bytes came from, how often a
filing was tried, which filings were left unread for what their filers are. These are listed again, and the next
`nightly` looks at them as it did.
"""

from collections.abc import Iterable

import polars as pl

from flows import intake, lake, ledger, lost, register, warehouse
from flows.intake import Progress, Row, quiet
from flows.lake import Batch
from flows.ledger import BLANK, KEY, UNREAD, Ledger
from flows.settings import Settings
from flows.store import Store

NO_BYTES = ("listed", "withdrawn")  # states in which a filing may never have been fetched
DAMAGED = "damaged"  # folder of the lake for files that are set aside


def mend(settings: Settings, progress: Progress = quiet) -> list[str]:
    """Find what is damaged, and put it where the stages make it again. Returns a line for each. Safe to run again."""
    store = settings.store
    with lake.exclusive(settings.home, store):
        progress("repair", 0, 4)
        # Half written files, and copies of what lies in a bucket: they may be damaged as anything else.
        store.tidy(())
        told = _set_aside(store, [*ledger.wrong(store), *register.wrong(store)])
        book = Ledger(store, mended=True)
        progress("repair", 1, 4)
        told += _known_again(settings, book)
        told += _listed_again(settings, book)
        if told or book.gaps:
            book.fold(at=1)
        progress("repair", 2, 4)
        told += _batches_again(store, book)
        progress("repair", 3, 4)
        told += _home_again(settings)
        progress("repair", 4, 4)
        return told


def _set_aside(store: Store, wrong: Iterable[tuple[str, str]]) -> list[str]:
    """Keep damaged files of ledger and register under another name: they are made again of what else is there."""
    told = []
    for name, what in wrong:
        store.put(f"{DAMAGED}/{name}", store.get(name))
        store.remove(name)
        told.append(f"Repair: {name} {what}, and was set aside as {DAMAGED}/{name}")
    return told


# ---- the ledger ----


def _known_again(settings: Settings, book: Ledger) -> list[str]:
    """Enter what the register lists, the raw bytes hold or a person removed, and the ledger does not know."""
    store = settings.store
    listed = sum(_from_register(book, rows) for _, rows in register.quarters(store))
    kept = _from_raw(store, book)
    _removed_again(store, book)
    if not listed and not kept:
        return []
    return [f"Repair: the ledger knows {listed:,} listed filings again, and reads the bytes of {kept:,} anew"]


def _from_register(book: Ledger, rows: pl.DataFrame) -> int:
    gone = register.gone_from(rows)
    held = book.of(rows[KEY].unique().to_list())
    lacking = [one for one in register.as_listings(rows) if one.accession not in held]
    return book.record(intake.listed_again(one, gone.get(one.accession)) for one in lacking)


def _from_raw(store: Store, book: Ledger) -> int:
    names: dict[str, list[str]] = {}
    for name in store.names("raw"):
        names.setdefault(lake.accession_of(name), []).append(name)
    held = book.of(names)
    # What is listed and open may have been fetched by what the ledger no longer tells.
    unknown = [one for one in names if one not in held or (held[one]["state"] in NO_BYTES and not held[one]["sha256"])]
    return book.record(row for one in unknown if (row := _kept(store, one, names[one], held.get(one))))


def _kept(store: Store, accession: str, names: list[str], held: Row | None) -> Row | None:
    """Return the row of a filing by its bytes, of the later version where there are two; None where they are no use."""
    content = store.get(max(names, key=len))
    if not lake.opens(content) and held:
        return None  # it is fetched again
    local = {"accession_number": accession, "local": True, "path": store.address(names[0]), "attempts": 0}
    told = {"state": "fetched", "sha256": lake.digest(content), "received_bytes": lake.received_size(content)}
    return (
        BLANK | (held or local) | told | {"reason": None, "attempts": 0, **({} if held else {"received_bytes": None})}
    )


def _removed_again(store: Store, book: Ledger) -> None:
    rows = book.of([name.rsplit("/", 1)[1] for name in store.names(lake.REMOVED)])
    notes = {accession: lake.removed(store, accession) for accession in rows}
    book.record(
        row | UNREAD | {"state": "removed", "reason": notes[accession][0], "removed_as": notes[accession][1:]}
        for accession, row in rows.items()
        if row["state"] != "removed"
    )


# ---- the register ----


def _listed_again(settings: Settings, book: Ledger) -> list[str]:
    columns = (KEY, "ciks", "company", "form_type", "filed_date", "path", "listed_in", "withdrawn_in")
    entered = sum(register.enter_again(settings.store, settings.archive, rows) for rows in book.frames(*columns))
    return [f"Repair: the register lists {entered:,} filings again, as the ledger knows them"] if entered else []


# ---- cells and facts ----


def _batches_again(store: Store, book: Ledger) -> list[str]:
    told = []
    for of in sorted(book.batches()):
        wrong = {listed: lake.wrong(store, listed) for listed in lake.hash_lists(of)}
        if found := [one for some in wrong.values() for one in some]:
            _put_back(store, book, of, bool(wrong[of.cells_hashes]), bool(wrong.get(of.facts_hashes)) or not of.built)
            told += [f"Repair: {name} {what}, and is made again" for name, what in found]
    return told


def _put_back(store: Store, book: Ledger, of: Batch, cells: bool, facts: bool) -> None:
    """Have the filings of a batch read again where its `cells` are damaged, else their facts built again.

    Where the facts are whole, they stay until the filings are read: their raw bytes may be gone as well.
    """
    own = (pl.col("year") == of.year) & (pl.col("batch") == of.name)
    own &= pl.col("facts_fingerprint").fill_null("") == of.built
    rows = book.select(where=own).to_dicts()
    if not cells:
        book.record(row | {"state": "read"} for row in rows)
        return
    lasting = {row[KEY] for row in rows if lost.is_damaged(store, row)} if not facts else set()
    gone = UNREAD if facts else {}
    book.record(row | gone | {"state": "fetched", "attempts": 0} for row in rows if row[KEY] not in lasting)


# ---- the home ----


def _home_again(settings: Settings) -> list[str]:
    if not settings.warehouse.exists():
        return []
    if what := warehouse.wrong(settings):
        return [f"Repair: {settings.warehouse.name} {what}, and was set aside as {warehouse.set_aside(settings).name}"]
    wrong = warehouse.wrong_marts(settings)
    if wrong:
        warehouse.unpublish_marts(settings)
    return [f"Repair: {name} {what}, and is published anew" for name, what in wrong]
