"""A page being printed, which keeps the truth of every figure it prints."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any, NamedTuple

from tests.simulate.shape import Shape

Cell = dict[str, Any]
TOKEN = re.compile(r"\(\d+\)|\d[\d,.\-/]*")


class Figure(NamedTuple):
    """A value as printed: text, exact value, unit, and for percents the fraction."""

    raw: str
    value: str
    unit: str
    fraction: str | None = None


class Claim(NamedTuple):
    """What a printed figure is: its labels, its meaning, and the members it belongs to."""

    row_label: str
    column: str
    canonical: str
    dims: Mapping[str, str] | None = None
    printed: str | None = None
    shifted: bool = False


class Piece(NamedTuple):
    """A text on a line, from `col`, or up to `col` if `right`; a figure if it has a claim, else a label."""

    col: int
    text: str
    right: bool = False
    figure: Figure | None = None
    claim: Claim | None = None


@dataclass
class Table:
    """One printed table of the truth: where it stands and how it is headed."""

    code: str
    title: str
    canonical: str
    start: int
    columns: list[str] = field(default_factory=list)
    title_line: int | None = None
    end: int = 0


@dataclass
class Sheet:
    """Lines printed so far and the truth about them."""

    shape: Shape
    rng: Random
    lines: list[str] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    nulls: list[Cell] = field(default_factory=list)
    header: list[Cell] = field(default_factory=list)
    denominations: list[Cell] = field(default_factory=list)
    labels: list[Cell] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    indent: int = 0

    @property
    def table(self) -> Table:
        """The table being printed."""
        return self.tables[-1]

    def blank(self, count: int = 1) -> None:
        """Empty lines."""
        self.lines.extend([""] * count)

    def pause(self) -> None:
        """A few empty lines between two pieces, as the shape has it."""
        self.blank(self.rng.randint(*self.shape.blank_gaps))

    def breath(self) -> None:
        """Now and then an empty line inside the data."""
        if self.shape.blank_rows and self.rng.random() < self.shape.blank_rows:
            self.blank()

    def text(self, words: str, col: int = 0) -> int:
        """A line of text whose digits are no values; returns its number."""
        return self.put([Piece(col, words)])

    def put(self, pieces: Iterable[Piece]) -> int:
        """A line of pieces from left to right; returns its number. Raises where two pieces would touch."""
        line = ""
        number = len(self.lines) + 1
        for piece in pieces:
            start = self.indent + (piece.col - len(piece.text) if piece.right else piece.col)
            if start < len(line) + bool(line.strip()):
                raise ValueError(f"line {number}: {piece.text!r} at column {start} touches {line!r}; widen the table")
            line = line.ljust(start) + piece.text
            if piece.claim and piece.figure:
                self.claim(number, start, piece.figure, piece.claim)
            elif piece.text:
                self.tokens(number, start, piece.text)
        self.lines.append(line)
        return number

    def tokens(self, line: int, start: int, text: str) -> None:
        """Keep the digits of a label: they are no values."""
        for match in TOKEN.finditer(text):
            self.labels.append({"line": line, "col_start": start + match.start(), "raw": match[0], "context": text})

    def claim(self, line: int, start: int, figure: Figure, claim: Claim) -> None:
        """Keep the truth of one printed figure."""
        cell: Cell = {
            "id": f"S{len(self.cells) + 1:04}",
            "table": self.table.code,
            "line": line,
            "col_start": start,
            "col_end": start + len(figure.raw),
            "row_label": claim.row_label,
            "column": claim.column,
            "raw": figure.raw,
            "unit": figure.unit,
            "canonical": claim.canonical,
            "value": figure.value,
        }
        if figure.fraction is not None:
            cell["canonical_value"] = figure.fraction
        if claim.printed is not None:
            cell["row_label_printed"] = claim.printed
        if claim.shifted:
            cell["shifted"] = True
        if claim.dims:
            cell["dims"] = dict(claim.dims)
        self.cells.append(cell)

    def null(self, line: int, row_label: str, column: str, **more: str) -> None:
        """Keep that a cell of a grid is empty."""
        entry = {"table": self.table.code, "line": line, "row_label": row_label, "column": column}
        self.nulls.append({**entry, **more, "reason": "blank in source"})

    def head(self, words: str, marks: Iterable[tuple[str, str, str]] = (), col: int = 0) -> int:
        """A line of the cover: `marks` are (printed text, field, value), in order; other digits are plain text."""
        line, at, number = " " * col + words, col, len(self.lines) + 1
        taken: list[tuple[int, int]] = []
        for raw, name, value in marks:
            start = line.index(raw, at)
            at = start + len(raw)
            taken.append((start, at))
            self.header.append(
                {"line": number, "col_start": start, "col_end": at, "raw": raw, "field": name, "value": value}
            )
        for match in TOKEN.finditer(line):
            if not any(start < match.end() and match.start() < end for start, end in taken):
                self.header.append(
                    {
                        "line": number, "col_start": match.start(), "col_end": match.end(), "raw": match[0],
                        "field": "(text)", "value": match[0], "note": "non-fact",
                    }
                )  # fmt: skip
        self.lines.append(line)
        return number

    def open(self, code: str, title: str, canonical: str) -> None:
        """Begin a table: tags, caption, and its own indentation. The first may share the tags of the report's head."""
        joined = not self.tables and self.shape.joined_head
        self.indent = 0 if joined else self.rng.choice(self.shape.indents)
        self.tables.append(Table(code, title, canonical, len(self.lines) + 1))
        if self.shape.tags and not joined:
            self.text("<TABLE>")
            self.blank(self.rng.choice((0, 0, 1)))
            self.text("<CAPTION>")
        self.blank(self.rng.choice((0, 1, 1)))

    def close(self) -> None:
        """End the table."""
        self.blank(self.rng.choice((0, 0, 1, 2)))
        if self.shape.tags:
            self.text("</TABLE>")
        self.table.end = len(self.lines)
        self.indent = 0
        self.pause()

    def mark(self, columns: Iterable[int]) -> None:
        """The line of column marks, <S> for the labels and <C> for each column."""
        if not self.shape.tags or self.shape.marks == "none":
            return
        label, value = ("<s>", "<c>") if self.shape.marks == "lower" else ("<S>", "<C>")
        line = " " * self.indent + label
        for column in columns:
            line = line.ljust(max(self.indent + column, len(line) + 1)) + value
        self.lines.append(line)

    def money(self, amount: Decimal, commas: bool = True) -> Figure:
        """Dollars and cents."""
        plain = f"{abs(amount):,.2f}" if commas else f"{abs(amount):.2f}"
        if amount < 0:
            plain = f"({plain})" if self.shape.parentheses else f"-{plain}"
        return Figure(plain, f"{amount:.2f}", "USD")

    def percent(self, rate: Decimal, decimals: int) -> Figure:
        """A rate given in percent, printed with its sign."""
        value = f"{rate:.{decimals}f}"
        return Figure(value + (" %" if self.shape.percent_gap else "%"), value, "PCT", f"{Decimal(value).scaleb(-2):f}")


def count(number: int) -> Figure:
    """A number of loans."""
    return Figure(f"{number:,}", str(number), "COUNT")


def words(text: str) -> Figure:
    """A text as value."""
    return Figure(text, text, "TEXT")


def day(text: str, value: date) -> Figure:
    """A date as printed."""
    return Figure(text, value.isoformat(), "DATE")


MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def written(value: date, form: str) -> str:
    """A date in one of the forms trustees print."""
    name = MONTHS[value.month - 1]
    return {
        "short": f"{value.month}/{value.day:02}/{value.year % 100:02}",
        "long": f"{value.month:02}/{value.day:02}/{value.year}",
        "padded": f"{value.month:02}/{value.day:02}/{value.year % 100:02}",
        "day_month": f"{value.day:02}-{name[:3]}-{value.year}",
        "words": f"{name} {value.day}, {value.year}",
        "capitals": f"{name.upper()} {value.day}, {value.year}",
    }[form]
