"""An archive that grows: filings added, added late, and taken away, with the indexes that EDGAR would have of them.

The full index of a quarter is rewritten at each step. The index of a day is written as filings come and is never
corrected: one that is removed stays in it. Every file written is a minute younger than the one before.
"""

import gzip
import os
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple

HEAD = """Description:           {kind} Index of EDGAR Dissemination Feed
Last Data Received:    {last}
Comments:              webmaster@sec.gov
Anonymous FTP:         ftp://ftp.sec.gov/edgar/
"""
RULE = "-" * 80


class Row(NamedTuple):
    """One line of an index; a filing has one for each filer."""

    cik: int
    company: str
    form: str
    filed: date
    path: str  # below Archives/


class Tree:
    """An archive below `root`, which need not exist yet."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.edgar = root / "Archives" / "edgar"
        self.edgar.mkdir(parents=True, exist_ok=True)
        self.quarters: dict[str, list[Row]] = {}
        self.days: dict[date, list[Row]] = {}
        self.clock = 1_700_000_000  # seconds, of the file written last

    def add(
        self, accession: str, form: str, filed: date, ciks: int | Sequence[int], company: str, content: bytes,
        *, indexed: bool = True,
    ) -> str:  # fmt: skip
        """File a submission under each of its filers; not `indexed`, it is listed nowhere. Returns its path."""
        rows = _rows(accession, form, filed, ciks, company)
        for row in rows:
            self._write(self.root / "Archives" / f"{row.path}.gz", gzip.compress(content, mtime=0))
        if indexed:
            self.list(rows, filed)
        return rows[0].path

    def late(
        self, accession: str, form: str, filed: date, ciks: int | Sequence[int], company: str, content: bytes | None,
        *, day: date | None = None,
    ) -> str:  # fmt: skip
        """Add a filing to the index of a day that had been written, by default the day it was filed on.

        Without content it is listed and not there. Returns its path.
        """
        if content is not None:
            self.add(accession, form, filed, ciks, company, content, indexed=False)
        rows = _rows(accession, form, filed, ciks, company)
        self.list(rows, day or filed)
        return rows[0].path

    def list(self, rows: Iterable[Row], day: date) -> None:
        """Add lines to the indexes of their quarter and of one day, whether or not they are there already."""
        for row in rows:
            self.quarters.setdefault(quarter(row.filed), []).append(row)
            self.days.setdefault(day, []).append(row)
            self._full(quarter(row.filed))
        self._daily(day)

    def remove(self, accession: str) -> None:
        """Take a filing out of the quarter's index and out of the archive, as the SEC's staff does on request."""
        for name, rows in self.quarters.items():
            gone = [row for row in rows if row.path.endswith(f"/{accession}.txt")]
            if gone:
                self.quarters[name] = [row for row in rows if row not in gone]
                self._full(name)
            for row in gone:
                (self.root / "Archives" / f"{row.path}.gz").unlink(missing_ok=True)

    def replace(self, accession: str, content: bytes) -> None:
        """Put other bytes where a submission lies, listed as before."""
        for file in self.edgar.glob(f"data/*/{accession}.txt.gz"):
            self._write(file, gzip.compress(content, mtime=0))

    def quiet_day(self, day: date) -> None:
        """Write the index of a day on which nothing was filed."""
        self.days.setdefault(day, [])
        self._daily(day)

    def _full(self, name: str) -> None:
        text = full_index(self.quarters[name]).encode("latin-1")
        folder = self.edgar / "full-index" / name
        self._write(folder / "master.idx", text)
        self._write(folder / "master.gz", gzip.compress(text, mtime=0))

    def _daily(self, day: date) -> None:
        text = daily_index(day, self.days[day]).encode("latin-1")
        self._write(self.edgar / "daily-index" / quarter(day) / f"master.{day:%Y%m%d}.idx", text)

    def _write(self, file: Path, content: bytes) -> None:
        """Write a file whole, so that a server never reads half of it."""
        file.parent.mkdir(parents=True, exist_ok=True)
        aside = self.root / "being written"
        aside.write_bytes(content)
        self.clock += 60
        os.utime(aside, (self.clock, self.clock))
        aside.replace(file)


def _rows(accession: str, form: str, filed: date, ciks: int | Sequence[int], company: str) -> list[Row]:
    filers = [ciks] if isinstance(ciks, int) else ciks
    return [Row(cik, company, form, filed, f"edgar/data/{cik}/{accession}.txt") for cik in filers]


def quarter(day: date) -> str:
    """The folder of a day in either index: 2024/QTR1."""
    return f"{day.year}/QTR{(day.month + 2) // 3}"


def full_index(rows: Iterable[Row]) -> str:
    """The master index of a quarter: dates with dashes, and `Filename`."""
    own = sorted(rows)
    last = max((row.filed for row in own), default=date(1993, 1, 1))
    head = HEAD.format(kind="Master", last=f"{last:%B} {last.day}, {last.year}")
    lines = ["Cloud HTTP:            https://www.sec.gov/Archives/", *[" "] * 3]
    lines += ["CIK|Company Name|Form Type|Date Filed|Filename", RULE]
    lines += [f"{row.cik}|{row.company}|{row.form}|{row.filed}|{row.path}" for row in own]
    return head + "\n".join(lines) + "\n"


def daily_index(day: date, rows: Iterable[Row]) -> str:
    """The master index of a day: dates without dashes, and `File Name`."""
    head = HEAD.format(kind="Daily", last=f"{day:%b} {day.day:>2}, {day.year}")
    lines = [" ", "CIK|Company Name|Form Type|Date Filed|File Name", RULE]
    lines += [f"{row.cik}|{row.company}|{row.form}|{row.filed:%Y%m%d}|{row.path}" for row in sorted(rows)]
    return head + "\n".join(lines) + "\n"
