"""The cell collector: one short tuple per cell while a batch is read, one frame at its end.

What cells share is stored once and referred to by index, so that nothing is repeated per cell in Python: the section a
row stands in, the label of a row, the meaning of a head. Heads recur from report to report and are stored once a batch.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl

from transforms.values import numbers

GRID, SAME_LINE, SHIFTED, SECTION_HEADING, ORPHAN = range(5)
_PAIRING = ("GRID", "SAME_LINE", "SHIFTED", "SECTION_HEADING", None)


class Section(NamedTuple):
    """What the cells of one table share: the index of the report in its batch, and the statement."""

    report: int
    table_code: str
    statement_code: str | None
    statement_seq: int | None


class Head(NamedTuple):
    """What the cells under one head share, or what one label of a list means."""

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


# What the cells of one row share: index of the section, line, pairing, label, label as printed, class name, bucket
Label = tuple[int, int, int, str | None, str | None, str | None, str | None]

_Types = Mapping[str, type[pl.DataType]]
_SECTION_TYPES: _Types = {
    "report": pl.UInt32, "table_code": pl.String, "statement_code": pl.String, "statement_seq": pl.Int16,
}  # fmt: skip
_LABEL_TYPES: _Types = {"section": pl.UInt32, "line_no": pl.Int32, "pairing": pl.UInt32} | dict.fromkeys(
    ("row_label", "row_label_printed", "class_name", "bucket"), pl.String
)
_HEAD_TYPES: _Types = dict.fromkeys(Head._fields, pl.String) | {"text": pl.Boolean}


# start, end, index of the label, index of the head, printed text, and the value of what is no number
Cell = tuple[int, int, int, int, str, str | None]
_CELL_TYPES: _Types = {
    "col_start": pl.Int32, "col_end": pl.Int32, "label": pl.UInt32, "head": pl.UInt32, "raw_text": pl.String,
    "value_text": pl.String,
}  # fmt: skip


class Cells:
    """Cells of one batch of reports, growing while documents are read."""

    def __init__(self) -> None:
        self.rows: list[Cell] = []
        self._columns: list[list[Any]] = [[] for _ in _CELL_TYPES]
        self.sections: list[Section] = []
        self.labels: list[Label] = []
        self.heads: list[Head] = []
        self._head_at: dict[Head, int] = {}

    def section(self, section: Section) -> int:
        """Store what the cells of a table share; return its index."""
        self.sections.append(section)
        return len(self.sections) - 1

    def label(
        self,
        section: int,
        line_no: int,
        pairing: int,
        words: str | None,
        printed: str | None,
        class_name: str | None = None,
        bucket: str | None = None,
    ) -> int:
        """Store what the cells of a row share; return its index."""
        self.labels.append((section, line_no, pairing, words, printed, class_name, bucket))
        return len(self.labels) - 1

    def head(self, head: Head) -> int:
        """Store a head unless it is known; return its index."""
        at = self._head_at.get(head)
        if at is None:
            at = self._head_at[head] = len(self.heads)
            self.heads.append(head)
        return at

    def settle(self) -> None:
        """Take the rows apart into columns, for good: at once after a filing, while the processor still holds them."""
        for column, values in zip(self._columns, zip(*self.rows, strict=True), strict=False):
            column += values
        self.rows.clear()

    def frame(self) -> pl.DataFrame:
        """Return all cells with their sections, labels, heads and values; `report` is the index of the report."""
        self.settle()
        placed = _frame(self._columns, _CELL_TYPES)
        labels = _frame(zip(*self.labels, strict=True), _LABEL_TYPES)[placed["label"]]
        sections = _frame(zip(*self.sections, strict=True), _SECTION_TYPES)[labels["section"]]
        heads = _frame(zip(*self.heads, strict=True), _HEAD_TYPES)[placed["head"]]
        pairing = pl.Series("pairing", _PAIRING, dtype=pl.String).gather(labels["pairing"])
        placed = placed.select(labels["line_no"], "col_start", "col_end", pairing, "raw_text", "value_text")
        words = labels.drop("section", "line_no", "pairing")
        return _valued(pl.concat([placed, words, sections, heads], how="horizontal"))


def _frame(columns: Iterable[Sequence[Any]], types: _Types) -> pl.DataFrame:
    """Return a frame of the columns; without any row there are no columns to come by."""
    filled = dict(zip(types, columns, strict=False))
    return pl.DataFrame(
        [pl.Series(name, filled.get(name, ()), dtype=dtype, strict=True) for name, dtype in types.items()]
    )


def _valued(cells: pl.DataFrame) -> pl.DataFrame:
    """Add value and unit: a percent sign decides the unit, whatever the head says."""
    raw = pl.col("raw_text")
    is_text = pl.col("text") | pl.col("value_text").is_not_null()
    percent = raw.str.ends_with("%") | raw.str.ends_with("%)")
    return cells.with_columns(
        value_num=numbers(cells.select(pl.when(~is_text).then(raw)).to_series()),
        value_text=pl.when(pl.col("text")).then(pl.coalesce("value_text", raw)).otherwise(pl.col("value_text")),
        unit=pl.when(~is_text & percent).then(pl.lit("PCT")).otherwise(pl.col("unit")),
    )
