"""Sheets of a seller of contracts: items down, classes across, sums of the pool in the first class's column."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random
from typing import NamedTuple

from tests.simulate.cents import ZERO, rounded
from tests.simulate.class_tables import DIST, MEANING, NOTIONAL, TOTAL
from tests.simulate.deal import draw as draw_deal
from tests.simulate.families import Printed
from tests.simulate.families.trustee import mortgage
from tests.simulate.families.trustee.delinquent import behind
from tests.simulate.families.trustee.look import Look
from tests.simulate.families.trustee.mortgage import misprinted, new_page
from tests.simulate.families.trustee.ruled import (
    Shown,
    at,
    begin,
    dollars,
    of_class,
    rate,
    raw,
    rule,
    stamp,
    titled,
    value,
)
from tests.simulate.shape import Shape
from tests.simulate.sheet import Claim, Figure, Piece, Sheet, count
from tests.simulate.waterfall import ClassMonth, Month, run

POOL, LATE, FACTOR = "fact_collateral.", "fact_delinquency.", "fact_class_factor."
ITEM = "fact_line_item.value"
SUMMED = ("original_face", "beginning_balance", "ending_balance")


class Item(NamedTuple):
    """A line: its mark, label, and either what it says of each class or what it says of the pool.

    `of` is an attribute of a class, "rate" among them, or "factor", its balance per dollar of its face; `pool` makes
    the figures from the month that stand in the first columns, with their meaning.
    """

    mark: str
    label: str
    of: str = ""
    canonical: str = ""
    sub: bool = False
    pool: Sequence[tuple[Callable[[Month], Decimal | int], str, str, dict[str, str]]] = ()


def dist(mark: str, label: str, of: str) -> Item:
    """A line of dollars by class."""
    return Item(mark, label, of, DIST + MEANING[of])


def whole(mark: str, label: str, get: Callable[[Month], Decimal], canonical: str = ITEM, sub: bool = False) -> Item:
    """A line of dollars of the pool."""
    return Item(mark, label, sub=sub, pool=((get, "money", canonical, {}),))


def part(mark: str, label: str, get: Callable[[Month], Decimal], canonical: str = ITEM) -> Item:
    """A line of dollars of the pool, below the line before."""
    return whole(mark, label, get, canonical, sub=True)


def draw(seed: int) -> Printed:
    """One month of an invented deal, as its servicer lays it out."""
    rng = Random(f"transposed/{seed}")
    deal = draw_deal(rng, classes=1 if rng.random() < 0.05 else None)
    month, misprint = misprinted(run(deal, rng.randrange(1, 7), rng)[-1], rng)
    look = Look.random(
        rng, dates="day_mon", percent=rng.choice(("%", "%", "", " %")), decimals=rng.choice((3, 5)),
        heads=rng.choice(("right", "right", "center")), rule=rng.choice(("-", "=", "", "")),
        stub="left", notes=False, spaced=0.0,
    )  # fmt: skip
    across = rng.choice((3, 3, 4))
    group = rng.choice((" - GROUP I", " - GROUP I", ""))
    named = rng.choice(("Class {}", "Class {}", "{}", "CLASS|{}"))
    items = statement(month, rng)
    totals = rng.random() < 0.3 and len(month.classes) > 1
    sheet = Sheet(Shape(), rng)
    if look.tags:
        sheet.text("<PAGE>")
    places = range(0, len(month.classes), across)
    label_width = max(len(item.label) for item in items) + 11 + rng.randrange(0, 12)
    swapped = rng.random() < 0.3
    for start in places:
        if start:
            new_page(sheet, look)
        some = month.classes[start : start + across]
        print_head(sheet, month, look, swapped)
        begin(sheet, f"Information for Clauses (a) through (s), Section 7.01{group}", "fact_class_distribution")
        titled(sheet, sheet.table.title, rng.randrange(0, 12))
        sheet.blank()
        last = totals and start + across >= len(month.classes) and len(some) < across
        print_sheet(sheet, month, look, items, some, named, not start, last, label_width)
    told = (*look.told(), f"{across} across", *(["total column"] if totals else []), f"head {named}")
    return mortgage.printed("transposed", sheet, month, look, misprint, told)


def statement(month: Month, rng: Random) -> list[Item]:
    """The items in their usual order; some are left out now and then."""
    pool, letters = month.pool, iter("abcdefghijklmnopqrs")
    names = rng.choice(("Class A and Class B ", "Class I A and Class I B ", "Certificate "))
    items = [
        dist(next(letters), f"{names}Distribution Amounts", "total"),
        Item(next(letters), "Formula Principal Distribution Amount"),
        part("i", "Scheduled Principal Due", lambda m: m.pool.scheduled, POOL + "scheduled_principal"),
        part("ii", "Partial Prepayments Received", lambda m: parts(m)[0]),
        part("iii", "Principal Payments in Full (Scheduled Balance)", lambda m: parts(m)[1]),
        part("iv", "Liquidated Contract Scheduled Balance", lambda m: parts(m)[2]),
        part("v", "Section 3.05 Purchase Scheduled Balance", lambda _: ZERO),
        dist("", "Total Principal Distribution", "principal"),
        dist(next(letters), "Interest Distribution", "interest"),
        dist("", "Unpaid Interest Shortfall", "remaining"),
        dist(next(letters), f"Beginning {names}Principal Balance", "beginning"),
        dist("", "Less: Principal Distribution", "principal"),
    ]
    if any(one.accretion for one in month.classes):
        items.append(dist("", "Plus: Accretion", "accretion"))
    if any(one.loss for one in month.classes):
        items.append(dist("", "Less: Realized Loss", "loss"))
    items.append(dist("", f"Remaining {names}Principal Balance", "ending"))
    if rng.random() < 0.6:
        items.append(dist("", f"Original {names}Principal Balance", "face"))
    items += [
        Item(next(letters), "Fees due Servicer"),
        whole("", "Monthly Servicing Fee", lambda m: m.pool.servicing),
        Item(next(letters), "Delinquency as of the Calendar Month End"),
    ]
    for place, words in enumerate(("30-59 days", "60-89 days", "90 days or more")):
        items.append(late(month, place, words))
    if rng.random() < 0.7:
        items.append(Item(next(letters), "Pool Factor", "factor", FACTOR + "ending_balance"))
    items += [
        whole(next(letters), "Beginning Pool Scheduled Principal Balance", lambda m: m.pool.beginning,
              POOL + "beginning_scheduled_balance"),
        whole("", "Ending Pool Scheduled Principal Balance", lambda m: m.pool.ending,
              POOL + "ending_scheduled_balance"),
        Item(next(letters), "Number of Contracts", pool=((lambda m: m.pool.count_after, "count",
             POOL + "ending_loan_count", {}),)),
        Item(next(letters), "Pass-Through Rate", "rate", DIST + "pass_through_rate"),
    ]  # fmt: skip
    if pool.months and rng.random() < 0.6:
        items.append(
            Item(next(letters), "Weighted Average Contract Rate", pool=((lambda m: m.pool.wac, "percent",
                 POOL + "wac_gross", {}),))
        )  # fmt: skip
    return items


def parts(month: Month) -> tuple[Decimal, Decimal, Decimal]:
    """Unscheduled principal by kind."""
    amount = month.pool.unscheduled
    first = rounded(amount * Decimal("0.15"), 2)
    third = rounded(amount * Decimal("0.08"), 2)
    return first, amount - first - third, third


def late(month: Month, place: int, words: str) -> Item:
    """A bucket: number in the first column, balance in the second; with one class both cannot stand there."""
    dims = {"status": "DELINQUENT", "bucket": behind(month)[place][0]}
    number = (lambda m: behind(m)[place][1], "count", LATE + "loan_count", dims)
    balance = (lambda m: behind(m)[place][2], "money", LATE + "balance", dims)
    return Item("", words, pool=(number, balance) if len(month.classes) > 1 else (balance,))


def print_head(sheet: Sheet, month: Month, look: Look, swapped: bool) -> None:
    """Name and dates, on every sheet."""
    who, rng = month.deal.parties, sheet.rng
    series = f"Series {month.deal.series}"
    sheet.head(f"{who.sponsor}, {series}", [(series, "dim_deal.series", month.deal.series)], col=20)
    sheet.blank()
    said = [
        ("For the Period Ended", month.record_date, "report.period_end"),
        ("Remittance Date", month.distribution_date, "report.distribution_date"),
    ]
    if swapped:
        said.reverse()
    for label, day, field in said:
        printed = stamp(day, look.dates)
        colon = ":" if rng.random() < 0.8 else ""
        sheet.head(f"{label + colon:<26}{printed}", [(printed, field, day.isoformat())], col=40)
    sheet.blank()


def print_sheet(
    sheet: Sheet, month: Month, look: Look, items: Sequence[Item], some: Sequence[ClassMonth], named: str, first: bool,
    totals: bool, width: int,
) -> None:  # fmt: skip
    """All items for some classes."""
    heads = [named.format(one.tranche.name) for one in some] + (["Total"] if totals else [])
    edges = columns(sheet, month, look, items, some, heads, width)
    sheet.table.columns = [head.replace("|", " ") for head in heads]
    depth = max(head.count("|") for head in heads) + 1
    for level in range(depth):
        pieces = []
        for head, (left, right) in zip(heads, edges, strict=True):
            lines = head.split("|")
            if (place := level - depth + len(lines)) >= 0:
                pieces.append(Piece(at(look.heads, left, right, len(lines[place])), lines[place]))
        sheet.put(pieces)
    rule(sheet, look, [(0, width), *edges])
    names = [head.replace("|", " ") for head in heads]
    for place, item in enumerate(items):
        if item.pool and not first:
            continue
        signed = replace(look, dollar="every") if look.dollar == "first" and not place else look
        print_item(sheet, month, signed, item, some, names, edges, totals)


def columns(
    sheet: Sheet, month: Month, look: Look, items: Sequence[Item], some: Sequence[ClassMonth], heads: Sequence[str],
    width: int,
) -> list[tuple[int, int]]:  # fmt: skip
    """Left and right of each column."""
    widest = max(len(part) for head in heads for part in head.split("|"))
    for item in items:
        for shown, _ in [*of_classes(look, item, some, heads), *of_pool(look, item, month, heads)]:
            widest = max(widest, len(raw(shown)))
    widest = max(widest, len(raw(dollars(look, sum((one.beginning for one in month.classes), ZERO), True))))
    gap, edge, found = sheet.rng.randint(*look.gap), width, []
    if len(heads) > len(some):
        widest = widened(widest, gap, [total(look, item, month, heads[-1])[0] for item in items if is_summed(item)])
    for _ in heads:
        found.append((edge + gap, edge + gap + widest))
        edge += gap + widest
    return found


def widened(widest: int, gap: int, sums: Sequence[Shown]) -> int:
    """The width of a column that also holds sums: they may reach into the gap, but not to the figure before."""
    most = max(len(raw(shown)) for shown in sums)
    return most if most >= widest + gap else widest


def of_classes(look: Look, item: Item, some: Sequence[ClassMonth], heads: Sequence[str]) -> list[tuple[Shown, Claim]]:
    """What an item says of classes."""
    if not item.of:
        return []
    made: list[tuple[Shown, Claim]] = []
    for one, head in zip(some, heads, strict=False):
        canonical = item.canonical if one.tranche.counted else NOTIONAL.get(item.canonical, item.canonical)
        of = {"denomination": "1"} if item.of == "factor" else {}
        claim = Claim(item.label, head, canonical, {"class": one.tranche.name, **of})
        amount = value(one, "percentage" if item.of == "factor" else item.of)
        if item.of == "rate":
            made.append((rate(look, amount), claim))
        elif item.of == "factor":
            made.append((Figure(f"{amount:.8f}", f"{amount:.8f}", "USD_PER_DENOM"), claim))
        else:
            made.append((dollars(look, amount), claim))
    return made


def of_pool(look: Look, item: Item, month: Month, heads: Sequence[str]) -> list[tuple[Shown, Claim]]:
    """What an item says of the pool, in the columns of the first classes."""
    made: list[tuple[Shown, Claim]] = []
    for (get, kind, canonical, dims), head in zip(item.pool, heads, strict=False):
        amount = get(month)
        shown: Shown = count(int(amount)) if kind == "count" else None
        if kind == "money":
            shown = dollars(look, Decimal(amount))
        elif kind == "percent":
            shown = rate(Look(percent=look.percent or "%", decimals=look.decimals), Decimal(amount))
        made.append((shown, Claim(item.label, head, canonical, dims)))
    return made


def print_item(
    sheet: Sheet, month: Month, look: Look, item: Item, some: Sequence[ClassMonth], heads: Sequence[str],
    edges: Sequence[tuple[int, int]], totals: bool,
) -> None:  # fmt: skip
    """One line: its mark, its label, its figures."""
    letter = f"({item.mark})" if item.mark else ""
    col = 5 if item.sub or not item.mark else 0
    pieces = [Piece(col, letter)] if letter else []
    pieces.append(Piece(col + (6 if item.sub else 5), item.label))
    shown = [*of_classes(look, item, some, heads), *of_pool(look, item, month, heads)]
    if is_summed(item):
        shown = [(of_class(look, sheet.rng, one, item.of), claim) for one, (_, claim) in zip(some, shown, strict=True)]
    if totals and is_summed(item):
        shown.append(total(look, item, month, heads[-1]))
    empty: list[tuple[Claim, str]] = []
    for (figure, claim), (_, right) in zip(shown, edges, strict=False):
        if isinstance(figure, Figure):
            pieces.append(Piece(right, figure.raw, True, figure, claim))
        else:
            pieces += [Piece(right, figure, right=True)] if figure else []
            empty.append((claim, raw(figure)))
    if letter and not item.sub and sheet.rng.random() < 0.5:
        sheet.blank()
    line = sheet.put(pieces)
    for claim, sign in empty:
        sheet.null(line, claim.row_label, claim.column, raw=sign)


def is_summed(item: Item) -> bool:
    """Whether an item is dollars of each class, of which a column of totals prints the sum."""
    return bool(item.of) and item.of not in ("rate", "factor")


def total(look: Look, item: Item, month: Month, head: str) -> tuple[Shown, Claim]:
    """The sum over all classes; balances of notional ones do not count, nor does a misprint."""
    column = item.canonical.removeprefix(DIST)
    members = month.counted if column in SUMMED else month.classes
    amount = sum((value(one, item.of) for one in members), ZERO)
    if item.of == "ending":
        amount -= sum((one.misprint for one in members), ZERO)
    return dollars(look, amount), Claim(item.label, head, TOTAL + column, {"class": "#TOTAL"})
