"""Labels that met no term, over all that was read: what the vocabulary should learn next.

They are asked of the lake, whose cells still know the statement that each stands in.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import polars as pl

from flows import lake
from flows.audit import UNDECLARED, NotFound
from flows.ledger import Ledger
from flows.settings import Settings
from transforms import unmet

COLUMNS = (
    "values", "filings", "deals", "statement", "label", "printed", "value", "accession_number", "line_no", "near",
    "meaning",
)  # fmt: skip
_LABEL = ("statement", "label")
_EXAMPLE = ("printed", "value", "accession_number", "line_no")


class Remainder(NamedTuple):
    """What a list of labels leaves out: labels further down, and values that met no label at all."""

    labels: int
    unlabelled: int


def ranked(settings: Settings, family: str | None, progress: Callable[[str, int, int], None]) -> pl.DataFrame:
    """Labels that met no term, most values first: label, statement, values, filings, deals, and an example.

    `family` leaves the filings of other layouts out. Values that met no label at all make the row whose label is NULL.
    Raises NotFound where nothing was read yet, or where no filing is of that family.
    """
    columns = ("accession_number", "year", "batch", "facts_fingerprint", "layout_family")
    loaded = pl.col("batch").is_not_null() & (pl.col("state") == "loaded")
    read = Ledger(settings.store).select(*columns, where=loaded)
    if read.is_empty():
        raise NotFound(f"nothing was read into {settings.store.address()}: run `tieout nightly` first, or give --home")
    read = read.with_columns(layout=pl.col("layout_family").fill_null(UNDECLARED))
    if family is not None:
        known = sorted(read["layout"].unique())
        read = read.filter(pl.col("layout") == family)
        if read.is_empty():
            raise NotFound(f"no filing is of family {family!r}: those here are {', '.join(known)}")
    batches = sorted(lake.Batch(*of) for of in read.select("year", "batch", "facts_fingerprint").unique().iter_rows())
    accessions = read["accession_number"].implode()
    parts = []
    for done, of in enumerate(batches, 1):
        cells = pl.DataFrame(lake.get_cells(settings.store, of)).filter(pl.col("accession_number").is_in(accessions))
        parts.append(_counted(_with_deal(settings, of, unmet.unmet(cells))))
        progress("labels", done, len(batches))
    return _joined(pl.concat(parts))


def shown(found: pl.DataFrame, top: int) -> list[dict[str, Any]]:
    """The first labels, each with the nearest known one and its meaning: dictionaries of COLUMNS."""
    rows = found.filter(pl.col("label").is_not_null()).head(top).to_dicts()
    for row in rows:
        near = unmet.nearest(row["statement"], row["label"])
        row |= {"near": near.label if near else None, "meaning": unmet.column(near.term) if near else None}
    return [{name: row[name] for name in COLUMNS} for row in rows]


def remainder(found: pl.DataFrame, top: int) -> Remainder:
    """What `shown` leaves out."""
    is_label = pl.col("label").is_not_null()
    return Remainder(max(0, found.filter(is_label).height - top), int(found.filter(~is_label)["values"].sum()))


def _with_deal(settings: Settings, of: lake.Batch, found: pl.DataFrame) -> pl.DataFrame:
    """Add the deal of each cell; a repetition has no report of its own in the facts, and thus none."""
    reports = lake.get_facts(settings.store, "report", of)
    if reports is None:
        return found.with_columns(deal_id=pl.lit(None, pl.String))
    return found.join(pl.DataFrame(reports.select(["report_id", "deal_id"])), on="report_id", how="left")


def _counted(found: pl.DataFrame) -> pl.DataFrame:
    """Count one batch, keeping the names of filings and deals: a deal's filings lie in many batches."""
    return (
        found.sort("accession_number", "line_no", "col_start")
        .group_by(_LABEL, maintain_order=True)
        .agg(
            pl.len().cast(pl.Int64).alias("values"),
            pl.col("accession_number").unique().alias("filings"),
            pl.col("deal_id").drop_nulls().unique().alias("deals"),
            pl.col("raw_text").first().alias("value"),
            *(pl.col(name).first() for name in ("printed", "accession_number", "line_no")),
        )
    )


def _joined(parts: pl.DataFrame) -> pl.DataFrame:
    counted = parts.group_by(_LABEL, maintain_order=True).agg(
        pl.col("values").sum(),
        *(pl.col(name).explode().drop_nulls().n_unique().alias(name) for name in ("filings", "deals")),
        *(pl.col(name).first() for name in _EXAMPLE),
    )
    return counted.sort(
        "values", "filings", "deals", *_LABEL, descending=[True, True, True, False, False], nulls_last=True
    )
