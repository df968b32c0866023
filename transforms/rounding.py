"""Rounding: how far the sums of a report may miss that prints its money in thousands or millions.

Every addend may be off by half a unit of the last printed digit. Reports in dollars, and those that keep the cents in
their scale, are exact.
"""

import polars as pl

_DIGITS = r"\.([0-9]+)"


def rounding(cells: pl.DataFrame) -> pl.DataFrame:
    """Return `report_id, half, members` of the reports that round their money to more than a dollar.

    `half` is half a unit of the most rounded column in dollars, `members` how many figures the longest column has: the
    most that a sum down a column adds up.
    """
    scaled = cells["report_id"].filter(cells["scale"] > 1).unique()
    column = ["report_id", "canonical_table", "canonical_column", "scale"]
    printed = cells.filter(
        pl.col("report_id").is_in(scaled.implode()) & (pl.col("unit") == "USD") & pl.col("value_num").is_not_null()
        & pl.col("canonical_table").is_not_null() & (pl.col("table_code") != "HEADER")
    )  # fmt: skip
    # A zero may be printed with any decimals: it says nothing of how the figures beside it are rounded.
    amounts = pl.col("raw_text").filter(pl.col("value_num") != 0)
    decimals = amounts.str.extract(_DIGITS).str.len_chars().fill_null(0).max().cast(pl.Float64)
    units = printed.group_by(column).agg(
        unit=pl.col("scale").first().cast(pl.Float64) * pl.lit(10.0).pow(-decimals), members=pl.len()
    )
    found = units.group_by("report_id").agg(half=pl.col("unit").max() / 2, members=pl.col("members").max())
    return found.filter(pl.col("half") > _DOLLAR)


def allowed(reports: pl.Series, rounded: pl.DataFrame, addends: int) -> pl.Series:
    """Return by how much rounding may carry a sum of so many figures in each of some reports, 0 in exact ones.

    `rounded` is what `rounding` gave.
    """
    known = reports.rename("report_id").to_frame().join(rounded, on="report_id", how="left", maintain_order="left")
    return known.select((pl.col("half") * addends).fill_null(0.0)).to_series()


_DOLLAR = 0.5  # half a dollar: what whole dollars are off by at most
