"""A class table of two lines a class: name and dollars, CUSIP and dollars per $1000."""

from collections.abc import Sequence
from decimal import Decimal
from random import Random
from typing import NamedTuple

from tests.simulate.class_tables import DIST, FACTOR
from tests.simulate.families.trustee import mortgage
from tests.simulate.families.trustee.look import Look
from tests.simulate.families.trustee.ruled import (
    NOTHING,
    Column,
    Row,
    Shown,
    at,
    meaning,
    money,
    of_class,
    per,
    rate,
    raw,
    rule,
    spans,
    text,
    total_row,
    value,
)
from tests.simulate.sheet import Claim, Figure, Piece, Sheet
from tests.simulate.waterfall import ClassMonth, Month

ITEM = "fact_line_item.value"
THOUSAND = Decimal(1000)
CUSIP = text("CUSIP", "cusip", "dim_class_identifier.id_value")
FACE = money("Original|Face Value", "face")
OPENING = money("Opening|Balance", "beginning")
PRINCIPAL = money("Principal|Payment", "principal")
LOSS = money("Principal|Adj. or Loss", "loss")
GROWTH = money("Negative|Amortization", "accretion")
CLOSING = money("Closing|Balance", "ending")
INTEREST = money("Interest|Payment", "interest")
RATE = Column("Pass-Through|Rate", "rate", "rate", DIST + "pass_through_rate", False)
COLUMNS = (FACE, OPENING, PRINCIPAL, LOSS, GROWTH, CLOSING, INTEREST, RATE)
PER = {"original_face": "", "accretion": "accretion"}


class Stack(NamedTuple):
    """A column of the stacked table: head in three lines, what it says in dollars and below per $1000."""

    head: tuple[str, str, str]
    column: Column
    factor: str


def stacks() -> tuple[Stack, ...]:
    """The columns with the line per $1000 below."""
    made = []
    for column in COLUMNS[:-1]:
        above, below = column.lines
        name = column.canonical.removeprefix(DIST)
        made.append(Stack((above, below, "Per $1000"), column, PER.get(name, name)))
    return (*made, Stack(("Pass-Through", "Rate", "Next Rate"), RATE, ""))


def print_stacked(sheet: Sheet, month: Month, look: Look) -> None:
    """Two lines a class: name and dollars, CUSIP and dollars per $1000."""
    columns, decimals = stacks(), sheet.rng.choice((6, 9))
    mortgage.denominate(sheet, month, "Amounts of the second lines are per $1000", "$1000", 30)
    upper = [stacked_row(look, sheet.rng, columns, one, place) for place, one in enumerate(month.classes)]
    lower = [second_row(look, columns, one, decimals) for one in month.classes]
    ending = total_row(look, [one.column for one in columns], month, "Total:")
    many = len(month.classes) > 1
    rows = [*upper, *lower, *([ending] if many else [])]
    width = max(11, look.stub_width)
    fields = spans(look, sheet.rng, [list(one.head) for one in columns], rows, width)
    sheet.table.columns = [" ".join(one.head[:2]) for one in columns]
    rule(sheet, look, [(0, width), *fields])
    for level, stub in enumerate(("", "Class", "CUSIP")):
        pieces = [Piece(0, stub)] if stub else []
        for one, (left, right) in zip(columns, fields, strict=True):
            words = one.head[level]
            pieces.append(Piece(at(look.heads, left, right, len(words)), words))
        sheet.put(pieces)
    rule(sheet, look, [(0, width), *fields])
    for member, above, below in zip(month.classes, upper, lower, strict=True):
        name = member.tranche.name
        line(sheet, Piece(0, name), above, fields)
        cusip = Figure(member.tranche.cusip, member.tranche.cusip, "TEXT")
        claim = Claim(name, "CUSIP", CUSIP.canonical, {"class": name})
        line(sheet, Piece(0, cusip.raw, False, cusip, claim), below, fields)
        if look.spaced:
            sheet.blank()
    rule(sheet, look, [(0, width), *fields])
    if many:
        line(sheet, Piece(0, ending.label), ending, fields)


def stacked_row(look: Look, rng: Random, columns: Sequence[Stack], one: ClassMonth, place: int) -> Row:
    """Dollars of a class."""
    shown: list[Shown] = []
    for stack in columns:
        is_rate = stack.column.kind == "rate"
        shown.append(rate(look, one.rate) if is_rate else of_class(look, rng, one, stack.column.amount, not place))
    return Row(one.tranche.name, shown, [meaning(stack.column, one, one.tranche.name, None) for stack in columns])


def second_row(look: Look, columns: Sequence[Stack], one: ClassMonth, decimals: int) -> Row:
    """Dollars per $1000 of a class, and its next rate: the same if it is fixed, else not known yet."""
    shown: list[Shown] = []
    claims = []
    name = one.tranche.name
    for stack in columns:
        head = " ".join(stack.head[:2])
        if stack.column.kind == "rate":
            shown.append("N/A" if one.tranche.floating else rate(look, one.rate))
            claims.append(Claim(name, "Next Rate", DIST + "next_pass_through_rate", {"class": name}))
            continue
        canonical = FACTOR + stack.factor if stack.factor else ITEM
        shown.append(per(look, value(one, stack.column.amount), one, THOUSAND, decimals))
        claims.append(Claim(name, f"{head} Per $1000", canonical, {"class": name, "denomination": "1000"}))
    return Row(name, shown, claims)


def line(sheet: Sheet, first: Piece, row: Row, fields: Sequence[tuple[int, int]]) -> None:
    """One line of the stacked table."""
    pieces, empty = [first], []
    for shown, claim, (_, right) in zip(row.shown, row.claims, fields, strict=True):
        if isinstance(shown, Figure):
            pieces.append(Piece(right, shown.raw, True, shown, claim))
            continue
        if shown:
            pieces.append(Piece(right, shown, right=True))
        empty.append((claim.column, shown))
    number = sheet.put(pieces)
    for column, sign in empty:
        sheet.null(number, row.label, column, **({"raw": raw(sign), "reason": NOTHING} if sign else {}))
