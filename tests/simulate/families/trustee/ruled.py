"""Typed tables as trustees rule them: heads on several lines, rules, rows of classes, figures in their own manner."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from random import Random
from typing import NamedTuple

from tests.simulate.cents import ZERO, rounded
from tests.simulate.class_tables import DIST, FACTOR, MEANING, NOTIONAL, TOTAL
from tests.simulate.families.trustee.look import Look, Side
from tests.simulate.sheet import Claim, Figure, Piece, Sheet, Table, written
from tests.simulate.waterfall import ClassMonth, Month

Shown = Figure | str | None
NOTHING = "a sign for nothing"


class Column(NamedTuple):
    """A column of a class table: head with its lines parted by |, the figure of a class, its meaning, its total.

    `kind`: text, money, rate, ratio, factor. `amount` is an attribute of the class or of its month. `total` is the
    column of `fact_class_total`, or empty if the totals row has nothing there.
    """

    head: str
    amount: str
    kind: str
    canonical: str
    total: bool = True

    @property
    def lines(self) -> list[str]:
        return self.head.split("|")

    @property
    def name(self) -> str:
        """The head read from top to bottom."""
        return self.head.replace("|", " ")


def money(head: str, amount: str, total: bool = True) -> Column:
    """A column of dollars."""
    return Column(head, amount, "money", DIST + MEANING[amount], total)


def factor(head: str, amount: str) -> Column:
    """A column of dollars per denomination."""
    return Column(head, amount, "factor", FACTOR + MEANING[amount], False)


def text(head: str, amount: str, canonical: str) -> Column:
    """A column of words."""
    return Column(head, amount, "text", canonical, False)


class Row(NamedTuple):
    """A row to print: label, what stands in each column, and what each figure means."""

    label: str
    shown: Sequence[Shown]
    claims: Sequence[Claim]


def dollars(look: Look, amount: Decimal, first: bool = False) -> Figure:
    """Dollars and cents; a dash is a printed zero."""
    if not amount and look.zero.strip("-") == "":
        return Figure(look.zero, "0.00", "USD")
    plain = f"{abs(amount):,.2f}" if look.commas else f"{abs(amount):.2f}"
    if look.dollar == "every" or (look.dollar == "first" and first):
        plain = f"${plain}"
    if amount < 0:
        plain = {"whole": f"({plain})", "minus": f"-{plain}", "trailing": f"{plain}-"}[look.negative]
    return Figure(plain, f"{amount:.2f}", "USD")


def of_class(look: Look, rng: Random, one: ClassMonth, name: str, first: bool = False) -> Shown:
    """Dollars of a class. No dollars are left blank now and then; for classes that earn none they are N/A."""
    amount = value(one, name)
    if not amount and look.blank and rng.random() < look.blank:
        return None
    if not amount and look.zero == "N/A" and one.tranche.role in ("residual", "cash", "notional"):
        return "N/A"
    return dollars(look, amount, first)


def rate(look: Look, percent: Decimal, decimals: int | None = None) -> Figure:
    """A rate given in percent."""
    value = f"{percent:.{look.decimals if decimals is None else decimals}f}"
    return Figure(value + look.percent, value, "PCT", f"{Decimal(value).scaleb(-2):f}")


def per(look: Look, amount: Decimal, one: ClassMonth, denomination: Decimal, decimals: int) -> Figure:
    """Dollars per denomination of the original face."""
    exact = rounded(amount * denomination / one.face, decimals) if one.face else rounded(ZERO, decimals)
    printed = f"{exact:,.{decimals}f}" if look.commas else f"{exact:.{decimals}f}"
    return Figure(printed, f"{exact:.{decimals}f}", "USD_PER_DENOM")


def value(one: ClassMonth, name: str) -> Decimal:
    """An amount of a class."""
    amount: Decimal = getattr(one, name)
    return amount


def words(raw: str) -> Figure | None:
    """A text as value; nothing if there is none."""
    return Figure(raw, raw, "TEXT") if raw else None


def meaning(column: Column, one: ClassMonth, label: str, denomination: Decimal | None) -> Claim:
    """What a figure of a class means; a notional class has no balance."""
    canonical = column.canonical if one.tranche.counted else NOTIONAL.get(column.canonical, column.canonical)
    dims = {"class": one.tranche.name}
    if column.kind == "factor" and denomination:
        dims["denomination"] = str(denomination)
    return Claim(label, column.name, canonical, dims)


def class_row(
    look: Look, rng: Random, columns: Sequence[Column], one: ClassMonth, label: str, first: bool,
    denomination: Decimal | None = None, decimals: int = 6,
) -> Row:  # fmt: skip
    """The row of a class."""
    shown: list[Shown] = []
    for column in columns:
        if column.kind == "text":
            shown.append(words(getattr(one.tranche, column.amount)))
        elif column.kind == "rate":
            shown.append(rate(look, value(one, column.amount)))
        elif column.kind == "factor":
            shown.append(per(look, value(one, column.amount), one, denomination or Decimal(1), decimals))
        else:
            shown.append(of_class(look, rng, one, column.amount, first))
    return Row(label, shown, [meaning(column, one, label, denomination) for column in columns])


def total_row(look: Look, columns: Sequence[Column], month: Month, label: str) -> Row:
    """The totals: balances of notional classes do not count; a misprint of one balance does not reach them."""
    shown: list[Shown] = []
    for column in columns:
        if not column.total or column.kind != "money":
            shown.append(None)
            continue
        whole = column.amount in ("face", "beginning", "ending", "scheduled", "unscheduled", "principal")
        members = month.counted if whole else month.classes
        amount = sum((value(one, column.amount) for one in members), ZERO)
        if column.amount == "ending":
            amount -= sum((one.misprint for one in members), ZERO)
        shown.append(dollars(look, amount, True))
    claims = [
        Claim(label, column.name, column.canonical.replace(DIST, TOTAL), {"class": "#TOTAL"}) for column in columns
    ]
    return Row(label, shown, claims)


def raw(shown: Shown) -> str:
    """What is printed."""
    return "" if shown is None else shown if isinstance(shown, str) else shown.raw


def spans(look: Look, rng: Random, heads: Sequence[list[str]], rows: Sequence[Row], edge: int) -> list[tuple[int, int]]:
    """First and last column of each column of the table: as wide as head and figures."""
    found = []
    for place, head in enumerate(heads):
        width = max(len(one) for one in (*head, *(raw(row.shown[place]) for row in rows)))
        left = edge + rng.randint(*look.gap)
        edge = left + width
        found.append((left, edge))
    return found


def at(side: Side, left: int, right: int, width: int) -> int:
    """Where words of a width begin."""
    return {"left": left, "center": (left + right - width) // 2, "right": right - width}[side]


def rule(sheet: Sheet, look: Look, columns: Sequence[tuple[int, int]]) -> None:
    """A rule across, or one under each column."""
    if not look.rule:
        return
    if look.each:
        sheet.put([Piece(left, look.rule * (right - left)) for left, right in columns])
    else:
        sheet.text(look.rule * columns[-1][1])


def table(
    sheet: Sheet, look: Look, stub: str, columns: Sequence[tuple[str, bool]], rows: Sequence[Row | None],
    mark: Callable[[Sequence[tuple[int, int]]], None] | None = None,
) -> None:  # fmt: skip
    """Heads, rule and rows; None is an empty line. Columns are (head, whether it is words).

    A look with notes calls one at the head of the first column of losses; the mark is no part of the column's name.
    """
    heads = [head.split("|") for head, _ in columns]
    noted = next((head for head in heads if look.notes and "Loss" in head[-1]), None)
    if noted:
        noted[-1] += " (1)"
    real = [row for row in rows if row]
    width = max(look.stub_width, len(stub), *(len(row.label) for row in real))
    fields = spans(look, sheet.rng, heads, real, width)
    sheet.table.columns = [head.replace("|", " ") for head, _ in columns]
    depth = max(map(len, heads))
    for level in range(depth):
        pieces = [Piece(at(look.stub, 0, width, len(stub)), stub)] if level == depth - 1 and stub else []
        for head, (_, wordy), (left, right) in zip(heads, columns, fields, strict=True):
            if (line := level - depth + len(head)) >= 0:
                side: Side = "left" if wordy else look.heads
                pieces.append(Piece(at(side, left, right, len(head[line])), head[line]))
        sheet.put(pieces)
    rule(sheet, look, [(0, width), *fields])
    if mark:
        mark(fields)
    for row in rows:
        if row is None:
            sheet.blank()
        else:
            put(sheet, look, row, width, fields, [wordy for _, wordy in columns])
    if noted:
        sheet.text("(1) Does not include losses that other classes or insurers bear.")


def put(
    sheet: Sheet, look: Look, row: Row, width: int, fields: Sequence[tuple[int, int]], wordy: Sequence[bool]
) -> int:
    """One row."""
    pieces = [Piece(at(look.stub, 0, width, len(row.label)), row.label)]
    empty: list[tuple[Claim, str]] = []
    for shown, claim, (left, right), left_flush in zip(row.shown, row.claims, fields, wordy, strict=True):
        if isinstance(shown, Figure):
            pieces.append(Piece(left if left_flush else right, shown.raw, not left_flush, shown, claim))
            continue
        if shown:
            pieces.append(Piece(right, shown, right=True))
        empty.append((claim, shown or ""))
    line = sheet.put(pieces)
    for claim, sign in empty:
        more = {"raw": sign, "reason": NOTHING} if sign else {}
        sheet.null(line, row.label, claim.column, **more)
    if look.spaced and sheet.rng.random() < look.spaced:
        sheet.blank()
    return line


def stamp(value: date, form: str) -> str:
    """A date; beside the usual forms day, month and year of two digits."""
    return f"{written(value, 'day_month')[:-4]}{value.year % 100:02}" if form == "day_mon" else written(value, form)


def begin(sheet: Sheet, title: str, canonical: str) -> None:
    """Begin a table of the truth at the next line; the last one ends here."""
    if sheet.tables:
        sheet.table.end = len(sheet.lines)
    number = len(sheet.lines) + 1
    sheet.tables.append(Table(f"T{len(sheet.tables) + 1:02}", title, canonical, number))


def titled(sheet: Sheet, title: str, col: int, said: str = "") -> None:
    """Print the title of the table just begun."""
    sheet.table.title = title
    sheet.table.title_line = sheet.text(said or title, col)
