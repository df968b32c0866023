"""The cell collector: columns of plain numbers while a batch is read, one Arrow-ready frame at its end.

A cell is six numbers and its printed text. What cells share (the label of a row, the meaning of a head) is stored once
and referred to by index, so that nothing is repeated per cell in Python.
"""

from typing import NamedTuple

import polars as pl

from transforms.values import number

GRID, SAME_LINE, SHIFTED, SECTION_HEADING, ORPHAN = range(5)
_PAIRING = ("GRID", "SAME_LINE", "SHIFTED", "SECTION_HEADING", None)


class Label(NamedTuple):
    """What the cells of one row share."""

    report: int
    row_label: str | None
    row_label_printed: str | None
    class_name: str | None = None
    bucket: str | None = None


class Head(NamedTuple):
    """What the cells under one head share, or what one label of a list means."""

    table_code: str
    statement_code: str | None
    statement_seq: int | None
    column_label: str | None
    canonical_table: str | None
    canonical_column: str | None
    unit: str
    item_code: str | None = None
    entry_type: str | None = None
    status: str | None = None
    account: str | None = None
    section: str | None = None
    payee: str | None = None
    stratum: str | None = None
    text: bool = False


_LABEL_TYPES = {"report": pl.Int32} | dict.fromkeys(Label._fields[1:], pl.String)
_HEAD_TYPES = dict.fromkeys(Head._fields, pl.String) | {"statement_seq": pl.Int16, "text": pl.Boolean}


class Cells:
    """Cells of one batch of reports, growing while documents are read."""

    def __init__(self) -> None:
        self.line_no: list[int] = []
        self.col_start: list[int] = []
        self.col_end: list[int] = []
        self.label: list[int] = []
        self.head: list[int] = []
        self.pairing: list[int] = []
        self.raw_text: list[str] = []
        self.value_text: list[str | None] = []
        self.labels: list[Label] = []
        self.heads: list[Head] = []

    def __len__(self) -> int:
        return len(self.line_no)

    def row(self, label: Label) -> int:
        """Store what the cells of a row share; return its index."""
        self.labels.append(label)
        return len(self.labels) - 1

    def column(self, head: Head) -> int:
        """Store what the cells of a column share; return its index."""
        self.heads.append(head)
        return len(self.heads) - 1

    def add(
        self, line_no: int, start: int, end: int, label: int, head: int, pairing: int, raw: str, text: str | None = None
    ) -> None:
        """Add one cell. `text` is the value of a cell that is no number: a date in ISO form, or words."""
        self.line_no.append(line_no)
        self.col_start.append(start)
        self.col_end.append(end)
        self.label.append(label)
        self.head.append(head)
        self.pairing.append(pairing)
        self.raw_text.append(raw)
        self.value_text.append(text)

    def frame(self) -> pl.DataFrame:
        """Return all cells with their labels, heads and values; `report` is the index of the report."""
        placed = pl.DataFrame(
            {
                "line_no": pl.Series(self.line_no, dtype=pl.Int32),
                "col_start": pl.Series(self.col_start, dtype=pl.Int32),
                "col_end": pl.Series(self.col_end, dtype=pl.Int32),
                "raw_text": pl.Series(self.raw_text, dtype=pl.String),
                "value_text": pl.Series(self.value_text, dtype=pl.String),
                "pairing": pl.Series(_PAIRING, dtype=pl.String).gather(pl.Series(self.pairing, dtype=pl.UInt32)),
            }
        )
        labels = _frame(self.labels, _LABEL_TYPES)[pl.Series(self.label, dtype=pl.UInt32)]
        heads = _frame(self.heads, _HEAD_TYPES)[pl.Series(self.head, dtype=pl.UInt32)]
        return _valued(pl.concat([placed, labels, heads], how="horizontal"))


def _frame(rows: list[Label] | list[Head], types: dict[str, type[pl.DataType]]) -> pl.DataFrame:
    columns = zip(*rows, strict=True) if rows else ((),) * len(types)
    return pl.DataFrame(
        [pl.Series(name, values, dtype=types[name]) for name, values in zip(types, columns, strict=True)]
    )


def _valued(cells: pl.DataFrame) -> pl.DataFrame:
    """Add value and unit: a percent sign decides the unit, whatever the head says."""
    raw = pl.col("raw_text")
    is_text = pl.col("text") | pl.col("value_text").is_not_null()
    return cells.with_columns(
        value_num=pl.when(~is_text).then(number(raw)),
        value_text=pl.when(pl.col("text") & pl.col("value_text").is_null()).then(raw).otherwise(pl.col("value_text")),
        unit=pl.when(~is_text & raw.str.contains("%", literal=True)).then(pl.lit("PCT")).otherwise(pl.col("unit")),
    )
