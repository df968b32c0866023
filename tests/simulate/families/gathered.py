"""Facts that follow from printed cells: one row per key, with the columns that the report prints somewhere."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from tests.simulate.truth import Facts, Row, stored

KEYS: dict[str, tuple[tuple[str, str], ...]] = {
    "fact_class_distribution": (("class_name", "class"),),
    "fact_class_factor": (("class_name", "class"),),
    "fact_delinquency": (("status", "status"), ("bucket", "bucket")),
    "fact_other_account": (("account_name", "account_name"),),
    "fact_loss": (("loss_type", "loss_type"),),
}
SINGLE = ("fact_collateral", "fact_overcollateralization")
GROUPED = (*SINGLE, "fact_delinquency", "fact_loss")


def key(cell: Row, table: str) -> Row:
    """The key of the fact row a cell belongs to."""
    dims = cell.get("dims", {})
    if table == "fact_class_total":
        return {"scope": dims.get("scope", "ALL")}
    names: Row = {"group_code": dims.get("group", "ALL")} if table in GROUPED else {}
    if table in SINGLE:
        return {**names, "statement_seq": 1}
    names |= {name: dims[dim] for name, dim in KEYS[table]}
    return names


def facts(cells: Iterable[Row], classes: Sequence[Row], report: Row) -> Facts:
    """Fact rows by table. A column that a table prints nowhere is left out; a blank cell of a printed one is None.

    A figure that is printed twice must say the same; raises ValueError where it does not.
    """
    found: dict[str, dict[tuple[Any, ...], Row]] = {}
    columns: dict[str, dict[str, None]] = {}
    for cell in cells:
        table, column = cell["canonical"].split(".")
        if table not in KEYS and table not in SINGLE and table != "fact_class_total":
            continue
        names = key(cell, table)
        row = found.setdefault(table, {}).setdefault(tuple(names.values()), dict(names))
        value = stored(cell)
        if row.setdefault(column, value) != value:
            raise ValueError(f"line {cell['line']}: {cell['canonical']} is {value} here and {row[column]} before")
        if table == "fact_class_factor":
            row["denomination"] = Decimal(cell["dims"]["denomination"])
        columns.setdefault(table, {})[column] = None
    tables = {
        table: [{**dict.fromkeys(columns[table]), **row} for row in rows.values()] for table, rows in found.items()
    }
    return {**tables, "dim_class": [dict(one) for one in classes], "report": [report]}
