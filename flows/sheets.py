"""What the viewer writes as HTML: tables with exact figures, and printed lines with the value marked."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from html import escape as as_html
from html import unescape
from typing import Any

from flows import harmless, screen

Row = Mapping[str, Any]
LONG, NEAR = 240, 45  # characters: of a line that is shown whole, and of a longer one on each side of its value

STYLE = """
<style>
.sheet { overflow: auto; max-height: 34rem; margin: 0.3rem 0 1rem; border: 1px solid #d5d9de; }
.sheet table { border-collapse: collapse; width: 100%; font-size: 0.82rem; font-variant-numeric: tabular-nums; }
.sheet th { position: sticky; top: 0; background: #eef1f4; text-align: left; font-weight: 600; vertical-align: bottom;
  padding: 0.3rem 0.6rem; border-bottom: 1px solid #aab2bb; }
.sheet th:first-child, .sheet td:first-child { position: sticky; left: 0; }
.sheet td:first-child { background: #fff; }
.sheet th:first-child { z-index: 1; }
.sheet td { padding: 0.2rem 0.6rem; border-bottom: 1px solid #e8ebee; vertical-align: top; }
.sheet th.number, .sheet td.number { text-align: right; }
.sheet td.number { white-space: nowrap; }
.sheet td.short { white-space: nowrap; }
.sheet td.text { min-width: 8rem; overflow-wrap: anywhere; }
.sheet th small { display: block; font-weight: 400; color: #5b6570; }
.sheet tr.loud td { background: #fdecea; }
.sheet tr.faint td { color: #6b7580; }
.printed { overflow: auto; max-height: 40rem; margin: 0.3rem 0 1rem; padding: 0.5rem 0; border: 1px solid #d5d9de;
  background: #fbfaf5; font: 0.78rem/1.5 ui-monospace, monospace; white-space: pre; }
.printed .number { display: inline-block; width: 5em; padding-right: 1em; text-align: right; color: #8a939c;
  user-select: none; }
.printed .at { background: #fff3c4; display: inline-block; min-width: 100%; }
.printed mark { background: #ffb703; color: #000; outline: 2px solid #d97706; }
.about { color: #5b6570; font-size: 0.85rem; margin: 0 0 0.4rem; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 0.15rem 1.2rem; font-size: 0.9rem; }
.head { font-weight: 600; line-height: 1.25; } .head1 { font-size: 1.5rem; } .head2 { font-size: 1.25rem; }
.head3 { font-size: 1.05rem; margin: 0.8rem 0 0.2rem; }
.facts dt { color: #5b6570; } .facts dd { margin: 0; overflow-wrap: anywhere; }
</style>
"""


@dataclass(frozen=True)
class Column:
    """A column of a sheet: the field it shows, its head, and the unit its figures are in."""

    name: str
    head: str
    # text, code (text on one line), date, money, count, percent, rate (a fraction shown as percent), factor, figure (a
    # number as text), ruled (in the unit that the row tells)
    unit: str = "text"

    @property
    def note(self) -> str:
        """The unit as it stands under the head."""
        return {"money": "USD", "percent": "%", "rate": "% a year"}.get(self.unit, "")


def escape(text: str) -> str:
    """Text as a page shows it: no HTML of its own, and nothing that turns around or hides what stands beside it."""
    return as_html(harmless.printable(text))


def shown(value: Any, unit: str) -> str:
    """A value for the eye: blank where nothing is printed, money to the cent, fractions as percent."""
    if value is None or value is False:
        return ""
    if value is True:
        return "yes"
    if unit in ("percent", "rate"):
        return f"{value * 100:,.4f}" if isinstance(value, float) else _exact(value * 100)
    if unit == "factor":
        return f"{value:.8f}"
    if unit in ("money", "count"):
        return screen.amount(value if isinstance(value, Decimal) else Decimal(value), unit)
    if isinstance(value, Decimal):
        return screen.amount(value, "rate")
    if unit == "figure" and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
        return f"{Decimal(value):,f}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return screen.shown(value)


def _exact(percent: Decimal) -> str:
    """Every digit that is stored, and at least two decimals."""
    whole, _, fraction = f"{percent:,f}".partition(".")
    return f"{whole}.{fraction.rstrip('0').ljust(2, '0')}"


def sheet(columns: Sequence[Column], rows: Sequence[Row], loud: str = "", faint: str = "") -> str:
    """A table; rows whose field `loud` or `faint` is true stand out or back. Nothing to show is said in words."""
    if not rows:
        return '<p class="about">None.</p>'
    heads = "".join(
        f'<th class="{_look(column)}">{escape(column.head)}<small>{column.note}</small></th>' for column in columns
    )
    body = "".join(
        f'<tr class="{_tone(row, loud, faint)}">'
        + "".join(f'<td class="{_look(column)}">{_cell(row, column)}</td>' for column in columns)
        + "</tr>"
        for row in rows
    )
    return f'<div class="sheet"><table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>'


def _cell(row: Row, column: Column) -> str:
    # A figure of a rule is in the unit of its rule.
    unit = row["unit"] or "text" if column.unit == "ruled" else column.unit
    return escape(shown(row[column.name], unit))


def _look(column: Column) -> str:
    return {"text": "text", "date": "short", "code": "short"}.get(column.unit, "number")


def _tone(row: Row, loud: str, faint: str) -> str:
    return "faint" if faint and row[faint] else "loud" if loud and row[loud] else ""


def printed(lines: Sequence[tuple[int, str]], at: int, start: int, end: int) -> str:
    """Lines of a submission with their numbers, and the characters `start` to `end` of line `at` marked.

    A filing may hold all its HTML in one line: of a long line only what is near the value is shown.
    """
    return f'<div class="printed">{"".join(_line(number, text, at, start, end) for number, text in lines)}</div>'


def _line(number: int, text: str, at: int, start: int, end: int) -> str:
    gutter = f'<span class="number">{number}</span>'
    if number != at:
        return f"{gutter}{escape(text[:LONG])}{'…' if len(text) > LONG else ''}\n"
    left, right = (0, len(text)) if len(text) <= LONG else (max(0, start - NEAR), min(len(text), end + NEAR))
    before = ("…" if left else "") + text[left:start]
    after = text[end:right] + ("…" if right < len(text) else "")
    return f'<span class="at">{gutter}{escape(before)}<mark>{escape(text[start:end])}</mark>{escape(after)}</span>\n'


def row_of_html(text: str, start: int, end: int) -> str:
    """The row of a table of HTML around the characters `start` to `end`, as a page shows it; nothing outside of one."""
    first, last = text.lower().rfind("<tr", 0, start), text.lower().find("</tr", end)
    if first < 0 or last < 0:
        return ""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", text[first:last])).split())


def facts(pairs: Sequence[tuple[str, str]]) -> str:
    """Words and what they are; a pair without a value is left out."""
    return (
        '<dl class="facts">'
        + "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in pairs if value)
        + "</dl>"
    )


def head(level: int, text: str) -> str:
    """A heading. An element of that name would get a place in marimo's outline beside the page."""
    return f'<div class="head head{level}" role="heading" aria-level="{level}">{escape(text)}</div>'


def about(text: str) -> str:
    """A line that says what is shown, in which unit and from where."""
    return f'<p class="about">{escape(text)}</p>'
