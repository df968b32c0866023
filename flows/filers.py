"""Whom a filing is from, as far as that is known before it is fetched: what a corporate 8-K costs depends on it."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import polars as pl

from transforms.glance import may_report

Row = Mapping[str, Any]
ALWAYS_OURS = ("10-D", "10-D/A")  # filed by nobody else
ASKED = ("form_type", "state", "ciks", "sics", "filed_date")
RECENT = timedelta(days=28)  # within which every filing is looked into, whoever files it
# Filings that tell of their filers: of our own forms, loaded, or with a header that was looked at.
TELLING = pl.col("form_type").is_in(ALWAYS_OURS) | (pl.col("state") == "loaded") | pl.col("sics").is_not_null()


class Filers:
    """What the filings of earlier runs told of the companies (CIK) that filed them."""

    def __init__(self, frames: Iterable[pl.DataFrame], today: date) -> None:
        """Learn from frames of ledger rows (`TELLING` says which and `ASKED` which columns)."""
        self._ours: set[int] = set()
        self._industries: dict[int, tuple[str, ...]] = {}
        self._looked: set[tuple[int, int, int]] = set()
        self._since = today - RECENT
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
            if row["sics"]:
                self._looked.update(_quarters(row))

    def is_ours(self, row: Row) -> bool:
        """Tell whether a filing is of a company whose filings are ours."""
        return row["form_type"] in ALWAYS_OURS or any(cik in self._ours for cik in row["ciks"])

    def foreign(self, row: Row) -> tuple[str, ...]:
        """Return the industries of a filing whose filers report on no trust, so that it need not be fetched.

        A company of another trade may report on a trust of its own, and does so every month. So what it files now is
        looked into, and of what it filed long ago one filing a quarter: where that is a report, the company is ours,
        and all that was left is looked at again.
        """
        if self.is_recent(row) or not self._looked.issuperset(_quarters(row)):
            return ()
        told = [self._industries.get(cik, ()) for cik in row["ciks"]]
        found = tuple(dict.fromkeys(code for codes in told for code in codes))
        return found if told and all(told) and not any(map(may_report, found)) and not self.is_ours(row) else ()

    def is_recent(self, row: Row) -> bool:
        """Tell whether a filing is looked into whatever is known of its filers."""
        return bool(row["filed_date"] >= self._since)

    def is_known(self, row: Row) -> bool:
        """Tell whether anything is known of all filers of a filing."""
        return self.is_ours(row) or all(cik in self._industries for cik in row["ciks"])


def _quarters(row: Row) -> list[tuple[int, int, int]]:
    """Return the filers of a filing, each with the quarter of it."""
    filed = row["filed_date"]
    return [(cik, filed.year, (filed.month + 2) // 3) for cik in row["ciks"] or ()]
