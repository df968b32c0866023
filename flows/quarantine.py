"""Filings whose facts break a key, a type or an integrity rule by themselves: they end, and all others go on.

Facts are asked when they are built. What got into the lake all the same (another version of the code put it there) is
looked for where the warehouse cannot be made of it, or fails a rule that a single filing can break.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

from flows import fingerprints, lake
from flows.lake import Batch
from flows.ledger import Ledger
from flows.store import Store
from transforms import facts, integrity
from transforms.facts import Frames

# The integrity rules that judge what a filing says; all others judge the ledger.
RULES = ("K01", "K02", "K06", "C26")


def ended(row: Mapping[str, Any], reason: str) -> dict[str, Any]:
    """Return the row of a filing that is set aside: it ends here, until other code reads it."""
    state = "withdrawn" if row["withdrawn_in"] else "unreadable"
    told = {"state": state, "reason": reason, "batch": None, "doubtful": None}
    return {**row, **told, "facts_fingerprint": fingerprints.builder()}


def set_aside(store: Store, book: Ledger) -> int:
    """Set aside every filing whose facts in the lake break a rule. Returns how many."""
    done = 0
    for of in sorted(book.batches()):
        where = (pl.col("year") == of.year) & (pl.col("batch") == of.name)
        rows = {row["accession_number"]: row for row in book.select(where=where).iter_rows(named=True)}
        found = integrity.broken(integrity.only(_frames(store, of), rows))
        done += book.record(ended(rows[accession], reason) for accession, reason in found.items())
    return done


def _frames(store: Store, of: Batch) -> Frames:
    """Return the facts of a batch, columns as they lie there."""
    tables = ((table, lake.get_facts(store, table, of)) for table in facts.TABLES)
    return {table: pl.DataFrame(found) for table, found in tables if found is not None}
