"""User and password of an archive's address, which an older tieout recorded: the next run takes them out again."""

import polars as pl

from flows import discovery, harmless
from flows.ledger import Ledger
from flows.settings import Settings

TELLING = ("reason", "fetched_from")  # columns of the ledger that quote addresses


def forget(settings: Settings, book: Ledger) -> None:
    """Take logins out of the ledger and the register, if there are any. The caller holds the home's lock.

    The index files, which tell whether there are any, come last: what was killed is gone on with.
    """
    register = discovery.register(settings)
    if not register.holds_login():
        return
    held = pl.any_horizontal(pl.col(name).str.contains(harmless.LOGIN).fill_null(False) for name in TELLING)
    for rows in book.frames(where=held):
        book.record(rows.with_columns(pl.col(name).str.replace_all(harmless.LOGIN, "${1}") for name in TELLING))
    book.fold(at=1)
    register.forget_logins()
