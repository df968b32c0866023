"""Whom a filing is from, as far as that is known before it is fetched: what a corporate 8-K costs depends on it."""

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from transforms.glance import may_report

Row = Mapping[str, Any]
ALWAYS_OURS = ("10-D", "10-D/A")  # filed by nobody else
ASKED = ("form_type", "state", "ciks", "sics")
# Filings that tell of their filers: of our own forms, loaded, or with a header that was looked at.
TELLING = pl.col("form_type").is_in(ALWAYS_OURS) | (pl.col("state") == "loaded") | pl.col("sics").is_not_null()


class Filers:
    """What the filings of earlier runs told of the companies (CIK) that filed them."""

    def __init__(self, frames: Iterable[pl.DataFrame]) -> None:
        """Learn from frames of ledger rows (`TELLING` says which and `ASKED` which columns)."""
        self._ours: set[int] = set()
        self._industries: dict[int, tuple[str, ...]] = {}
        for frame in frames:
            self.learn(frame.iter_rows(named=True))

    def learn(self, rows: Iterable[Row]) -> None:
        """Learn from more rows of the ledger."""
        for row in rows:
            ciks = row["ciks"] or []
            if row["form_type"] in ALWAYS_OURS or row["state"] == "loaded":
                self._ours.update(ciks)
            elif row["sics"] and len(ciks) == 1:
                # Of several filers the header's industries cannot be told apart.
                self._industries.setdefault(ciks[0], tuple(row["sics"]))

    def is_ours(self, row: Row) -> bool:
        """Tell whether a filing is of a company whose filings are ours."""
        return row["form_type"] in ALWAYS_OURS or any(cik in self._ours for cik in row["ciks"])

    def foreign(self, row: Row) -> tuple[str, ...]:
        """Return the industries of a filing whose filers report on no trust, so that it need not be fetched."""
        told = [self._industries.get(cik, ()) for cik in row["ciks"]]
        found = tuple(dict.fromkeys(code for codes in told for code in codes))
        return found if told and all(told) and not any(map(may_report, found)) and not self.is_ours(row) else ()

    def is_known(self, row: Row) -> bool:
        """Tell whether anything is known of all filers of a filing."""
        return self.is_ours(row) or all(cik in self._industries for cik in row["ciks"])
