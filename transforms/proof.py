"""Proof: how far the arithmetic that a report prints confirms the reading of each of its facts.

*proven*: the identities that apply tie on every row, and something moved. *plausible*: nothing speaks for a misreading,
but there is little to prove, or an identity fails through the source's own fault; the reason names the rule.
*doubtful*: a failure points to a misreading. Rules across statements never decide.
"""

import re
from itertools import combinations
from typing import NamedTuple

import polars as pl

from transforms import facts, printed, roles
from transforms.facts import Frames, Identity

PROVEN, PLAUSIBLE, DOUBTFUL = "proven", "plausible", "doubtful"
_CLASS_SUMS = tuple(
    name for name in facts.TABLES["fact_class_total"].column_names()
    if name not in ("report_id", "scope", "ending_balance_pct")
)  # fmt: skip
_TIE = 0.005


def is_fraction(dtype: pl.DataType) -> bool:
    """Tell whether a column holds fractions: what is printed as a percent is a hundredth of it there."""
    return isinstance(dtype, pl.Decimal) and dtype.scale == _FRACTION_SCALE


_FRACTION_SCALE = 10
Choices = dict[str, list[list[str]]]


class _Check(NamedTuple):
    """Results of one identity: per row the report, whether it ties, and whether it proves anything."""

    table: str
    rule_id: str
    rows: pl.DataFrame  # report_id, ties, moves


def prove(built: Frames, raw: pl.DataFrame, choices: Choices | None = None) -> pl.DataFrame:
    """Return `report_id, fact, proof, reason` for every fact a report fills.

    `choices` has per report the columns without a known head that arithmetic decided: statement, label, column, rule.
    """
    checks = [check for identity in facts.IDENTITIES if (check := _check(identity, built)) is not None]
    checks += _sums(built)
    formulas, exchanged = _formulas(built, raw)
    results = _results([*checks, *formulas])
    misread = exchanged | _misreadings(built, raw, results)
    assumed = _assumed(built)
    rows = []
    for table, frame in built.items():
        if table.startswith("fact_") and frame.height:
            for report in frame["report_id"].unique(maintain_order=True):
                rules = results.get((report, table), [])
                proof, reason = _verdict(rules, misread.get((report, table)), assumed.get((report, table)))
                made = _chosen(table, (choices or {}).get(report, []))
                rows.append((report, table, proof, "; ".join([reason, *made])))
    schema = {"report_id": pl.String, "fact": pl.String, "proof": pl.String, "reason": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _chosen(table: str, choices: list[list[str]]) -> list[str]:
    """Say which columns of a fact arithmetic named; a choice is about the fact of its statement."""
    return [
        f"column '{label}' read as {column} by {rule}"
        for code, label, column, rule in choices
        if table == ("fact_class_factor" if code == "CLASS_FACTOR" else "fact_class_distribution")
    ]


class _Result(NamedTuple):
    """What one identity says of one fact of one report: whether it ties on every row, and whether any row moved."""

    rule_id: str
    ties: bool
    moves: bool


_Results = dict[tuple[str, str], list[_Result]]


def _results(checks: list[_Check]) -> _Results:
    """Return the results of every report and fact, in the order of the checks; all checks are grouped at once."""
    if not checks:
        return {}
    rows = pl.concat([check.rows.with_columns(check=pl.lit(at, pl.Int32)) for at, check in enumerate(checks)])
    grouped = rows.group_by("check", "report_id").agg(pl.col("ties").all(), pl.col("moves").any())
    found: _Results = {}
    for at, report, ties, moves in sorted(grouped.iter_rows()):
        found.setdefault((report, checks[at].table), []).append(_Result(checks[at].rule_id, ties, moves))
    return found


def _verdict(results: list[_Result], misread: str | None, assumed: str | None) -> tuple[str, str]:
    """Return the proof and its reason; what ties only under an assumption is no proof."""
    tied = [result.rule_id for result in results if result.ties]
    failed = [result.rule_id for result in results if not result.ties]
    moved = any(result.moves for result in results)
    if misread is not None:
        return DOUBTFUL, misread
    if failed:
        return PLAUSIBLE, f"{', '.join(failed)} fails as printed" + (f"; {', '.join(tied)} ties" if tied else "")
    if tied and moved and assumed is not None:
        return PLAUSIBLE, assumed
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
    diff = (actual - expected).cast(pl.Float64).abs()
    moves = (actual != 0) & (_opening(identity, frame) != actual)
    rows = frame.select(
        "report_id",
        applies=pl.sql_expr(identity.where),
        ties=diff <= pl.sql_expr(identity.tolerance).cast(pl.Float64) + 1e-9,
        moves=moves.fill_null(False),
    )
    held = rows.filter(pl.col("applies") & pl.col("ties").is_not_null())
    return _Check(identity.table, identity.rule_id, held.drop("applies"))


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
    table: str,
    rule_id: str,
    rows: pl.DataFrame,
    expected: str = "expected",
    actual: str = "actual",
    tolerance: float = _TIE,
) -> _Check:
    found = pl.col(actual).cast(pl.Float64)
    compared = rows.select(
        "report_id", ties=(found - pl.col(expected).cast(pl.Float64)).abs() <= tolerance, moves=found != 0
    )
    return _Check(table, rule_id, compared.drop_nulls("ties"))


def _totals(built: Frames) -> _Check | None:
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
    return _compared("fact_class_total", "C06", long_totals.join(long_sums, on=[*scopes, "variable"]))


def _delinquency(built: Frames) -> list[_Check]:
    frame = built.get("fact_delinquency")
    if frame is None:
        return []
    measures = ["loan_count", "balance"]
    checks = []
    for rule_id, over, kept in (("D01", "bucket", "status"), ("D02", "status", "bucket")):
        keys = ["report_id", "group_code", kept]
        is_total = pl.col(over) == "TOTAL"
        summed, total = (pl.col(measures).filter(~is_total).sum(), pl.col(measures).filter(is_total).first())
        both = frame.group_by(keys).agg(
            summed.cast(pl.Decimal(18, 2)).name.suffix("_expected"),
            total.cast(pl.Decimal(18, 2)).name.suffix("_actual"),
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
        total_withdrawals=of("TOTAL_WITHDRAWALS").first(), beginning=of("BEGINNING").first(),
        ending=of("ENDING").first(),
    ).with_columns(rolled=pl.col("beginning") + pl.col("total_deposits") - pl.col("total_withdrawals"))  # fmt: skip
    return [
        *_sections(frame),
        _compared("fact_account", "A01", summed, "deposits", "total_deposits"),
        _compared("fact_account", "A02", summed, "withdrawals", "total_withdrawals"),
        _compared("fact_account", "A03", summed, "rolled", "ending"),
    ]


def _sections(frame: pl.DataFrame) -> list[_Check]:
    """Evaluate the sums of sections: lines against their subtotal, and subtotals against all sources."""
    keys = ["report_id", "account", "group_code"]
    lines = (
        frame.filter(pl.col("entry_type") == "SOURCE").group_by(*keys, "section").agg(expected=pl.col("amount").sum())
    )
    totals = frame.filter(pl.col("entry_type") == "SUBTOTAL").select(*keys, "section", actual="amount")

    def of(code: str) -> pl.Expr:
        return pl.col("amount").filter(pl.col("entry_code") == code).first()

    sources = frame.group_by(keys).agg(
        expected=of("TOTAL_PRINCIPAL") + of("TOTAL_INTEREST") - of("PERMITTED_WITHDRAWALS").fill_null(0),
        actual=of("TOTAL_SOURCES"),
    )
    return [
        _compared("fact_account", "A08", totals.join(lines, on=[*keys, "section"])),
        _compared("fact_account", "A09", sources),
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

    def number(name: str) -> pl.Expr:
        return pl.col(name).cast(pl.Float64)

    measures = [
        name for name in factors.columns
        if name in dollars.columns and name not in ("report_id", "class_id")
    ]  # fmt: skip
    joined = factors.join(dollars, on=["report_id", "class_id"], suffix="_usd").filter(pl.col("original_face") > 0)
    of_balances = pl.coalesce("balance_denomination", "denomination").cast(pl.Float64) / number("original_face")
    joined = joined.with_columns(
        of_payments=number("denomination") / number("original_face"), of_balances=of_balances,
        unit=0.5 * pl.lit(10.0).pow(-number("printed_scale")) + 1e-9,
        # Payments of another denomination than the balances are dollars and cents, whatever the balances show.
        cents=pl.when(pl.col("balance_denomination").is_not_null()).then(_TIE + 1e-9),
    )  # fmt: skip
    # One long frame instead of an expression for each measure, of which a batch has too few rows to pay.
    both = pl.concat(
        joined.select(
            "report_id", factor=number(name), dollars=number(f"{name}_usd"),
            per_face="of_balances" if name.endswith("_balance") else "of_payments",
            # A total may be the sum of what is printed of its two parts.
            unit=pl.col("unit") if name.endswith("_balance")
            else pl.coalesce("cents", "unit") * (2 if name == "total_distribution" else 1),
        )
        for name in measures
    ).with_columns(tolerance=pl.col("unit") + 0.005 * pl.col("per_face"))  # fmt: skip
    miss = (pl.col("factor") - pl.col("dollars") * pl.col("per_face")).abs()
    rows = both.select("report_id", ties=miss <= pl.col("tolerance"), moves=pl.col("factor") != 0)
    return _Check("fact_class_factor", "F01", pl.concat([rows, _faceless(factors, dollars)]).drop_nulls("ties"))


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


# -- printed formulas -----------------------------------------------------------------------------------------------


def _formulas(built: Frames, raw: pl.DataFrame) -> tuple[list[_Check], dict[tuple[str, str], str]]:
    """Return the printed formulas as checks of the facts their figures belong to, and which facts they doubt.

    One that fails is a fault of the source, unless what it comes to is printed elsewhere in the same row.
    """
    found, classes = built.get("printed_formula"), built.get("dim_class")
    if found is None or found.is_empty():
        return [], {}
    named = pl.DataFrame(schema={"report_id": pl.String, "class_name": pl.String})
    notional = named if classes is None else classes.filter("is_notional").select("report_id", "class_name")
    judged = printed.judged(found, raw, notional)
    checks = [
        _Check(table, "FORMULAS", rows.select("report_id", "ties", "moves"))
        for (table,), rows in judged.partition_by("canonical_table", as_dict=True, maintain_order=True).items()
    ]
    wrong = judged.filter(pl.col("elsewhere").is_not_null()).unique(["report_id", "canonical_table"], keep="first")
    columns = wrong.select("report_id", "canonical_table", "line_no", "text", "elsewhere")
    return checks, {
        (report, table): f"line {line}: {text} ties with {head}"
        for report, table, line, text, head in columns.iter_rows()
    }


def _assumed(built: Frames) -> dict[tuple[str, str], str]:
    """Return for class tables what their identities hold under: a class without cash that only its falling balance,
    no total and no name, tells to be notional, may as well be misprinted."""
    classes, totals = built.get("dim_class"), built.get("fact_class_total")
    if classes is None or classes.is_empty():
        return {}
    drifting = classes.filter(pl.col("is_notional") & ~roles.is_strip())
    if totals is not None and drifting.height:
        summed = totals.filter(pl.col("beginning_balance").is_not_null()).select("report_id")
        drifting = drifting.join(summed, on="report_id", how="anti")
    return {
        (report, "fact_class_distribution"): f"class {name} is taken to be notional: its balance falls without payment"
        for report, name in drifting.select("report_id", "class_name").iter_rows()
    }


# -- misreadings ----------------------------------------------------------------------------------------------------


def _misreadings(built: Frames, raw: pl.DataFrame, results: _Results) -> dict[tuple[str, str], str]:
    """Return for report and fact why a reading is doubted; the first reason found stays."""
    found: dict[tuple[str, str], str] = {}
    suspicions = (_unpaired(raw), _wrong_units(raw), _out_of_window(built), _missing(built))
    for source in (*suspicions, _other_readings(built, results)):
        for key, reason in source.items():
            found.setdefault(key, reason)
    return found


def _unpaired(raw: pl.DataFrame) -> dict[tuple[str, str], str]:
    """Doubt every fact of a table in which a figure found no label."""
    orphans = raw.filter(pl.col("pairing").is_null() & ~pl.col("table_code").is_in(["HEADER", "TEXT"]))
    if orphans.is_empty():
        return {}
    lines = orphans.group_by("report_id", "table_code").agg(pl.col("line_no").min())
    touched = raw.filter(pl.col("canonical_table").is_not_null()).join(
        lines, on=["report_id", "table_code"], suffix="_orphan"
    )
    rows = touched.select("report_id", "canonical_table", "line_no_orphan").unique(["report_id", "canonical_table"])
    return {(report, table): f"a figure on line {line} has no label" for report, table, line in rows.iter_rows()}


def _wrong_units(raw: pl.DataFrame) -> dict[tuple[str, str], str]:
    """Doubt facts that hold a percent where dollars, counts or months belong."""
    percents = raw.select("report_id", "canonical_table", "canonical_column", "line_no", "unit").filter(
        (pl.col("unit") == "PCT")
        & pl.col("canonical_table").is_not_null()
        & (pl.col("canonical_table") != "fact_line_item")
    )
    places = percents.select("canonical_table", "canonical_column").unique().rows()
    wrong = [place for place in places if not is_fraction(facts.polars_schema(place[0])[place[1]])]
    if not wrong:
        return {}
    misplaced = pl.DataFrame(wrong, schema=["canonical_table", "canonical_column"], orient="row")
    rows = percents.join(misplaced, on=["canonical_table", "canonical_column"]).select(
        "report_id", "canonical_table", "canonical_column", "line_no"
    )
    return {
        (report, table): f"line {line}: a percent was read as {column}"
        for report, table, column, line in rows.iter_rows()
    }


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
    """Doubt class tables in which a column of the roll-forward is printed for no class: it was lost, or not known."""
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


def _other_readings(built: Frames, results: _Results) -> dict[tuple[str, str], str]:
    """Doubt a fact whose failing identity ties once the row's own figures change places or one changes its sign."""
    failing: dict[str, list[str]] = {}
    for (report, _), found in results.items():
        for result in found:
            if not result.ties:
                failing.setdefault(result.rule_id, []).append(report)
    doubted = {}
    for identity in facts.IDENTITIES:
        if reports := failing.get(identity.rule_id):
            rows = built[identity.table].filter(pl.col("report_id").is_in(reports) & pl.sql_expr(identity.where))
            for report, rearranged in _rearranged(rows, identity):
                doubted[(report, identity.table)] = f"{identity.rule_id} ties with {rearranged}"
    return doubted


_NAME = re.compile(r"[a-z_][a-z0-9_]*")


def _rearranged(rows: pl.DataFrame, identity: Identity) -> list[tuple[str, str]]:
    """Return reports with rows that fail as read and tie with two figures exchanged, or one negated."""
    used = set(_NAME.findall(f"{identity.expected} {identity.actual}"))
    names = [name for name in rows.columns if name in used]
    trials = {f"{a} and {b} exchanged": {a: b, b: a} for a, b in combinations(sorted(names), 2)}
    trials |= {f"{name} negated": {name: f"-{name}"} for name in names}
    broken = rows.filter(_diff(identity, {}).abs() > pl.sql_expr(identity.tolerance).cast(pl.Float64) + 1e-9)
    # All trials are columns of one frame: a frame for each would cost more than the arithmetic.
    tried = broken.select("report_id", *[_ties(identity, changed).alias(words) for words, changed in trials.items()])
    hits = tried.filter(pl.any_horizontal(*trials)) if trials else tried.clear()
    return [(row["report_id"], words) for words in trials for row in hits.iter_rows(named=True) if row[words]]


def _ties(identity: Identity, changed: dict[str, str]) -> pl.Expr:
    """Tell whether an identity ties with changed figures; equal figures exchanged, or a zero negated, are no change."""
    differs = pl.any_horizontal(pl.sql_expr(new) != pl.col(name) for name, new in changed.items())
    return differs & (_diff(identity, changed).abs() <= _TIE)


def _diff(identity: Identity, changed: dict[str, str]) -> pl.Expr:
    """Return actual less expected, with other figures in the place of some."""

    def side(sql: str) -> pl.Expr:
        return pl.sql_expr(_NAME.sub(lambda match: f"({changed[match[0]]})" if match[0] in changed else match[0], sql))

    return side(identity.actual).cast(pl.Float64) - side(identity.expected).cast(pl.Float64)
