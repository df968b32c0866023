"""Amounts of a certificate with their meaning: what lines and tables are made of."""

from decimal import Decimal

from tests.simulate.cents import rounded
from tests.simulate.families.servicer.auto import NoteMonth
from tests.simulate.families.servicer.outline import ITEM, Amount, Item, Line

NOTE, FACTOR, TOTAL = "fact_class_distribution.", "fact_class_factor.", "fact_class_total."


def usd(value: Decimal, canonical: str = ITEM, **dims: str) -> Amount:
    """Dollars."""
    return Amount(value, "money", canonical, dims or None)


def one(key: str, label: str, value: Decimal, canonical: str = ITEM, formula: str = "", **dims: str) -> Item:
    """An item of one line in dollars."""
    return Item(Line(key, label, [usd(value, canonical, **dims)], formula))


def part(key: str, label: str, value: Decimal, canonical: str = ITEM, formula: str = "", **dims: str) -> Line:
    """A lettered line in dollars."""
    return Line(key, label, [usd(value, canonical, **dims)], formula)


def share(amount: Decimal, whole: Decimal, decimals: int) -> Decimal:
    """Percent of a whole."""
    return rounded(amount / whole * 100, decimals)


def per_face(balance: Decimal, face: Decimal) -> Decimal:
    """Pool factor to seven decimals."""
    return rounded(balance / face, 7)


def of(member: NoteMonth) -> dict[str, str]:
    """The class a figure belongs to."""
    return {"class": member.note.name}


def unit_factor(value: Decimal, member: NoteMonth, column: str) -> Amount:
    """A factor per dollar of a class."""
    return Amount(value, "factor", FACTOR + column, {**of(member), "denomination": "1"}, 7)
