"""Real filings printed in thousands or millions: what they hold in dollars must stay what it is.

Money is what the unchanged filing is read as. A place that a filing does not have, or has no room at, gives no mutant.
"""

import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import polars as pl

from tests.mutation.texts import DoesNotFitError, Edits
from transforms import build, read
from transforms.reading import metadata
from transforms.values import figure

ACCESSION = "0000000000-00-000001"
WORDINGS: Mapping[int, tuple[str, ...]] = {
    1000: ("(in thousands)", "(Dollars in Thousands)", "($000s)", "(000's omitted)", "$ in thousands",
           "(amounts in thousands of U.S. dollars)"),
    1_000_000: ("(in millions)", "(Dollars in Millions)", "($ millions)", "(000,000's omitted)", "$ in millions",
                "(amounts in millions of U.S. dollars)"),
}  # fmt: skip
PLACES = ("letterhead", "caption", "title", "head", "footnote")
_TAG = re.compile(r"<[^>]*>")
_LETTERHEAD = ("report", "dim_deal", "dim_deal_identifier", "dim_deal_alias")

Row = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """One way to print a filing: its scale, whether to the cent, the words, the place, on all tables or on one."""

    scale: int
    exact: bool
    wording: str
    place: str
    seed: int = 0


@dataclass
class Filing:
    """A filing as it is: its text, its cells, the facts, and the statements of each report with their tables."""

    name: str
    text: str
    cells: list[Row]
    built: dict[str, pl.DataFrame]
    titles: dict[tuple[str, str], tuple[str, int]]


def kinds() -> Iterator[Kind]:
    """Every combination once."""
    for scale, wordings in WORDINGS.items():
        for exact in (True, False):
            for wording in wordings:
                for place in PLACES:
                    yield Kind(scale, exact, wording, place)


def unchanged(name: str, raw: bytes) -> Filing:
    """Read a filing as it is."""
    table = read(raw, accession=ACCESSION)
    titles = {
        (report["report_id"], f"T{at:02d}"): (title, line)
        for report in metadata(table)["reports"]
        for at, (_, _, title, line, _) in enumerate(report["statements"], start=1)
        if title
    }
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return Filing(name, raw.decode("latin-1"), frame.to_dicts(), build(table), titles)


def is_money(cell: Row) -> bool:
    """Tell whether a cell prints money that facts hold in dollars."""
    if cell["value_num"] is None or cell["table_code"] in ("HEADER", "TEXT"):
        return False
    return cell["unit"] == "USD" or (cell["unit"] == "UNKNOWN" and "$" in cell["raw_text"])


def printed(raw: str, kind: Kind) -> str:
    """Return a figure as a report in this scale prints it; without its sign. Zeros stay as they are."""
    value = abs(figure(raw) or Decimal(0))
    if value == 0:
        return "0" if not kind.exact else raw.strip("$() -+") or "0"
    shift = len(str(kind.scale)) - 1
    decimals = (max(len(raw.partition(".")[2].rstrip(") -")), 2) + shift) if kind.exact else (0 if shift == 3 else 1)
    unit = Decimal(1).scaleb(-decimals)
    return f"{(value / kind.scale).quantize(unit, ROUND_HALF_UP):,f}"


def mutant(filing: Filing, kind: Kind) -> bytes:
    """Return the filing printed in another scale. Raises DoesNotFitError where there is no such place, or no room."""
    edits = Edits(filing.text.split("\n"))
    chance = random.Random(f"{filing.name} {kind}")
    money = [cell for cell in filing.cells if is_money(cell)]
    reached = _PLACED[kind.place](filing, edits, kind, money, chance)
    if not reached:
        raise DoesNotFitError(f"no {kind.place}")
    for cell in reached:
        if figure(cell["raw_text"].strip()) is None:
            raise DoesNotFitError("a figure without digits")
        if any(char.isdigit() for char in cell["raw_text"]):
            span = cell["line_no"], cell["col_start"], cell["col_end"]
            edits.figure(*span, printed(cell["raw_text"].strip(), kind))
    return edits.text().encode("latin-1")


def _place(cell: Row) -> tuple[int, int]:
    return cell["line_no"], cell["col_start"]


def _by_table(money: Iterable[Row]) -> dict[tuple[str, str], list[Row]]:
    found: dict[tuple[str, str], list[Row]] = {}
    for cell in money:
        found.setdefault((cell["report_id"], cell["table_code"]), []).append(cell)
    return found


def _chosen(tables: list[list[Row]], chance: random.Random) -> list[list[Row]]:
    """All tables, or in a third of the mutants one."""
    return [chance.choice(tables)] if tables and chance.random() < 1 / 3 else tables


def _letterhead(filing: Filing, edits: Edits, kind: Kind, money: list[Row], chance: random.Random) -> list[Row]:
    """The words below a line of the letterhead of every report, of its first page or of every page."""
    everywhere = chance.random() < 0.5
    for report in sorted({cell["report_id"] for cell in money}):
        heads = [
            cell for cell in filing.cells
            if cell["report_id"] == report and cell["canonical_table"] in _LETTERHEAD and cell["table_code"] == "HEADER"
        ]  # fmt: skip
        first = min(_place(cell) for cell in money if cell["report_id"] == report)
        above = [cell for cell in heads if _place(cell) < first and cell["row_label"] != "Exhibit"]
        if not above:
            raise DoesNotFitError("no letterhead")
        cell = max(above, key=_place)
        _below(edits, cell, kind.wording)
        if everywhere:
            for again in [one for one in heads if _place(one) > first and one["raw_text"] == cell["raw_text"]]:
                _below(edits, again, kind.wording)
    return money


def _below(edits: Edits, cell: Row, words: str) -> None:
    """Add a line of words below the line of a cell, in HTML behind the end of its row or paragraph."""
    line = cell["line_no"]
    if not edits.is_html:
        edits.add_below(line, " " * (len(edits.lines[line - 1]) - len(edits.lines[line - 1].lstrip())) + words)
        return
    at, column = edits.behind(line, cell["col_end"], r"</(?:p|div|tr|h\d)\s*>")
    tag = edits.lines[at - 1][:column].lower().rsplit("</", 1)[-1]
    edits.insert(at, column, f"<tr><td>{words}</td></tr>" if tag.startswith("tr") else f"<p>{words}</p>")


def _caption(filing: Filing, edits: Edits, kind: Kind, money: list[Row], chance: random.Random) -> list[Row]:
    """The words as the caption of a table's tags, in HTML as a paragraph above them."""
    tables: dict[tuple[int, int], list[Row]] = {}
    for cell in money:
        above = edits.before(cell["line_no"], cell["col_start"], r"<table\b")
        if above:
            tables.setdefault(above, []).append(cell)
    found = _chosen(list(tables.values()), chance)
    reached = []
    for (at, column), cells in tables.items():
        if not any(cells is one for one in found):
            continue
        if edits.is_html:
            edits.insert(at, column, f"<p>{kind.wording}</p>")
        else:
            caption = next((nth for nth in range(at, at + 3) if "<CAPTION>" in edits.lines[nth - 1].upper()), None)
            if caption is None:
                continue
            # Below the title, and above the heads of the columns; what stands above the title is the letterhead's.
            title, line = filing.titles.get((cells[0]["report_id"], cells[0]["table_code"]), (None, 0))
            place = _printed_at(edits, title.split(" / ")[-1], line, cells[0]) if title else None
            if place is None or place[0] < at:
                continue
            edits.add_below(place[0], kind.wording)
            cells = [cell for cell in cells if cell["line_no"] > place[0]]
        reached += cells
    return reached


def _title(filing: Filing, edits: Edits, kind: Kind, money: list[Row], chance: random.Random) -> list[Row]:
    """The words behind the title of a statement."""
    tables = {key: cells for key, cells in _by_table(money).items() if key in filing.titles}
    reached = []
    for cells in _chosen(list(tables.values()), chance):
        title, line = filing.titles[cells[0]["report_id"], cells[0]["table_code"]]
        place = _printed_at(edits, title.split(" / ")[-1], line, cells[0])
        if place is None:
            continue
        edits.insert(*place, f" {kind.wording}")
        reached += cells
    return reached


def _printed_at(edits: Edits, words: str, first: int, cell: Row) -> tuple[int, int] | None:
    """Return line and end column of words printed last between a line and a cell, between tags and not within one."""
    bare = r"(?:\s|<[^>]*>|&nbsp;)+".join(map(re.escape, words.split()))
    here = edits.before(cell["line_no"], cell["col_start"], rf"(?<![^\s>;]){bare}(?=\s*(?:<|$|  ))", first)
    return None if here is None else edits.behind(*here, bare)


def _head(filing: Filing, edits: Edits, kind: Kind, money: list[Row], chance: random.Random) -> list[Row]:
    """The words as the last line of the head of every column of money, or behind it in markup."""
    reached = []
    for cells in _chosen(list(_by_table(money).values()), chance):
        columns: dict[str, list[Row]] = {}
        for cell in cells:
            if cell["pairing"] == "GRID" and cell["column_label"] not in (None, "(value)"):
                columns.setdefault(cell["column_label"], []).append(cell)
        reached += (_head_in_markup if edits.is_html else _head_in_text)(edits, kind, columns)
    return reached


def _head_in_markup(edits: Edits, kind: Kind, columns: dict[str, list[Row]]) -> list[Row]:
    reached: list[Row] = []
    for label, cells in columns.items():
        place = _printed_at(edits, label, max(cells[0]["line_no"] - 150, 1), cells[0])
        if place is not None:
            edits.insert(*place, f" {kind.wording}")
            reached += cells
    return reached


def _head_in_text(edits: Edits, kind: Kind, columns: dict[str, list[Row]]) -> list[Row]:
    if not columns:
        return []
    first = min(cell["line_no"] for cells in columns.values() for cell in cells)
    words = kind.wording
    line = ""
    for cells in sorted(columns.values(), key=lambda cells: max(cell["col_end"] for cell in cells)):
        end = max(cell["col_end"] for cell in cells)
        if end - len(words) < len(line) + 2:
            raise DoesNotFitError("heads too narrow")
        line = line.ljust(end - len(words)) + words
    below = next(at for at in range(first - 1, 0, -1) if re.search(r"[A-Za-z]", _TAG.sub("", edits.lines[at - 1])))
    edits.add_below(below, line)
    return [cell for cells in columns.values() for cell in cells]


def _footnote(filing: Filing, edits: Edits, kind: Kind, money: list[Row], chance: random.Random) -> list[Row]:
    """The words below the last figures of a table, behind a mark."""
    last = {}
    for cell in filing.cells:
        if cell["table_code"] not in ("HEADER", "TEXT"):
            last[cell["report_id"], cell["table_code"]] = cell
    reached = []
    tables = _by_table(money)
    for cells in _chosen(list(tables.values()), chance):
        cell = last[cells[0]["report_id"], cells[0]["table_code"]]
        words = f"* {kind.wording.strip('()').capitalize()}"
        if edits.is_html:
            edits.insert(*edits.behind(cell["line_no"], cell["col_end"], r"</tr\s*>"), f"<tr><td>{words}</td></tr>")
        else:
            edits.add_below(cell["line_no"], words)
        reached += cells
    return reached


_PLACED: Mapping[str, Callable[[Filing, Edits, Kind, list[Row], random.Random], list[Row]]] = {
    "letterhead": _letterhead, "caption": _caption, "title": _title, "head": _head, "footnote": _footnote,
}  # fmt: skip
