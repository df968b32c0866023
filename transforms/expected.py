"""The facts of a filing as printed, laid out for a person to check against it: one row of a table a line.

A text like this beside a filing says what must be read from it. It counts only once a person has read it.
"""

import polars as pl

from transforms import facts
from transforms.building import build
from transforms.reading import read

READ_BY = "read-by:"
_HEAD = """\
# What is read from {name}: per table its rows, each value as printed and its line behind @.
# A person must compare every line with the filing, then write name and day behind the next word.
# Until then this file proves nothing, and the tests refuse it.
{read_by}
"""
_MEMBERS = ("class_name", "remic", "group_code", "item_code", "status", "bucket")


def expected(raw: bytes, name: str) -> str:
    """Return the facts of one filing as text that nobody has read yet: equal bytes and code give equal text.

    Raises UnreadableFiling, ForeignFiling or UnrecognisedFiling where there is nothing to read.
    """
    frames = build(read(raw))
    order = {table: at for at, table in enumerate(facts.TABLES)}
    cells = frames["raw_cell"].filter(pl.col("canonical_table").is_not_null())
    cells = cells.with_columns(
        table_no=pl.col("canonical_table").replace_strict(order, return_dtype=pl.Int64),
        report_no=pl.col("report_id").str.split(":").list.slice(1).list.join(":"),
    )
    cells = cells.sort("report_no", "table_no", "line_no", "col_start")
    parts = [_HEAD.format(name=name, read_by=READ_BY)]
    for (report, table), own in cells.group_by("report_no", "canonical_table", maintain_order=True):
        parts.append(f"\n[{report} {table}]\n" + "".join(f"{row}\n" for row in _rows(own)))
    return "".join(parts)


def _rows(cells: pl.DataFrame) -> list[str]:
    """Return one line for each member of a table: what it is called, and its values in print order."""
    grouped = cells.group_by(_MEMBERS, maintain_order=True).agg("canonical_column", "raw_text", "line_no")
    lines = []
    for *members, columns, values, numbers in grouped.iter_rows():
        named = [member for member in members if member and member != "ALL"]
        printed = [
            f"{column} = {' '.join(value.split())} @{number}"
            for column, value, number in zip(columns, values, numbers, strict=True)
        ]
        lines.append(" | ".join([" ".join(named) or "-", *printed]))
    return lines


def body(text: str) -> str:
    """Return the facts of such a text without the lines that say what it is and who read it."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(("#", READ_BY)))


def reader(text: str) -> str | None:
    """Return who has read such a text, None where nobody has."""
    said = next((line for line in text.splitlines() if line.startswith(READ_BY)), READ_BY)
    return said.removeprefix(READ_BY).strip() or None


__all__ = ["READ_BY", "body", "expected", "reader"]
