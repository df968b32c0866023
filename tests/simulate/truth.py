"""What a printed report says: the cells as a truth file has them, and the facts that follow from them."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from tests.simulate.sheet import Cell, Sheet
from tests.simulate.waterfall import Month

Row = dict[str, Any]
Facts = dict[str, list[Row]]

COLUMNS: dict[str, tuple[str, ...]] = {
    "fact_class_distribution": (
        "original_face", "beginning_balance", "beginning_notional", "pass_through_rate", "accrued_interest",
        "unpaid_interest_shortfall_paid", "current_interest_shortfall", "non_supported_interest_shortfall",
        "interest_realized_loss", "interest_distribution", "remaining_unpaid_interest_shortfall", "scheduled_principal",
        "unscheduled_principal", "principal_distribution", "accretion", "realized_loss", "cumulative_realized_loss",
        "total_principal_reduction", "ending_balance", "ending_notional", "ending_balance_pct", "total_distribution",
    ),
    "fact_class_total": (
        "original_face", "beginning_balance", "accrued_interest", "unpaid_interest_shortfall_paid",
        "current_interest_shortfall", "non_supported_interest_shortfall", "interest_realized_loss",
        "interest_distribution", "remaining_unpaid_interest_shortfall", "scheduled_principal", "unscheduled_principal",
        "principal_distribution", "accretion", "realized_loss", "cumulative_realized_loss", "total_principal_reduction",
        "ending_balance", "ending_balance_pct", "total_distribution",
    ),
    "fact_class_factor": (
        "beginning_balance", "scheduled_principal", "unscheduled_principal", "accretion", "realized_loss",
        "total_principal_reduction", "principal_distribution", "ending_balance", "accrued_interest",
        "unpaid_interest_shortfall_paid", "current_interest_shortfall", "non_supported_interest_shortfall",
        "interest_realized_loss", "interest_distribution", "remaining_unpaid_interest_shortfall", "total_distribution",
    ),
    "fact_collateral": (
        "collateral_description", "wac_gross", "wac_net", "wa_pass_through_rate", "wam_months", "beginning_loan_count",
        "loans_paid_in_full_count", "ending_loan_count", "beginning_scheduled_balance", "ending_scheduled_balance",
        "ending_actual_balance", "actual_balance_as_of_date", "pi_constant", "scheduled_principal",
        "unscheduled_principal",
        "scheduled_interest", "net_interest", "prepayment_penalties", "special_servicing_fee", "realized_loss",
        "cumulative_realized_loss", "cumulative_loss_pct", "ending_scheduled_balance_premium_loans",
    ),
    "fact_overcollateralization": (
        "required_oc_amount", "specified_oc_amount", "base_oc_amount", "oc_amount", "oc_deficiency_amount",
        "oc_increase_amount", "oc_reduction_amount", "extra_principal_distribution_amount", "excess_cash_amount",
    ),
    "fact_delinquency": ("loan_count", "balance", "loan_count_pct", "balance_pct"),
    "fact_interest_shortfall": ("prepayment_interest_shortfall", "servicing_fee_support", "non_supported_shortfall"),
    "fact_other_account": ("beginning_balance", "withdrawals", "deposits", "ending_balance"),
    "fact_account": ("section", "amount"),
    "fact_fee": ("payee", "amount"),
    "fact_line_item": ("label", "value", "unit"),
}  # fmt: skip
BUCKETS = {
    "0-29 Days": "0-29", "30 Days": "30-59", "60 Days": "60-89", "90 Days": "90-119", "120 Days": "120-149",
    "150 Days": "150-179", "180+ Days": "180+", "90+ Days": "90+", "Totals": "TOTAL",
}  # fmt: skip


def key(cell: Cell, statement: dict[str, int], codes: dict[str, str]) -> Row:
    """The key of the fact row a cell belongs to."""
    table, dims = cell["canonical"].split(".")[0], cell.get("dims", {})
    everything = {"group_code": "ALL"}
    if table == "fact_class_total":
        return {"scope": "ALL"}
    if table.startswith(("fact_class", "dim_class")):
        denomination = {"denomination": Decimal(str(dims["denomination"]))} if table == "fact_class_factor" else {}
        return {"class_name": dims["class"], **denomination}
    if table in ("fact_collateral", "fact_overcollateralization"):
        return {**everything, "statement_seq": statement[cell["table"]]}
    if table == "fact_delinquency":
        return {**everything, "status": dims["status"], "bucket": BUCKETS[dims["bucket"]]}
    if table == "fact_other_account":
        return {"account_name": dims["account_name"]}
    if table == "fact_account":
        return {**everything, **{name: dims[name] for name in ("account", "entry_type", "entry_code")}}
    if table == "fact_fee":
        return {**everything, "statement": codes[cell["table"]], "fee_code": dims["fee_code"]}
    if table == "fact_line_item":
        return {**everything, "item_code": dims["item_code"], "stratum": dims.get("stratum", "")}
    return dict(everything) if table == "fact_interest_shortfall" else {}


def stored(cell: Cell) -> Any:
    """The value as a fact holds it: a fraction for a percent, a number for a count, text and dates as ISO."""
    if cell["unit"] in ("TEXT", "DATE"):
        return cell["value"]
    if cell["unit"] == "COUNT":
        return int(cell["value"])
    return Decimal(str(cell.get("canonical_value", cell["value"])))


def facts(sheet: Sheet, month: Month) -> Facts:
    """Fact rows by table, from the printed figures alone; what is not printed is None. Two printings must agree."""
    collateral = [one.code for one in sheet.tables if one.canonical == "fact_collateral"]
    statement = {code: place + 1 for place, code in enumerate(collateral)}
    codes = {one.code: "COLLATERAL" if one.code in statement else "FEE" for one in sheet.tables}
    found: dict[str, dict[tuple[Any, ...], Row]] = {}
    for cell in sheet.cells:
        table, column = cell["canonical"].split(".")
        if table not in COLUMNS:
            continue
        names = key(cell, statement, codes)
        row = found.setdefault(table, {}).setdefault(tuple(names.values()), {**names, **dict.fromkeys(COLUMNS[table])})
        put(row, column, stored(cell), cell)
        more(row, table, cell)
    by_table = {table: list(rows.values()) for table, rows in found.items()}
    return {**by_table, "dim_class": class_rows(sheet.cells, month), "report": [report_row(sheet, month)]}


def put(row: Row, column: str, value: Any, cell: Cell) -> None:
    """Set a column once; a second printing must say the same."""
    if row[column] not in (None, value):
        raise ValueError(f"line {cell['line']}: {cell['canonical']} is {value} here and {row[column]} before")
    row[column] = value


def more(row: Row, table: str, cell: Cell) -> None:
    """Columns that come from labels."""
    dims = cell.get("dims", {})
    if table == "fact_account":
        row["section"] = dims.get("section")
    elif table == "fact_fee":
        row["payee"] = dims.get("payee")
    elif table == "fact_line_item":
        row.update(label=cell["row_label"], unit=cell["unit"])


def class_rows(cells: Iterable[Cell], month: Month) -> list[Row]:
    """Classes in printed order with what their rows say of them."""
    rows: dict[str, Row] = {
        one.tranche.name: {
            "class_name": one.tranche.name, "cusip": None, "class_type_reported": None, "original_face": None,
            "denomination": one.tranche.denomination, "is_notional": not one.tranche.counted,
        }
        for one in month.classes
    }  # fmt: skip
    return described(rows, cells)


# What the row of a class says of the class itself.
OF_CLASS = {
    "dim_class_identifier.id_value": "cusip", "dim_class.class_type_reported": "class_type_reported",
    "fact_class_distribution.original_face": "original_face",
}  # fmt: skip


def described(rows: Mapping[str, Row], cells: Iterable[Cell]) -> list[Row]:
    """The classes, by name, with what is printed of them."""
    for cell in cells:
        if column := OF_CLASS.get(cell["canonical"]):
            rows[cell["dims"]["class"]][column] = stored(cell)
    return list(rows.values())


def report_row(sheet: Sheet, month: Month) -> Row:
    """Dates of the report."""
    record = [cell["value"] for cell in sheet.cells if cell["canonical"] == "report.collateral_record_date"]
    return {
        "distribution_date": month.distribution_date.isoformat(),
        "record_date": month.record_date.isoformat(),
        "collateral_record_date": record[0] if record else None,
    }


def tables(sheet: Sheet) -> list[Row]:
    """The tables of a sheet; the last may be left open."""
    return [
        {
            "table": one.code, "title": one.title, "title_line": one.title_line, "line_start": one.start,
            "line_end": one.end or len(sheet.lines), "canonical_table": one.canonical, "columns": one.columns,
        }
        for one in sheet.tables
    ]  # fmt: skip


def document(sheet: Sheet, month: Month, amended: bool, signed: str) -> Row:
    """The truth file of a rendered report."""
    return {
        "source": {"path": "(simulated)", "lines": len(sheet.lines)},
        "report": {
            "form_type": "8-K/A" if amended else "8-K",
            "is_amendment": amended,
            "layout_family": "ctslink",
            "record_date": month.record_date.isoformat(),
            "distribution_date": month.distribution_date.isoformat(),
            "signature_date": signed,
            "sec_file_number": month.deal.file_number,
            "series": month.deal.series,
            "period_no": month.period,
            "accrual_days": month.days,
        },
        "tables": tables(sheet),
        "cells": sheet.cells,
        "null_cells": sheet.nulls,
        "header": sheet.header,
        "denominations": sheet.denominations,
        "label_tokens": sheet.labels,
    }  # fmt: skip


DIGITS = re.compile(r"\d+")


def unclaimed(lines: list[str], truth: Row) -> list[tuple[int, int, str]]:
    """Digit runs (line, column, text) that no figure, header field, denomination or label accounts for."""
    spans: dict[int, list[tuple[int, int]]] = {}
    for name in ("cells", "header", "denominations", "label_tokens"):
        for one in truth[name]:
            end = one.get("col_end", one["col_start"] + len(one["raw"]))
            spans.setdefault(one["line"], []).append((one["col_start"], end))
    return [
        (number, match.start(), match[0])
        for number, line in enumerate(lines, 1)
        for match in DIGITS.finditer(line)
        if not any(start <= match.start() and match.end() <= end for start, end in spans.get(number, ()))
    ]
