"""Readings held against known truth: cells, empty cells, header fields and facts."""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import polars as pl

from transforms import Submission, build, facts, read_batch

Row = dict[str, Any]
Frames = dict[str, pl.DataFrame]


def reading(raw: bytes, *, queue: bool = True) -> Frames:
    """Every table that one local filing fills."""
    cells, (outcome,) = read_batch([Submission(raw, local=True)], queue=queue)
    assert outcome.state == "read", outcome.reason
    return build(cells)


def cell_errors(truth: Row, cells: pl.DataFrame) -> list[str]:
    """What differs between a truth and the cells of the tables: value, unit, span, label, column."""
    in_tables = cells.filter(~pl.col("table_code").is_in(["HEADER", "TEXT"]))
    read = {(cell["line_no"], cell["col_start"]): cell for cell in in_tables.iter_rows(named=True)}
    errors = []
    for wanted in truth["cells"]:
        cell = read.pop((wanted["line"], wanted["col_start"]), None)
        if cell is None:
            errors.append(f"line {wanted['line']}: {wanted['raw']!r} ({wanted['row_label']}) was not read")
            continue
        pairs = {
            "end": (wanted["col_end"], cell["col_end"]),
            "printed": (wanted["raw"], cell["raw_text"]),
            "unit": (wanted["unit"], cell["unit"]),
            "label": (wanted["row_label"], cell["row_label"]),
            "column": (wanted["canonical"], f"{cell['canonical_table']}.{cell['canonical_column']}"),
            "shifted": (bool(wanted.get("shifted")), cell["pairing"] == "SHIFTED"),
            "value": (number(wanted["value"]), cell["value_text"] if cell["value_num"] is None else cell["value_num"]),
        }
        errors += [f"line {wanted['line']} {what}: {a!r}, read {b!r}" for what, (a, b) in pairs.items() if a != b]
    return errors + [f"line {line}: {cell['raw_text']!r} is no value" for (line, _), cell in read.items()]


def number(printed: str) -> Decimal | str:
    """The value of a truth cell: a number where it is one."""
    try:
        return Decimal(printed)
    except InvalidOperation:
        return printed


def fact_errors(wanted: Mapping[str, Sequence[Row]], frames: Frames) -> list[str]:
    """What differs between known fact rows, keyed by class name instead of class id, and the facts that were read."""
    names = dict(frames["dim_class"].select("class_id", "class_name").iter_rows()) if "dim_class" in frames else {}
    errors = []
    for table in (name for name in wanted if name.startswith("fact_") and name != "fact_line_item"):
        keys = [("class_name" if name == "class_id" else name) for name in facts.key(table) if name != "report_id"]
        read = {}
        for row in frames[table].iter_rows(named=True) if table in frames else ():
            row["class_name"] = names.get(row.get("class_id"))
            read[tuple(row.get(name) for name in keys)] = row
        for row in wanted[table]:
            key = tuple(row.get(name, "ALL" if name == "group_code" else None) for name in keys)
            found = read.pop(key, None)
            if found is None:
                errors.append(f"{table} {key}: no row")
                continue
            errors += [
                f"{table} {key} {name}: {value}, read {found[name]}"
                for name, value in row.items()
                if name in found and found[name] != value and str(found[name]) != str(value)
            ]
        errors += [f"{table} {key}: no such row was printed" for key in read]
    return errors
