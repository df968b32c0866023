"""The register: what the index files have listed, ever, and which of them were read when.

`register/listings/<quarter>.parquet` holds one row per filing and filer, of the quarter the filing was filed in;
`register/indexes.parquet` one row per index file. An index file is entered after what it lists, so a killed run reads
it again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl
import pyarrow as pa

from flows import harmless
from flows.archives import Index, Known, day_of
from flows.indexes import Listing, Quarter
from flows.store import LakeDamaged, Store

LISTING: dict[str, Any] = {
    "accession_number": pl.String,
    "cik": pl.Int64,
    "company": pl.String,
    "form_type": pl.String,
    "filed_date": pl.Date,
    "path": pl.String,
    "archive": pl.String,  # that lists it, as the settings name it
    "listed_in": pl.String,  # the index that listed it first
    "gone_from": pl.String,  # the full index that no longer lists it
}
INDEX: dict[str, Any] = {
    "name": pl.String,
    "archive": pl.String,
    "etag": pl.String,
    "last_modified": pl.String,
    "forms": pl.List(pl.String),  # that were looked for
    "listed": pl.Int64,  # filings of these forms
    "strange": pl.List(pl.String),  # lines of these forms that name no filing
    "absent": pl.Boolean,
    "asked_on": pl.Date,  # the day it was at the source
}
KEY = ["accession_number", "cik"]
INDEXES, LISTINGS = "register/indexes.parquet", "register/listings"
UNFINISHED = (
    "register/unfinished"  # quarters whose listings are being changed: a killed run left the ledger behind them
)
# Of the filings a full index listed, it may stop to list this share without being taken for a broken file.
BELIEVED, BELIEVED_AT_LEAST = 0.05, 20


@dataclass(frozen=True)
class Taken:
    """What an index file changed: filings it lists, those it no longer lists, and those it lists again."""

    name: str
    listed: list[Listing] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    back: list[str] = field(default_factory=list)
    doubt: str | None = None  # why what is missing from it is not believed


class Register:
    """What one lake knows of the index files of an archive. Only the holder of the home's lock may change it."""

    def __init__(self, store: Store, archive: str, today: date) -> None:
        self.store, self.archive, self.today = store, archive, today
        self._held = pl.DataFrame(store.get_table(INDEXES)) if store.exists(INDEXES) else pl.DataFrame(schema=INDEX)
        self._indexes: dict[str, dict[str, Any]] = {row["name"]: row for row in self._held.to_dicts()}

    def known(self, name: str, forms: Iterable[str]) -> Known | None:
        """Return what identifies an index file as last read for these forms, None where it is to be read anew."""
        row = self._indexes.get(name)
        if row is None or row["absent"] or row["archive"] != self.archive or not set(forms) <= set(row["forms"]):
            return None
        return Known(row["etag"], row["last_modified"])

    def is_due(self, name: str, days: int) -> bool:
        """Tell whether an index file was never asked for, or not in the last so many days."""
        row = self._indexes.get(name)
        return row is None or row["archive"] != self.archive or (self.today - row["asked_on"]).days >= days

    def is_absent(self, name: str) -> bool:
        """Tell whether an index file was not there when it was asked for last."""
        row = self._indexes.get(name)
        return bool(row and row["absent"] and row["archive"] == self.archive)

    def last_day(self) -> date | None:
        """Return the last day whose own index was read, None if none was."""
        own = (name for name, row in self._indexes.items() if row["archive"] == self.archive and not row["absent"])
        days = (day_of(name) for name in own)
        return max((day for day in days if day), default=None)

    def is_any(self) -> bool:
        """Tell whether the archive has any index file that was read."""
        return any(row["archive"] == self.archive and row["forms"] for row in self._indexes.values())

    def strange(self) -> list[str]:
        """Return what is wrong with index files: lines that name no filing, files that did not come whole."""
        return [line for _, row in sorted(self._indexes.items()) for line in row["strange"]]

    def holds_login(self) -> bool:
        """Tell whether an older tieout recorded the user and password of an archive's address."""
        told = [text for row in self._indexes.values() for text in (row["archive"], *row["strange"])]
        return any(text != harmless.without_login(text) for text in told)

    def forget_logins(self) -> None:
        """Take users and passwords of archives' addresses out of all that is listed, the index files last."""
        for name in self.store.names(LISTINGS):
            held = pl.DataFrame(self.store.get_table(name))
            now = held.with_columns(pl.col("archive").str.replace_all(harmless.LOGIN, "${1}"))
            if not now.equals(held):
                self.store.put_table(name, now.to_arrow(compat_level=pl.CompatLevel.oldest()))
        for row in self._indexes.values():
            row["archive"] = harmless.without_login(row["archive"])
            row["strange"] = [harmless.without_login(text) for text in row["strange"]]
        self.save()

    # ---- index files ----

    def begin(self, quarters: Iterable[Quarter]) -> None:
        """Note that listings of some quarters change, before the ledger does."""
        self.store.put(UNFINISHED, " ".join(map(str, sorted(set(quarters)))).encode())

    def finish(self) -> None:
        """Note that the ledger has followed."""
        self.store.remove(UNFINISHED)

    def unfinished(self) -> list[Listing]:
        """Return what is listed in the quarters that a killed run left, for the ledger to follow."""
        if not self.store.exists(UNFINISHED):
            return []
        told = self.store.get(UNFINISHED).decode("latin-1").split()
        try:
            left = [self._listing(Quarter.parse(text)) for text in told]
        except ValueError:
            # It is not as it was written: it may have been any quarter.
            left = [rows for _, rows in quarters(self.store)]
        return [one for rows in left for one in as_listings(rows)]

    def take(self, index: Index, listed: list[Listing], whole: Quarter | None, until: date | None) -> Taken:
        """Enter what an index file lists; one that lists a `whole` quarter up to a day also tells what is gone."""
        by_quarter: dict[Quarter, list[Listing]] = {}
        for one in listed:
            by_quarter.setdefault(Quarter.of(one.filed_date), []).append(one)
        if whole:
            by_quarter.setdefault(whole, [])
        taken = Taken(index.name, listed)
        for quarter, rows in by_quarter.items():
            held = self._listing(quarter)
            now = _joined(held, _rows(rows, self.archive, index.name))
            if whole == quarter and until:
                now, doubt = _without(now, {one.accession for one in listed}, self.archive, index.name, until)
                taken = Taken(index.name, listed, _newly_gone(held, now), [], doubt)
            taken.back.extend(_back(held, now))
            if not now.equals(held):
                self.store.put_table(_place(quarter), now.to_arrow(compat_level=pl.CompatLevel.oldest()))
        return taken

    def enter(self, index: Index, forms: Iterable[str], listed: int, strange: list[str]) -> None:
        """Record that an index file was read, after what it lists was recorded everywhere else."""
        self._enter(index.name, index.etag, index.last_modified, list(forms), listed, strange, absent=False)

    def enter_again(self, name: str) -> None:
        """Record that an index file is the one known."""
        self._indexes[name]["asked_on"] = self.today

    def enter_absent(self, name: str) -> None:
        """Record that there is no such index file, yet."""
        self._enter(name, None, None, [], 0, [], absent=True)

    def forget_broken(self, name: str) -> None:
        """Forget that a listing of index files was not to be believed: it came whole."""
        self._indexes.pop(name, None)

    def enter_broken(self, name: str, reason: str) -> None:
        """Record that an index file was not to be believed, so that the next run reads it again."""
        self._enter(name, None, None, [], 0, [reason], absent=False)

    def _enter(
        self, name: str, etag: str | None, modified: str | None, forms: list[str], listed: int, strange: list[str],
        absent: bool,
    ) -> None:  # fmt: skip
        row = (name, self.archive, etag, modified, forms, listed, strange, absent, self.today)
        self._indexes[name] = dict(zip(INDEX, row, strict=True))

    def save(self) -> None:
        """Keep what was entered."""
        now = pl.DataFrame([self._indexes[name] for name in sorted(self._indexes)], schema=INDEX, orient="row")
        if not now.equals(self._held):
            self.store.put_table(INDEXES, now.to_arrow(compat_level=pl.CompatLevel.oldest()))
            self._held = now

    # ---- listings ----

    def _listing(self, quarter: Quarter) -> pl.DataFrame:
        name = _place(quarter)
        return pl.DataFrame(self.store.get_table(name)) if self.store.exists(name) else pl.DataFrame(schema=LISTING)


def wrong(store: Store) -> list[tuple[str, str]]:
    """Return which files of the register are not as they were written: each page of them has a checksum."""
    found = []
    for name in store.names("register"):
        try:
            if name != UNFINISHED:
                store.get_table(name)
        except LakeDamaged:
            found.append((name, "is cut short or changed"))
    return found


def quarters(store: Store) -> Iterator[tuple[Quarter, pl.DataFrame]]:
    """Yield each quarter of which anything was listed, with what was."""
    for name in store.names(LISTINGS):
        yield Quarter.parse(name.rsplit("/", 1)[1].removesuffix(".parquet")), pl.DataFrame(store.get_table(name))


def as_listings(rows: pl.DataFrame) -> list[Listing]:
    """Return rows of the register as what an index lists: one for each filing, with all of its filers."""
    found: dict[str, Listing] = {}
    for row in rows.iter_rows(named=True):
        number = row["accession_number"]
        ciks = (*(found[number].ciks if number in found else ()), row["cik"])
        found[number] = Listing(
            number, row["form_type"], row["filed_date"], row["company"], ciks, row["path"], row["listed_in"]
        )
    return list(found.values())


def gone_from(rows: pl.DataFrame) -> dict[str, str]:
    """Return the filings of which no filer is listed any more, with the index that listed them no longer."""
    names = rows.filter(pl.col("accession_number").is_in(_gone(rows))).group_by("accession_number")
    return dict(names.agg(pl.col("gone_from").max()).iter_rows())


def enter_again(store: Store, archive: str, filings: pl.DataFrame) -> int:
    """Enter filings of the ledger that were listed and are in the register no more. Returns how many.

    They are of the archive of the index files, or of `archive` where none is known. What index files said of their
    quarters is forgotten, so that the next run which reads these reads them anew.
    """
    if store.exists(INDEXES):
        archive = next(iter(store.get_table(INDEXES)["archive"].to_pylist()), archive)
    listed = filings.filter(pl.col("listed_in").is_not_null() & pl.col("filed_date").is_not_null())
    rows = listed.explode("ciks").select(
        "accession_number", pl.col("ciks").alias("cik"), "company", "form_type", "filed_date", "path",
        pl.lit(archive).alias("archive"), "listed_in", pl.col("withdrawn_in").alias("gone_from"),
    ).cast(LISTING)  # fmt: skip
    lost: set[str] = set()
    quarter_of = pl.format("{}-Q{}", pl.col("filed_date").dt.year(), pl.col("filed_date").dt.quarter())
    for own in rows.with_columns(quarter_=quarter_of).partition_by("quarter_", include_key=False):
        place = _place(Quarter.of(own["filed_date"][0]))
        held = pl.DataFrame(store.get_table(place)) if store.exists(place) else pl.DataFrame(schema=LISTING)
        news = own.join(held, on="accession_number", how="anti")
        if news.height:
            now = pl.concat([held, news]).sort(KEY)
            store.put_table(place, now.to_arrow(compat_level=pl.CompatLevel.oldest()))
            lost |= {*news["accession_number"]}
            _forget(store, Quarter.of(own["filed_date"][0]))
    return len(lost)


def _forget(store: Store, quarter: Quarter) -> None:
    if store.exists(INDEXES):
        held = pl.DataFrame(store.get_table(INDEXES))
        now = held.filter(~pl.col("name").str.contains(f"/{quarter.folder}/", literal=True))
        store.put_table(INDEXES, now.to_arrow(compat_level=pl.CompatLevel.oldest()))


def listings(store: Store) -> Iterator[pa.Table]:
    """Yield what was listed ever, a quarter after the other."""
    for name in store.names(LISTINGS):
        yield store.get_table(name)


def _place(quarter: Quarter) -> str:
    return f"{LISTINGS}/{quarter}.parquet"


def _rows(listed: list[Listing], archive: str, name: str) -> pl.DataFrame:
    rows = [
        (one.accession, cik, one.company, one.form_type, one.filed_date, one.path, archive, name, None)
        for one in listed
        for cik in one.ciks
    ]
    return pl.DataFrame(rows, schema=LISTING, orient="row")


def _joined(held: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Return all rows by key; one listed again is as it is listed now, and keeps the index that listed it first."""
    first = held.select(*KEY, first="listed_in")
    again = rows.join(first, on=KEY, how="left", maintain_order="left").with_columns(
        listed_in=pl.coalesce("first", "listed_in")
    )
    return pl.concat([held, again.drop("first")]).unique(KEY, keep="last", maintain_order=True).sort(KEY)


def _without(
    now: pl.DataFrame, listed: set[str], archive: str, name: str, until: date
) -> tuple[pl.DataFrame, str | None]:
    """Mark what a full index that reaches to `until` does not list; doubt the index where that is too much.

    What another archive listed, or an index of a later day, is none of its business.
    """
    own = (pl.col("archive") == archive) & (pl.col("filed_date") <= until)
    missing = ~pl.col("accession_number").is_in(list(listed)) & own
    here = now.filter(pl.col("gone_from").is_null() & own)
    gone = here.filter(missing)["accession_number"].n_unique()
    known = here["accession_number"].n_unique()
    if gone > max(BELIEVED_AT_LEAST, BELIEVED * known):
        return now, f"{name} lists {known - gone:,} of {known:,} filings that were listed: taken for a broken file"
    marked = pl.when(missing).then(pl.coalesce("gone_from", pl.lit(name))).otherwise("gone_from")
    return now.with_columns(gone_from=marked), None


def _gone(rows: pl.DataFrame) -> set[str]:
    """Return the filings of which no filer is listed any more."""
    left = rows.group_by("accession_number").agg(left=pl.col("gone_from").is_null().any())
    return set(left.filter(~pl.col("left"))["accession_number"])


def _newly_gone(held: pl.DataFrame, now: pl.DataFrame) -> list[str]:
    return sorted(_gone(now) - _gone(held))


def _back(held: pl.DataFrame, now: pl.DataFrame) -> list[str]:
    return sorted(_gone(held) - _gone(now))
