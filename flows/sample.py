"""The bundled sample and real filings never lie in one home: which of them one holds, and how the sample goes."""

from functools import cache
from pathlib import Path

import polars as pl

from flows import cellfiles
from flows.lake import ACCESSION, exclusive
from flows.ledger import KEY, UNREAD, Ledger
from flows.settings import Settings, SettingsError, bundled
from flows.store import Store, remove_folder

MARK = "SAMPLE"  # file of a lake that holds the sample
LAKE = ("raw", "cells", "facts", "hashes", "ledger", "register", "removed", "damaged")  # folders of a lake
HOME = ("marts", cellfiles.FOLDER, "spill", "cache")  # folders of a home that follow from its lake


def is_sample(settings: Settings) -> bool:
    """Tell whether the archive is the bundled sample, by default or because it was named."""
    return settings.archive_is_sample or settings.archive == str(bundled("data/sample"))


def holds_sample(store: Store, book: Ledger) -> bool:
    """Tell whether a lake holds the sample: by its mark, or in an older one by where the bytes came from."""
    return store.exists(MARK) or bool(_fetched(book))


def _fetched(book: Ledger) -> list[str]:
    """Return the filings of a lake that came from the bundled sample, without those that were removed."""
    from_here = pl.col("fetched_from").str.starts_with(str(bundled("data/sample")))
    return book.select(KEY, where=from_here & (pl.col("state") != "removed"))[KEY].to_list()


def is_alone(settings: Settings, book: Ledger) -> bool:
    """Tell whether no archive is asked: none was named, and the home holds filings of its own."""
    return settings.archive_is_sample and bool(book.counts()) and not holds_sample(settings.store, book)


def keep_apart(settings: Settings, book: Ledger) -> None:
    """Let the sample and real filings not meet, before the archive of the settings is asked. Raises SettingsError."""
    if not is_sample(settings):
        expect_none(settings, book)
    elif not holds_sample(settings.store, book):
        if book.counts():
            raise SettingsError(
                f"{settings.home} holds real filings, which the bundled sample never meets: give another --home"
            )
        settings.store.put(MARK, b"This lake holds the bundled sample, and no real filings.\n")


def expect_none(settings: Settings, book: Ledger) -> None:
    """Raise SettingsError where real filings would meet the sample."""
    if holds_sample(settings.store, book):
        raise SettingsError(
            f"{settings.home} holds the bundled sample, which real filings never meet: give another --home, "
            f"or empty this one: tieout remove --sample --home {settings.home}"
        )


def remove(settings: Settings) -> bool:
    """Empty a home of the sample. Returns whether real filings stay in it, and the warehouse until the next run.

    Raises SettingsError where there is no sample.
    """
    with exclusive(settings.home, settings.store):
        book = Ledger(settings.store)
        if not holds_sample(settings.store, book):
            raise SettingsError(
                f"{settings.home} does not hold the bundled sample, and nothing was removed: give the --home that does"
            )
        ours = book.of(_numbers())
        others = sum(book.counts().values()) - len(ours)
        if others:
            # A home of an older tieout, in which both met.
            reason = "it is of the bundled sample, which real filings never meet"
            book.record(
                row | UNREAD | {"state": "removed", "reason": reason} for row in ours.values() if not row["local"]
            )
            settings.store.remove(MARK)
            return True
        # What is asked comes first: the mark goes last, so that a removal that was killed is gone on with.
        for path in settings.home.glob("warehouse*.duckdb*"):
            path.unlink()
        for folder in HOME:
            remove_folder(settings.home / folder)
        for folder in LAKE:
            for name in settings.store.names(folder):
                settings.store.remove(name)
            remove_folder(settings.home / folder)
        settings.store.remove(MARK)
        return False


@cache
def _numbers() -> tuple[str, ...]:
    indexes = sorted(Path(bundled("data/sample")).glob("Archives/edgar/*-index/**/*.idx"))
    return tuple(dict.fromkeys(number for path in indexes for number in ACCESSION.findall(path.read_text())))
