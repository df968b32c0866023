"""A truth file of a real filing as rows of the warehouse, so that the rules can be tried without any reader.

What no cell prints (roles of classes, tiers, the balance a percent is a share of) is set here as a person reads it.
"""

import re
from decimal import Decimal
from typing import Any

import duckdb

from tests.schema import Row, insert, snake
from transforms.facts import TABLES, key

Members = dict[str, str]

BUCKETS = {
    "0-29 Days": ("0-29", 0, 29),
    "30 Days": ("30-59", 30, 59),
    "60 Days": ("60-89", 60, 89),
    "90 Days": ("90-119", 90, 119),
    "120 Days": ("120-149", 120, 149),
    "150 Days": ("150-179", 150, 179),
    "180+ Days": ("180+", 180, None),
    "1 Payment": ("30-59", 30, 59),
    "2 Payments": ("60-89", 60, 89),
    "3+ Payments": ("90+", 90, None),
}
# A measure that one report prints in its account and another in its collateral statement belongs to the collateral.
CONFORMED = {
    "SCHEDULED_PRINCIPAL": "scheduled_principal",
    "PREPAYMENTS_AND_CURTAILMENTS": "unscheduled_principal",
    "REALIZED_LOSS_PRINCIPAL": "realized_loss",
    "SCHEDULED_INTEREST": "scheduled_interest",
}


def load(connection: duckdb.DuckDBPyConnection, truth: Row, denominator: str) -> None:
    """Fill the tables of one report; `denominator` is the balance its delinquency percents are a share of."""
    tables: dict[str, dict[tuple[Any, ...], Row]] = {name: {} for name in TABLES}
    seen: dict[str, list[str]] = {}
    for cell in truth["cells"]:
        members = _members(cell, seen)
        _put(tables, cell, members)
        raw = _raw(cell, members)
        tables["raw_cell"][(raw["cell_id"],)] = raw
    _header(tables, truth)
    for row in tables["fact_delinquency"].values():
        row.update(count_pct_denominator="ENDING_COUNT", balance_pct_denominator=denominator)
    for class_id, row in tables["dim_class"].items():
        row["original_face"] = tables["fact_class_distribution"].get(("r", *class_id), {}).get("original_face")
    for factor in tables["fact_class_factor"].values():
        factor["printed_scale"] = 8 if truth["report"]["is_amendment"] else 6
    for name, rows in tables.items():
        insert(connection, name, list(rows.values()))


def _members(cell: Row, seen: dict[str, list[str]]) -> Members:
    dims = dict(cell.get("dims") or {})
    table = cell["canonical"].split(".")[0]
    statements = seen.setdefault(table, [])
    if cell["table"] not in statements:
        statements.append(cell["table"])
    dims["report"] = "r"
    dims.setdefault("group", "ALL")
    dims["seq"] = str(statements.index(cell["table"]) + 1)
    if table == "fact_fee":
        dims["statement"] = "FEE" if dims["seq"] == "1" else "COLLATERAL"
    return dims


def _put(tables: dict[str, dict[tuple[Any, ...], Row]], cell: Row, dims: Members) -> None:
    table, column = cell["canonical"].split(".")
    value: Any = cell.get("canonical_value", cell["value"])
    if table == "dim_class_identifier":
        row = _of_class(tables, dims)
        tables[table][(value,)] = {"class_id": row["class_id"], "id_type": "CUSIP", "id_value": value}
        return
    if table == "dim_class":
        _of_class(tables, dims)[column] = value
        return
    if table == "report":
        return
    if table in ("fact_class_distribution", "fact_class_factor") and dims["class"] != "#TOTAL":
        row = {"report_id": "r", "class_id": _of_class(tables, dims)["class_id"]}
        if table == "fact_class_factor":
            row["denomination"] = Decimal(dims["denomination"])
    else:
        row = _member_row(table, dims, cell)
    if cell["unit"] == "FLAG":
        value = value == "YES"
    name = tuple(row[field] for field in key(table))
    tables[table].setdefault(name, row)[column] = value
    if dims.get("entry_code") in CONFORMED:
        pool = {"report_id": "r", "group_code": dims["group"], "statement_seq": 1}
        pool_row = tables["fact_collateral"].setdefault(tuple(pool.values()), pool)
        pool_row[CONFORMED[dims["entry_code"]]] = value


def _member_row(table: str, dims: Members, cell: Row) -> Row:
    row: Row = {"report_id": "r"}
    if table == "fact_class_total":
        return row | {"scope": dims.get("remic", "ALL")}
    if table == "fact_enhancement":
        return row | {"item_code": dims["item_code"], "provider": dims["provider"]}
    if table == "fact_other_account":
        return row | {"account_name": dims["account_name"]}
    row["group_code"] = dims["group"]
    if table in ("fact_collateral", "fact_overcollateralization"):
        row["statement_seq"] = int(dims["seq"])
    if table == "fact_delinquency":
        bucket, low, high = BUCKETS.get(dims["bucket"], ("TOTAL", None, None))
        row |= {"status": snake(dims["status"]), "bucket": bucket, "bucket_low_days": low, "bucket_high_days": high}
    if table == "fact_account":
        row |= {field: dims.get(field) for field in ("account", "section", "entry_type", "entry_code")}
    if table == "fact_fee":
        row |= {"statement": dims["statement"], "fee_code": dims["fee_code"], "payee": dims.get("payee")}
    if table == "fact_line_item":
        row |= {"statement_code": cell["table"], "item_code": dims["item_code"], "stratum": dims.get("stratum", "")}
    if table == "fact_trigger":
        row["trigger_code"] = dims["trigger_code"]
    return row


def _of_class(tables: dict[str, dict[tuple[Any, ...], Row]], dims: Members) -> Row:
    name, remic = dims["class"], dims.get("remic")
    residual, lower = name.startswith("R-"), remic == "I"
    cash = name in ("B-IO", "C")
    kind = "RESIDUAL" if residual else "OC_RESIDUAL_CASH" if cash else "SENIOR" if name == "A" else "REGULAR"
    return tables["dim_class"].setdefault(
        (name,),
        {
            "class_id": name,
            "deal_id": "d",
            "class_name": name,
            "class_name_norm": name,
            "remic": remic,
            "tier": "LOWER" if lower else "UPPER",
            "group_code": dims["group"],
            "class_type": kind,
            "is_notional": False,
            "is_residual": residual,
            "is_certificated": not lower,
        },
    )


def _raw(cell: Row, dims: Members) -> Row:
    number = cell["value"] if cell["unit"] not in ("TEXT", "DATE", "FLAG") else None
    members = [
        dims[field] for field in sorted(dims) if field not in ("seq", "measure", "section", "denomination", "payee")
    ]
    shifted, labelled = cell.get("shifted"), "row_label_printed" in cell
    return {
        "report_id": "r",
        "cell_id": f"{cell['line']}:{cell['col_start']}",
        "table_code": cell["table"],
        "line_no": cell["line"],
        "col_start": cell["col_start"],
        "col_end": cell["col_end"],
        "row_label": cell["row_label"],
        "raw_text": cell["raw"],
        "scale": 1,
        "value_num": number,
        "value_text": None if number else cell["value"],
        "unit": cell["unit"],
        "pairing": "SHIFTED" if shifted else "SAME_LINE" if labelled else "GRID",
        "canonical_table": cell["canonical"].split(".")[0],
        "canonical_column": cell["canonical"].split(".")[1],
        "class_name": dims.get("class"),
        "concept_key": "|".join([cell["canonical"], *members]),
    }


def _placed(entry: Row) -> Row:
    """A cell outside of tables, where an entry of the truth says that it stands."""
    return {
        "report_id": "r",
        "cell_id": f"{entry['line']}:{entry['col_start']}",
        "table_code": "HEADER",
        "line_no": entry["line"],
        "col_start": entry["col_start"],
        "col_end": entry["col_end"],
        "raw_text": entry["raw"],
    }


def _header(tables: dict[str, dict[tuple[Any, ...], Row]], truth: Row) -> None:
    facts = {entry["field"]: entry["value"] for entry in truth["header"]}
    told = truth["report"]
    accession = told.get("accession_number", "LOCAL")
    known = f"{told.get('filed_date') or told['signature_date']} 00:00:00"
    tables["filing"][(accession,)] = {
        "accession_number": accession,
        "form_type": told["form_type"],
        "is_amendment": told["is_amendment"],
        "event_date": facts["filing.event_date"],
        "filed_date": told.get("filed_date"),
        "signature_date": facts["filing.signature_date"],
    }
    tables["filing_filer"][(accession,)] = {
        "accession_number": accession,
        "filer_seq": 1,
        "sec_file_number_header": told.get("sec_file_number_header"),
        "sec_file_number_cover": told.get("sec_file_number_cover"),
    }
    tables["document"][(accession,)] = {"document_id": f"{accession}:1", "accession_number": accession}
    tables["dim_deal"][("d",)] = {"deal_id": "d", "deal_name": told["deal"]}
    number = told.get("sec_file_number") or told["sec_file_number_cover"]
    tables["dim_deal_identifier"][(number,)] = {"deal_id": "d", "id_type": "SEC_FILE_NUMBER", "id_value": number}
    tables["report"][("r",)] = {
        "report_id": "r",
        "document_id": f"{accession}:1",
        "accession_number": accession,
        "deal_id": "d",
        "distribution_date": told["distribution_date"],
        "record_date": told["record_date"],
        "version_no": 2 if told["is_amendment"] else 1,
        "known_from": known,
        "known_to": "9999-12-31 00:00:00",
    }
    # The ledger balance carries its date inside its label, as `... at 31-Mar-2003`.
    for row in tables["fact_collateral"].values():
        if row.get("ending_actual_balance"):
            row["actual_balance_as_of_date"] = told["record_date"]
    for kind in ("COVER_SERIES", "EXHIBIT_SERIES"):
        series = re.sub(r"[^0-9A-Z]", "", facts["dim_deal.series"].upper().replace("SERIES", ""))
        tables["dim_deal_alias"][(kind,)] = {
            "deal_id": "d",
            "alias_name": series,
            "alias_norm": series,
            "alias_kind": kind,
            "first_seen_accession": accession,
        }
    dates = [entry for entry in truth["header"] if entry["field"] == "report.distribution_date"]
    for number, entry in enumerate(dates):
        tables["raw_cell"][(f"d{number}",)] = {
            **_placed(entry),
            "value_text": entry["value"],
            "unit": "DATE",
            "scale": 1,
            "canonical_table": "report",
            "canonical_column": "distribution_date",
        }
    for number, entry in enumerate(truth.get("denominations", [])):
        complete = entry["line"] < truth["denominations"][-1]["line"]
        tables["raw_cell"][(f"h{number}",)] = {
            **_placed(entry),
            "row_label": "per Denomination." if complete else "per Den",
            "value_num": entry["denomination"],
            "unit": "USD",
            "scale": 1,
            "canonical_table": "fact_class_factor",
            "canonical_column": "denomination",
        }
