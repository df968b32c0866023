"""How a filing was read, drawn for a person: every table with a ruler, and under each column what it was read as."""

from itertools import groupby

import polars as pl

from transforms import document
from transforms.cells import IN_GRID
from transforms.reading import ERRORS, HEADER, metadata, read_batch
from transforms.submission import Submission
from transforms.tables import Printed
from transforms.values import count_numbers

_RULER_STEP = 10
_UNREAD = "not recognised"


def explain(raw: bytes) -> str:
    """Return the drawing of one filing: its words, its tables with ruler and terms, and the coverage of its numbers.

    Raises UnreadableFiling, ForeignFiling or UnrecognisedFiling where there is nothing to draw.
    """
    submission = Submission(raw, local=True)
    filing = document.split(submission)
    table, (outcome,) = read_batch([submission])
    if outcome.state != "read":
        raise ERRORS[outcome.state](outcome.reason)
    lines = document.decode(raw).split("\n")
    cells = _frame(table)
    note = metadata(table)
    parts = [f"{filing.accession}  {filing.form_type or 'no form'}  {outcome.reports} report(s)", _words(cells)]
    for report in note["reports"]:
        parts.append(f"== report {report['report_id']}  {report['distribution_date']}  {report['layout_family'] or ''}")
        printed = {f"T{at:02d}": Printed(*one) for at, one in enumerate(report["statements"], start=1)}
        own = cells.filter((pl.col("report_id") == report["report_id"]) & pl.col("table_code").str.contains(r"^T[0-9]"))
        for (code,), group in own.group_by("table_code", maintain_order=True):
            parts.append(_table(group, lines, str(code), printed[str(code)]))
    parts.append(_coverage(filing, cells))
    return "\n\n".join(part for part in parts if part)


def _frame(table: object) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame.sort("table_code", "line_no", "col_start", maintain_order=True)


def _words(cells: pl.DataFrame) -> str:
    """Return the fields found in words: place, text, and the column each fills."""
    fields = cells.filter(pl.col("table_code") == HEADER).sort("line_no", "col_start")
    rows = [
        f"{line:>6} {start:>4}-{end:<4} {_short(text, 32):<32} {table}.{column}"
        for line, start, end, text, table, column in fields.select(
            "line_no", "col_start", "col_end", "raw_text", "canonical_table", "canonical_column"
        ).iter_rows()
    ]
    return "\n".join(["  line column    printed                          read as", *rows])


def _table(cells: pl.DataFrame, lines: list[str], code: str, printed: Printed) -> str:
    head = f"-- {code}  {printed.code} {printed.seq}: {printed.title or '(no title)'}"
    numbers = [
        number for number in range(printed.line_start, printed.line_end + 1)
        if (line := lines[number - 1].strip()) and not line.startswith("<")
    ]  # fmt: skip
    width = max((len(lines[number - 1]) for number in numbers), default=0)
    body = [f"{number:>6} {lines[number - 1].rstrip()}" for number in numbers]
    legend = _columns(cells) if cells["pairing"].is_in(IN_GRID).any() else _labels(cells)
    return "\n".join([head, *_ruler(width), *body, *legend])


def _ruler(width: int) -> list[str]:
    tens = "".join(f"{at:<{_RULER_STEP}}" for at in range(0, width + 1, _RULER_STEP))
    return [f"{'':>6} {tens}".rstrip(), f"{'':>6} {('|' + '.' * (_RULER_STEP - 1)) * (width // _RULER_STEP + 1)}"]


def _columns(cells: pl.DataFrame) -> list[str]:
    """Return a line that marks every column with its number, and under it what each number was read as."""
    spans = (
        cells.group_by("column_label", "canonical_table", "canonical_column", maintain_order=True)
        .agg(pl.col("col_start").min(), pl.col("col_end").max(), pl.col("unit").first())
        .sort("col_start", "col_end", maintain_order=True)
    )
    groups = [list(group) for _, group in groupby(spans.iter_rows(), key=lambda row: row[0])]
    marks = ""
    legend = []
    for number, group in enumerate(groups, start=1):
        start, end = min(row[3] for row in group), max(row[4] for row in group)
        marks = marks.ljust(start) + str(number).center(end - start, "^") if len(marks) <= start else marks
        terms = " and ".join(dict.fromkeys(_term(row[1], row[2]) for row in group))
        legend.append(f"{'':>6} {number:>2} {start}-{end} {group[0][0] or '(no head)'} -> {terms} [{group[0][5]}]")
    return [f"{'':>6} {marks}", *legend]


def _labels(cells: pl.DataFrame) -> list[str]:
    """Return what every label of a list was read as, and how it met its value."""
    return [
        f"{line:>6} {_short(label or '(no label)', 48)} -> {_term(table, column)}"
        + (f"[{item}]" if item else "")
        + f" = {raw} [{unit}]" + (f" {pairing}" if pairing != "SAME_LINE" else "")
        for line, label, table, column, item, raw, unit, pairing in cells.select(
            "line_no", "row_label", "canonical_table", "canonical_column", "item_code", "raw_text", "unit", "pairing"
        ).iter_rows()
    ]  # fmt: skip


def _term(table: str | None, column: str | None) -> str:
    return f"{table}.{column}" if table else _UNREAD


def _coverage(filing: document.Filing, cells: pl.DataFrame) -> str:
    """Return how many of the printed numbers are values, words, labels, or claimed by nothing."""

    def numbers(rows: pl.DataFrame) -> int:
        return sum(count_numbers(text) for text in rows["raw_text"])

    in_tables = cells.filter(pl.col("table_code").str.contains(r"^T[0-9]"))
    unclaimed = numbers(cells.filter(pl.col("pairing").is_null()))
    in_cells = numbers(in_tables.filter(pl.col("pairing").is_not_null()))
    in_words = numbers(cells.filter(pl.col("table_code") == HEADER))
    total = sum(count_numbers(exhibit.text) for exhibit in filing.exhibits)
    mapped = in_tables["canonical_table"].is_not_null().sum()
    return (
        f"== coverage: {total} numbers printed: {in_cells} in cells, {in_words} in header fields, "
        f"{total - in_cells - in_words - unclaimed} in labels and words, {unclaimed} unclaimed\n"
        f"   {mapped} of {in_tables.height} cells have a column of their own"
    )


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "~"
