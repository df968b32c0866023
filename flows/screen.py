"""What the reader of a screen sees: tables and colour on a terminal, tab-separated plain text in a pipe."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
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


def line(text: str = "", style: str = "") -> None:
    """One line on standard output; it folds at words on a terminal and stays whole in a pipe."""
    if is_terminal():
        out().print(Text(text, style=style))
    else:
        print(text)


def live(text: str) -> None:
    """A line of a command that goes on: whoever reads a pipe has it at once."""
    line(text)
    sys.stdout.flush()


def raw(text: str) -> None:
    """Text that is already laid out, as it is."""
    print(text)


def beside(text: str) -> None:
    """One line on standard error about an answer on standard output."""
    Console(stderr=True, highlight=False, markup=False, soft_wrap=True).print(Text(text))


def complain(text: str) -> None:
    """One line on standard error."""
    Console(stderr=True, highlight=False, markup=False, soft_wrap=True).print(Text(f"tieout: {text}", style="red"))


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
    cells = [[Text(shown(value)) if value is not None else Text("NULL", style="dim") for value in row] for row in first]
    numeric = [any(_is_number(row[at]) for row in first) for at in range(len(columns))]
    if _fits(console.width, columns, cells, numeric):
        console.print(_grid(columns, cells, numeric))
    else:
        for number, row in enumerate(cells, 1):
            _record(console, number, columns, row)
    if len(rows) > SHOWN:
        line(f"{len(rows) - SHOWN:,} more rows: in a pipe all are printed, for example `| less -S`", "dim")


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
        grid.add_column(name, justify="right" if right else "left", no_wrap=right, overflow="fold")
    for row in cells:
        grid.add_row(*row)
    return grid


def _record(console: Console, number: int, columns: Sequence[str], row: Sequence[Text]) -> None:
    console.print(Text(f"-- row {number}", style="dim"))
    widest = max(len(name) for name in columns)
    for name, value in zip(columns, row, strict=True):
        console.print(Text.assemble((name.ljust(widest), "bold"), "  ", value))


def separated(columns: Sequence[str], rows: Iterable[Row], mark: str) -> None:
    """Rows as tab- or comma-separated text with a head line, every row and every character."""
    if mark == "\t":
        print(mark.join(columns))
        for row in rows:
            print(mark.join(_one_line(shown(value)) for value in row))
        return
    import csv

    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([shown(value) for value in row] for row in rows)


def _one_line(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def as_json(value: Any) -> None:
    """A value for a program: decimals as strings, so that no cent is lost in a float."""
    print(json.dumps(value, indent=2, default=shown, ensure_ascii=False))


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
        out().print(text, no_wrap=True, crop=True, overflow="crop")
    else:
        print(text.plain.rstrip())


@contextmanager
def progress() -> Iterator[Progressed]:
    """A callback `(stage, done, total)` on standard error: bars on a terminal, else lines, each with the time left."""
    if not sys.stderr.isatty():
        yield pulse(lambda text: print(text, file=sys.stderr, flush=True))
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
    console = Console(stderr=True, highlight=False, markup=False)
    if console.is_terminal:
        console.print(Text(text, style="dim"))
