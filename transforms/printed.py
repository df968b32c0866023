"""Printed formulas of a batch: from cells back to the lines that print them, run, and stored with their results.

A formula on a line of its own is stored where it stands; one inside a label, or in the head of a column, at the figure
that it explains.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

import polars as pl

from transforms import facts
from transforms.cells import IN_GRID, in_dollars
from transforms.formulas import Line, Row, again, find, run, run_columns
from transforms.labels import numbered

__all__ = ["formulas", "judged"]

# The head of a column that has none: a row may hold several.
_HEADLESS = "(value)"
# A formula has one of these; without them a class may look like one ("X-1A").
_SIGN = "[(=]"
_DASHES = re.compile("[\u2010-\u2015\u2212\x96\x97]")
# The number or letter of a column at the end of its head, or what gives it.
_REFERRED = re.compile(r"\((?:[0-9]{1,2}|[A-Z])\)$|=")


class _Cell(NamedTuple):
    """What of a cell a formula needs."""

    report_id: str
    table_code: str
    line_no: int
    col_start: int
    label: str
    column_label: str
    raw_text: str
    value_num: Decimal | None
    unit: str
    pairing: str | None
    decimals: int | None
    scale: Decimal


class _Printed(NamedTuple):
    """A printed row: its label with number and letter, and its cells by value column; a row without figures has one."""

    label: str
    cells: list[_Cell | None]

    @property
    def first(self) -> _Cell:
        return next(cell for cell in self.cells if cell is not None)


def formulas(raw: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of `printed_formula`: every formula that the reports of these cells print, run on their figures.

    raw: the cells of whole reports in print order. scope_key is the head of the column, or the class of the row, that
    the formula was run on; where two are alike the later one says "again".
    """
    schema = facts.polars_schema("printed_formula")
    found: list[tuple[Any, ...]] = []
    for report_id, cells in groupby(_of_reports_with_formulas(raw), key=lambda cell: cell.report_id):
        rows = _rows(cells)
        keys: Counter[tuple[int, int, str]] = Counter()
        for line_no, col_start, row, figures in [*_outline(rows), *_columns(rows)]:
            keys[line_no, col_start, row.scope_key] += 1
            scope = again(row.scope_key, keys[line_no, col_start, row.scope_key])
            judged = (row.expected, row.actual, row.diff, row.outcome, row.tolerance, figures)
            found.append((report_id, line_no, col_start, row.text, scope, *judged))
    return pl.DataFrame(found, schema=schema, orient="row")


# -- which reports print formulas -----------------------------------------------------------------------------------


def _of_reports_with_formulas(raw: pl.DataFrame) -> Iterator[_Cell]:
    """Yield the cells of the tables of every report that prints a formula; labels recur and are tried once each."""
    # Of a label over several lines only the last one stands beside its figures.
    wrapped = pl.col("row_label").str.len_chars() > pl.col("row_label_printed").str.len_chars()
    label = pl.coalesce(pl.when(wrapped).then("row_label"), "row_label_printed", "row_label", pl.lit(""))
    is_table, head = ~pl.col("table_code").is_in(["HEADER", "TEXT"]), pl.col("column_label").fill_null(_HEADLESS)
    met = raw.select(label.filter(is_table).alias("label"), head.filter(is_table))
    words = pl.concat([met["label"].unique(), met["column_label"].unique()])
    holding = [one for one in words.filter(words.str.contains(_SIGN)).to_list() if _holds(one)]
    if not holding:
        return
    cells = raw.filter(is_table).select(
        "report_id", "table_code", "line_no", "col_start", label.alias("label"), head, "raw_text",
        in_dollars().alias("value_num"), "unit", "pairing",
        pl.col("raw_text").str.extract(r"\.([0-9]+)").str.len_chars().alias("decimals"), "scale",
    )  # fmt: skip
    printed = cells.filter(pl.col("label").is_in(holding) | pl.col("column_label").is_in(holding))
    reports = printed["report_id"].unique().to_list()
    yield from map(_Cell._make, cells.filter(pl.col("report_id").is_in(reports)).iter_rows())


def _holds(label: str) -> bool:
    return ("(" in label or "=" in label) and find(label) is not None


# -- rows -----------------------------------------------------------------------------------------------------------


def _rows(cells: Iterable[_Cell]) -> list[list[_Printed]]:
    """Return the printed rows of one report by table, their cells under the columns of the table."""
    return [
        [_Printed(row[0].label, placed) for row, placed in _placed(list(_runs(table)))]
        for _, table in groupby(cells, key=lambda cell: cell.table_code)
    ]


def _runs(table: Iterable[_Cell]) -> Iterator[list[_Cell]]:
    """Yield the cells of each row: one row of a page may span many lines of its file, and one line hold all rows."""
    row: list[_Cell] = []
    heads: set[str] = set()
    for cell in table:
        if row and (cell.label != row[0].label or _begins_anew(row, cell, heads)):
            yield row
            row, heads = [], set()
        row.append(cell)
        heads.add(cell.column_label)
    if row:
        yield row


def _begins_anew(row: Sequence[_Cell], cell: _Cell, heads: set[str]) -> bool:
    """Tell whether a cell under the label of the row before it, whose heads are given, belongs to a row of its own."""
    if cell.value_num is None or row[-1].value_num is None:
        return True
    if cell.pairing not in IN_GRID:
        return True  # where there is one column, a second value is a second row
    if cell.line_no == row[-1].line_no:
        return False
    return not cell.label or (cell.column_label != _HEADLESS and cell.column_label in heads)


def _placed(rows: list[list[_Cell]]) -> Iterator[tuple[list[_Cell], list[_Cell | None]]]:
    """Yield each row with its cells under the columns of its table, where their heads tell all of these apart."""
    heads = max(([cell.column_label for cell in row] for row in rows), key=len)
    places = {head: at for at, head in enumerate(heads)}
    for row in rows:
        if len(heads) == 1:
            yield row, [*row]
            continue
        at = [places.get(cell.column_label, -1) for cell in row]
        if len(places) < len(heads) or at != sorted(set(at)) or at[0] < 0:
            yield row, list(row)
            continue
        under: list[_Cell | None] = [None] * len(heads)
        for place, cell in zip(at, row, strict=True):
            under[place] = cell
        yield row, under


# -- running --------------------------------------------------------------------------------------------------------

_Placed = tuple[int, int, Row, str | None]


def _figures(row: Row, cells: Iterable[tuple[_Cell | None, Decimal]]) -> str | None:
    """Return the cells of a formula that has a result, with what its difference moves by when they move by one."""
    if row.outcome == "not_applicable":
        return None
    return " ".join([f"{cell.line_no}:{cell.col_start}={moves:.10g}" for cell, moves in cells if cell and moves])


def _outline(tables: list[list[_Printed]]) -> Iterator[_Placed]:
    """Run the formulas in the labels of one report; letters belong to the number above them."""
    rows = [row for table in tables for row in table]
    lines: list[Line] = []
    number: int | None = None
    for row in rows:
        own, letter, words = _numbered(row.label)
        number = number if own is None else own
        lines.append(_line(row, None if own is None and letter is None else number, letter, words))
    for found in run(lines):
        shown = rows[found.line].first
        told = replace(found, text=_as_printed(rows[found.line].label, found.text))
        went_in = [(rows[own.line].cells[own.column], moves) for own, moves in ((found.own, Decimal(1)), *found.used)]
        figures = _figures(told, went_in)
        if shown.value_num is None:
            yield shown.line_no, shown.col_start + max(shown.raw_text.find(told.text), 0), told, figures
            continue
        figure = rows[found.own.line].cells[found.own.column] or shown
        yield figure.line_no, figure.col_start, told, figures


def _as_printed(label: str, text: str) -> str:
    """Return a formula with the dashes of its label."""
    if text in label:
        return text
    at = _DASHES.sub("-", label).find(text)
    return label[at : at + len(text)] if at >= 0 else text


def _told(words: str) -> str:
    """Return words that may be a formula, else none: without a sign of one, "X-1A" is a class."""
    return words if "(" in words or "=" in words or find(words) is None else ""


@lru_cache(maxsize=65536)
def _numbered(label: str) -> tuple[int | None, str | None, str]:
    number, letter, words = numbered(label)
    return number, letter, _told(words)


def _line(row: _Printed, number: int | None, letter: str | None, words: str) -> Line:
    cells = row.cells
    if len(cells) == 1 and (only := cells[0]):
        return Line(number, letter, words, (_figure(only),), (only.unit,), (only.column_label,))
    return Line(
        number,
        letter,
        words,
        tuple([_figure(cell) if cell else None for cell in cells]),
        tuple([cell.unit if cell else "UNKNOWN" for cell in cells]),
        tuple([cell.column_label if cell else str(at) for at, cell in enumerate(cells)]),
    )


def _columns(tables: list[list[_Printed]]) -> Iterator[_Placed]:
    """Run the formulas in the heads of tables on their rows."""
    for label, row in _whole(tables):
        heads = list(row)
        if not any(map(_holds, heads)):
            continue
        line = _line(_Printed(label, [*row.values()]), None, None, label)
        for found in run_columns([_told(head) for head in heads], [line]):
            figure = row[heads[found.own.line]]
            went_in = [(row[heads[own.line]], moves) for own, moves in ((found.own, Decimal(1)), *found.used)]
            yield figure.line_no, figure.col_start, found, _figures(found, went_in)


def _whole(tables: list[list[_Printed]]) -> Iterator[tuple[str, dict[str, _Cell]]]:
    """Yield the rows of the tables whose heads are numbered, by head; what stands in halves of a table is one row."""
    open_rows: dict[str, dict[str, _Cell]] = {}
    for table in tables:
        cells = [cell for row in table for cell in row.cells if cell is not None and cell.value_num is not None]
        if not any(_REFERRED.search(head) for head in {cell.column_label for cell in cells}):
            continue
        for label, row in groupby(cells, key=lambda cell: cell.label):
            half = {cell.column_label: cell for cell in row}
            if label in open_rows and half.keys() & open_rows[label].keys():
                yield label, open_rows.pop(label)
            open_rows[label] = open_rows.get(label, {}) | half
    yield from open_rows.items()


def _figure(cell: _Cell) -> Decimal | None:
    """Return the value with the digits it is printed with: they say how far it may be rounded."""
    if cell.value_num is None:
        return None
    printed = cell.value_num.quantize(_DIGITS[cell.decimals or 0].scaleb(cell.scale.adjusted()))
    return printed if printed == cell.value_num else cell.value_num.normalize()


_DIGITS = [Decimal(1).scaleb(-digits) for digits in range(11)]


# -- what they prove ------------------------------------------------------------------------------------------------


def judged(found: pl.DataFrame, raw: pl.DataFrame, notional: pl.DataFrame) -> pl.DataFrame:
    """Return for each formula that has a result the fact that its figure belongs to, and what the result says of it.

    found: rows of `printed_formula`; raw: cells in print order; notional: `report_id, class_name` of the classes whose
    balances are nobody's money, so that sums over their rows say nothing. Columns: report_id, canonical_table, text,
    line_no, ties, moves, and elsewhere: the head under which the row prints what the formula comes to, where it fails.
    """
    of_report = raw.filter(pl.col("report_id").is_in(found["report_id"].unique().to_list()))
    cells = of_report.filter(~pl.col("table_code").is_in(["HEADER", "TEXT"])).select(
        "report_id", "table_code", "line_no", "col_start", "column_label", "class_name",
        in_dollars().alias("value_num"), label=pl.coalesce("row_label_printed", "row_label"),
        # The figure above a formula that stands below it.
        fact=pl.when(pl.col("value_num").is_not_null()).then("canonical_table").forward_fill().over("report_id"),
        figure=in_dollars().forward_fill().over("report_id"),
    )  # fmt: skip
    place = ["report_id", "line_no", "col_start"]
    held = found.filter(pl.col("outcome") != "not_applicable").join(cells.unique(place, keep="first"), on=place)
    held = held.join(notional, on=["report_id", "class_name"], how="anti")
    held = held.filter((pl.col("figure") == pl.col("actual")) & pl.col("fact").str.starts_with("fact_"))
    ties = pl.col("outcome") != "breach"
    row = ["report_id", "table_code", "label"]
    others = cells.filter(pl.col("value_num") != 0).select(*row, expected="value_num", elsewhere="column_label")
    others = others.unique([*row, "expected"], keep="first")
    return held.join(others, on=[*row, "expected"], how="left").select(
        "report_id", "text", "line_no", canonical_table="fact", ties=ties, moves=pl.col("actual") != 0,
        elsewhere=pl.when(~ties).then("elsewhere"),
    )  # fmt: skip
