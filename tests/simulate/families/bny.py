"""Reports of a New York trustee: one table with its tags before the title, principal before interest."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random

from tests.simulate import names
from tests.simulate.class_tables import DIST
from tests.simulate.deal import Deal, Tranche
from tests.simulate.deal import draw as draw_deal
from tests.simulate.families import Printed
from tests.simulate.families.trustee import mortgage
from tests.simulate.families.trustee.look import Look
from tests.simulate.families.trustee.mortgage import labelled, misprinted
from tests.simulate.families.trustee.ruled import (
    Column,
    Row,
    begin,
    class_row,
    factor,
    money,
    table,
    text,
    titled,
    total_row,
)
from tests.simulate.shape import Shape
from tests.simulate.sheet import Claim, Figure, Sheet, written
from tests.simulate.waterfall import Month, run

RATE = Column("Pass|Through|Rate (%)", "rate", "rate", DIST + "pass_through_rate", False)
CUSIP = text("Cusip", "cusip", "dim_class_identifier.id_value")
KIND = text("Class|Description", "description", "dim_class.class_type_reported")
FIRST = (
    CUSIP,
    KIND,
    text("Certificate|Rate|Type", "rate_type", "dim_class.rate_type"),
    money("Beginning|Balance", "beginning"),
    RATE,
    money("Principal|Distribution", "principal"),
)
SECOND = (
    money("Interest|Distribution", "interest"),
    money("Total|Distribution", "total"),
    money("Current|Realized|Losses", "loss"),
    money("Ending|Balance", "ending"),
    money("Cumulative|Realized|Losses", "cumulative"),
)
PRINCIPAL = (
    money("Original|Certificate|Balance", "face"),
    money("Beginning|Certificate|Balance", "beginning"),
    money("Scheduled|Principal|Distribution", "scheduled"),
    money("Unscheduled|Principal|Distributions", "unscheduled"),
    money("Net|Principal|Distribution", "principal"),
    money("Current|Realized|Losses", "loss"),
    money("Ending|Certificate|Balance", "ending"),
)
FACTORS = (
    factor("Beginning|Certificate|Notional Balance", "beginning"),
    factor("Principal|Distribution", "principal"),
    factor("Interest|Distribution", "interest"),
    factor("Ending|Certificate|Notional Balance", "ending"),
)
DESCRIBED = {
    "senior": ("Senior", "Senior"), "sub": ("Junior", "Mezzanine"), "notional": ("Strip IO", "Strip IO"),
    "residual": ("Senior", "Residual"), "cash": ("Junior", "Junior"), "accrual": ("Senior", "Senior"),
}  # fmt: skip
JUNIOR = ("sub", "cash")


def draw(seed: int) -> Printed:
    """One month of an invented deal, as this trustee reports it."""
    rng = Random(f"bny/{seed}")
    deal = draw_deal(rng, accrual=False)  # no column of this report says what a class accretes
    style = rng.randrange(2)
    deal = replace(deal, classes=tuple(replace(one, description=DESCRIBED[one.role][style]) for one in deal.classes))
    month = run(deal, rng.randrange(1, 7), rng)[-1]
    month, misprint = misprinted(month, rng)
    look = Look.random(
        rng, percent=rng.choice(("", "", "", "%")), stub=rng.choice(("center", "center", "left")),
        dates=rng.choice(("short", "short", "padded")),
    )  # fmt: skip
    sheet = Sheet(Shape(), rng)
    print_head(sheet, month, look)
    cut = rng.choice((len(FIRST), len(FIRST), len(FIRST), 5, 4))
    columns = arranged((*FIRST, *SECOND), rng, len(month.classes))
    rates = {one.name: rate_type(one, deal, style) for one in deal.classes}
    begin(sheet, "Certificateholder Monthly Distribution Summary", "fact_class_distribution")
    titled(sheet, sheet.table.title, 30)
    sheet.blank()
    for place, part in enumerate((columns[:cut], columns[cut:])):
        if place:
            begin(sheet, "", "fact_class_distribution")
            caption(sheet, rng)
        print_part(sheet, month, look, part, rates)
        sheet.blank(rng.choice((1, 2)))
    details = print_details(sheet, month, look, rng)
    if look.tags:
        sheet.text("</TABLE>")
    told = (*look.told(), *details, *([f"cut after {cut}"] if cut != len(FIRST) else []))
    return mortgage.printed("bny", sheet, month, look, misprint, told, Decimal(1000) if "factors" in details else None)


def caption(sheet: Sheet, rng: Random) -> None:
    """The title of the second part, which usually has none."""
    luck = rng.random()
    if luck < 0.25:
        title = "Certificateholder Monthly Distribution Summary"
        titled(sheet, title, 30, f"{title} (Continued)" if luck < 0.12 else title)
        sheet.blank()


def rate_type(one: Tranche, deal: Deal, style: int) -> str:
    """Fixed or variable, with its count of days."""
    days = "Act/360" if deal.actual_days and style else "30/360"
    return f"{'Var' if one.floating or one.role == 'notional' else 'Fix'}-{days}"


def arranged(columns: Sequence[Column], rng: Random, count: int) -> list[Column]:
    """The columns, now and then without one of the usual ones, or in the new order with the rate first."""
    some = list(columns)
    luck = rng.random()
    if luck < 0.15:
        some.remove(RATE)
        some.insert(some.index(KIND) + 1, RATE)
    elif luck < 0.25 and count > 1:
        some.remove(KIND)
    return some


def print_head(sheet: Sheet, month: Month, look: Look) -> None:
    """Tags, the trustee's people, the deal and its date."""
    who, rng = month.deal.parties, sheet.rng
    if look.tags:
        sheet.lines.extend(["<TABLE>", "<CAPTION>"] if rng.random() < 0.5 else ["<TABLE>", "<S>      <C>"])
    sheet.head(f"{who.administrator}", col=30)
    sheet.head(f"{who.streets[1]}, {who.cities[1]} {who.zips[1]}", col=30)
    sheet.blank()
    sheet.head(f"Officer:    {who.signer}    {who.telephones[0]}")
    sheet.head(f"Associate:  {rng.choice(names.PERSON)}    {who.telephones[1]}")
    sheet.blank()
    sheet.head(who.sponsor, [(who.sponsor, "dim_deal_alias.alias_name", who.sponsor)], col=30)
    series = f"Series {month.deal.series}"
    sheet.head(
        f"Mortgage Pass-Through Certificates, {series}", [(series, "dim_deal.series", month.deal.series)], col=30
    )
    sheet.blank()
    when = month.distribution_date
    label = rng.choice(("Distribution Date:", "Distribution Date:", "Payment Date:"))
    stamp = written(when, look.dates)
    sheet.head(f"{label} {stamp}", [(stamp, "report.distribution_date", when.isoformat())])
    sheet.blank(2)


def print_part(sheet: Sheet, month: Month, look: Look, columns: Sequence[Column], rates: dict[str, str]) -> None:
    """Some columns for all classes: a blank line before the subordinate ones, a rule before the totals."""
    rows: list[Row | None] = []
    junior = False
    for place, one in enumerate(month.classes):
        if one.tranche.role in JUNIOR and not junior and rows:
            rows.append(None)
        junior = junior or one.tranche.role in JUNIOR
        rows.append(with_type(look, sheet, columns, month, place, rates))
    if len(month.classes) > 1:
        rows += [None, total_row(look, columns, month, sheet.rng.choice(("Totals", "Totals", "Total")))]
    table(sheet, look, "Class", [(column.head, column.kind == "text") for column in columns], rows)


def with_type(
    look: Look, sheet: Sheet, columns: Sequence[Column], month: Month, place: int, rates: dict[str, str]
) -> Row:
    """The row of a class; the type of its rate is known here alone."""
    one = month.classes[place]
    typed = [column for column in columns if column.amount != "rate_type"]
    row = class_row(look, sheet.rng, typed, one, one.tranche.name, first=not place)
    shown, claims = list(row.shown), list(row.claims)
    for at, column in enumerate(columns):
        if column.amount == "rate_type":
            kind = rates[one.tranche.name]
            shown.insert(at, Figure(kind, kind, "TEXT"))
            claims.insert(at, Claim(row.label, column.name, column.canonical, {"class": row.label}))
    return Row(row.label, shown, claims)


def print_details(sheet: Sheet, month: Month, look: Look, rng: Random) -> list[str]:
    """Later pages: principal in detail, factors per $1,000."""
    printed = []
    if rng.random() < 0.5:
        mortgage.new_page(sheet, look)
        begin(sheet, "Principal Distribution Detail", "fact_class_distribution")
        titled(sheet, sheet.table.title, 36)
        sheet.blank()
        print_part(sheet, month, look, PRINCIPAL, {})
        printed.append("principal detail")
    if rng.random() < 0.4:
        mortgage.new_page(sheet, look)
        begin(sheet, "Current Payment Information", "fact_class_factor")
        titled(sheet, sheet.table.title, 36)
        mortgage.denominate(sheet, month, "Factors per $1,000", "$1,000", 38)
        sheet.blank()
        rows = [
            class_row(look, rng, FACTORS, one, one.tranche.name, False, Decimal(1000), 9)
            for one in month.classes if one.face
        ]  # fmt: skip
        table(sheet, look, "Class", [(column.head, False) for column in FACTORS], rows)
        printed.append("factors")
    if rng.random() < 0.4:
        mortgage.new_page(sheet, look)
        labelled(sheet, look, month, "Collateral Detail", mortgage.POOL)
        printed.append("pool")
    return printed
