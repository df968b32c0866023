"""Reports of a Chicago trustee: a block of dates beside the deal, and a class table stacked over several lines."""

from random import Random

from tests.simulate import names
from tests.simulate.cents import ZERO
from tests.simulate.class_tables import TOTAL
from tests.simulate.deal import draw as draw_deal
from tests.simulate.families import Printed
from tests.simulate.families.trustee import mortgage
from tests.simulate.families.trustee.delinquent import print_delinquent
from tests.simulate.families.trustee.look import Look
from tests.simulate.families.trustee.mortgage import labelled, misprinted, new_page
from tests.simulate.families.trustee.ruled import (
    Row,
    begin,
    class_row,
    dollars,
    factor,
    rate,
    rule,
    stamp,
    table,
    titled,
    total_row,
)
from tests.simulate.families.trustee.stacked import CLOSING, COLUMNS, CUSIP, GROWTH, LOSS, THOUSAND, print_stacked
from tests.simulate.shape import Shape
from tests.simulate.sheet import Claim, Figure, Piece, Sheet
from tests.simulate.waterfall import Month, run

FACTORS = (
    factor("Opening|Balance", "beginning"),
    factor("Principal|Payment", "principal"),
    factor("Principal|Adj. or Loss", "loss"),
    factor("Closing|Balance", "ending"),
    factor("Interest|Payment", "interest"),
)
FORMS = ("stacked", "stacked", "panels", "panels", "plain")


def draw(seed: int) -> Printed:
    """One month of an invented deal, as this trustee reports it."""
    rng = Random(f"lasalle/{seed}")
    deal = draw_deal(rng, classes=1 if rng.random() < 0.05 else None)
    month, misprint = misprinted(run(deal, rng.randrange(1, 7), rng)[-1], rng)
    look = Look.random(
        rng, percent=rng.choice(("%", "%", "")), decimals=rng.choice((6, 10)), rule=rng.choice(("-", "=", "_")),
        stub=rng.choice(("left", "left", "right")), dates=rng.choice(("padded", "padded", "day_mon")),
    )  # fmt: skip
    form = rng.choice(FORMS)
    sheet = Sheet(Shape(), rng)
    if look.tags:
        sheet.text("<PAGE>")
    print_head(sheet, month, look)
    title = "REMIC Certificate Report" if rng.random() < 0.7 else "Statement to Certificate Holders"
    begin(sheet, title, "fact_class_distribution")
    titled(sheet, title, 40)
    sheet.blank()
    told = [*look.told(), form]
    printed_factors = form == "stacked"
    if form == "stacked":
        print_stacked(sheet, month, look)
    else:
        print_panels(sheet, month, look, form == "panels")
    print_payment(sheet, month, look)
    print_notes(sheet)
    if form != "stacked" and rng.random() < 0.7:
        print_factors(sheet, month, look, title)
        printed_factors = True
        told.append("factors")
    told += print_rest(sheet, month, look, rng)
    return mortgage.printed(
        "lasalle", sheet, month, look, misprint, tuple(told), THOUSAND if printed_factors else None, records=True
    )


def print_rest(sheet: Sheet, month: Month, look: Look, rng: Random) -> list[str]:
    """The pool and the loans behind."""
    told = []
    if rng.random() < 0.6:
        new_page(sheet, look)
        labelled(sheet, look, month, "Other Related Information", mortgage.POOL)
        told.append("pool")
    if rng.random() < 0.6:
        new_page(sheet, look)
        print_delinquent(sheet, month, look)
        told.append("delinquency")
    return told


def print_head(sheet: Sheet, month: Month, look: Look) -> None:
    """The deal on the left, its dates on the right."""
    who, rng, edge = month.deal.parties, sheet.rng, rng_edge(sheet.rng)
    series = f"Series {month.deal.series}"
    account = f"Acct: {rng.randrange(10, 99)}-{rng.randrange(1000, 9999)}-{rng.randrange(10, 99)}-{rng.randrange(1, 9)}"
    left = [
        who.administrator, "Administrator:", f"  {rng.choice(names.PERSON)} {who.telephones[0]}",
        f"  {who.streets[1]}", f"  {who.cities[1]} {who.zips[1]}", "", who.sponsor,
        "Mortgage Pass-Through Certificates", series, account,
    ]  # fmt: skip
    begin(sheet, "", "fact_collateral")
    right = dates(month, look)
    for place, words in enumerate(left):
        label, printed, field, iso = right[place] if place < len(right) else ("", "", "", "")
        marks = [(series, "dim_deal.series", month.deal.series)] if words == series else []
        line = f"{words:<{edge}}{label:<18}{printed}".rstrip() if label else words
        sheet.head(line, [*marks, *([(printed, field, iso)] if iso else [])])
    pool = month.pool
    for label, figure, column in (
        ("WAC:", rate(look if look.percent else Look(percent="%"), pool.wac), "wac_gross"),
        ("WAMM:", Figure(str(pool.months), str(pool.months), "MONTHS"), "wam_months"),
    ):
        claim = Claim(label.strip(":"), "(value)", f"fact_collateral.{column}", {})
        sheet.put([Piece(edge, label), Piece(edge + 18, figure.raw, False, figure, claim)])
    sheet.blank(2)
    if rng.random() < 0.4:
        sheet.head("                                Number Of Pages")
        for words in ("REMIC Certificate Report", "Other Related Information", "Asset Backed Facts Sheets"):
            sheet.head(f"     {words:<40}{rng.randrange(1, 9)}")
        sheet.blank(2)


def rng_edge(rng: Random) -> int:
    """Where the dates begin."""
    return rng.randrange(60, 84)


def dates(month: Month, look: Look) -> list[tuple[str, str, str, str]]:
    """Label, printed date, field and ISO date; there is no prior payment in the first period."""
    deal, paid = month.deal, month.distribution_date
    prior = deal.distribution_date(month.period - 1) if month.period > 1 else None
    following, record = deal.distribution_date(month.period + 1), month.record_date
    said = [
        ("Statement Date:", paid, "report.statement_date"), ("Payment Date:", paid, "report.distribution_date"),
        ("Prior Payment:", prior, "report.prior_distribution_date"),
        ("Next Payment:", following, "report.next_distribution_date"), ("Record Date:", record, "report.record_date"),
    ]  # fmt: skip
    return [
        (label, stamp(day, look.dates) if day else "NA", field, day.isoformat() if day else "")
        for label, day, field in said
    ]


def print_panels(sheet: Sheet, month: Month, look: Look, cut: bool) -> None:
    """One table in two panels, one below the other, or in one."""
    columns = [*([CUSIP] if sheet.rng.random() < 0.7 else []), *COLUMNS]
    if sheet.rng.random() < 0.2:
        columns.remove(GROWTH) if not any(one.accretion for one in month.classes) else None
    middle = columns.index(sheet.rng.choice((CLOSING, CLOSING, LOSS))) if cut else len(columns)
    for place, part in enumerate((columns[:middle], columns[middle:])):
        if not part:
            continue
        if place:
            sheet.blank()
            begin(sheet, "", "fact_class_distribution")
        rule(sheet, look, [(0, 100)])
        rows: list[Row | None] = [
            class_row(look, sheet.rng, part, one, one.tranche.name, not at_)
            for at_, one in enumerate(month.classes)
        ]  # fmt: skip
        if len(rows) > 1:
            rows += [None, total_row(look, part, month, sheet.rng.choice(("Total:", "Total:", "Totals")))]
        table(sheet, look, "Class", [(column.head, column.kind == "text") for column in part], rows)
        rule(sheet, look, [(0, 100)])


def print_payment(sheet: Sheet, month: Month, look: Look) -> None:
    """What all classes were paid."""
    whole = sum((one.total for one in month.classes), ZERO)
    shown = dollars(look, whole, True)
    label = "Total P&I Payment"
    sheet.blank()
    claim = Claim(label, "(value)", TOTAL + "total_distribution", {"class": "#TOTAL"})
    sheet.put([Piece(50, label), Piece(90, shown.raw, True, shown, claim)])


def print_notes(sheet: Sheet) -> None:
    """Footnotes."""
    if sheet.rng.random() < 0.6:
        sheet.blank()
        sheet.text("Notes:  (1) N denotes notional balance not included in total")
        sheet.text("        (2) Interest Paid minus Interest Adjustment minus Deferred Interest equals Accrual")
        sheet.text("        (3) Estimated")


def print_factors(sheet: Sheet, month: Month, look: Look, title: str) -> None:
    """The same per $1000 on a page of its own."""
    new_page(sheet, look)
    begin(sheet, f"{title} (Factors)", "fact_class_factor")
    titled(sheet, sheet.table.title, 40)
    mortgage.denominate(sheet, month, "Per $1000 of Original Face", "$1000", 40)
    sheet.blank()
    faced = [one for one in month.classes if one.face]
    rows = [class_row(look, sheet.rng, FACTORS, one, one.tranche.name, False, THOUSAND, 9) for one in faced]
    table(sheet, look, "Class", [(column.head, False) for column in FACTORS], rows)
