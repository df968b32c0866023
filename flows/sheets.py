"""What the viewer writes as HTML: tables with exact figures, and printed lines with the value marked."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from html import escape, unescape
from typing import Any

from flows import screen

Row = Mapping[str, Any]
LONG, NEAR = 240, 45  # characters: of a line that is shown whole, and of a longer one on each side of its value

STYLE = """
<style>
.sheet { overflow: auto; max-height: 34rem; margin: 0.3rem 0 1rem; border: 1px solid #d5d9de; }
.sheet table { border-collapse: collapse; width: 100%; font-size: 0.82rem; font-variant-numeric: tabular-nums; }
.sheet th { position: sticky; top: 0; background: #eef1f4; text-align: left; font-weight: 600; vertical-align: bottom;
  padding: 0.3rem 0.6rem; border-bottom: 1px solid #aab2bb; }
.sheet th:first-child, .sheet td:first-child { position: sticky; left: 0; }
.sheet td:first-child { background: #fff; }
.sheet th:first-child { z-index: 1; }
.sheet td { padding: 0.2rem 0.6rem; border-bottom: 1px solid #e8ebee; vertical-align: top; }
.sheet th.number, .sheet td.number { text-align: right; }
.sheet td.number { white-space: nowrap; }
.sheet td.short { white-space: nowrap; }
.sheet th small { display: block; font-weight: 400; color: #5b6570; }
.sheet tr.loud td { background: #fdecea; }
.sheet tr.faint td { color: #6b7580; }
.printed { overflow: auto; max-height: 40rem; margin: 0.3rem 0 1rem; padding: 0.5rem 0; border: 1px solid #d5d9de;
  background: #fbfaf5; font: 0.78rem/1.5 ui-monospace, monospace; white-space: pre; }
.printed .number { display: inline-block; width: 5em; padding-right: 1em; text-align: right; color: #8a939c;
  user-select: none; }
.printed .at { background: #fff3c4; display: inline-block; min-width: 100%; }
.printed mark { background: #ffb703; color: #000; outline: 2px solid #d97706; }
.about { color: #5b6570; font-size: 0.85rem; margin: 0 0 0.4rem; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 0.15rem 1.2rem; font-size: 0.9rem; }
.head { font-weight: 600; line-height: 1.25; } .head1 { font-size: 1.5rem; } .head2 { font-size: 1.25rem; }
.head3 { font-size: 1.05rem; margin: 0.8rem 0 0.2rem; }
.facts dt { color: #5b6570; } .facts dd { margin: 0; overflow-wrap: anywhere; }
</style>
"""


@dataclass(frozen=True)
class Column:
    """A column of a sheet: the field it shows, its head, and the unit its figures are in."""

    name: str
    head: str
    unit: str = "text"  # text, date, money, count, percent, rate (a fraction shown as percent), factor

    @property
    def note(self) -> str:
        """The unit as it stands under the head."""
        return {"money": "USD", "percent": "%", "rate": "% a year"}.get(self.unit, "")


def shown(value: Any, unit: str) -> str:
    """A value for the eye: blank where nothing is printed, money to the cent, fractions as percent."""
    if value is None or value is False:
        return ""
    if value is True:
        return "yes"
    if unit in ("percent", "rate"):
        return f"{value * 100:,.4f}" if isinstance(value, float) else _exact(value * 100)
    if unit == "factor":
        return f"{value:.8f}"
    if unit in ("money", "count"):
        return screen.amount(value if isinstance(value, Decimal) else Decimal(value), unit)
    if isinstance(value, Decimal):
        return screen.amount(value, "rate")
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return screen.shown(value)


def _exact(percent: Decimal) -> str:
    """Every digit that is stored, and at least two decimals."""
    whole, _, fraction = f"{percent:,f}".partition(".")
    return f"{whole}.{fraction.rstrip('0').ljust(2, '0')}"


def sheet(columns: Sequence[Column], rows: Sequence[Row], loud: str = "", faint: str = "") -> str:
    """A table; rows whose field `loud` or `faint` is true stand out or back. Nothing to show is said in words."""
    if not rows:
        return '<p class="about">None.</p>'
    heads = "".join(
        f'<th class="{_look(column)}">{escape(column.head)}<small>{column.note}</small></th>' for column in columns
    )
    body = "".join(
        f'<tr class="{_tone(row, loud, faint)}">'
        + "".join(f'<td class="{_look(column)}">{_cell(row, column)}</td>' for column in columns)
        + "</tr>"
        for row in rows
    )
    return f'<div class="sheet"><table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>'


def _cell(row: Row, column: Column) -> str:
    # A figure of a rule is in the unit of its rule.
    unit = row["unit"] or "text" if column.unit == "ruled" else column.unit
    return escape(shown(row[column.name], unit))


def _look(column: Column) -> str:
    return {"text": "", "date": "short", "code": "short"}.get(column.unit, "number")


def _tone(row: Row, loud: str, faint: str) -> str:
    return "faint" if faint and row[faint] else "loud" if loud and row[loud] else ""


def printed(lines: Sequence[tuple[int, str]], at: int, start: int, end: int) -> str:
    """Lines of a submission with their numbers, and the characters `start` to `end` of line `at` marked.

    A filing may hold all its HTML in one line: of a long line only what is near the value is shown.
    """
    return f'<div class="printed">{"".join(_line(number, text, at, start, end) for number, text in lines)}</div>'


def _line(number: int, text: str, at: int, start: int, end: int) -> str:
    gutter = f'<span class="number">{number}</span>'
    if number != at:
        return f"{gutter}{escape(text[:LONG])}{'…' if len(text) > LONG else ''}\n"
    left, right = (0, len(text)) if len(text) <= LONG else (max(0, start - NEAR), min(len(text), end + NEAR))
    before = ("…" if left else "") + text[left:start]
    after = text[end:right] + ("…" if right < len(text) else "")
    return f'<span class="at">{gutter}{escape(before)}<mark>{escape(text[start:end])}</mark>{escape(after)}</span>\n'


def row_of_html(text: str, start: int, end: int) -> str:
    """The row of a table of HTML around the characters `start` to `end`, as a page shows it; nothing outside of one."""
    first, last = text.lower().rfind("<tr", 0, start), text.lower().find("</tr", end)
    if first < 0 or last < 0:
        return ""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text[first:last])).split())


def facts(pairs: Sequence[tuple[str, str]]) -> str:
    """Words and what they are; a pair without a value is left out."""
    return (
        '<dl class="facts">'
        + "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in pairs if value)
        + "</dl>"
    )


def head(level: int, text: str) -> str:
    """A heading. An element of that name would get a place in marimo's outline beside the page."""
    return f'<div class="head head{level}" role="heading" aria-level="{level}">{escape(text)}</div>'


def about(text: str) -> str:
    """A line that says what is shown, in which unit and from where."""
    return f'<p class="about">{escape(text)}</p>'


# ---- what each section of the viewer shows

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
    Column("proof", "Proof"),
)
CLASS = (
    Column("class_name", "Class", "code"),
    Column("cusip", "CUSIP", "code"),
    Column("class_type", "Type"),
    Column("original_face", "Original", "money"),
    Column("pass_through_rate", "Rate", "rate"),
    Column("beginning", "Beginning", "money"),
    Column("interest_distribution", "Interest", "money"),
    Column("principal_distribution", "Principal", "money"),
    Column("realized_loss", "Loss", "money"),
    Column("ending", "Ending", "money"),
    Column("class_factor", "Factor", "factor"),
    Column("credit_enhancement", "Enhancement", "percent"),
    Column("proof", "Proof"),
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
    Column("proof", "Proof"),
)
COUNTS = (
    Column("breach", "Breach", "count"),
    Column("waived", "Waived", "count"),
    Column("rounding", "Rounding", "count"),
    Column("tie", "Tie", "count"),
    Column("not_applicable", "Not applicable", "count"),
)
OUTCOME = (Column("severity", "Severity"), *COUNTS)
RULE = (
    Column("rule_id", "Rule", "code"),
    Column("rule_name", "What should hold"),
    Column("severity", "Severity"),
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
    Column("unit", "Unit"),
    Column("waived", "Waived"),
    Column("reason", "Why"),
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
    return {
        "column": row["canonical_column"] or "",
        "of": " ".join(of),
        "printed": row["raw_text"],
        "label": row["row_label"] or "",
        PLACE: row["cell_id"],
    }


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
