"""Classes: their ids, names, roles and denominations, with the facts that hang on them."""

from collections.abc import Iterable

import polars as pl

from transforms import roles
from transforms.facts import Frames
from transforms.records import digest
from transforms.rounding import rounding

_ALL_CLASSES = "*"
_CLASS = ["report_id", "remic", "class_name"]


def classes(
    values: pl.DataFrame, of: Frames, raw: pl.DataFrame, reports: pl.DataFrame, statements: pl.DataFrame, wide: Frames
) -> Frames:
    """Return the class tables: dimensions, dollars, totals, factors, and the deals with their first distribution date.

    `values` are the mapped cells with their value, `of` those of each table, `statements` the titles, `wide` the facts
    by class name; ids take the place of the names.
    """
    ids = _class_ids(values, reports)
    texts = _texts(pl.concat([of["dim_class"], of["dim_class_identifier"]]))
    identified = {
        table: wide[table].drop("class_id").join(ids, on=_CLASS, nulls_equal=True)
        for table in ("fact_class_distribution", "fact_class_factor")
    }
    dollars = identified["fact_class_distribution"]
    totals = wide["fact_class_total"].with_columns(scope=pl.coalesce("remic", "group_code"))
    dollars = dollars.join(roles.notional(dollars, totals, rounding(raw)), on=["report_id", "class_id"], how="left")
    described = (
        _with_all(dollars, ids)
        .join(texts, on=_CLASS, how="left", nulls_equal=True)
        .join(_paid_by(of["fact_class_distribution"]), on=_CLASS, how="left", nulls_equal=True)
        .with_columns(pl.col("is_notional").fill_null(False))
    )
    stated = pl.concat([_denominations(raw), _titled(statements)])
    denominations = stated.unique(["report_id", "class_name"], keep="first", maintain_order=True)
    classes = _denominated(roles.types(described, wide["fact_overcollateralization"]), denominations)
    factors = _factors(identified["fact_class_factor"], denominations, dollars, raw)
    return {
        "dim_class": classes.with_columns(
            tier=roles.tier(),
            group_code=pl.coalesce("paid_by", pl.lit("ALL")),
            is_certificated=roles.tier() == "UPPER",  # what one REMIC holds of another is issued as no security
            rate_type=roles.rate_type(),
            day_count=roles.day_count(),
        ),
        "dim_class_identifier": classes.filter(pl.col("id_value").is_not_null()).with_columns(id_type=pl.lit("CUSIP")),
        "fact_class_distribution": _without_notional(dollars),
        "fact_class_total": totals,
        "fact_class_factor": factors,
        "dim_deal": _first_periods(reports, dollars),
    }


def _with_all(dollars: pl.DataFrame, ids: pl.DataFrame) -> pl.DataFrame:
    """Add to the classes with dollars those that only a list names: their row says nothing but the name."""
    listed = ids.join(dollars.select("report_id", "class_id"), on=["report_id", "class_id"], how="anti")
    return pl.concat([dollars, listed], how="diagonal_relaxed")


_OF_CLASSES = ("fact_class_distribution", "fact_class_factor", "dim_class", "dim_class_identifier")


def _class_ids(values: pl.DataFrame, reports: pl.DataFrame) -> pl.DataFrame:
    of_classes = pl.col("canonical_table").is_in(_OF_CLASSES)
    named = values.select(pl.col(_CLASS).filter(of_classes)).drop_nulls("class_name").unique(maintain_order=True)
    joined = named.join(reports.select("report_id", "deal_id"), on="report_id")
    norms = [roles.norm(name) for name in joined["class_name"]]
    parts = zip(joined["deal_id"], joined["remic"], norms, strict=True)
    ids = ["C" + digest("|".join(part for part in three if part)) for three in parts]
    return joined.with_columns(
        class_name_norm=pl.Series(norms, dtype=pl.String), class_id=pl.Series(ids, dtype=pl.String)
    )


def _paid_by(dollars: pl.DataFrame) -> pl.DataFrame:
    """Return the collateral group of the classes that are printed under one group only."""
    grouped = dollars.select(pl.col("report_id").filter(pl.col("group_code") != "ALL")).to_series().unique()
    cells = dollars.select(*_CLASS, "group_code").drop_nulls("class_name")
    cells = cells.filter(pl.col("report_id").is_in(grouped.implode()))
    groups = cells.group_by(_CLASS).agg(found=pl.col("group_code").unique())
    single = (pl.col("found").list.len() == 1) & (pl.col("found").list.first() != "ALL")
    return groups.filter(single).select(*_CLASS, paid_by=pl.col("found").list.first())


def _texts(cells: pl.DataFrame) -> pl.DataFrame:
    """Return what class tables say in words: types, day count and CUSIP; words in its place ("NA") are none."""
    text = pl.col("value_text")
    cusip = text.str.to_uppercase().str.replace_all(r"[\s-]", "")
    told = dict.fromkeys(("class_type_reported", "rate_type", "day_count"), text)
    return cells.group_by(_CLASS, maintain_order=True).agg(
        *(value.filter(pl.col("canonical_column") == name).first().alias(name) for name, value in told.items()),
        cusip.filter((pl.col("canonical_column") == "id_value") & _is_cusip(cusip)).first().alias("id_value"),
    )


def _is_cusip(text: pl.Expr) -> pl.Expr:
    """Tell what looks like a CUSIP: nine characters, digits among them. The check digit is left to a rule."""
    return text.str.contains(r"^[0-9A-Z*@#]{9}$") & text.str.contains(r"[0-9]")


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


_PER = r"(?i)\bper\s+\$?\s?([0-9][0-9,]*)(?:\.00)?\b"


def _titled(statements: pl.DataFrame) -> pl.DataFrame:
    """Return the denomination that the title of a factor statement states for all its classes: "per $1,000"."""
    said = statements.filter(pl.col("statement_code") == "CLASS_FACTOR").select(
        "report_id",
        class_name=pl.lit(_ALL_CLASSES),
        denomination=pl.col("title").str.extract(_PER).str.replace_all(",", ""),
    )
    return (
        said.drop_nulls("denomination")
        .unique("report_id", keep="first", maintain_order=True)
        .with_columns(pl.col("denomination").str.slice(0, 12).cast(pl.Decimal(18, 2)))
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
        .with_columns(decimals=pl.col("raw_text").str.extract(r"\.([0-9]+)").str.len_chars())
        .group_by(_CLASS)
        .agg(printed_scale=pl.col("decimals").max())
    )
    paid = [name for name in _PAYMENTS if name in factors.columns]
    base = dollars.select(
        "report_id", "class_id", "original_face",
        *(pl.col(name).alias(f"{name}_usd") for name in (*paid, "beginning_balance", "ending_balance")),
    )  # fmt: skip
    known = _denominated(factors.drop("denomination", "balance_denomination", "printed_scale"), denominations)
    # No certificate of 1,000 stands at 1 or less in most classes: such factors are shares of the face, to which a class
    # may have grown that accrues its interest.
    highest = pl.max_horizontal("beginning_balance", "ending_balance")
    standing = pl.when(highest > 0).then(highest)
    usual, most = standing.median().over("report_id"), standing.max().over("report_id")
    shares = pl.when((usual <= 1) & (most <= _GROWN)).then(1.0)
    balances = pl.coalesce(_implied(("beginning_balance", "ending_balance")), shares)
    found = pl.coalesce("denomination", _implied(paid), "balances", pl.lit(1000.0)).round(2).cast(pl.Decimal(18, 2))
    return (
        known.join(scale, on=_CLASS, how="left", nulls_equal=True)
        .join(base, on=["report_id", "class_id"], how="left")
        .with_columns(balances=balances)
        .with_columns(denomination=found, balances=pl.col("balances").cast(pl.Decimal(18, 2)))
        # Many print the balances as shares of the face, and what is paid per 1,000 of it.
        .with_columns(
            balance_denomination=pl.when((pl.col("balances") == 1) & (pl.col("denomination") != 1)).then("balances")
        )
    )


_GROWN = 20  # times its face that a class may accrue to
_PAYMENTS = ("principal_distribution", "interest_distribution", "total_distribution")


def _implied(names: Iterable[str]) -> pl.Expr:
    """Return the denomination that factors and dollars come to, in a class or else in its report; a power of ten."""
    face = pl.col("original_face").cast(pl.Float64)
    ratios = [pl.col(name).cast(pl.Float64) * face / pl.col(f"{name}_usd").cast(pl.Float64) for name in names]
    ratio = pl.max_horizontal([pl.when(one.is_finite() & (one > 0)).then(one) for one in ratios])
    power = pl.lit(10.0).pow(ratio.log10().round(0))
    own = pl.when((ratio / power - 1).abs() < _NEARLY).then(power).when(ratio > 1.5).then(ratio.round(0))
    shared = own.median().over("report_id")
    return pl.coalesce(own, pl.lit(10.0).pow(shared.log10().round(0)))


# Small payments are printed with few digits.
_NEARLY = 0.05


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
