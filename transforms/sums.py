"""Sums that a report prints beside their parts: totals, buckets, statuses, accounts, fees, factors.

Each is compared with its parts, and says which values a tie covers: the total and every part of it.
"""

from typing import NamedTuple

import polars as pl

from transforms import facts
from transforms.facts import Frames

TIE = 0.005
_CLASS_SUMS = tuple(
    name for name in facts.TABLES["fact_class_total"].column_names()
    if name not in ("report_id", "scope", "ending_balance_pct")
)  # fmt: skip
# Where a value stands: the report, its fact, its row there and its column.
PLACE = ("report_id", "fact", "member", "column_name")


class Check(NamedTuple):
    """Results of one identity: per row the report, whether it ties, and whether it proves anything; what ties cover.

    What ties only because its addends may be rounded covers nothing.
    """

    table: str
    rule_id: str
    rows: pl.DataFrame  # report_id, ties, moves; of money also by how much a row misses beyond its tolerance
    covers: pl.DataFrame | None = None  # the columns of PLACE
    addends: int | None = None  # figures that a row adds up, each of which may be rounded; None: all of a column


def member(table: str) -> pl.Expr:
    """Return the row of a fact within its report: the columns of its key, with a blank between."""
    names = [name for name in facts.key(table) if name != "report_id"]
    return pl.concat_str([pl.col(name).cast(pl.String) for name in names], separator=" ").str.strip_chars_end(" ")


def covered(frame: pl.DataFrame, table: str, column: str | pl.Expr, row: pl.Expr | None = None) -> pl.DataFrame:
    """Return the places of one column of the rows of a fact."""
    name = pl.lit(column) if isinstance(column, str) else column
    return frame.select("report_id", fact=pl.lit(table), member=member(table) if row is None else row, column_name=name)


def sums(built: Frames, rounded: pl.DataFrame) -> list[Check]:
    """Compare the sums that a report prints with their parts; `rounded` are the reports in thousands or millions."""
    checks = [_totals(built), *_delinquency(built), *_accounts(built), _fees(built), _factors(built, rounded)]
    return [check for check in checks if check is not None]


def _ties(rows: pl.DataFrame, tolerance: float = TIE) -> pl.DataFrame:
    """Return rows with `expected` and `actual` with whether they tie and move; those without either are left out."""
    found = pl.col("actual").cast(pl.Float64)
    miss = (found - pl.col("expected").cast(pl.Float64)).abs()
    return rows.with_columns(ties=miss <= tolerance, moves=found != 0, beyond=miss - tolerance).drop_nulls("ties")


def _check(table: str, rule_id: str, rows: pl.DataFrame, covers: list[pl.DataFrame] | None = None) -> Check:
    return Check(
        table, rule_id, rows.select("report_id", "ties", "moves", "beyond"), pl.concat(covers) if covers else None
    )


def _totals(built: Frames) -> Check | None:
    totals, dollars = built.get("fact_class_total"), built.get("fact_class_distribution")
    if totals is None or dollars is None or "dim_class" not in built:
        return None
    classes = built["dim_class"]
    # A class is in the total of its REMIC, in that of its group, and, held by investors, in the one over all.
    over_all = pl.when(pl.col("tier") == "UPPER").then(pl.lit("ALL"))
    grouped = pl.when(pl.col("group_code") != "ALL").then(pl.col("group_code"))
    members = (
        classes.select("report_id", "class_id", scope=pl.concat_list("remic", grouped, over_all)).explode("scope")
        .drop_nulls("scope").unique()
    )  # fmt: skip
    # The balance of a notional class is none, what it is paid is cash like any other's.
    notional = built["dim_class"].filter("is_notional").select("report_id", "class_id", notional=pl.lit(True))
    held = dollars.join(members, on=["report_id", "class_id"]).join(notional, on=["report_id", "class_id"], how="left")
    held = held.with_columns(original_face=pl.when(pl.col("notional").is_null()).then("original_face"))
    scopes = ["report_id", "scope"]
    summed = held.group_by(scopes).agg(
        pl.when(pl.col(name).count() > 0).then(pl.col(name).sum()).alias(name) for name in _CLASS_SUMS
    )
    long_totals = totals.unpivot(_CLASS_SUMS, index=scopes, value_name="actual")
    long_sums = summed.unpivot(_CLASS_SUMS, index=scopes, value_name="expected")
    rows = _ties(long_totals.join(long_sums, on=[*scopes, "variable"]))
    tied = rows.filter("ties")
    name = pl.col("variable")
    parts = held.select(*scopes, "class_id").join(tied.select(*scopes, "variable"), on=scopes)
    return _check(
        "fact_class_total", "C06", rows,
        [covered(tied, "fact_class_total", name), covered(parts, "fact_class_distribution", name, pl.col("class_id"))],
    )  # fmt: skip


def _delinquency(built: Frames) -> list[Check]:
    frame = built.get("fact_delinquency")
    if frame is None:
        return []
    long = frame.with_columns(pl.col("loan_count").cast(pl.Decimal(18, 2))).unpivot(
        ["loan_count", "balance"], index=["report_id", "group_code", "status", "bucket"], value_name="amount"
    )
    checks = []
    for rule_id, over, kept in (("D01", "bucket", "status"), ("D02", "status", "bucket")):
        keys = ["report_id", "group_code", kept, "variable"]
        is_total = pl.col(over) == "TOTAL"
        summed = long.group_by(keys).agg(
            expected=pl.col("amount").filter(~is_total).sum(), actual=pl.col("amount").filter(is_total).first()
        )
        # A count is exact in whatever scale the money is.
        is_money = pl.col("variable") == "balance"
        rows = _ties(summed, 0.011).with_columns(beyond=pl.when(is_money).then("beyond"))
        parts = long.join(rows.filter("ties").select(keys), on=keys)
        covers = [covered(parts, "fact_delinquency", pl.col("variable"))]
        checks.append(_check("fact_delinquency", rule_id, rows, covers))
    return checks


def _accounts(built: Frames) -> list[Check]:
    frame = built.get("fact_account")
    if frame is None:
        return []
    keys = ["report_id", "account", "group_code"]

    def of(kind: str) -> pl.Expr:
        return pl.col("amount").filter(pl.col("entry_type") == kind)

    summed = frame.group_by(keys).agg(
        deposits=of("DEPOSIT").sum(), withdrawals=of("WITHDRAWAL").sum(), total_deposits=of("TOTAL_DEPOSITS").first(),
        total_withdrawals=of("TOTAL_WITHDRAWALS").first(), beginning=of("BEGINNING").first(),
        ending=of("ENDING").first(),
    ).with_columns(rolled=pl.col("beginning") + pl.col("total_deposits") - pl.col("total_withdrawals"))  # fmt: skip
    compared = (
        ("A01", "deposits", "total_deposits", ("DEPOSIT", "TOTAL_DEPOSITS")),
        ("A02", "withdrawals", "total_withdrawals", ("WITHDRAWAL", "TOTAL_WITHDRAWALS")),
        ("A03", "rolled", "ending", ("BEGINNING", "TOTAL_DEPOSITS", "TOTAL_WITHDRAWALS", "ENDING")),
    )
    checks = [*_sections(frame)]
    for rule_id, expected, actual, kinds in compared:
        rows = _ties(summed.select(*keys, expected=expected, actual=actual))
        parts = frame.filter(pl.col("entry_type").is_in(kinds)).join(rows.filter("ties").select(keys), on=keys)
        checks.append(_check("fact_account", rule_id, rows, [covered(parts, "fact_account", "amount")]))
    return checks


def _sections(frame: pl.DataFrame) -> list[Check]:
    """Evaluate the sums of sections: lines against their subtotal, and subtotals against all sources."""
    keys = ["report_id", "account", "group_code"]
    section = [*keys, "section"]
    lines = frame.filter(pl.col("entry_type") == "SOURCE")
    totals = frame.filter(pl.col("entry_type") == "SUBTOTAL")
    subtotals = _ties(
        totals.select(*section, actual="amount").join(
            lines.group_by(section).agg(expected=pl.col("amount").sum()), on=section
        )
    )
    parts = pl.concat([lines, totals]).join(subtotals.filter("ties").select(section).unique(), on=section)

    def of(code: str) -> pl.Expr:
        return pl.col("amount").filter(pl.col("entry_code") == code).first()

    sources = _ties(
        frame.group_by(keys).agg(
            expected=of("TOTAL_PRINCIPAL") + of("TOTAL_INTEREST") - of("PERMITTED_WITHDRAWALS").fill_null(0),
            actual=of("TOTAL_SOURCES"),
        )
    )
    codes = ["TOTAL_PRINCIPAL", "TOTAL_INTEREST", "PERMITTED_WITHDRAWALS", "TOTAL_SOURCES"]
    added = frame.filter(pl.col("entry_code").is_in(codes)).join(sources.filter("ties").select(keys), on=keys)
    return [
        _check("fact_account", "A08", subtotals, [covered(parts, "fact_account", "amount")]),
        _check("fact_account", "A09", sources, [covered(added, "fact_account", "amount")]),
    ]


def _fees(built: Frames) -> Check | None:
    frame = built.get("fact_fee")
    if frame is None:
        return None
    code, amount = pl.col("fee_code"), pl.col("amount")
    stated = frame.filter(pl.col("statement") == "FEE")
    keys = ["report_id", "group_code"]
    net = stated.group_by(keys).agg(
        parts=amount.filter(~code.is_in(["NET_SERVICING_FEE", "SUPPORTED_PPIS"])).sum(),
        supported=amount.filter(code == "SUPPORTED_PPIS").sum(),
        actual=amount.filter(code == "NET_SERVICING_FEE").first(),
    )  # fmt: skip
    rows = _ties(net.with_columns(expected=pl.col("parts") - pl.col("supported")))
    parts = stated.join(rows.filter("ties").select(keys), on=keys)
    return _check("fact_fee", "E01", rows, [covered(parts, "fact_fee", "amount")])


def _factors(built: Frames, rounded: pl.DataFrame) -> Check | None:
    """Compare every factor with dollars over face times denomination, to the last printed decimal."""
    factors, dollars = built.get("fact_class_factor"), built.get("fact_class_distribution")
    if factors is None or dollars is None:
        return None

    def number(name: str) -> pl.Expr:
        return pl.col(name).cast(pl.Float64)

    measures = [
        name for name in factors.columns
        if name in dollars.columns and name not in ("report_id", "class_id")
    ]  # fmt: skip
    joined = factors.join(dollars, on=["report_id", "class_id"], suffix="_usd").filter(pl.col("original_face") > 0)
    joined = joined.join(rounded, on="report_id", how="left", maintain_order="left")
    of_balances = pl.coalesce("balance_denomination", "denomination").cast(pl.Float64) / number("original_face")
    joined = joined.with_columns(
        of_payments=number("denomination") / number("original_face"), of_balances=of_balances,
        unit=0.5 * pl.lit(10.0).pow(-number("printed_scale")) + 1e-9,
        # Payments of another denomination than the balances are dollars and cents, whatever the balances show.
        cents=pl.when(pl.col("balance_denomination").is_not_null()).then(TIE + 1e-9),
    )  # fmt: skip
    # One long frame instead of an expression for each measure, of which a batch has too few rows to pay.
    both = pl.concat(
        joined.select(
            "report_id", "class_id", "half", measure=pl.lit(name), factor=number(name), dollars=number(f"{name}_usd"),
            per_face="of_balances" if name.endswith("_balance") else "of_payments",
            # A total may be the sum of what is printed of its two parts.
            unit=pl.col("unit") if name.endswith("_balance")
            else pl.coalesce("cents", "unit") * (2 if name == "total_distribution" else 1),
        )
        for name in measures
    ).with_columns(tolerance=pl.col("unit") + pl.col("half").fill_null(TIE) * pl.col("per_face"))  # fmt: skip
    miss = (pl.col("factor") - pl.col("dollars") * pl.col("per_face")).abs()
    rows = both.with_columns(ties=miss <= pl.col("tolerance"), moves=pl.col("factor") != 0).drop_nulls("ties")
    tied = rows.filter("ties")
    places = [
        covered(tied, table, pl.col("measure"), pl.col("class_id"))
        for table in ("fact_class_factor", "fact_class_distribution")
    ]
    shown = ["report_id", "ties", "moves"]
    every = pl.concat([rows.select(shown), _faceless(factors, dollars).drop_nulls("ties")])
    return Check("fact_class_factor", "F01", every, pl.concat(places))


def _faceless(factors: pl.DataFrame, dollars: pl.DataFrame) -> pl.DataFrame:
    """Compare the closing factors of classes whose face is not printed with their opening ones: both have one face."""
    balances = ("beginning_balance", "ending_balance")
    joined = factors.join(dollars, on=["report_id", "class_id"], suffix="_usd").filter(
        pl.col("original_face").is_null()
    )
    opens, closes, opened, closed = (
        pl.col(f"{name}{suffix}").cast(pl.Float64) for suffix in ("", "_usd") for name in balances
    )
    fell = pl.when(opened > 0).then(closed / opened)
    unit = 0.5 * pl.lit(10.0).pow(-pl.col("printed_scale").cast(pl.Float64)) + 1e-9
    miss = (closes - opens * fell).abs()
    return joined.select("report_id", ties=miss <= unit * (1 + fell), moves=(closes != opens) & (closes != 0))
