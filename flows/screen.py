"""What the reader of a screen sees: tables and colour on a terminal, tab-separated plain text in a pipe.

All that a command prints passes through `_plain`, `_painted`, `_cell` or `separated`, where text from outside becomes
harmless.
"""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from itertools import chain
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from flows import harmless
from flows.pulse import pulse

SHOWN = 500  # rows of one table on a terminal; a pipe gets them all
NARROWEST = 12  # characters below which a folded text column stops being readable
Row = Sequence[Any]
Progressed = Callable[[str, int, int], None]


def is_terminal() -> bool:
    """Whether a person reads standard output."""
    return sys.stdout.isatty()


def out() -> Console:
    """The console of standard output, as wide as the terminal; a pipe gets no colour and no line breaks of ours."""
    return Console(highlight=False, markup=False, soft_wrap=not is_terminal())


def _plain(text: str, error: bool = False) -> None:
    """Text as it is laid out, but harmless, on standard output or on standard error."""
    print(harmless.printable(text), file=sys.stderr if error else sys.stdout, flush=error)


def _painted(console: Console, text: Text, **how: Any) -> None:
    """Text with its colours, but harmless: as many characters as before, so that the colours stay where they were."""
    text.plain = harmless.printable(text.plain)
    console.print(text, **how)


def _one_line(text: str) -> str:
    return harmless.one_line(harmless.without_login(text))


def line(text: str = "", style: str = "") -> None:
    """One line on standard output; it folds at words on a terminal and stays whole in a pipe."""
    if is_terminal():
        _painted(out(), Text(_one_line(text), style=style))
    else:
        _plain(_one_line(text))


def live(text: str) -> None:
    """A line of a command that goes on: whoever reads a pipe has it at once."""
    line(text)
    sys.stdout.flush()


def raw(text: str) -> None:
    """Text that is already laid out in lines."""
    _plain(text)


def beside(text: str) -> None:
    """One line on standard error about an answer on standard output."""
    _painted(_errors(soft_wrap=True), Text(_one_line(text)))


def complain(text: str, whole: bool = False) -> None:
    """One line on standard error; more of them where the `whole` text is the answer, as of a query."""
    told = harmless.without_login(text) if whole else _one_line(text)
    _painted(_errors(soft_wrap=True), Text(f"tieout: {told}", style="red"))


def _errors(**how: Any) -> Console:
    return Console(stderr=True, highlight=False, markup=False, **how)


def shown(value: Any) -> str:
    """A value as text: exact decimals, ISO dates, NULL as nothing."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else str(value)


def amount(value: Decimal | None, unit: str | None = "money") -> str:
    """A number for the eye: thousands apart, cents of money, no more than fifteen digits of a rate."""
    if value is None:
        return ""
    if unit == "count":
        return f"{value:,.0f}"
    if unit == "money":
        return f"{value:,.2f}"
    decimals = min(10, max(2, 14 - value.adjusted()))
    whole, _, fraction = f"{value:,.{decimals}f}".partition(".")
    fraction = fraction.rstrip("0")
    return f"{whole}.{fraction}" if fraction else whole


def table(columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Rows under their names: a table on a terminal, a record per row where it does not fit, tabs in a pipe."""
    if not is_terminal():
        separated(columns, rows, "\t")
        return
    console = out()
    first = rows[:SHOWN]
    columns = [harmless.one_line(name) for name in columns]
    cells = [[_cell(value) for value in row] for row in first]
    numeric = [any(_is_number(row[at]) for row in first) for at in range(len(columns))]
    if _fits(console.width, columns, cells, numeric):
        console.print(_grid(columns, cells, numeric))
    else:
        for number, row in enumerate(cells, 1):
            _record(console, number, columns, row)
    if len(rows) > SHOWN:
        line(f"{len(rows) - SHOWN:,} more rows: in a pipe all are printed, for example `| less -S`", "dim")


def _cell(value: Any) -> Text:
    return Text("NULL", style="dim") if value is None else Text(harmless.printable(shown(value)))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _fits(width: int, columns: Sequence[str], cells: Sequence[Sequence[Text]], numeric: Sequence[bool]) -> bool:
    """Whether the table can be set without breaking a number or squeezing a text out of readability."""
    needed = 2
    for at, name in enumerate(columns):
        longest = max([len(name), *(len(row[at]) for row in cells)])
        needed += 2 + (longest if numeric[at] else min(longest, max(NARROWEST, len(name))))
    return needed <= width


def _grid(columns: Sequence[str], cells: Sequence[Sequence[Text]], numeric: Sequence[bool]) -> Table:
    grid = Table(box=SIMPLE_HEAD, pad_edge=False, padding=(0, 1))
    for name, right in zip(columns, numeric, strict=True):
        grid.add_column(Text(name), justify="right" if right else "left", no_wrap=right, overflow="fold")
    for row in cells:
        grid.add_row(*row)
    return grid


def _record(console: Console, number: int, columns: Sequence[str], row: Sequence[Text]) -> None:
    _painted(console, Text(f"-- row {number}", style="dim"))
    widest = max(len(name) for name in columns)
    for name, value in zip(columns, row, strict=True):
        _painted(console, Text.assemble((name.ljust(widest), "bold"), "  ", value))


def separated(columns: Sequence[str], rows: Iterable[Row], mark: str, raw: bool = False) -> None:
    """Rows as tab- or comma-separated text with a head line, every row and every character.

    Between tabs, what would end a field or be obeyed is escaped; between commas it is a picture of itself, and a
    formula of a spreadsheet has an apostrophe before it. `raw` leaves the texts between commas as they are.
    """
    if mark == "\t":
        for row in chain([columns], rows):
            _plain(mark.join(harmless.in_tabs(shown(value)) for value in row))
        return
    import csv

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerows([_between_commas(value, raw) for value in row] for row in chain([columns], rows))


def _between_commas(value: Any, raw: bool) -> str:
    text = shown(value)
    return text if raw or _is_number(value) else harmless.in_csv(text)


def as_json(value: Any) -> None:
    """A value for a program: decimals as strings, so that no cent is lost in a float."""
    _plain(harmless.in_json(json.dumps(value, indent=2, default=shown, ensure_ascii=False)))


def marked(lines: Sequence[tuple[int, str]], at: int, start: int, end: int) -> None:
    """Source lines with their numbers, and carets under characters `start` to `end` of line `at`.

    Lines wider than a terminal are shown through one window around the value; a pipe gets them whole.
    """
    gutter = max(len(str(number)) for number, _ in lines) + 2
    left, right = _window(max(len(text) for _, text in lines), start, end, gutter)
    for number, text in lines:
        piece = Text(text[left:right].replace("\t", " "))
        if number == at:
            piece.stylize("bold reverse", start - left, end - left)
        _unfolded(Text.assemble((f"{number:>{gutter - 2}}  ", "dim"), piece))
        if number == at:
            _unfolded(Text(" " * (gutter + start - left) + "^" * (end - start), style="bold yellow"))


def _window(widest: int, start: int, end: int, gutter: int) -> tuple[int, int]:
    room = out().width - gutter
    if not is_terminal() or widest <= room:
        return 0, widest
    left = max(0, min((start + end - room) // 2, widest - room))
    return left, left + room


def _unfolded(text: Text) -> None:
    if is_terminal():
        _painted(out(), text, no_wrap=True, crop=True, overflow="crop")
    else:
        _plain(text.plain.rstrip())


@contextmanager
def progress() -> Iterator[Progressed]:
    """A callback `(stage, done, total)` on standard error: bars on a terminal, else lines, each with the time left."""
    if not sys.stderr.isatty():
        yield pulse(lambda text: _plain(text, error=True))
        return
    columns = (
        TextColumn("{task.description:<11}"), BarColumn(24), MofNCompleteColumn(), TimeElapsedColumn(),
        TextColumn("left"), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True)) as bars:
        stages: dict[str, TaskID] = {}

        def show(stage: str, done: int, total: int) -> None:
            if not total:
                return
            if stage not in stages:
                stages[stage] = bars.add_task(stage, total=total)
            if done < bars.tasks[stages[stage]].completed:
                # The stage of the next quarter has begun.
                bars.reset(stages[stage], total=total)
            bars.update(stages[stage], completed=done, total=total)

        yield show


def aside(text: str) -> None:
    """One line for a person who waits; standard error that is no terminal gets none."""
    console = _errors()
    if console.is_terminal:
        _painted(console, Text(_one_line(text), style="dim"))
