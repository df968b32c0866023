"""Fees that a statement calls "other", and which they are: another statement names them.

In reports that round their money two amounts are one that differ by no more than rounding.
"""

import polars as pl

from transforms.rounding import allowed

_KEY = ["report_id", "group_code"]
_BOTH = 2  # amounts, each off by half a unit


def named_others(fees: pl.DataFrame, rounded: pl.DataFrame) -> pl.DataFrame:
    """Name a fee that a statement calls "other" by the one fee of its amount that only the fee statement names.

    `rounded` is what `rounding` gave.
    """
    same = _candidates(fees, rounded)
    single = same.filter(pl.len().over(_KEY) == 1).select(*_KEY, named="fee_code")
    return (
        fees.join(single, on=_KEY, how="left")
        .with_columns(fee_code=pl.when(_is_other()).then(pl.coalesce("named", "fee_code")).otherwise("fee_code"))
        .drop("named")
    )


def unclear(fees: pl.DataFrame, rounded: pl.DataFrame) -> dict[str, str]:
    """Return by report why a fee called "other" may be any of some: rounding makes the amounts that tell them one."""
    if rounded.is_empty():
        return {}
    several = _candidates(fees.join(rounded, on="report_id", how="semi"), rounded).filter(pl.len().over(_KEY) > 1)
    named = several.group_by("report_id").agg(pl.col("fee_code").unique().sort().str.join(", "))
    return {report: f"rounding leaves open which fee the other fee is: {codes}" for report, codes in named.iter_rows()}


def _is_other() -> pl.Expr:
    return (pl.col("fee_code") == "OTHER_FEE") & (pl.col("statement") == "COLLATERAL")


def _candidates(fees: pl.DataFrame, rounded: pl.DataFrame) -> pl.DataFrame:
    """Return report, group and code of the fees that the other fees of the collateral statements may be."""
    other = fees.filter(_is_other() & (pl.col("amount") != 0))
    named = fees.filter(pl.col("statement") == "FEE")
    present = fees.filter(pl.col("statement") == "COLLATERAL").select(*_KEY, "fee_code")
    unmatched = named.join(present, on=[*_KEY, "fee_code"], how="anti")
    both = other.select(*_KEY, "amount").join(unmatched.select(*_KEY, "amount", "fee_code"), on=_KEY)
    apart = (pl.col("amount") - pl.col("amount_right")).abs().cast(pl.Float64)
    return both.filter(apart <= allowed(both["report_id"], rounded, _BOTH))
