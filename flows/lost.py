"""Raw bytes that are gone or damaged: noticed by what the ledger says of them, and fetched again.

That a file is not there any more, its name tells; that it is not what it was, only reading it, which `tieout verify`
does. What that finds is noted in a file of the lake, for the next run that asks the source.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any

import polars as pl

from flows import lake
from flows.archives import Archive, BrokenFiling, MissingFiling, Received
from flows.ledger import KEY, Ledger
from flows.store import Store

NOTED = "raw-damaged"  # accession numbers of the filings whose bytes were found damaged, one a line
AT_ONCE = 4  # filings that are asked for side by side

Row = dict[str, Any]


def gone(store: Store, book: Ledger) -> Iterator[Row]:
    """Yield the rows of filings whose bytes were kept and lie in no file any more."""
    for rows in book.frames(KEY, "sha256", where=pl.col("sha256").is_not_null()):
        folder = lake.raw_name(rows[KEY][0]).rsplit("/", 1)[0] if rows.height else ""
        there = set(store.names(folder)) if folder else set()
        # Nearly all lie under the first of the names that they may have: those are not looked at one by one.
        first = pl.Series([lake.accession_of(name) for name in there if lake.is_first(name)], dtype=pl.String)
        others = rows.filter(~pl.col(KEY).is_in(first.implode()))
        lost = [one for one, sha256 in others.iter_rows() if not there.intersection(lake.raw_names(one, sha256))]
        yield from book.of(lost).values()


def held(book: Ledger) -> Iterator[pl.DataFrame]:
    """Yield the filings whose bytes are kept, a partition at a time."""
    return book.frames(where=pl.col("sha256").is_not_null())


def is_damaged(store: Store, row: Row) -> bool:
    """Tell whether the bytes of a filing are not there or not those that were kept: they are read."""
    try:
        lake.received(store, row[KEY], row["sha256"])
    except lake.NoBytes:
        return True
    return False


def noted(store: Store) -> list[str]:
    """Return the filings that were noted."""
    return store.get(NOTED).decode("latin-1").split() if store.exists(NOTED) else []


def note(store: Store, accessions: Iterable[str]) -> None:
    """Note whose bytes are to be fetched again, those alone."""
    if wanted := sorted(set(accessions)):
        store.put(NOTED, "".join(f"{accession}\n" for accession in wanted).encode())
    elif store.exists(NOTED):
        store.remove(NOTED)


def fetch_again(store: Store, book: Ledger, source: Archive) -> Iterator[tuple[Row, Received]]:
    """Put back bytes that are gone or damaged, where the source still has them. Raises SourceError.

    Yields each filing of which the source has other bytes by now: they are to be kept and read like new ones.
    """
    known = [number for number in noted(store) if lake.ACCESSION.fullmatch(number)]
    marked = [row for row in book.of(known).values() if row["sha256"] and is_damaged(store, row)]
    rows = {row[KEY]: row for row in (*gone(store, book), *marked) if not row["local"] and row["state"] != "removed"}
    left = set(rows)
    try:
        waiting = iter(rows.values())
        while some := list(islice(waiting, AT_ONCE)):
            with ThreadPoolExecutor(AT_ONCE) as threads:
                for row, answer in zip(some, threads.map(lambda row: _asked(source, row), some), strict=True):
                    if answer is None:
                        continue
                    left.discard(row[KEY])
                    if lake.digest(answer.body) == row["sha256"]:
                        lake.put_raw(store, row[KEY], answer.body)
                    else:
                        yield row, answer
    finally:
        note(store, left.intersection(row[KEY] for row in marked))


def _asked(source: Archive, row: Row) -> Received | None:
    """Return what the source has of a filing, None where it does not come: the next run asks again."""
    try:
        return source.fetch(row["path"])
    except (MissingFiling, BrokenFiling):
        return None


def reason(store: Store, row: Row) -> str:
    """Return in words that the bytes of a filing are gone or damaged, and what brings them back."""
    place = store.address(lake.raw_name(row[KEY]))
    how = (
        f"`tieout add {row['path']}` brings them back" if row["local"] else "the next nightly or backfill fetches them"
    )
    return f"its bytes are gone or damaged ({place}): {how}"
