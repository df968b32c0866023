"""Many readings of one filing in one warehouse: each is a world of its own, with its deals, classes and filings.

Names and identifiers get the number of their world, so that nothing joins two of them; everything else is the real
way from facts to proof: the lake, the build, the rules.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from flows import fingerprints, lake, proving, warehouse
from flows.lake import Batch
from flows.ledger import Ledger
from flows.settings import Settings
from tests import homes
from transforms.facts import Frames

# Texts that name something in the whole lake, and numbers that do.
NAMED = (
    "report_id", "class_id", "deal_id", "accession_number", "document_id", "id_value", "alias_name", "alias_norm",
    "deal_name", "sec_file_number_header", "sec_file_number_cover", "ein", "conformed_name", "amends_accession",
    "first_seen_accession",
)  # fmt: skip
NUMBERED = ("cik", "depositor_cik", "trust_cik")
# The number of a world goes before everything, and above every number of EDGAR.
APART = 10**11


def name(number: int) -> str:
    """How the names of a world begin."""
    return f"W{number:05d}|"


def within(frames: Mapping[str, pl.DataFrame], number: int) -> Frames:
    """Facts with the names of one world."""
    return {table: _within(frame, number) for table, frame in frames.items()}


def _within(frame: pl.DataFrame, number: int) -> pl.DataFrame:
    named = [
        pl.when(pl.col(column).is_not_null()).then(pl.lit(name(number)) + pl.col(column)).alias(column)
        for column in NAMED if column in frame.columns
    ]  # fmt: skip
    numbered = [pl.col(column) + number * APART for column in NUMBERED if column in frame.columns]
    proof = []
    if {"member", "fact"} <= set(frame.columns):
        of_class = pl.col("fact").is_in(["fact_class_distribution", "fact_class_factor"]) & (pl.col("member") != "")
        proof = [pl.when(of_class).then(pl.lit(name(number)) + pl.col("member")).otherwise("member").alias("member")]
    return frame.with_columns(*named, *numbered, *proof)


@dataclass(frozen=True)
class Value:
    """One value of a fact with its proof.

    `rules` cover it, `seen` is what the finest of these cannot see; `failed` cover it and break.
    """

    amount: float | None
    kind: str
    proof: str
    rules: tuple[str, ...]
    failed: tuple[str, ...]
    seen: float | None


Key = tuple[str, str, str]  # fact, member and column


def judged(folder: Path, worlds: Mapping[int, Iterable[Frames]]) -> duckdb.DuckDBPyConnection:
    """Load the frames of each world, run the rules, and open the warehouse that comes of it."""
    of = homes.home(folder)
    named = [within(frames, number) for number, several in worlds.items() for frames in several]
    tables = {table for frames in named for table in frames}
    book = Ledger(of.store)
    book.record(_put(of, {table: pl.concat(each[table] for each in named if table in each) for table in tables}))
    warehouse.build(of, Ledger(of.store))
    with _values_kept():
        warehouse.judge(of)
    return duckdb.connect(str(warehouse.next_file(of)), read_only=True)


def _put(of: Settings, frames: Frames) -> list[dict[str, object]]:
    """Keep all filings as one batch, as a run does, and tell of each what the ledger knows."""
    into = Batch(2003, "all", fingerprints.builder())
    lake.put_facts(of.store, into, frames)
    cells = dict(
        frames["raw_cell"].group_by(pl.col("report_id").str.split(":").list.first()).len().iter_rows()
    )  # fmt: skip
    return [
        homes.loaded(accession, into, hashlib.sha256(accession.encode()).hexdigest(), cells.get(accession, 0))
        for accession in frames["filing"]["accession_number"]
    ]


@contextmanager
def _values_kept() -> Iterator[None]:
    """Keep what is told of each value on the way to what is told of columns."""
    prove = proving.prove

    def kept(connection: duckdb.DuckDBPyConnection) -> None:
        prove(connection)
        connection.execute("CREATE TABLE IF NOT EXISTS warehouse.build.proved AS FROM proved LIMIT 0")
        connection.execute("INSERT INTO warehouse.build.proved FROM proved")

    proving.prove = kept
    try:
        yield
    finally:
        proving.prove = prove


def values(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[Key, Value]]:
    """The values of each report, without the name of its world in members."""
    found: dict[str, dict[Key, Value]] = {}
    rows = connection.execute(
        "SELECT report_id, fact, member, column_name, amount, kind, proof, rules, failed, seen FROM build.proved"
    )
    for report, fact, member, column, amount, kind, proof, rules, failed, seen in rows.fetchall():
        told = Value(amount, kind, proof, tuple(rules or ()), tuple(failed or ()), seen)
        found.setdefault(report, {})[fact, member.split("|", 1)[-1], column] = told
    return found
