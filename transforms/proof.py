"""Proof: how far the arithmetic that a report prints confirms the reading of its facts, column by column.

*proven*: the identities that apply tie on every row, something moved, and they cover every amount: had it been read or
printed otherwise, one of them would have broken. *plausible*: nothing speaks for a misreading, but there is little to
prove, or an identity fails through the source's own fault; the reason names the rule. *doubtful*: a failure points to a
misreading. Rules across statements and months never decide a reading; the warehouse adds what they cover.
"""

import re
from itertools import combinations
from typing import NamedTuple

import polars as pl

from transforms import coverage, facts, fees, printed, roles
from transforms.facts import Frames, Identity
from transforms.rounding import rounding
from transforms.sums import PLACE, TIE, Check, covered, member, sums

PROVEN, PLAUSIBLE, DOUBTFUL = "proven", "plausible", "doubtful"


def is_fraction(dtype: pl.DataType) -> bool:
    """Tell whether a column holds fractions: what is printed as a percent is a hundredth of it there."""
    return isinstance(dtype, pl.Decimal) and dtype.scale == _FRACTION_SCALE


_FRACTION_SCALE = 10
Choices = dict[str, list[list[str]]]


class Proofs(NamedTuple):
    """Rows of `report_proof` and of `report_column_proof`."""

    facts: pl.DataFrame
    columns: pl.DataFrame


def prove(built: Frames, raw: pl.DataFrame, choices: Choices | None = None) -> Proofs:
    """Return how far every fact that a report fills is proven, and every column of it.

    `choices` has per report the columns without a known head that arithmetic decided: statement, label, column, rule.
    """
    checks = [check for identity in facts.IDENTITIES if (check := _check(identity, built)) is not None]
    rounded = rounding(raw)
    checks += sums(built, rounded)
    formulas, exchanged = _formulas(built, raw)
    results = _results([_as_rounded(check, rounded) for check in [*checks, *formulas]])
    misread = exchanged | _misreadings(built, raw, results)
    if (paid := built.get("fact_fee")) is not None:
        misread = {(report, "fact_fee"): why for report, why in fees.unclear(paid, rounded).items()} | misread
    assumed = _assumed(built)
    places = coverage.places(built)
    told = coverage.told(places, [(check.rule_id, check.covers) for check in checks], coverage.run_on(built, raw))
    open_amounts = coverage.open_amounts(told)
    rows = []
    for table, frame in built.items():
        if table.startswith("fact_") and frame.height:
            for report in frame["report_id"].unique(maintain_order=True):
                key = (report, table)
                proof, reason = _verdict(
                    results.get(key, []), misread.get(key), assumed.get(key), open_amounts.get(key)
                )
                made = _chosen(table, (choices or {}).get(report, []))
                rows.append((report, table, proof, "; ".join([reason, *made])))
    schema = {"report_id": pl.String, "fact": pl.String, "proof": pl.String, "reason": pl.String}
    of_facts = pl.DataFrame(rows, schema=schema, orient="row")
    return Proofs(of_facts, coverage.columns(places, told, of_facts, _out_of_window(built), assumed))


def _chosen(table: str, choices: list[list[str]]) -> list[str]:
    """Say which columns of a fact arithmetic named; a choice is about the fact of its statement."""
    return [
        f"column '{label}' read as {column} by {rule}"
        for code, label, column, rule in choices
        if table == ("fact_class_factor" if code == "CLASS_FACTOR" else "fact_class_distribution")
    ]


def _as_rounded(check: Check, rounded: pl.DataFrame) -> Check:
    """Let the rows of reports that round their money tie as far as their addends may be rounded."""
    if "beyond" not in check.rows.columns:
        return check
    if rounded.is_empty():
        return check._replace(rows=check.rows.drop("beyond"))
    addends = pl.col("members") + _MORE if check.addends is None else pl.lit(check.addends)
    rows = check.rows.join(rounded, on="report_id", how="left", maintain_order="left").with_columns(
        ties=pl.col("ties") | (pl.col("beyond") <= pl.col("half") * addends).fill_null(False)
    )
    return check._replace(rows=rows.select("report_id", "ties", "moves"))


_MORE = 4  # addends of a sum beside those of its column: the total, and what stands beside it


class _Result(NamedTuple):
    """What one identity says of one fact of one report: whether it ties on every row, and whether any row moved."""

    rule_id: str
    ties: bool
    moves: bool


_Results = dict[tuple[str, str], list[_Result]]


def _results(checks: list[Check]) -> _Results:
    """Return the results of every report and fact, in the order of the checks; all checks are grouped at once."""
    if not checks:
        return {}
    rows = pl.concat([check.rows.with_columns(check=pl.lit(at, pl.Int32)) for at, check in enumerate(checks)])
    grouped = rows.group_by("check", "report_id").agg(pl.col("ties").all(), pl.col("moves").any())
    found: _Results = {}
    for at, report, ties, moves in sorted(grouped.iter_rows()):
        found.setdefault((report, checks[at].table), []).append(_Result(checks[at].rule_id, ties, moves))
    return found


def _verdict(results: list[_Result], misread: str | None, assumed: str | None, left: str | None) -> tuple[str, str]:
    """Return the proof and its reason; what ties only under an assumption is no proof, nor what leaves amounts open."""
    tied = [result.rule_id for result in results if result.ties]
    failed = [result.rule_id for result in results if not result.ties]
    moved = any(result.moves for result in results)
    if misread is not None:
        return DOUBTFUL, misread
    if failed:
        return PLAUSIBLE, f"{', '.join(failed)} fails as printed" + (f"; {', '.join(tied)} ties" if tied else "")
    if tied and moved and assumed is not None:
        return PLAUSIBLE, assumed
    if tied and moved and left is not None:
        return PLAUSIBLE, f"{', '.join(tied)} ties; not covered: {left}"
    if tied and moved:
        return PROVEN, f"{', '.join(tied)} ties"
    return PLAUSIBLE, "nothing moved" if tied else "no identity of its own"


# -- identities -----------------------------------------------------------------------------------------------------


def _check(identity: Identity, built: Frames) -> Check | None:
    """Evaluate a declared identity on every row of its table."""
    frame = built.get(identity.table)
    if frame is None or not frame.height:
        return None
    expected, actual = pl.sql_expr(identity.expected), pl.sql_expr(identity.actual)
    diff = (actual - expected).cast(pl.Float64).abs()
    moves = (actual != 0) & (_opening(identity, frame) != actual)
    rows = frame.select(
        "report_id",
        member=member(identity.table),
        applies=pl.sql_expr(identity.where),
        ties=diff <= pl.sql_expr(identity.tolerance).cast(pl.Float64) + 1e-9,
        moves=moves.fill_null(False),
        **({"beyond": diff - pl.sql_expr(identity.tolerance).cast(pl.Float64)} if identity.unit == "money" else {}),
    )
    held = rows.filter(pl.col("applies") & pl.col("ties").is_not_null())
    named = set(_NAME.findall(f"{identity.expected} {identity.actual}"))
    tied = held.filter("ties")
    covers = [
        covered(tied, identity.table, name, pl.col("member")) for name in frame.columns if name in named
    ]  # fmt: skip
    shown = held.drop("applies", "member")
    return Check(identity.table, identity.rule_id, shown, pl.concat(covers), identity.addends)


def _opening(identity: Identity, frame: pl.DataFrame) -> pl.Expr:
    """Return the opening balance of a roll-forward: where it equals the closing one, a row proves nothing."""
    for name in ("beginning_balance", "beginning_scheduled_balance", "beginning_loan_count"):
        if name in identity.expected and name in frame.columns:
            return pl.col(name)
    return pl.lit(None)


# -- printed formulas -----------------------------------------------------------------------------------------------


def _formulas(built: Frames, raw: pl.DataFrame) -> tuple[list[Check], dict[tuple[str, str], str]]:
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
        Check(table, "FORMULAS", rows.select("report_id", "ties", "moves"))
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
    suspicions = (
        _unpaired(raw), _wrong_units(raw), _unclear_scales(raw), _mixed_scales(raw, results), _missing(built),
    )  # fmt: skip
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


def _unclear_scales(raw: pl.DataFrame) -> dict[tuple[str, str], str]:
    """Doubt facts with money that a scale may or may not reach."""
    if "scale_doubt" not in raw.columns:
        return {}  # cells as stored
    key = ["report_id", "canonical_table"]
    unclear = raw.filter(pl.col("scale_doubt").is_not_null() & pl.col("canonical_table").is_not_null())
    rows = unclear.unique(key, keep="first", maintain_order=True).select(*key, "line_no", "scale_doubt")
    return {(report, table): f"line {line}: {why}" for report, table, line, why in rows.iter_rows()}


def _mixed_scales(raw: pl.DataFrame, results: _Results) -> dict[tuple[str, str], str]:
    """Doubt facts whose money is in several scales and breaks an identity: one of them may reach further."""
    if not raw.select((pl.col("scale") > 1).any()).item():
        return {}
    money = raw.filter((pl.col("unit") == "USD") & (pl.col("value_num") != 0) & (pl.col("table_code") != "HEADER"))
    scales = money.group_by("report_id", "canonical_table").agg(pl.col("scale").n_unique())
    several = {(report, table) for report, table, found in scales.iter_rows() if found > 1}
    return {
        key: f"its money is in several scales, and {result.rule_id} fails"
        for key in several
        for result in results.get(key, [])
        if not result.ties
    }


def _out_of_window(built: Frames) -> pl.DataFrame:
    """Return the places of values outside the range of their column: a rate, a term. They are doubted alone."""
    found = [pl.DataFrame(schema=dict.fromkeys(PLACE, pl.String))]
    for table, frame in built.items():
        if not table.startswith("fact_"):
            continue
        for name, column in facts.TABLES[table].columns().items():
            window = (column.metadata or {}).get("window")
            if window:
                low, high = (float(bound) for bound in window)
                value = pl.col(name).cast(pl.Float64)
                outside = frame.filter((value != 0) & ~value.is_between(low, high))
                found.append(covered(outside, table, name))
    return pl.concat(found)


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
    return differs & (_diff(identity, changed).abs() <= TIE)


def _diff(identity: Identity, changed: dict[str, str]) -> pl.Expr:
    """Return actual less expected, with other figures in the place of some."""

    def side(sql: str) -> pl.Expr:
        return pl.sql_expr(_NAME.sub(lambda match: f"({changed[match[0]]})" if match[0] in changed else match[0], sql))

    return side(identity.actual).cast(pl.Float64) - side(identity.expected).cast(pl.Float64)
