"""Classes: their ids, names, roles and denominations, with the facts that hang on them."""

import polars as pl

from transforms import roles
from transforms.facts import Frames
from transforms.records import digest

_ALL_CLASSES = "*"
_CLASS = ["report_id", "remic", "class_name"]


def classes(values: pl.DataFrame, raw: pl.DataFrame, reports: pl.DataFrame, wide: Frames) -> Frames:
    """Return the class tables: dimensions, dollars, totals, factors, and the deals with their first distribution date.

    `values` are the mapped cells with their value, `wide` the facts by class name; ids take the place of the names.
    """
    ids = _class_ids(values, reports)
    texts = _texts(values)
    identified = {
        table: wide[table].drop("class_id").join(ids, on=_CLASS, nulls_equal=True)
        for table in ("fact_class_distribution", "fact_class_factor")
    }
    dollars = identified["fact_class_distribution"]
    totals = wide["fact_class_total"].with_columns(scope=pl.coalesce("remic", "group_code"))
    dollars = dollars.join(roles.notional(dollars, totals), on=["report_id", "class_id"], how="left")
    described = dollars.join(texts, on=_CLASS, how="left", nulls_equal=True)
    denominations = _denominations(raw)
    classes = _denominated(roles.types(described, wide["fact_overcollateralization"]), denominations)
    factors = _factors(identified["fact_class_factor"], denominations, dollars, raw)
    return {
        "dim_class": classes.with_columns(
            tier=roles.tier(), group_code=pl.lit("ALL"), is_certificated=pl.lit(True), rate_type=pl.lit("UNKNOWN")
        ),
        "dim_class_identifier": classes.filter(pl.col("id_value").is_not_null()).with_columns(id_type=pl.lit("CUSIP")),
        "fact_class_distribution": _without_notional(dollars),
        "fact_class_total": totals,
        "fact_class_factor": factors,
        "dim_deal": _first_periods(reports, dollars),
    }


def _class_ids(values: pl.DataFrame, reports: pl.DataFrame) -> pl.DataFrame:
    named = values.select(_CLASS).drop_nulls("class_name").unique(maintain_order=True)
    joined = named.join(reports.select("report_id", "deal_id"), on="report_id")
    norms = [roles.norm(name) for name in joined["class_name"]]
    parts = zip(joined["deal_id"], joined["remic"], norms, strict=True)
    ids = ["C" + digest("|".join(part for part in three if part)) for three in parts]
    return joined.with_columns(
        class_name_norm=pl.Series(norms, dtype=pl.String), class_id=pl.Series(ids, dtype=pl.String)
    )


def _texts(values: pl.DataFrame) -> pl.DataFrame:
    """Return what class tables say in words: type and CUSIP."""
    cells = values.select(*_CLASS, "canonical_table", "canonical_column", "value_text").filter(
        pl.col("canonical_table").is_in(["dim_class", "dim_class_identifier"])
    )
    return cells.group_by(_CLASS, maintain_order=True).agg(
        pl.col("value_text").filter(pl.col("canonical_column") == name).first().alias(name)
        for name in ("class_type_reported", "id_value")
    )


def _denominations(raw: pl.DataFrame) -> pl.DataFrame:
    """Return the denomination of each class from the footnotes; a footnote that ends in a full stop goes first."""
    stated = raw.filter((pl.col("table_code") == "HEADER") & (pl.col("canonical_column") == "denomination"))
    return (
        stated.with_columns(
            complete=pl.col("row_label").str.strip_chars().str.ends_with("."),
            class_name=pl.col("class_name").fill_null(_ALL_CLASSES).str.replace_all(r"\band\b", ",").str.split(","),
        )
        .explode("class_name")
        .with_columns(pl.col("class_name").str.strip_chars())
        .filter(pl.col("class_name") != "")
        .sort(["complete", "line_no"], descending=[True, False], maintain_order=True)
        .group_by("report_id", "class_name", maintain_order=True)
        .agg(denomination=pl.col("value_num").first().cast(pl.Decimal(18, 2)))
    )


def _denominated(classes: pl.DataFrame, stated: pl.DataFrame) -> pl.DataFrame:
    """Add to classes the denomination stated for them, else the one stated for all."""
    for_all = stated.filter(pl.col("class_name") == _ALL_CLASSES).select("report_id", for_all="denomination")
    return (
        classes.join(stated, on=["report_id", "class_name"], how="left")
        .join(for_all, on="report_id", how="left")
        .with_columns(denomination=pl.coalesce("denomination", "for_all"))
        .drop("for_all")
    )


def _factors(
    factors: pl.DataFrame, denominations: pl.DataFrame, dollars: pl.DataFrame, raw: pl.DataFrame
) -> pl.DataFrame:
    """Complete the factor rows: denomination from the footnote, else from arithmetic, and the printed decimals."""
    scale = (
        raw.select(*_CLASS, "canonical_table", "table_code", "raw_text")
        .filter((pl.col("canonical_table") == "fact_class_factor") & (pl.col("table_code") != "HEADER"))
        .with_columns(decimals=pl.col("raw_text").str.extract(r"\.(\d+)").str.len_chars())
        .group_by(_CLASS)
        .agg(printed_scale=pl.col("decimals").max())
    )
    base = dollars.select("report_id", "class_id", "original_face", face_balance="beginning_balance")
    # Where no footnote states it, the opening factor gives the denomination; 1,000 is the trade's custom.
    implied = (
        pl.col("beginning_balance").cast(pl.Float64)
        * pl.col("original_face").cast(pl.Float64)
        / pl.col("face_balance").cast(pl.Float64)
    )
    return (
        _denominated(factors.drop("denomination", "printed_scale"), denominations)
        .join(scale, on=_CLASS, how="left", nulls_equal=True)
        .join(base, on=["report_id", "class_id"], how="left")
        .with_columns(
            denomination=pl.coalesce(
                "denomination",
                pl.when(implied.is_finite() & (implied > 0)).then(implied.round(0)).cast(pl.Decimal(18, 2)),
                pl.lit("1000.00").cast(pl.Decimal(18, 2)),
            )
        )
    )


def _without_notional(dollars: pl.DataFrame) -> pl.DataFrame:
    """Move the balances of notional classes to the notional columns: they are no principal."""
    notional = pl.col("is_notional")
    return dollars.with_columns(
        pl.when(notional).then(pl.coalesce(f"{end}_notional", f"{end}_balance")).otherwise(pl.col(f"{end}_notional"))
        .alias(f"{end}_notional")
        for end in ("beginning", "ending")
    ).with_columns(
        pl.when(~notional).then(pl.col(f"{end}_balance")).alias(f"{end}_balance") for end in ("beginning", "ending")
    )  # fmt: skip


def as_notional(raw: pl.DataFrame, classes: pl.DataFrame) -> pl.DataFrame:
    """Say in the cells too that the balances of notional classes are reference amounts."""
    keys = classes.filter(pl.col("is_notional")).select(*_CLASS, notional=pl.lit(True))
    if keys.is_empty():
        return raw
    moved = {"beginning_balance": "beginning_notional", "ending_balance": "ending_notional"}
    is_moved = pl.col("notional") & (pl.col("canonical_table") == "fact_class_distribution")
    return (
        raw.join(keys, on=_CLASS, how="left", maintain_order="left", nulls_equal=True)
        .with_columns(
            canonical_column=pl.when(is_moved)
            .then(pl.col("canonical_column").replace(moved))
            .otherwise(pl.col("canonical_column"))
        )
        .drop("notional")
    )


def _first_periods(reports: pl.DataFrame, dollars: pl.DataFrame) -> pl.DataFrame:
    """Add the first distribution date: the one on which every class still has its original face."""
    faced = dollars.filter(pl.col("original_face") > 0)
    first = faced.group_by("report_id").agg(
        is_first=(pl.col("beginning_balance") == pl.col("original_face")).fill_null(False).all()
    )
    return reports.join(first, on="report_id", how="left").with_columns(
        first_distribution_date=pl.when(pl.col("is_first")).then(pl.col("distribution_date"))
    )
