"""Where every filing stands: one row per filing, kept in Parquet, in a partition for each two year digits.

`ledger/<part>/filings.<n>.<digest>.parquet` holds the rows of a partition up to its change n, and
`ledger/<part>/changes/<n>.<digest>.parquet` what came later, in order; the last row of a filing is its row. A file
appears whole or not at all and never changes, so a killed run leaves a ledger that was true a moment ago.

Millions of rows are asked a partition at a time, and of those only the columns that are asked for.
"""

import hashlib
import re
from collections import Counter, OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from flows import clock, lake
from flows.store import Store, damaged, parquet, read_table, together

OPEN = ("listed", "fetched", "read")
ENDED = ("loaded", "not_ours", "unreadable", "unrecognised", "withdrawn", "removed")
FOLDED_AT = 50  # change files of a partition before they are folded into one
LOADED = 4  # partitions that are held in memory with all columns
DIGEST = re.compile(r"\.([0-9a-f]{16})\.parquet$")
AGAIN = 0.5  # seconds after which a ledger that lacks a file is looked at once more
LOCAL = "LOCAL"  # partition of what has no accession number of EDGAR's

SCHEMA: dict[str, Any] = {
    "accession_number": pl.String,
    "state": pl.String,
    "reason": pl.String,
    "form_type": pl.String,
    "company": pl.String,
    "ciks": pl.List(pl.Int64),
    "sics": pl.List(pl.String),  # of its filers
    "filed_date": pl.Date,
    "path": pl.String,  # below Archives/ of the archive, or of the local file
    "listed_in": pl.String,  # index file that listed it first
    "withdrawn_in": pl.String,  # index file that no longer listed it
    "local": pl.Boolean,
    "sha256": pl.String,
    "fetched_from": pl.String,  # address
    "fetched_at": pl.Datetime("us"),  # UTC
    "received_bytes": pl.Int64,
    "year": pl.Int32,  # partition of its cells and facts; 0 where no year is known
    "batch": pl.String,  # file of the lake that holds its current reading
    "code_fingerprint": pl.String,  # of the code that read it
    "facts_fingerprint": pl.String,  # of the code that built its facts
    "layout_family": pl.String,
    "tokens": pl.Int32,
    "cells": pl.Int32,
    "cells_mapped": pl.Int32,
    "reports": pl.Int32,
    "doubtful": pl.List(pl.String),  # report_id and fact table of each doubtful reading
    "removed_as": pl.List(pl.String),  # what the deals go by whose reports were in it when it was removed
    "attempts": pl.Int16,
    "updated_at": pl.Datetime("us"),  # UTC
}
STAMPS = ("fetched_at", "updated_at")  # that say nothing new by themselves
BLANK: dict[str, Any] = dict.fromkeys(SCHEMA)
CONTENT = [name for name in SCHEMA if name not in STAMPS]
LISTS = [name for name in CONTENT if isinstance(SCHEMA[name], pl.List)]
KEY = "accession_number"
# What the reading of a filing says, while there is none.
UNREAD: dict[str, Any] = dict.fromkeys(
    ("reason", "batch", "code_fingerprint", "facts_fingerprint", "layout_family", "tokens", "cells", "cells_mapped",
     "reports", "doubtful")
)  # fmt: skip


class _File(NamedTuple):
    """A file of a partition, with its place in time."""

    number: int
    name: str


def part_of(accession: pl.Expr) -> pl.Expr:
    """Return the partition of an accession number: a function of nothing else, so a row never moves."""
    return accession.str.extract(r"^[0-9]{10}-([0-9]{2})-[0-9]{6}$").fill_null(LOCAL)


class Ledger:
    """The rows of one lake. Only the holder of the lock of its home may record.

    Raises LakeDamaged where a file of a partition is missing among others, unless it is opened to be `mended`,
    `without` files that are damaged.
    """

    def __init__(self, store: Store, mended: bool = False, without: Collection[str] = ()) -> None:
        self.store = store
        self.gaps: list[str] = []  # partitions that lack a file among others
        self._files: dict[str, list[_File]] = {}
        self._loaded: OrderedDict[str, pl.DataFrame] = OrderedDict()
        self._news: dict[str, list[pl.DataFrame]] = {}
        self._counts: dict[str, Counter[str]] = {}
        old = self._find(name for name in store.names("ledger") if name not in without)
        if self.gaps and not mended:
            # Who only reads may have looked while a run wrote the files of a partition as one.
            clock.wait(AGAIN)
            self.gaps, self._files = [], {}
            old = self._find(store.names("ledger"))
        if self.gaps and not mended:
            raise damaged(store.address(f"ledger/{self.gaps[0]}"), "lacks a file among others")
        if old:
            self._move(old)

    def _find(self, names: Iterable[str]) -> list[str]:
        """Note the files of each partition. Returns those of a ledger from before there were partitions."""
        old: list[str] = []
        for name in names:
            match name.removeprefix("ledger/").split("/"):
                case ["filings.parquet"] | ["changes", _]:
                    old.append(name)
                case [part, file] if file.startswith("filings."):
                    self._files.setdefault(part, []).append(_File(int(file.split(".")[1]), name))
                case [part, "changes", file]:
                    self._files.setdefault(part, []).append(_File(int(file.split(".")[0]), name))
        for part, files in self._files.items():
            # A fold that was killed leaves changes that it holds already, behind those that came later.
            base = max((file for file in files if "/changes/" not in file.name), default=_File(0, ""))
            later = sorted(file for file in files if "/changes/" in file.name and file.number > base.number)
            self._files[part] = [base, *later] if base.name else later
            numbers = [file.number for file in later]
            if numbers != list(range(base.number + 1, base.number + 1 + len(numbers))):
                self.gaps.append(part)
        return old

    def _move(self, old: list[str]) -> None:
        """Put the rows of a ledger in one file into their partitions, once; a move that was killed is gone on with."""
        parts = sorted(old, key=lambda name: ("/changes/" in name, name))
        frame = pl.concat([_typed(pl.DataFrame(self.store.get_table(name))) for name in parts])
        for part, own in _split(frame.unique(KEY, keep="last", maintain_order=True)):
            if part not in self._files:
                self._append(part, own)
        for name in parts:
            self.store.remove(name)

    # ---- asking ----

    def frames(self, *columns: str, where: pl.Expr | None = None) -> Iterator[pl.DataFrame]:
        """Yield the rows of one partition after the other, of all columns where none are named."""
        for part in sorted(self._files):
            yield self._some(part, columns or tuple(SCHEMA), where)

    def _some(self, part: str, columns: Collection[str], where: pl.Expr | None) -> pl.DataFrame:
        if part in self._loaded:
            frame = self._whole(part)
        else:
            asked = {KEY, *columns, *(where.meta.root_names() if where is not None else ())}
            frame = self._read(part, [name for name in SCHEMA if name in asked])
        return (frame if where is None else frame.filter(where)).select(columns)

    def select(self, *columns: str, where: pl.Expr | None = None) -> pl.DataFrame:
        """Return the rows of all partitions together, by accession number where that is among the columns."""
        found = list(self.frames(*columns, where=where))
        empty = pl.DataFrame(schema={name: SCHEMA[name] for name in columns or SCHEMA})
        frame = pl.concat([empty, *found])
        return frame.sort(KEY) if KEY in frame.columns else frame

    @property
    def frame(self) -> pl.DataFrame:
        """All rows with all columns, by accession number: only where they are known to be few."""
        return self.select()

    def rows(self, *states: str) -> list[dict[str, Any]]:
        """Return the rows in `states` as dictionaries, by accession number."""
        parts = [part for part in sorted(self._files) if any(self._counted(part)[state] for state in states)]
        found = [self._some(part, tuple(SCHEMA), pl.col("state").is_in(states)) for part in parts]
        return [row for frame in found for row in frame.sort(KEY).iter_rows(named=True)]

    def of(self, accessions: Collection[str]) -> dict[str, dict[str, Any]]:
        """Return the rows of some filings, by accession number; one that is not known is left out."""
        found: dict[str, dict[str, Any]] = {}
        for part, own in _split(pl.DataFrame({KEY: list(dict.fromkeys(accessions))}, schema={KEY: pl.String})):
            if part in self._files:
                found |= {row[KEY]: row for row in self._current(part, own).iter_rows(named=True)}
        return {accession: found[accession] for accession in accessions if accession in found}

    def counts(self) -> dict[str, int]:
        """Count the rows by state."""
        return dict(sum((self._counted(part) for part in self._files), Counter()))

    def _counted(self, part: str) -> Counter[str]:
        if part not in self._counts:
            self._counts[part] = Counter(self._some(part, ["state"], None)["state"].to_list())
        return self._counts[part]

    def batches(self) -> set[lake.Batch]:
        """Return the batches that hold the current reading of some filing."""
        columns = ("year", "batch", "facts_fingerprint")
        named = (frame.unique() for frame in self.frames(*columns, where=pl.col("batch").is_not_null()))
        return {lake.Batch(year, name, built or "") for frame in named for year, name, built in frame.iter_rows()}

    def digest(self) -> str:
        """Return the hash of what all rows say, whenever they came to say it.

        It holds for one version of Polars, whose hash of a row it is: a text of all rows takes ten times as long.
        """
        # Polars hashes no lists.
        joined = [pl.col(name).list.eval(pl.element().cast(pl.String)).list.join("\0") for name in LISTS]
        hashed = hashlib.sha256()
        for frame in self.frames(*CONTENT):
            hashed.update(frame.sort(KEY).with_columns(joined).hash_rows().to_numpy().tobytes())
        return hashed.hexdigest()

    def files(self) -> Iterator[list[Path]]:
        """Yield the files of each partition on this machine; the last row of a filing in them is its row."""
        for part in sorted(self._files):
            yield together(self.store, [file.name for file in self._files[part]])

    # ---- recording ----

    def record(self, rows: Iterable[Mapping[str, Any]] | pl.DataFrame) -> int:
        """Keep new or changed rows, stamped with the time; rows that say nothing new are left out. Returns how many.

        The rows of a partition are kept all or none.
        """
        if not isinstance(rows, pl.DataFrame):
            rows = pl.DataFrame([dict(row) for row in rows], schema=SCHEMA, orient="row")
        told = rows.select(list(SCHEMA)).unique(KEY, keep="last", maintain_order=True)
        now = pl.lit(clock.stamp(), dtype=pl.Datetime("us"))
        kept = 0
        for part, own in _split(told):
            held = self._current(part, own)
            news = own.join(held, on=CONTENT, how="anti", nulls_equal=True)
            if news.height:
                self._append(part, news.with_columns(updated_at=now))
                kept += news.height
        return kept

    def _append(self, part: str, news: pl.DataFrame) -> None:
        files = self._files.setdefault(part, [])
        number = files[-1].number + 1 if files else 1
        files.append(self._put(f"ledger/{part}/changes/{number:09d}", number, news))
        if part in self._loaded:
            self._news.setdefault(part, []).append(news)
        self._counts.pop(part, None)
        if len(files) > FOLDED_AT:
            self._fold(part)

    def _put(self, stem: str, number: int, frame: pl.DataFrame) -> _File:
        content = parquet(frame.to_arrow())
        # With its digest, a name stands for these bytes wherever a copy of them lies.
        file = _File(number, f"{stem}.{hashlib.sha256(content).hexdigest()[:16]}.parquet")
        self.store.put(file.name, content)
        return file

    def fold(self, at: int = FOLDED_AT) -> None:
        """Write the rows of each partition that has `at` change files as one file."""
        for part, files in sorted(self._files.items()):
            if sum("/changes/" in file.name for file in files) >= at:
                self._fold(part)

    def _fold(self, part: str) -> None:
        files = self._files[part]
        base = self._put(f"ledger/{part}/filings.{files[-1].number:09d}", files[-1].number, self._whole(part).sort(KEY))
        self._files[part] = [base]
        # Those too that a fold left when it was killed.
        for name in self.store.names(f"ledger/{part}"):
            if name != base.name:
                self.store.remove(name)

    def forget(self) -> None:
        """Hold no rows in memory; what is asked next is read again."""
        self._loaded.clear()
        self._news.clear()

    # ---- reading ----

    def _current(self, part: str, keys: pl.DataFrame) -> pl.DataFrame:
        """Return the rows of the filings that `keys` names."""
        if part not in self._files:
            return pl.DataFrame(schema=SCHEMA)
        if len(self._news.get(part, ())) >= FOLDED_AT or part not in self._loaded:
            self._whole(part)
        self._loaded.move_to_end(part)
        # A few of very many: joining all of them for each record would cost as much as the partition is long.
        names = keys.select(KEY)
        some = [frame.join(names, on=KEY, how="semi") for frame in (self._loaded[part], *self._news.get(part, ()))]
        return _last(some)

    def _whole(self, part: str) -> pl.DataFrame:
        """Return a partition with all columns, and keep it while there is room."""
        if part not in self._loaded:
            self._loaded[part] = self._read(part, list(SCHEMA))
            while len(self._loaded) > LOADED:
                gone, _ = self._loaded.popitem(last=False)
                self._news.pop(gone, None)
        if news := self._news.pop(part, None):
            self._loaded[part] = _last([self._loaded[part], *news])
        return self._loaded[part]

    def _read(self, part: str, columns: list[str]) -> pl.DataFrame:
        paths = together(self.store, [file.name for file in self._files[part]])
        return _last([_typed(pl.DataFrame(read_table(path, columns)), columns) for path in paths])


def wrong(store: Store) -> list[tuple[str, str]]:
    """Return which files of the ledger are not as they were written: a name has the digest of its bytes."""
    found = []
    for name in store.names("ledger"):
        told = DIGEST.search(name)
        if told and hashlib.sha256(store.get(name)).hexdigest()[:16] != told[1]:
            found.append((name, "is cut short or changed"))
    return found


def expect_whole(store: Store, book: Ledger) -> None:
    """Raise LakeDamaged where there are facts, and no row says of what: the ledger is gone."""
    if not book.counts() and store.names("facts"):
        raise damaged(store.address("ledger"), "is gone")


def _split(frame: pl.DataFrame) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield the rows of each partition, in the order of the partitions."""
    named = frame.with_columns(part_=part_of(pl.col(KEY)))
    for part in sorted(named["part_"].unique()):
        yield part, frame.filter(named["part_"] == part)


def _typed(frame: pl.DataFrame, columns: Iterable[str] = SCHEMA) -> pl.DataFrame:
    """Return the columns as declared; one that a file of an older version lacks is empty."""
    return frame.select(
        pl.col(name).cast(SCHEMA[name]) if name in frame.columns else pl.lit(None, SCHEMA[name]).alias(name)
        for name in columns
    )


def _last(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """Join rows of which the last of a filing counts; the first part names every filing once."""
    if len(parts) == 1:
        return parts[0]
    return pl.concat(parts).unique(KEY, keep="last", maintain_order=True)
