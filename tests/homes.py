"""Homes for tests of the shell: small archives, hand-made batches in a lake, and warehouses to compare."""

import gzip
import hashlib
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from flows import fingerprints, lake, ledger, settings, warehouse
from flows.lake import Batch
from flows.ledger import Ledger
from flows.settings import Settings
from tests.schema import complete
from transforms import facts

Row = dict[str, Any]
SAMPLE = Path(__file__).parents[1] / "data" / "sample"
# What differs between two lakes that hold the same: when each filing was recorded, and which batches it lies in.
CLOCKS = ("fetched_at", "updated_at", "snapshot_id", "made_by")
# And where they lay.
PLACES = ("fetched_from", "archive")


def home(folder: Path, archive: Path | None = None, processes: int = 1) -> Settings:
    """Settings for a home in `folder`, on an archive that holds nothing unless one is given."""
    if archive is None:
        archive = folder / "empty"
        (archive / "Archives").mkdir(parents=True, exist_ok=True)
    return replace(settings.load(home=folder / "home", archive=archive, processes=processes))


def archive(folder: Path, filings: Iterable[tuple[str, str, str, bytes]]) -> Path:
    """Write an archive of (accession, form, date filed, text) below `folder`, every other file gzipped."""
    lines = ["CIK|Company Name|Form Type|Date Filed|Filename", "-" * 80]
    for number, (accession, form, filed, text) in enumerate(filings):
        name = f"edgar/data/77/{accession}.txt"
        path = folder / "Archives" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if number % 2:
            path.with_name(path.name + ".gz").write_bytes(gzip.compress(text))
        else:
            path.write_bytes(text)
        lines.append(f"77|SOME TRUST 2003-1|{form}|{filed}|{name}")
    index = folder / "Archives/edgar/full-index/2003/QTR2/master.idx"
    index.parent.mkdir(parents=True, exist_ok=True)
    index.write_text("\n".join(lines) + "\n")
    return folder


def frame(table: str, rows: Sequence[Row]) -> pl.DataFrame:
    """Rows as the frame that `transforms.build` would give, dimensions with the report they were seen in."""
    seen = table.startswith("dim_")
    schema: dict[str, Any] = ({"report_id": pl.String} if seen else {}) | facts.polars_schema(table)
    full = [complete(table, row) | ({"report_id": row.get("report_id", "r")} if seen else {}) for row in rows]
    return pl.DataFrame([{name: row.get(name) for name in schema} for row in full], schema=schema, orient="row")


def load(
    of: Settings, tables: Mapping[str, Sequence[Row]], accessions: Sequence[str] = ("a",), name: str = "b"
) -> None:
    """Put hand-made rows into the lake as one batch, and its filings into the ledger as loaded."""
    into = Batch(2003, name, fingerprints.builder())
    lake.put_facts(of.store, into, {table: frame(table, rows) for table, rows in tables.items()})
    cells: dict[str, int] = {}
    owner = {row["report_id"]: row["accession_number"] for row in frame("report", tables["report"]).to_dicts()}
    for row in frame("raw_cell", tables.get("raw_cell", [])).to_dicts():
        cells[owner[row["report_id"]]] = cells.get(owner[row["report_id"]], 0) + 1
    # Other rows come of other bytes.
    digest = hashlib.sha256(repr(tables).encode()).hexdigest()
    Ledger(of.store).record(loaded(accession, into, digest, cells.get(accession, 0)) for accession in accessions)


def loaded(accession: str, into: Batch, sha256: str, cells: int) -> Row:
    """What the ledger knows of a filing that lies in a batch with so many cells."""
    return dict.fromkeys(ledger.SCHEMA) | {
        "accession_number": accession,
        "state": "loaded",
        "filed_date": date(2003, 5, 1),
        "year": into.year,
        "batch": into.name,
        "local": False,
        "sha256": sha256,
        "code_fingerprint": fingerprints.reader(),
        "facts_fingerprint": into.built,
        "cells": cells,
        "doubtful": [],
    }


def ask(of: Settings, sql: str) -> list[tuple[Any, ...]]:
    """The rows with which the published warehouse answers."""
    return [tuple(row.values()) for row in warehouse.query(of, sql).to_pylist()]


def copied(of: Settings, folder: Path) -> Settings:
    """A home in `folder` in which the same was done, to do more in."""
    shutil.copytree(of.home, folder / "home")
    return replace(of, home=folder / "home")


def content(file: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, without the clock; a night adds where it is, so the order says nothing."""
    with duckdb.connect(str(file), read_only=True) as connection:
        names = [
            row[0]
            for row in connection.sql(
                "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main' ORDER BY 1"
            ).fetchall()
        ]
        return {name: _rows(connection, name) for name in names}


def _rows(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[Any, ...]]:
    columns = [name for name in connection.sql(f"FROM {table} LIMIT 0").columns if name not in (*CLOCKS, *PLACES)]
    return connection.sql(f"SELECT {', '.join(columns)} FROM {table} ORDER BY ALL").fetchall()
