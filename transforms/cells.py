"""The cell collector: one short tuple per cell while a batch is read, one frame at its end.

What cells share is stored once and referred to by index, so that nothing is repeated per cell in Python: the section a
row stands in, the label of a row, the meaning of a head. Heads recur from report to report and are stored once a batch.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from typing import Any, NamedTuple, TypeVar

import polars as pl

from transforms.facts.statements import UNTITLED
from transforms.values import numbers

GRID, SAME_LINE, SHIFTED, SECTION_HEADING, ORPHAN, INHERITED = range(6)
_PAIRING = ("GRID", "SAME_LINE", "SHIFTED", "SECTION_HEADING", None, "INHERITED")
IN_GRID = ("GRID", "INHERITED")  # pairings of values whose column says what they are


class Section(NamedTuple):
    """What the cells of one table share: the index of the report in its batch, the statement, and members of the model
    that its title or letterhead names."""

    report: int
    table_code: str
    statement_code: str | None
    statement_seq: int | None
    remic: str | None = None
    group_code: str | None = None
    class_name: str | None = None
    status: str | None = None


class Head(NamedTuple):
    """What the cells under one head share, or what one label of a list means under one head.

    `class_name`, `group_code` and `bucket` are set where columns stand for classes, loan groups or buckets.
    """

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
    class_name: str | None = None
    group_code: str | None = None
    bucket: str | None = None


# What the cells of one row share: section, line, pairing, label, label as printed, and members: class, bucket, group
Label = tuple[int, int, int, str | None, str | None, str | None, str | None, str | None]

_Types = Mapping[str, type[pl.DataType]]
_SECTION_TYPES: _Types = {
    "report": pl.UInt32, "table_code": pl.String, "statement_code": pl.String, "statement_seq": pl.Int16,
    "remic": pl.String, "section_group": pl.String, "section_class": pl.String, "section_status": pl.String,
}  # fmt: skip
_LABEL_TYPES: _Types = {"section": pl.UInt32, "line_no": pl.Int32, "pairing": pl.UInt32} | dict.fromkeys(
    ("row_label", "row_label_printed", "class_name", "bucket", "group_code"), pl.String
)
_HEAD_MEMBERS = ("class_name", "group_code", "bucket")
_HEAD_TYPES: _Types = {
    f"head_{name}" if name in _HEAD_MEMBERS else name: pl.Boolean if name == "text" else pl.String
    for name in Head._fields
}


# start, end, index of the label, index of the head, printed text, and the value of what is no number
Cell = tuple[int, int, int, int, str, str | None]
_CELL_TYPES: _Types = {
    "col_start": pl.Int32, "col_end": pl.Int32, "label": pl.UInt32, "head": pl.UInt32, "raw_text": pl.String,
    "value_text": pl.String,
}  # fmt: skip


_Kept = TypeVar("_Kept")
_SCALE, _VALUE = pl.Decimal(10, 0), pl.Decimal(28, 10)


class Mark(NamedTuple):
    """How much was collected at some moment."""

    rows: int
    sections: int
    labels: int


class Cells:
    """Cells of one batch of reports, growing while documents are read."""

    def __init__(self) -> None:
        self.rows: list[Cell] = []
        self._columns: list[list[Any]] = [[] for _ in _CELL_TYPES]
        self.sections: list[Section] = []
        self.labels: list[Label] = []
        self.heads: list[Head] = []
        # Raw text of figures whose signs stand in cells of their own (HTML), by the index of the cell.
        self.printed: dict[int, str] = {}
        # The scale that reaches a cell of the filing under way, and why that is in doubt, by the index of its row.
        self.scales: dict[int, int] = {}
        self.doubts: dict[int, str] = {}
        self._scaled: dict[int, int] = {}
        self._doubted: dict[int, str] = {}
        self._settled = 0
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
        group_code: str | None = None,
    ) -> int:
        """Store what the cells of a row share; return its index."""
        self.labels.append((section, line_no, pairing, words, printed, class_name, bucket, group_code))
        return len(self.labels) - 1

    def head(self, head: Head) -> int:
        """Store a head unless it is known; return its index."""
        at = self._head_at.get(head)
        if at is None:
            at = self._head_at[head] = len(self.heads)
            self.heads.append(head)
        return at

    def has_values(self, start: int) -> bool:
        """Tell whether any of the rows from `start` on is a value with a column of its own, or an amount of a
        known statement."""
        for _, _, label, head, raw, text in self.rows[start:]:
            code = self.sections[self.labels[label][0]].statement_code
            if code is None:
                continue
            if self.heads[head].canonical_table or (code != UNTITLED and text is None and "." in raw):
                return True
        return False

    def twice(self) -> str | None:
        """Return what was met where a report of the filing under way was read at one place twice, if it was."""
        places = [self._place(row) for row in self.rows]
        if len(set(places)) == len(places):
            return None
        place = next(place for place, times in Counter(places).items() if times > 1)
        first, second = [row for row, own in zip(self.rows, places, strict=True) if own == place][:2]
        told = " and as ".join(self._told(row) for row in (first, second))
        return f"{first[4]!r} in line {place[1]}, column {place[2]}, as {told}"

    def drop_taken(self, start: int) -> None:
        """Drop the rows from `start` on whose place a row before them was read at."""
        taken = {self._place(row) for row in self.rows[:start]}
        kept = [at for at in range(start, len(self.rows)) if self._place(self.rows[at]) not in taken]
        now = {at: place for place, at in enumerate(kept, start)}
        self.rows[start:] = [self.rows[at] for at in kept]
        self.scales = _moved(self.scales, start, now)
        self.doubts = _moved(self.doubts, start, now)
        shift = self._settled
        self.printed = _moved(self.printed, shift + start, {shift + at: shift + place for at, place in now.items()})

    def _place(self, row: Cell) -> tuple[int, int, int]:
        """Return report, line and first column of a cell."""
        section, line_no, *_ = self.labels[row[2]]
        return self.sections[section].report, line_no, row[0]

    def _told(self, row: Cell) -> str:
        """Return what a cell was read as: its label, and its column or head."""
        label, head = self.labels[row[2]], self.heads[row[3]]
        column = f"{head.canonical_table}.{head.canonical_column}" if head.canonical_table else head.column_label
        return " of ".join(words for words in (column, repr(label[3]) if label[3] else None) if words) or "no label's"

    def mark(self) -> Mark:
        """Return what was collected so far, to go back to."""
        return Mark(len(self.rows), len(self.sections), len(self.labels))

    def back(self, to: Mark) -> None:
        """Forget what was collected since: rows, what they share, and the texts printed for them.

        Heads stay: they say nothing of a filing, and whoever looked one up knows its index.
        """
        del self.rows[to.rows :]
        del self.sections[to.sections :]
        del self.labels[to.labels :]
        least = self._settled + to.rows
        for at in list(takewhile(least.__le__, reversed(self.printed))):  # they came in the order of the cells
            del self.printed[at]
        for kept in (self.scales, self.doubts):
            for at in [at for at in kept if at >= to.rows]:
                del kept[at]

    def settle(self) -> None:
        """Take the rows apart into columns, for good: at once after a filing, while the processor still holds them."""
        for column, values in zip(self._columns, zip(*self.rows, strict=True), strict=False):
            column += values
        self._scaled |= {self._settled + at: scale for at, scale in self.scales.items()}
        self._doubted |= {self._settled + at: why for at, why in self.doubts.items()}
        self.scales.clear()
        self.doubts.clear()
        self._settled += len(self.rows)
        self.rows.clear()

    def move(self, start: int, places: Mapping[tuple[int, int], tuple[int, int, int, str]]) -> None:
        """Give the rows from `start` on, whose lines and columns are those of a laid-out page, their place as filed.

        `places` holds, by line and first column of the layout, the line and columns in the submission and the text
        printed there. Figures keep the signs that the page prints beside them in their value.
        """
        moved: dict[tuple[int, int], int] = {}
        for at in range(start, len(self.rows)):
            low, high, label, head, raw, value = self.rows[at]
            shared = self.labels[label]
            line_no, low, high, printed = places[shared[1], low]
            if (label, line_no) not in moved:
                self.labels.append((shared[0], line_no, *shared[2:]))
                moved[label, line_no] = len(self.labels) - 1
            self.rows[at] = (low, high, moved[label, line_no], head, raw, value)
            if printed != raw:
                self.printed[self._settled + at] = printed

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
        cells = _valued(_joined(pl.concat([placed, words, sections, heads], how="horizontal")))
        return self._as_scaled(self._as_printed(cells))

    def _as_scaled(self, cells: pl.DataFrame) -> pl.DataFrame:
        """Add the scale of the cells that hold money, 1 for all others, and why it is in doubt.

        A figure without a unit is money if it has a dollar sign; without one, a scale that reaches it leaves it open.
        """
        one = pl.lit(1, dtype=_SCALE)
        if not self._scaled and not self._doubted:
            return cells.with_columns(scale=one, scale_doubt=pl.lit(None, dtype=pl.String))
        reach = pl.repeat(1, cells.height, dtype=_SCALE, eager=True).scatter([*self._scaled], [*self._scaled.values()])
        doubt = pl.repeat(None, cells.height, dtype=pl.String, eager=True)
        doubt = doubt.scatter([*self._doubted], [*self._doubted.values()])
        is_value = pl.col("value_num").is_not_null() & ~pl.col("table_code").is_in(["HEADER", "TEXT"])
        is_open = is_value & (pl.col("unit") == "UNKNOWN")
        is_money = is_value & (
            (pl.col("unit") == "USD") | (is_open & pl.col("raw_text").str.contains("$", literal=True))
        )
        return cells.with_columns(
            scale=pl.when(is_money).then(reach).otherwise(one),
            scale_doubt=pl.when(is_money | (is_value & (pl.col("unit") == "COUNT"))).then(doubt)
            .when(is_open & (reach > 1)).then(pl.lit("a figure without a unit stands in the reach of a scale")),
        )  # fmt: skip

    def _as_printed(self, cells: pl.DataFrame) -> pl.DataFrame:
        if not self.printed:
            return cells
        raw = cells["raw_text"].scatter([*self.printed], [*self.printed.values()])
        return cells.with_columns(raw)


def _moved(kept: dict[int, _Kept], start: int, now: Mapping[int, int]) -> dict[int, _Kept]:
    """Return what is kept by the index of a row, those from `start` on by where the row is now; what has none goes."""
    return {now.get(at, at): what for at, what in kept.items() if at < start or at in now}


def _frame(columns: Iterable[Sequence[Any]], types: _Types) -> pl.DataFrame:
    """Return a frame of the columns; without any row there are no columns to come by."""
    filled = dict(zip(types, columns, strict=False))
    return pl.DataFrame(
        [pl.Series(name, filled.get(name, ()), dtype=dtype, strict=True) for name, dtype in types.items()]
    )


def in_dollars() -> pl.Expr:
    """Return the value of a cell as facts hold it: money in dollars, all else in the unit of the cell."""
    value, scale = pl.col("value_num"), pl.col("scale")
    return pl.when(scale == 1).then(value).otherwise((value * scale).cast(_VALUE, strict=False))


def _joined(cells: pl.DataFrame) -> pl.DataFrame:
    """Return the cells with each member once: the row names it, else the column, else the title."""
    return cells.with_columns(
        class_name=pl.coalesce("class_name", "head_class_name", "section_class"),
        group_code=pl.coalesce("group_code", "head_group_code", "section_group"),
        bucket=pl.coalesce("bucket", "head_bucket"),
        status=pl.coalesce("status", "section_status"),
    ).drop("head_class_name", "head_group_code", "head_bucket", "section_group", "section_class", "section_status")


def _valued(cells: pl.DataFrame) -> pl.DataFrame:
    """Add value and unit: a percent sign decides the unit, whatever the head says."""
    raw = pl.col("raw_text")
    is_text = pl.col("text") | pl.col("value_text").is_not_null()
    percent = raw.str.ends_with("%") | raw.str.ends_with("%)") | raw.str.starts_with("%")
    return cells.with_columns(
        value_num=numbers(cells.select(pl.when(~is_text).then(raw)).to_series()),
        value_text=pl.when(pl.col("text")).then(pl.coalesce("value_text", raw)).otherwise(pl.col("value_text")),
        unit=pl.when(~is_text & percent).then(pl.lit("PCT")).otherwise(pl.col("unit")),
    )
