"""One or two documents, put into a submission as EDGAR disseminates it, with the truth of all of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random

from tests.simulate.sheet import Sheet
from tests.simulate.submission import Filer, Filing, Style, described, document, header
from tests.simulate.truth import Row, tables

LISTS = ("tables", "cells", "null_cells", "header", "denominations", "label_tokens", "formulas")
LINES = ("line", "title_line", "line_start", "line_end")


@dataclass(frozen=True)
class Part:
    """One document: its type, its name, the sheet that holds its lines and truth, and the formulas it prints."""

    kind: str
    name: str
    sheet: Sheet
    formulas: list[Row] = field(default_factory=list)


def filing(rng: Random, form: str, when: date, names: Sequence[str], file_number: str, ein: str) -> Filing:
    """A header: filed some days after the distribution."""
    filed = when + timedelta(days=rng.randrange(1, 14))
    first = rng.randrange(9_100_000, 9_900_000)
    filers = tuple(Filer(name, first + place * 37, ein, file_number) for place, name in enumerate(names))
    accession = f"{first:010}-{filed.year % 100:02}-{rng.randrange(1, 999_999):06}"
    accepted = datetime(filed.year, filed.month, filed.day, rng.randrange(8, 17), rng.randrange(60), rng.randrange(60))
    return Filing(accession, form, filed, accepted, when, filers)


def records(part: Part) -> dict[str, list[Row]]:
    """The truth of one document, by list; lines count from the first of the document."""
    sheet = part.sheet
    named = (tables(sheet), sheet.cells, sheet.nulls, sheet.header, sheet.denominations, sheet.labels, part.formulas)
    return dict(zip(LISTS, named, strict=True))


def moved(rows: Sequence[Row], by: int) -> list[Row]:
    """The rows with every line number moved."""
    return [{name: value + by if name in LINES and value else value for name, value in row.items()} for row in rows]


def file(parts: Sequence[Part], said: Row, filed: Filing | None, style: Style = "new") -> tuple[str, Row]:
    """The text of a submission and its truth; without a header the documents follow each other bare.

    `said` is what the report says of itself. `bodies` of the truth are the first and last line of each document.
    """
    lines = header(filed, len(parts), style) if filed else []
    truth: Row = {name: [] for name in LISTS}
    bodies = []
    for sequence, part in enumerate(parts, 1):
        block, before = document(part.kind, sequence, part.name, part.sheet.lines, style)
        if not filed:
            block, before = part.sheet.lines, 0
        start = len(lines) + before
        for name, rows in records(part).items():
            truth[name] += moved(rows, start)
        bodies.append((start + 1, start + len(part.sheet.lines)))
        lines += block
    if filed:
        lines.append("</SEC-DOCUMENT>")
        truth["filing"] = described(filed)
    truth |= {"source": {"path": "(simulated)", "lines": len(lines)}, "report": said, "bodies": bodies}
    return "\n".join(lines) + "\n", truth
