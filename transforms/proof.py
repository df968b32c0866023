"""Proof: how far the arithmetic that a report prints confirms the reading of each of its facts.

*proven*: the identities that apply tie on every row, and something moved. *plausible*: nothing speaks for a misreading,
but there is little to prove, or an identity fails through the source's own fault; the reason names the rule. *doubtful*:
a failure points to a misreading. Rules across statements never decide.
"""

from itertools import permutations
from typing import Any, NamedTuple

import polars as pl

from transforms import facts
from transforms.facts import Identity

PROVEN, PLAUSIBLE, DOUBTFUL = "proven", "plausible", "doubtful"
Frames = dict[str, pl.DataFrame]
_CLASS_SUMS = tuple(
    name for name in facts.TABLES["fact_class_total"].column_names()
    if name not in ("report_id", "scope", "ending_balance_pct")
)  # fmt: skip
_TIE = 0.005


class _Check(NamedTuple):
    """Results of one identity: per row the report, whether it ties, and whether it proves anything."""

    table: str
    rule_id: str
    rows: pl.DataFrame  # report_id, ties, moves


def prove(built: Frames, raw: pl.DataFrame) -> pl.DataFrame:
    """Return `report_id, fact, proof, reason` for every fact a report fills."""
    checks = [check for identity in facts.IDENTITIES if (check := _check(identity, built)) is not None]
    checks += _sums(built)
    misread = _misreadings(built, raw, checks)
    rows = []
    for table, frame in built.items():
        if table.startswith("fact_") and frame.height:
            rows += _of_fact(table, frame["report_id"].unique(maintain_order=True).to_list(), checks, misread)
    schema = {"report_id": pl.String, "fact": pl.String, "proof": pl.String, "reason": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _of_fact(
    table: str, reports: list[str], checks: list[_Check], misread: dict[tuple[str, str], str]
) -> list[tuple[str, str, str, str]]:
    tied: dict[str, list[str]] = {}
    failed: dict[str, list[str]] = {}
    moved: set[str] = set()
    for check in (check for check in checks if check.table == table):
        summary = check.rows.group_by("report_id").agg(pl.col("ties").all(), pl.col("moves").any())
        for report, ties, moves in summary.iter_rows():
            (tied if ties else failed).setdefault(report, []).append(check.rule_id)
            if moves:
                moved.add(report)
    return [
        (report, table, *_verdict(tied.get(report, []), failed.get(report, []), report in moved, misread.get((report, table))))
        for report in reports
    ]  # fmt: skip


def _verdict(tied: list[str], failed: list[str], moved: bool, misread: str | None) -> tuple[str, str]:
    if misread is not None:
        return DOUBTFUL, misread
    if failed:
        return PLAUSIBLE, f"{', '.join(failed)} fails as printed" + (f"; {', '.join(tied)} ties" if tied else "")
    if tied and moved:
        return PROVEN, f"{', '.join(tied)} ties"
    return PLAUSIBLE, "nothing moved" if tied else "no identity of its own"


# -- identities -----------------------------------------------------------------------------------------------------


def _check(identity: Identity, built: Frames) -> _Check | None:
    """Evaluate a declared identity on every row of its table."""
    frame = built.get(identity.table)
    if frame is None or not frame.height:
        return None
    expected, actual = pl.sql_expr(identity.expected), pl.sql_expr(identity.actual)
    rows = frame.filter(pl.sql_expr(identity.where)).select(
        "report_id",
        diff=(actual.cast(pl.Float64) - expected.cast(pl.Float64)).abs(),
        tolerance=pl.sql_expr(identity.tolerance).cast(pl.Float64),
        moves=(actual != 0) & (_opening(identity, frame) != actual),
    )
    rows = rows.filter(pl.col("diff").is_not_null())
    return _Check(
        identity.table, identity.rule_id,
        rows.select("report_id", ties=pl.col("diff") <= pl.col("tolerance") + 1e-9, moves=pl.col("moves").fill_null(False)),
    )  # fmt: skip


def _opening(identity: Identity, frame: pl.DataFrame) -> pl.Expr:
    """Return the opening balance of a roll-forward: where it equals the closing one, a row proves nothing."""
    for name in ("beginning_balance", "beginning_scheduled_balance", "beginning_loan_count"):
        if name in identity.expected and name in frame.columns:
            return pl.col(name)
    return pl.lit(None)


def _sums(built: Frames) -> list[_Check]:
    """Evaluate the sums a report prints beside their parts: totals, buckets, statuses, accounts, fees, factors."""
    checks = [_totals(built), *_delinquency(built), *_accounts(built), _fees(built), _factors(built)]
    return [check for check in checks if check is not None]


def _compared(
    table: str, rule_id: str, rows: pl.DataFrame, expected: str = "expected", actual: str = "actual", tolerance: float = _TIE
) -> _Check:
    diff = (pl.col(actual).cast(pl.Float64) - pl.col(expected).cast(pl.Float64)).abs()
    valid = rows.filter(pl.col(actual).is_not_null() & pl.col(expected).is_not_null())
    return _Check(
        table, rule_id,
        valid.select("report_id", ties=diff <= tolerance, moves=pl.col(actual).cast(pl.Float64) != 0),
    )  # fmt: skip


def _totals(built: Frames) -> _Check | None:
    totals, dollars = built.get("fact_class_total"), built.get("fact_class_distribution")
    if totals is None or dollars is None or "dim_class" not in built:
        return None
    classes = built["dim_class"].select("report_id", "class_id", "is_notional")
    held = dollars.join(classes, on=["report_id", "class_id"]).filter(~pl.col("is_notional"))
    summed = held.group_by("report_id").agg(pl.col(name).sum() for name in _CLASS_SUMS)
    long_totals = totals.unpivot(_CLASS_SUMS, index="report_id", value_name="actual")
    long_sums = summed.unpivot(_CLASS_SUMS, index="report_id", value_name="expected")
    return _compared("fact_class_total", "C06", long_totals.join(long_sums, on=["report_id", "variable"]))


def _delinquency(built: Frames) -> list[_Check]:
    frame = built.get("fact_delinquency")
    if frame is None:
        return []
    measures = ["loan_count", "balance"]
    checks = []
    for rule_id, over, kept in (("D01", "bucket", "status"), ("D02", "status", "bucket")):
        keys = ["report_id", "group_code", kept]
        is_total = pl.col(over) == "TOTAL"
        both = frame.group_by(keys).agg(
            *(pl.col(name).filter(~is_total).sum().cast(pl.Decimal(18, 2)).alias(f"{name}_expected") for name in measures),
            *(pl.col(name).filter(is_total).first().cast(pl.Decimal(18, 2)).alias(f"{name}_actual") for name in measures),
        )
        long = pl.concat(
            both.select("report_id", expected=pl.col(f"{name}_expected"), actual=pl.col(f"{name}_actual"))
            for name in measures
        )
        checks.append(_compared("fact_delinquency", rule_id, long, tolerance=0.011))
    return checks


def _accounts(built: Frames) -> list[_Check]:
    frame = built.get("fact_account")
    if frame is None:
        return []

    def of(kind: str) -> pl.Expr:
        return pl.col("amount").filter(pl.col("entry_type") == kind)

    summed = frame.group_by("report_id", "account", "group_code").agg(
        deposits=of("DEPOSIT").sum(), withdrawals=of("WITHDRAWAL").sum(), total_deposits=of("TOTAL_DEPOSITS").first(),
        total_withdrawals=of("TOTAL_WITHDRAWALS").first(), beginning=of("BEGINNING").first(), ending=of("ENDING").first(),
    ).with_columns(rolled=pl.col("beginning") + pl.col("total_deposits") - pl.col("total_withdrawals"))  # fmt: skip
    return [
        _compared("fact_account", "A01", summed, "deposits", "total_deposits"),
        _compared("fact_account", "A02", summed, "withdrawals", "total_withdrawals"),
        _compared("fact_account", "A03", summed, "rolled", "ending"),
    ]


def _fees(built: Frames) -> _Check | None:
    frame = built.get("fact_fee")
    if frame is None:
        return None
    code, amount = pl.col("fee_code"), pl.col("amount")
    net = frame.filter(pl.col("statement") == "FEE").group_by("report_id", "group_code").agg(
        parts=amount.filter(~code.is_in(["NET_SERVICING_FEE", "SUPPORTED_PPIS"])).sum(),
        supported=amount.filter(code == "SUPPORTED_PPIS").sum(),
        actual=amount.filter(code == "NET_SERVICING_FEE").first(),
    )  # fmt: skip
    return _compared("fact_fee", "E01", net.with_columns(expected=pl.col("parts") - pl.col("supported")))


def _factors(built: Frames) -> _Check | None:
    """Compare every factor with dollars over face times denomination, to the last printed decimal."""
    factors, dollars = built.get("fact_class_factor"), built.get("fact_class_distribution")
    if factors is None or dollars is None:
        return None
    measures = [
        name for name in factors.columns
        if name in dollars.columns and name not in ("report_id", "class_id")
    ]  # fmt: skip
    joined = factors.join(dollars, on=["report_id", "class_id"], suffix="_usd").filter(pl.col("original_face") > 0)
    per_face = pl.col("denomination").cast(pl.Float64) / pl.col("original_face").cast(pl.Float64)
    tolerance = 0.5 * pl.lit(10.0).pow(-pl.col("printed_scale").cast(pl.Float64)) + 0.005 * per_face + 1e-9
    rows = pl.concat(
        joined.select(
            "report_id",
            ties=(pl.col(name).cast(pl.Float64) - pl.col(f"{name}_usd").cast(pl.Float64) * per_face).abs() <= tolerance,
            moves=pl.col(name).cast(pl.Float64) != 0,
        )
        for name in measures
    )
    return _Check("fact_class_factor", "F01", rows.filter(pl.col("ties").is_not_null()))


# -- misreadings ----------------------------------------------------------------------------------------------------


def _misreadings(built: Frames, raw: pl.DataFrame, checks: list[_Check]) -> dict[tuple[str, str], str]:
    """Return for report and fact why a reading is doubted; the first reason found stays."""
    found: dict[tuple[str, str], str] = {}
    for source in (_unpaired(raw), _wrong_units(raw), _out_of_window(built), _missing(built), _other_readings(built, checks)):
        for key, reason in source.items():
            found.setdefault(key, reason)
    return found


def _unpaired(raw: pl.DataFrame) -> dict[tuple[str, str], str]:
    """Doubt every fact of a table in which a figure found no label."""
    orphans = raw.filter(pl.col("pairing").is_null() & ~pl.col("table_code").is_in(["HEADER", "TEXT"]))
    if orphans.is_empty():
        return {}
    lines = orphans.group_by("report_id", "table_code").agg(pl.col("line_no").min())
    touched = raw.filter(pl.col("canonical_table").is_not_null()).join(lines, on=["report_id", "table_code"], suffix="_orphan")
    rows = touched.select("report_id", "canonical_table", "line_no_orphan").unique(["report_id", "canonical_table"])
    return {(report, table): f"a figure on line {line} has no label" for report, table, line in rows.iter_rows()}


def _wrong_units(raw: pl.DataFrame) -> dict[tuple[str, str], str]:
    """Doubt facts that hold a percent where dollars, counts or months belong."""
    percents = raw.filter((pl.col("unit") == "PCT") & pl.col("canonical_table").is_not_null())
    places = percents.select("canonical_table", "canonical_column").unique().rows()
    wrong = [place for place in places if facts.polars_schema(place[0])[place[1]] != pl.Decimal(14, 10)]
    if not wrong:
        return {}
    misplaced = pl.DataFrame(wrong, schema=["canonical_table", "canonical_column"], orient="row")
    rows = percents.join(misplaced, on=["canonical_table", "canonical_column"]).select(
        "report_id", "canonical_table", "canonical_column", "line_no"
    )
    return {(report, table): f"line {line}: a percent was read as {column}" for report, table, column, line in rows.rows()}


def _out_of_window(built: Frames) -> dict[tuple[str, str], str]:
    found = {}
    for table, frame in built.items():
        if not table.startswith("fact_"):
            continue
        for name, column in facts.TABLES[table].columns().items():
            window = (column.metadata or {}).get("window")
            if window:
                low, high = (float(bound) for bound in window)
                value = pl.col(name).cast(pl.Float64)
                for report in frame.filter((value != 0) & ~value.is_between(low, high))["report_id"]:
                    found[(report, table)] = f"{name} is outside {window[0]} to {window[1]}"
    return found


def _missing(built: Frames) -> dict[tuple[str, str], str]:
    """Doubt class tables in which a column of the roll-forward is printed for no class: it was lost or not recognised."""
    frame = built.get("fact_class_distribution")
    if frame is None:
        return {}
    needed = ("beginning_balance", "principal_distribution", "ending_balance")
    notional = pl.col("beginning_notional").is_not_null() & pl.col("beginning_balance").is_null()
    counted = frame.filter(~notional).group_by("report_id").agg(pl.col(name).count() for name in needed)
    found = {}
    for report, *counts in counted.iter_rows():
        absent = [name for name, count in zip(needed, counts, strict=True) if count == 0]
        if absent:
            found[(report, "fact_class_distribution")] = f"no {' and no '.join(absent)} for any class"
    return found


def _other_readings(built: Frames, checks: list[_Check]) -> dict[tuple[str, str], str]:
    """Doubt a fact whose failing identity ties once the row's own figures change places or one changes its sign."""
    found = {}
    identities = {identity.rule_id: identity for identity in facts.IDENTITIES}
    for check in checks:
        identity = identities.get(check.rule_id)
        failing = check.rows.filter(~pl.col("ties"))["report_id"].unique().to_list()
        if identity is None or not failing:
            continue
        rows = built[check.table].filter(pl.col("report_id").is_in(failing)).filter(pl.sql_expr(identity.where))
        for report, rearranged in _rearranged(rows, identity):
            found[(report, check.table)] = f"{identity.rule_id} ties with {rearranged}"
    return found


def _rearranged(rows: pl.DataFrame, identity: Identity) -> list[tuple[str, str]]:
    """Return reports with rows that fail as read and tie with two figures exchanged, or one negated."""
    names = [name for name in rows.columns if name in (identity.expected + " " + identity.actual).replace("(", " ").replace(",", " ").replace(")", " ").split()]
    diff = pl.sql_expr(identity.actual).cast(pl.Float64) - pl.sql_expr(identity.expected).cast(pl.Float64)
    tolerance = pl.sql_expr(identity.tolerance).cast(pl.Float64)
    broken = rows.filter(diff.abs() > tolerance + 1e-9)
    found: list[tuple[str, str]] = []
    trials: list[tuple[str, dict[str, Any]]] = [
        (f"{a} and {b} exchanged", {a: pl.col(b), b: pl.col(a)}) for a, b in permutations(names, 2) if a < b
    ]
    trials += [(f"{name} negated", {name: -pl.col(name)}) for name in names]
    for words, changed in trials:
        # An exchange of two equal figures, or a negated zero, is no other reading.
        differs = pl.any_horizontal(expr != pl.col(name) for name, expr in changed.items())
        trial = broken.filter(differs).with_columns(**changed)
        found += [(report, words) for report in trial.filter(diff.abs() <= _TIE)["report_id"]]
    return found
