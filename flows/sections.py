"""The sections of the viewer: their words, the columns of their tables, and how a printed value is told."""

from collections.abc import Sequence

from flows import harmless, screen
from flows.sheets import Column, Row, row_of_html

NO_REPORT = "No report of this deal was known in this version: an amendment alone is no first report."
MONTHS = (
    "From v_deal_month, the latest month first. Certificates are the classes of the upper tier without notional ones. "
    "Blank: not printed."
)
CLASSES = (
    "From v_class_month, as printed in this report; a notional balance stands in place of a balance, in grey. "
    "Factor and enhancement are computed."
)
SHARES = "From v_delinquency_month. Shares are computed from printed balances, of the balance on the right."
OUTCOMES = "Results of all rules on these reports. Waived: a breach that somebody looked at and explained."
CHANGES = (
    "From v_amendment_change, as stored; blank: that version tells none. Printed: line and character of its filing."
)
BREACHES = "Difference: actual less expected, in the unit of the rule. Nothing is repaired: a breach stays one."

PLACE = "line:character"
UNHEADED = "(value)"  # what the reader calls a column without a head
DUE = {"dq30plus_share": "30+ days", "dq60plus_share": "60+ days", "dq90plus_share": "90+ days"}
TAKEN = {"foreclosure_share": "foreclosure", "bankruptcy_share": "bankruptcy", "reo_share": "REO"}

MONTH = (
    Column("distribution_date", "Distribution", "date"),
    Column("pool_end", "Pool at end", "money"),
    Column("pool_factor", "Pool factor, computed", "factor"),
    Column("pool_sched", "Scheduled principal", "money"),
    Column("pool_unsched", "Unscheduled principal", "money"),
    Column("pool_loss", "Realized loss", "money"),
    Column("cls_int", "Interest paid", "money"),
    Column("cls_prin", "Principal paid", "money"),
    Column("cls_loss", "Loss of classes", "money"),
    Column("cls_end", "Certificates at end", "money"),
    Column("version_no", "Version", "count"),
    Column("proof", "Proof", "code"),
)
CLASS = (
    Column("class_name", "Class", "code"),
    Column("cusip", "CUSIP", "code"),
    Column("class_type", "Type", "code"),
    Column("original_face", "Original", "money"),
    Column("pass_through_rate", "Rate", "rate"),
    Column("beginning", "Beginning", "money"),
    Column("interest_distribution", "Interest", "money"),
    Column("principal_distribution", "Principal", "money"),
    Column("realized_loss", "Loss", "money"),
    Column("ending", "Ending", "money"),
    Column("class_factor", "Factor", "factor"),
    Column("credit_enhancement", "Enhancement", "percent"),
    Column("proof", "Proof", "code"),
)
PAST_DUE = (
    Column("distribution_date", "Distribution", "date"),
    Column("dq30plus", "30+ days", "money"),
    Column("dq30plus_share", "30+", "percent"),
    Column("dq60plus", "60+ days", "money"),
    Column("dq60plus_share", "60+", "percent"),
    Column("dq90plus", "90+ days", "money"),
    Column("dq90plus_share", "90+", "percent"),
    Column("foreclosure", "Foreclosure", "money"),
    Column("bankruptcy", "Bankruptcy", "money"),
    Column("reo", "REO", "money"),
    Column("balance_base", "Share of", "money"),
    Column("base", "which is the"),
    Column("proof", "Proof", "code"),
)
COUNTS = (
    Column("breach", "Breach", "count"),
    Column("waived", "Waived", "count"),
    Column("rounding", "Rounding", "count"),
    Column("tie", "Tie", "count"),
    Column("not_applicable", "Not applicable", "count"),
)
OUTCOME = (Column("severity", "Severity", "code"), *COUNTS)
RULE = (
    Column("rule_id", "Rule", "code"),
    Column("rule_name", "What should hold"),
    Column("severity", "Severity", "code"),
    *COUNTS,
)
BREACH = (
    Column("severity", "Severity", "code"),
    Column("rule_id", "Rule", "code"),
    Column("rule_name", "What should hold"),
    Column("distribution_date", "Distribution", "date"),
    Column("scope_key", "Of"),
    Column("expected", "Expected", "ruled"),
    Column("actual", "Actual", "ruled"),
    Column("diff", "Difference", "ruled"),
    Column("unit", "Unit", "code"),
    Column("waived", "Waived", "code"),
    Column("reason", "Why"),
)
CHANGE = (
    Column("distribution_date", "Distribution", "date"),
    Column("version_no", "Version", "count"),
    Column("known_from", "Known from", "date"),
    Column("fact", "Fact table", "code"),
    Column("member", "Of"),
    Column("column_name", "Column", "code"),
    Column("value_before", "Before", "figure"),
    Column("value_after", "After", "figure"),
    Column("cell_before", "Printed before", "code"),
    Column("cell_after", "Printed after", "code"),
)


def base(name: str | None) -> str:
    """The denominator of a share in words."""
    return (name or "balance that no report names").lower().replace("_", " ")


def span(rows: Sequence[Row], field: str) -> str:
    """From when to when, of rows in any order; nothing where there is none."""
    days = sorted(row[field] for row in rows)
    return f", {days[0]} to {days[-1]}" if len(days) > 1 else f", {days[0]}" if days else ""


def cell(row: Row) -> dict[str, str]:
    """A printed value as the row of a list to choose from."""
    of = [row[name] for name in ("member", "item_code", "status", "bucket") if row[name]]
    told = {
        "column": row["canonical_column"] or "",
        "of": " ".join(of),
        "printed": row["raw_text"],
        "label": row["row_label"] or "",
        PLACE: row["cell_id"],
    }
    return {name: harmless.one_line(text) for name, text in told.items()}


def origin(row: Row, line: str) -> list[tuple[str, str]]:
    """Where a printed value stands and what it was read as; `line` is the one that prints it."""
    value = row["value_text"] if row["value_num"] is None else screen.amount(row["value_num"], "rate")
    stored = (
        f", stored as {(row['value_num'] / 100).normalize():f}" if row["unit"] == "PCT" and row["value_num"] else ""
    )
    return [
        ("read as", f"{row['canonical_table']}.{row['canonical_column']}"),
        ("value", f"{value} {row['unit']}{stored}"),
        ("printed", row["raw_text"]),
        ("row", row["row_label"] or ""),
        ("column", row["column_label"] if row["column_label"] not in (None, UNHEADED) else ""),
        ("row as shown", row_of_html(line, row["col_start"], row["col_end"])),
        ("printed beside", row["row_label_printed"] if row["pairing"] == "SHIFTED" else ""),
        ("filing", f"{row['accession_number']}, report {row['report_id']}"),
        ("place", f"line {row['line_no']:,}, characters {row['col_start']} to {row['col_end']} of the submission"),
    ]
