"""The rows that follow from the cells of a printed report."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from tests.simulate.families.paper.books import Line
from tests.simulate.sheet import Cell
from tests.simulate.truth import COLUMNS, Facts, Row, described, stored

CLASS_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "fact_class_distribution": (
        *COLUMNS["fact_class_distribution"], "next_pass_through_rate", "prior_accrued_interest",
        "beginning_interest_carryforward", "ending_interest_carryforward",
    ),
    "fact_class_total": COLUMNS["fact_class_total"],
    "fact_class_factor": COLUMNS["fact_class_factor"],
}  # fmt: skip
KEYS = {
    "fact_class_total": (),
    "fact_delinquency": ("status", "bucket"),
    "fact_account": ("account", "entry_type", "entry_code"),
    "fact_fee": ("fee_code",),
    "fact_trigger": ("trigger_code",),
}


def key(cell: Cell) -> Row:
    """The key of the row that a cell belongs to."""
    table, dims = cell["canonical"].split(".")[0], cell.get("dims", {})
    if table == "fact_class_total":
        return {"scope": dims.get("remic", "ALL")}
    if table.startswith(("fact_class", "dim_class")):
        per = {"denomination": Decimal(dims["denomination"])} if table == "fact_class_factor" else {}
        return {"class_name": dims["class"], **per}
    if table == "fact_enhancement":
        return {"item_code": dims["item_code"]}
    names: Row = {"group_code": dims.get("group", "ALL"), **{name: dims[name] for name in KEYS.get(table, ())}}
    if table in ("fact_collateral", "fact_overcollateralization"):
        names["statement_seq"] = 1
    if table == "fact_fee":
        names["statement"] = "FEE"
    return names


def value(cell: Cell) -> Any:
    """The value as a fact holds it; besides those of other reports, answers and months."""
    if cell["unit"] == "FLAG":
        return cell["value"] == "YES"
    return int(cell["value"]) if cell["unit"] == "MONTHS" else stored(cell)


def facts(cells: Iterable[Cell], classes: Iterable[Line], report: Row) -> Facts:
    """Rows by table, from the printed figures alone.

    Class rows have every column, None where nothing is printed; other rows have the columns that are printed. The
    first of several printings counts; they differ only where one of them is misprinted. Line items are left to cells.
    """
    found: dict[str, dict[tuple[Any, ...], Row]] = {}
    for cell in cells:
        table, column = cell["canonical"].split(".")
        if not table.startswith("fact_") or table == "fact_line_item":
            continue
        names = key(cell)
        empty = {name: None for name in CLASS_COLUMNS.get(table, ()) if name not in names}
        row = found.setdefault(table, {}).setdefault(tuple(names.values()), {**names, **empty})
        if row.get(column) is None:
            row[column] = value(cell)
        dims = cell.get("dims", {})
        # A figure that has no words of its own goes by its heading, and stands under none besides.
        row.update(
            {name: dims[name] for name in ("section", "provider") if dims.get(name) not in (None, cell["row_label"])}
        )
    tables = {table: list(rows.values()) for table, rows in found.items()}
    return {**tables, "dim_class": class_rows(list(cells), classes), "report": [report]}


def class_rows(cells: Iterable[Cell], classes: Iterable[Line]) -> list[Row]:
    """Classes in printed order; the lower tier holds what the upper is made of."""
    rows: dict[str, Row] = {
        one.name: {
            "class_name": one.name, "cusip": None, "class_type_reported": None, "original_face": None,
            "is_notional": one.notional, "remic": one.remic or None,
            "tier": {"I": "LOWER", "": None}.get(one.remic, "UPPER"),
        }
        for one in classes
    }  # fmt: skip
    return described(rows, cells)
