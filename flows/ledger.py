"""Where every filing stands: one row per filing, kept in Parquet.

`ledger/filings.parquet` holds the rows, `ledger/changes/<n>.parquet` what came later, in order; the last row of a
filing is its row. Both appear whole or not at all, so a killed run leaves a ledger that was true a moment ago.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

import transforms
from flows import lake

OPEN = ("listed", "fetched", "read")
ENDED = ("loaded", "not_ours", "unreadable", "unrecognised", "withdrawn")
FOLDED_AT = 50  # change files that are read at every start before they are folded into one
# Modules of the core that no reading passes through.
BESIDE = {"explain.py", "assertions.py", "unmet.py", "draft.py", "expected.py"}

SCHEMA: dict[str, Any] = {
    "accession_number": pl.String,
    "state": pl.String,
    "reason": pl.String,
    "form_type": pl.String,
    "company": pl.String,
    "ciks": pl.List(pl.Int64),
    "filed_date": pl.Date,
    "path": pl.String,  # below Archives/ of the archive, or of the local file
    "local": pl.Boolean,
    "sha256": pl.String,
    "year": pl.Int32,  # partition; 0 where no year is known
    "batch": pl.String,  # file of the lake that holds its current reading
    "code_fingerprint": pl.String,
    "layout_family": pl.String,
    "tokens": pl.Int32,
    "cells": pl.Int32,
    "cells_mapped": pl.Int32,
    "reports": pl.Int32,
    "doubtful": pl.List(pl.String),  # report_id and fact table of each doubtful reading
    "attempts": pl.Int16,
    "updated_at": pl.Datetime("us"),  # UTC
}
STAMPS = ("attempts", "updated_at")
BLANK: dict[str, Any] = dict.fromkeys(SCHEMA)


@cache
def fingerprint() -> str:
    """Return the hash of the code that reads: another one means that every filing is read again."""
    root = Path(transforms.__file__).parent
    hashed = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.suffix in (".py", ".toml") and path.name not in BESIDE:
            hashed.update(f"{path.relative_to(root)}\n".encode() + path.read_bytes())
    return hashed.hexdigest()[:16]


class Ledger:
    """The rows of one home. Only the holder of the home's lock may record."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "ledger"
        self.base = self.folder / "filings.parquet"
        changes = self._changes()
        self._next = int(changes[-1].stem) + 1 if changes else 1
        parts = [_read(path) for path in [self.base, *changes] if path.exists()]
        self._frame = _last(parts) if parts else pl.DataFrame(schema=SCHEMA)
        self._news: list[pl.DataFrame] = []

    def _changes(self) -> list[Path]:
        return sorted((self.folder / "changes").glob("*.parquet"))

    @property
    def frame(self) -> pl.DataFrame:
        """All rows, by accession number."""
        if self._news:
            self._frame, self._news = _last([self._frame, *self._news]), []
        return self._frame

    def rows(self, *states: str) -> list[dict[str, Any]]:
        """Return the rows in `states` as dictionaries."""
        return self.frame.filter(pl.col("state").is_in(states)).to_dicts()

    def record(self, rows: Iterable[Mapping[str, Any]]) -> int:
        """Keep new or changed rows, stamped with the time; rows that say nothing new are left out. Returns how many."""
        told = pl.DataFrame([dict(row) for row in rows], schema=SCHEMA, orient="row")
        content = [name for name in SCHEMA if name not in STAMPS]
        news = told.join(self.frame, on=content, how="anti", nulls_equal=True)
        if news.is_empty():
            return 0
        news = news.with_columns(updated_at=pl.lit(datetime.now(UTC).replace(tzinfo=None), dtype=pl.Datetime("us")))
        lake.write_table(self.folder / "changes" / f"{self._next:09d}.parquet", news.to_arrow())
        self._next += 1
        self._news.append(news)
        return news.height

    def fold(self, at: int = FOLDED_AT) -> None:
        """Write all rows as one file once there are `at` change files."""
        changes = self._changes()
        if len(changes) < at:
            return
        lake.write_table(self.base, self.frame.to_arrow())
        # Oldest first: the ones left by a kill are then the newest, and say again what the base says.
        for path in changes:
            path.unlink()

    def batches(self) -> set[lake.Batch]:
        """Return the batches that hold the current reading of some filing."""
        named = self.frame.filter(pl.col("batch").is_not_null()).select("year", "batch").unique()
        return {lake.Batch(year, name) for year, name in named.iter_rows()}


def _read(path: Path) -> pl.DataFrame:
    frame = pl.DataFrame(lake.read_table(path))
    columns = (
        pl.col(name).cast(dtype) if name in frame.columns else pl.lit(None, dtype).alias(name)
        for name, dtype in SCHEMA.items()
    )
    return frame.select(columns)


def _last(parts: list[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(parts).unique("accession_number", keep="last", maintain_order=True).sort("accession_number")
