"""How the answers about breaches, printed values and labels are laid out for the eye, within eighty columns."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from textwrap import wrap
from typing import Any

from flows import screen
from flows.labels import Remainder

Row = dict[str, Any]

COLOURS = {"error": "bold red", "warn": "bold yellow"}
SCOPE, NUMBER = 18, 18  # characters of a member and of each of the three numbers beside it
COUNT, WIDTH = 8, 80  # characters of each of the three counts of a label, and of a whole line
COLUMN = 10  # characters of each of the eight figures of a year
MEMBERS = ("class_name", "group_code", "item_code", "status", "bucket")


def breaches(rows: Sequence[Row], *, brief: bool) -> None:
    """Breaches by report and rule, each with what was expected, printed and the difference.

    `brief` counts those of severity info instead of listing them.
    """
    told = [row for row in rows if not (brief and row["severity"] == "info")]
    by_report: dict[Any, list[Row]] = {}
    for row in told:  # the loudest come first, and so does their report
        by_report.setdefault(_report(row), []).append(row)
    for of_report in by_report.values():
        _report_breaches(of_report)
    if len(told) < len(rows):
        _counted([row for row in rows if row["severity"] == "info"])


def _report(row: Row) -> tuple[str, str, str]:
    return row["deal_name"] or "", str(row["distribution_date"] or ""), row["report_id"] or ""


def _report_breaches(rows: list[Row]) -> None:
    deal, date, report = _report(rows[0])
    screen.line(deal or "all reports", "bold")
    screen.line(", ".join(part for part in (date, f"report {report}" if report else "") if part))
    heads = "".join(name.rjust(NUMBER + 1) for name in ("expected", "actual", "diff"))
    screen.line("     " + "".ljust(SCOPE) + heads, "dim")
    for _, of_rule in groupby(rows, key=lambda row: (row["rule_id"], row["severity"])):
        same = list(of_rule)
        first = same[0]
        screen.line(
            f"{first['rule_id']}  {first['severity']}: {first['rule_name']}", COLOURS.get(first["severity"], "")
        )
        for row in same:
            _breach(row)
    screen.line()


def _breach(row: Row) -> None:
    look = "dim" if row["waived"] else ""
    scope = row["scope_key"] or ""
    if len(scope) > SCOPE:
        screen.line(f"     {scope}", look)
        scope = ""
    numbers = "".join(
        screen.amount(row[name], row["unit"]).rjust(NUMBER + 1) for name in ("expected", "actual", "diff")
    )
    screen.line("     " + scope.ljust(SCOPE) + numbers, look)
    if row["waived"]:
        for part in wrap(f"waived: {row['reason']}", WIDTH - 6):
            screen.line(f"     {part}", look)


def _counted(rows: list[Row]) -> None:
    counts: dict[str, int] = {}
    for row in rows:
        counts[row["rule_id"]] = counts.get(row["rule_id"], 0) + 1
    rules = ", ".join(f"{rule} {number:,}" for rule, number in sorted(counts.items()))
    screen.line(f"{len(rows):,} of severity info: {rules}")
    screen.line("`tieout check --severity info` lists them", "dim")


def trend(rows: Sequence[Row]) -> None:
    """Rows of years under the name of the trustee they are of."""
    for (trustee, _), of_trustee in groupby(rows, key=lambda row: (row["trustee"], row["year"] is None)):
        years = [{name: value for name, value in row.items() if name != "trustee"} for row in of_trustee]
        named = trustee or ("reports that name no trustee" if years[0]["year"] else "rules over all reports")
        screen.line(named, "bold")
        screen.line("".join(name.rjust(COLUMN) for name in years[0]), "dim")
        for year in years:
            cells = [
                "" if value is None else str(value) if name == "year" else f"{value:,}" for name, value in year.items()
            ]
            screen.line("".join(cell.rjust(COLUMN) for cell in cells))
        screen.line()


def printing(row: Row, lines: Sequence[tuple[int, str]]) -> None:
    """What a cell was read as, where it comes from, and the lines around it with the value marked."""
    members = [row[name] for name in MEMBERS if row[name]]
    term = f"{row['canonical_table']}.{row['canonical_column']}" if row["canonical_column"] else "mapped to no fact"
    screen.line(" ".join([term, *members]), "bold")
    screen.line(f"{_value(row)}, printed as {row['raw_text']!r}")
    screen.line(f"{row['deal_name']}, {row['distribution_date']}, version {row['version_no']}")
    screen.line(f"report {row['report_id']}, cell {row['cell_id']}")
    labels = [f"{name} {row[key]!r}" for name, key in (("row", "row_label"), ("column", "column_label")) if row[key]]
    if labels:
        screen.line(", ".join(labels))
    if row["pairing"] == "SHIFTED":
        screen.line(f"printed beside {row['row_label_printed']!r}: labels and values were paired in order", "yellow")
    screen.marked(lines, row["line_no"], row["col_start"], row["col_end"])
    screen.line()


def _value(row: Row) -> str:
    if row["value_num"] is None:
        return str(row["value_text"])
    value = screen.amount(row["value_num"], "rate")
    stored = f", stored as {(row['value_num'] / Decimal(100)).normalize():f}" if row["unit"] == "PCT" else ""
    return f"{value} {row['unit']}{stored}"


def labels(rows: Sequence[Row], left_out: Remainder) -> None:
    """Labels that met no term: how much they cost, where they stand, and which known label is near."""
    if rows:
        screen.line("".join(name.rjust(COUNT) for name in ("values", "filings", "deals")) + "  label", "dim")
    for row in rows:
        counts = "".join(f"{row[name]:,}".rjust(COUNT) for name in ("values", "filings", "deals"))
        screen.line(f"{counts}  {_cut(row['label'], WIDTH - len(counts) - 2)}", "bold")
        _beside(f"{row['statement']}, {row['accession_number']} line {row['line_no']}: {row['value']}")
        _beside(repr(row["printed"]))
        if row["near"]:
            meaning = f": {row['meaning']}"
            _beside(f"near {_cut(row['near'], WIDTH - COUNT - len(meaning) - 5)}{meaning}")
    if not rows:
        screen.line("Every label met a term", "green")
    if left_out.labels:
        screen.line(f"{left_out.labels:,} more labels: --top shows them", "dim")
    if left_out.unlabelled:
        screen.line(f"{left_out.unlabelled:,} values met no label at all", "dim")


def _beside(text: str) -> None:
    screen.line(" " * COUNT + _cut(text, WIDTH - COUNT), "dim")


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
