"""What is damaged in a home, file by file, and the command that heals each: everything is read, nothing is changed."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import polars as pl

from flows import lake, ledger, lost, register, warehouse
from flows.intake import Progress, quiet
from flows.ledger import KEY, Ledger
from flows.settings import Settings

REBUILD = "`tieout rebuild` makes it again"
SET_ASIDE = "`tieout rebuild` sets it aside and builds it anew"
FETCH = "the next `tieout nightly` or `backfill` fetches it again"
TAKEN_BACK = "the source took it back, and nothing brings it back unless the source lists it again; its facts stay"
AT_ONCE = 4  # files that are read side by side


@dataclass(frozen=True)
class Damage:
    """A file that is not as it was written, and what heals it."""

    file: str
    what: str
    remedy: str

    @property
    def line(self) -> str:
        """All of it, for people."""
        return f"{self.file} {self.what}: {self.remedy}"


def verify(settings: Settings, progress: Progress = quiet) -> list[Damage]:
    """Return what is damaged in a home and its lake, and note for the next run which bytes are to be fetched again.

    Nobody may write meanwhile. Raises HomeBusy.
    """
    with lake.exclusive(settings.home, settings.store):
        progress("ledger", 0, 1)
        store, wrong = settings.store, ledger.wrong(settings.store)
        book = Ledger(store, mended=True, without=[name for name, _ in wrong])
        found = [Damage(store.address(name), what, REBUILD) for name, what in wrong]
        found += [Damage(store.address(f"ledger/{part}"), "lacks a file among others", REBUILD) for part in book.gaps]
        progress("ledger", 1, 1)
        damaged = _of_register(settings, progress)
        found += damaged
        found += _unknown(settings, book, is_register_whole=not damaged)
        found += _of_raw(settings, book, progress)
        found += _of_batches(settings, book, progress)
        return [*found, *_of_home(settings, progress)]


def _of_register(settings: Settings, progress: Progress) -> list[Damage]:
    progress("register", 0, 1)
    found = [Damage(settings.store.address(name), what, REBUILD) for name, what in register.wrong(settings.store)]
    progress("register", 1, 1)
    return found


def _unknown(settings: Settings, book: Ledger, *, is_register_whole: bool) -> Iterator[Damage]:
    """Yield what the ledger, the register and the raw bytes should know of each other and do not."""
    store = settings.store
    known = {name for rows in book.frames(KEY, "sha256") for name in rows[KEY]}
    kept = [name for name in store.names("raw") if lake.accession_of(name) not in known]
    if kept:
        more = f" and {len(kept) - 1:,} more" if len(kept) > 1 else ""
        yield Damage(store.address("ledger"), f"does not know {kept[0]}{more}", REBUILD)
    if is_register_whole:
        listed = {number for _, rows in register.quarters(store) for number in rows[KEY]}
        told = set(book.select(KEY, where=pl.col("listed_in").is_not_null())[KEY])
        if missing := sorted(listed - known):
            yield Damage(store.address("ledger"), f"does not know {missing[0]}, which is listed", REBUILD)
        if missing := sorted(told - listed):
            yield Damage(store.address(register.LISTINGS), f"does not list {missing[0]}", REBUILD)
        if told and not store.exists(register.INDEXES):
            yield Damage(store.address(register.INDEXES), "is gone", "the next `tieout nightly` reads the indexes anew")


def _of_raw(settings: Settings, book: Ledger, progress: Progress) -> Iterator[Damage]:
    store = settings.store
    total, done, marked = sum(rows.height for rows in lost.held(book)), 0, []
    progress("raw bytes", 0, total)
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for rows in lost.held(book):
            some = rows.to_dicts()
            for row, is_damaged in zip(some, threads.map(lambda row: lost.is_damaged(store, row), some), strict=True):
                done += 1
                progress("raw bytes", done, total)
                if is_damaged:
                    marked.append(row[KEY])
                    names = lake.raw_names(row[KEY], row["sha256"])
                    there = next((name for name in names if store.exists(name)), None)
                    what = "is cut short or changed" if there else "is gone"
                    yield Damage(store.address(there or names[0]), what, _brings_back(row))
    lost.note(store, marked)


def _brings_back(row: lost.Row) -> str:
    if row["local"]:
        return f"no archive has it, `tieout add {row['path']}` brings it back; its facts stay"
    return TAKEN_BACK if row["withdrawn_in"] else FETCH


def _of_batches(settings: Settings, book: Ledger, progress: Progress) -> Iterator[Damage]:
    store = settings.store
    lists = [listed for of in sorted(book.batches()) for listed in lake.hash_lists(of)]
    progress("cells and facts", 0, len(lists))
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for done, found in enumerate(threads.map(lambda listed: lake.wrong(store, listed), lists), 1):
            progress("cells and facts", done, len(lists))
            yield from (Damage(store.address(name), what, REBUILD) for name, what in found)


def _of_home(settings: Settings, progress: Progress) -> list[Damage]:
    """Return what is wrong with the database and the marts."""
    progress("database and marts", 0, 1)
    if not settings.warehouse.exists():
        known = any(path.is_dir() for path in settings.home.glob("marts/*"))
        found = [Damage(str(settings.warehouse), "is gone", "`tieout rebuild` builds it anew")] if known else []
    elif what := warehouse.wrong(settings):
        found = [Damage(str(settings.warehouse), what, SET_ASIDE)]
    else:
        marts = warehouse.wrong_marts(settings)
        found = [Damage(str(settings.home / name), what, "`tieout rebuild` publishes it anew") for name, what in marts]
    progress("database and marts", 1, 1)
    return found
