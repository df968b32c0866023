"""The numbered lines of a servicer's HTML certificate, read for tests alone.

A second way to the same lines, so that a test of printed formulas does not lean on the reader it helps to prove.
"""

import gzip
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path

from transforms.formulas import Line

WHITE = re.compile(r"(?:^|;)\s*color:\s*(?:#ffffff|white)", re.IGNORECASE)
NUMBER = re.compile(r"(\d{1,3}) ?\.")
LETTER = re.compile(r"[a-z]\.")
LETTERED = re.compile(r"([a-z])\. *(?=\S)")
FIGURE = re.compile(r"\(?-?(?:\d[\d,]*(?:\.\d+)?|\.\d+)\)?")
UNITS = {"$": "USD", "%": "PCT", "months": "MONTHS"}


def lines(filing: Path) -> list[Line]:
    """Return every line of a filing's certificate in print order; letters carry the number they stand under."""
    parser = _Rows()
    parser.feed(gzip.decompress(filing.read_bytes()).decode("cp1252"))
    found: list[Line] = []
    number: int | None = None
    for line_no, row in enumerate(parser.rows, start=1):
        cells = [text for text in (" ".join(cell.split()) for cell in row) if text]
        line = replace(_line(cells), line_no=line_no)
        if line.number is None and line.letter is not None:
            line = replace(line, number=number)
        elif line.number is not None:
            number = line.number
        found.append(line)
    return found


def _line(cells: list[str]) -> Line:
    """Return the line of one table row: number, letter and label first, then the figures with their signs."""
    number = letter = None
    if cells and (match := NUMBER.fullmatch(cells[0])):
        number, cells = int(match[1]), cells[1:]
    elif len(cells) > 1 and LETTER.fullmatch(cells[0]):  # older filings print the letter in a cell of its own
        cells = [f"{cells[0]} {cells[1]}", *cells[2:]]
    label, rest = (cells[0], cells[1:]) if cells else ("", [])
    if match := LETTERED.match(label):
        letter, label = match[1], label[match.end() :]
    figures = list(_figures(rest))
    return Line(number, letter, label, tuple(v for v, _ in figures), tuple(u for _, u in figures))


def _figures(cells: list[str]) -> Iterator[tuple[Decimal, str]]:
    """Yield each figure with the unit of the sign before it, else of the percent sign behind it."""
    for at, cell in enumerate(cells):
        figure = cell.strip("$% ") if cell not in UNITS else ""
        if figure in ("-", "—", "–"):
            figure = "0"
        if not FIGURE.fullmatch(figure):
            continue
        signs = [cell[0], cells[at - 1] if at else "", cell[-1], cells[at + 1] if at + 1 < len(cells) else ""]
        if signs[3] == "$":  # the sign of the next figure
            signs.pop()
        unit = next((UNITS[sign] for sign in signs if sign in UNITS), "RATIO" if "." in figure else "COUNT")
        digits = figure.strip("()").replace(",", "")
        yield -Decimal(digits) if figure.startswith("(") else Decimal(digits), unit


class _Rows(HTMLParser):
    """Collect the cells of every table row, without the text that is printed white."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.rows: list[list[str]] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("font", "span"):
            self._open.append((tag, bool(WHITE.search(dict(attrs).get("style") or ""))))
        elif tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th") and self.rows:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("font", "span") and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1] and not any(white for _, white in self._open):
            self.rows[-1][-1] += data
