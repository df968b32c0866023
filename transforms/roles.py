"""Roles that no report prints: which class is notional, residual, paid from residual cash, and who ranks before whom.

Arithmetic decides before names do. All functions take and return frames with one row per report and class.
"""

import re
from functools import lru_cache

import polars as pl

_RESIDUAL = r"^(R(-?(I+|[0-9]+|UT))?|LT-?R|UT-?R|RES(IDUAL)?)$"
_OC_NAME = r"^(C|CE|OC)(-?[0-9]+)?$"
_STRIP = r"IO|X$|(^|[-0-9])A?X-?\w*$|^S-?[0-9]*$"
_STRIP_TYPE = r"NTL|NOTIONAL|\bIO\b|INTEREST.ONLY"
_NEIGHBOURS = ["B", "D"]
_BALANCES = ["beginning_balance", "ending_balance"]
_MONEY = pl.Decimal(18, 2)
_ZERO = pl.lit(0, dtype=_MONEY)


@lru_cache(maxsize=65536)
def norm(name: str) -> str:
    """Return the name of a class in the form that compares equal however it is printed."""
    plain = re.sub(r"^CLASS\s+", "", " ".join(name.upper().split()))
    return re.sub(r"[\s_]+", "-", plain)


def notional(classes: pl.DataFrame, totals: pl.DataFrame, rounded: pl.DataFrame) -> pl.DataFrame:
    """Return `report_id, class_id, is_notional`: a class is notional if the printed total ties only without it.

    The opening total tells, or where no class makes up what it leaves out, the closing one. Without a printed total, a
    class is notional if its balance falls although no principal, loss or accretion moved it, where principal is known.
    `rounded` are the reports in thousands or millions, with half a unit of their last digit: what falls by less may be
    paid, and a total may miss by so much of every class.
    """
    keys = ["report_id", "remic"]
    whole = totals.filter(pl.col("group_code") == "ALL").group_by(keys).agg(pl.col(_BALANCES).drop_nulls().first())
    summed = classes.group_by(keys).agg(pl.col(_BALANCES).sum())
    over = summed.join(whole, on=keys, suffix="_total", nulls_equal=True).select(
        *keys, *[(pl.col(name) - pl.col(f"{name}_total")).alias(f"{name}_over") for name in _BALANCES]
    )
    moves = [pl.col(name).fill_null(0) == 0 for name in ("principal_distribution", "realized_loss", "accretion")]
    joined = classes.select(
        *keys, "class_id", *_BALANCES, unpaid=pl.all_horizontal(*moves),
        drifts=pl.all_horizontal(*moves) & (pl.col("beginning_balance") > pl.col("ending_balance"))
        & pl.col("principal_distribution").is_not_null().any().over(keys),
    ).join(over, on=keys, how="left", nulls_equal=True)  # fmt: skip
    joined = joined.join(rounded, on="report_id", how="left", maintain_order="left")
    fell = (pl.col("beginning_balance") - pl.col("ending_balance")).cast(pl.Float64)
    joined = joined.with_columns(pl.col("drifts") & (fell > 3 * pl.col("half").fill_null(0)))
    missed = pl.col("beginning_balance_over").fill_null(1)
    slack = pl.col("half").fill_null(0) * (pl.col("members") + 1).fill_null(1)
    open_ = joined.filter((missed != 0) & (missed.cast(pl.Float64).abs() > slack))
    found = {(report, one) for (report, _), group in open_.group_by(keys) for one in _left_out(group)}
    pairs = zip(joined["report_id"], joined["class_id"], strict=True)
    left_out = pl.Series([pair in found for pair in pairs], dtype=pl.Boolean)
    drifts = pl.col("drifts").fill_null(False) & pl.col("beginning_balance_over").is_null()
    return joined.select("report_id", "class_id", is_notional=left_out | drifts)


def is_strip() -> pl.Expr:
    """Tell which classes are called interest strips, by the names and types that the field has for them."""
    printed = pl.col("class_type_reported").str.to_uppercase().fill_null("")
    return pl.col("class_name_norm").str.contains(_STRIP) | printed.str.contains(_STRIP_TYPE)


def rate_type() -> pl.Expr:
    """FIX or VAR, where the printed rate type says so (Fix-30/360, Variable, Floating), else UNKNOWN; NULL if blank."""
    printed = pl.col("rate_type").str.to_uppercase()
    return (
        pl.when(printed.str.contains(r"^\W*FIX")).then(pl.lit("FIX"))
        .when(printed.str.contains(r"^\W*(VAR|FL(OA)?T|ADJ)")).then(pl.lit("VAR"))
        .when(printed.is_not_null()).then(pl.lit("UNKNOWN"))
    )  # fmt: skip


def day_count() -> pl.Expr:
    """The printed count of days (30/360, ACT/360), which some print behind the rate type."""
    behind = pl.col("rate_type").str.extract(r"(\w+/\w+)\s*$")
    return pl.coalesce("day_count", behind).str.to_uppercase()


def _left_out(group: pl.DataFrame) -> list[str]:
    """Return the one class, or the one pair of classes, whose balances make up what the total leaves out.

    No principal is paid on a notional balance. Where several would do (a deal of one class and its interest-only
    strip), the one whose balance drifts is meant.
    """
    drifting = set(group.filter(pl.col("drifts").fill_null(False))["class_id"])
    unpaid = group.filter("unpaid")
    for name in _BALANCES:
        excess = group[f"{name}_over"][0]
        rows = [(one, balance) for one, balance in zip(unpaid["class_id"], unpaid[name], strict=True) if balance]
        singles = [[one] for one, balance in rows if balance == excess]
        pairs = [
            [a, b] for i, (a, first) in enumerate(rows) for b, second in rows[i + 1 :] if first + second == excess
        ]  # fmt: skip
        found = singles or pairs
        if len(found) > 1:
            found = [candidate for candidate in found if drifting.issuperset(candidate)]
        if len(found) == 1:
            return found[0]
    return []


def tier() -> pl.Expr:
    """Return UPPER for the classes investors hold, LOWER for those of a REMIC whose interests another REMIC holds.

    Where a report prints several REMICs, the last is the one that issues to investors, unless only others have CUSIPs.
    """
    remic, held = pl.col("remic"), pl.col("id_value").is_not_null()
    length = remic.str.len_chars()
    last = remic.sort_by(length, remic).last().over("report_id")
    holding = remic.filter(held).first().over("report_id")
    upper = pl.coalesce(holding, last)
    return pl.when(remic.is_null() | (remic == upper)).then(pl.lit("UPPER")).otherwise(pl.lit("LOWER"))


def types(classes: pl.DataFrame, oc: pl.DataFrame) -> pl.DataFrame:
    """Add is_residual, class_type and credit_rank to classes with their distributions.

    `oc` holds report_id, group_code and oc_amount. A class that is paid interest without a rate or accrual, or whose
    balance is the printed overcollateralization, of the whole or of all groups together, is paid from residual cash,
    unless it is a residual by name.
    """
    name = pl.col("class_name_norm")
    printed = pl.col("class_type_reported").str.to_uppercase().fill_null("")
    whole, amount = pl.col("group_code") == "ALL", pl.col("oc_amount")
    oc_amount = (
        oc.unique(["report_id", "group_code"], keep="first", maintain_order=True)
        .group_by("report_id")
        .agg(pl.when(whole.any()).then(amount.filter(whole).first()).otherwise(amount.sum()).cast(_MONEY))
    )
    paid = pl.col("interest_distribution").fill_null(_ZERO) > _ZERO
    unearned = (pl.col("pass_through_rate") == 0) | (pl.col("accrued_interest") == 0)
    is_oc = (pl.col("oc_amount") > 0) & (pl.col("ending_balance") == pl.col("oc_amount"))
    # Among classes A, B, C, D the third letter is a rank like the others.
    lettered = (name == "C") & name.is_in(_NEIGHBOURS).any().over("report_id")
    residual = name.str.contains(_RESIDUAL) | printed.str.contains("^RES")
    is_named = name.str.contains(_OC_NAME) & ~lettered
    class_type = (
        pl.when(residual).then(pl.lit("RESIDUAL"))
        .when((paid & unearned).fill_null(False) | is_oc.fill_null(False) | is_named)
        .then(pl.lit("OC_RESIDUAL_CASH"))
        .when(pl.col("is_notional")).then(pl.lit("IO"))
        .when(name.str.contains(r"(^|-)A?PO$")).then(pl.lit("PO"))
        .when(printed.str.contains("^SEN")).then(pl.lit("SENIOR"))
        .when(printed.str.contains("^(MEZ|SUB)") & name.str.contains(r"(^|-)M")).then(pl.lit("MEZZ"))
        .when(printed.str.contains("^MEZ")).then(pl.lit("MEZZ"))
        .when(printed.str.contains("^SUB")).then(pl.lit("SUB"))
        .otherwise(pl.lit("REGULAR"))
    )  # fmt: skip
    typed = classes.join(oc_amount, on="report_id", how="left").with_columns(
        is_residual=residual, class_type=class_type
    )
    return typed.with_columns(credit_rank=_rank())


def _rank() -> pl.Expr:
    """Rank in order of loss: seniors share 1, then M, then B classes by number, then residual cash, residuals last.

    Where the classes are lettered, C and the letters after it follow B.
    """
    kind, name = pl.col("class_type"), pl.col("class_name_norm")
    senior = kind.is_in(["SENIOR", "IO", "PO"]) | ((kind == "REGULAR") & name.str.contains(r"(^|-)A"))
    number = name.str.extract(r"([0-9]+)$").cast(pl.Int16, strict=False).fill_null(1)
    letter = name.str.extract("^([C-H])$").replace_strict({one: at for at, one in enumerate("CDEFGH")}, default=None)
    after = kind.is_in(["SUB", "REGULAR"]) & letter.is_not_null() & (name == "B").any().over("report_id")
    tier = (
        pl.when(senior).then(0)
        .when(name.str.contains(r"(^|-)M")).then(100 + number)
        .when(name.str.contains(r"(^|-)B") & kind.is_in(["SUB", "REGULAR"])).then(200 + number)
        .when(after).then(250 + letter)
        .when(kind == "OC_RESIDUAL_CASH").then(300)
        .when(kind == "RESIDUAL").then(400)
    )  # fmt: skip
    return tier.rank("dense").over("report_id").cast(pl.Int16)
