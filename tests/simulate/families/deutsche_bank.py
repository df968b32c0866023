"""The Certificate Payment Report of Deutsche Bank, about 2000 to 2005: a formula under the heads says what adds up."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random

from tests.simulate.families import Printed
from tests.simulate.families.paper.books import Books, Line, invent
from tests.simulate.families.paper.classes import distribution, factors, per_thousand, since_closing
from tests.simulate.families.paper.filing import Exhibit, exhibit, filed
from tests.simulate.families.paper.page import Look, Page
from tests.simulate.families.paper.pools import (
    Behind,
    delinquency,
    edges,
    group_heads,
    items,
    mean_of,
    number_of,
    sum_of,
)
from tests.simulate.sheet import written

ORDER = ("face", "beginning", "interest", "principal", "total", "loss", "deferred", "ending")
HEADS = {
    "face": ("Original|Face|Value", "Original|Face Value"),
    "beginning": ("Prior|Principal|Balance", "Prior|Principal|Balance", "Beginning|Principal|Balance"),
    "interest": ("Interest",),
    "principal": ("Principal",),
    "total": ("Total|Distribution",),
    "loss": ("Realized|Loss", "Realized|Loss", "Realized|Losses"),
    "deferred": ("Deferred|Interest",),
    "ending": ("Current|Principal|Balance", "Current|Principal|Balance", "Ending|Principal|Balance"),
}
FACTOR_ORDER = ("beginning", "interest", "principal", "total", "ending")
RATES = ((), (("Pass-|Through|Rate", "rate"),), (("Current|Pass-Through|Interest Rate", "rate"),))
CONTENTS = (
    "Contents", "Certificate Payment Report", "Collection Account Report", "Credit Enhancement Report",
    "Collateral Report", "Delinquency Report", "REO Report", "Prepayment Report", "Realized Loss Report",
    "Triggers and Adj. Cert. Report", "Other Related Information",
)  # fmt: skip
BEHIND = Behind(
    ("1 Payment", "2 Payments", "3+ Payments", "Total"),
    {
        "DELINQUENT": "Delinquent", "FORECLOSURE": "Foreclosure", "REO": "REO", "BANKRUPTCY": "Bankruptcy",
        "TOTAL": "Total",
    },
    ("Balance", "% Balance", "# Loans", "% # Loans"),
    stacked=False,
)  # fmt: skip


def draw(seed: int) -> Printed:
    """A submission of one report."""
    rng = Random(f"deutsche_bank/{seed}")
    return filed([report(rng)], rng, rng.choice(("EX-99", "EX-99.1", "EX-10.1", "EX-20")))


def report(rng: Random) -> Exhibit:
    """The bare report of an invented deal."""
    tiered = rng.random() < 0.25
    books = invent(rng, lower=tiered)
    look = Look.draw(rng, ("words", "words", "long", "capitals"), ("-", "-", "- -", "="))
    page = Page(replace(look, capitals=rng.random() < 0.15), rng)
    page.width = 125
    upper = [replace(one, remic="II") if tiered else one for one in books.classes]
    pages = rng.randrange(8, 30) + (30 if look.turn else 0)
    foot = rng.choice(("Page {} of {}", "Page {} of {}", "{} of {}"))
    stamp = written(books.month.distribution_date - timedelta(days=rng.randrange(1, 6)), "padded")

    def print_foot(some: Page) -> None:
        some.line(f"{foot.format(some.number, pages):<90}{stamp}", (), 10)

    page.foot = print_foot
    contents = rng.random() < 0.75
    if contents:
        print_contents(page, books)
        page.foot(page)
        page.number += 1
        page.leaf()
    if tiered:
        print_classes(page, books, books.lower, "I")
        page.foot(page)
        page.number += 1
        page.leaf()
    print_classes(page, books, upper, "II" if tiered else "")
    wanted: list[Callable[[Page, Books], None]] = [print_factors(upper), print_collateral, print_behind]
    for print_one in [one for one in wanted if rng.random() < 0.75]:
        page.foot(page)
        page.number += 1
        page.leaf()
        print_one(page, books)
    page.foot(page)
    lines = [*(books.lower if tiered else ()), *upper]
    kinds = [f"groups={len(books.groups) - 1 or 1}"] + ["remics"] * tiered + ["contents"] * contents
    kinds += ["one class"] * (len(upper) == 1) + ["formula"] * bool(page.formulas)
    return exhibit("deutsche_bank", page, books.month, lines, kinds)


def letterhead(page: Page, books: Books, title: str) -> None:
    """Issuer, series, date and title."""
    deal, when = books.deal, books.month.distribution_date
    name, series = deal.parties.sponsor, f"Series {deal.series}"
    page.line(name, [(name, "dim_deal_alias.alias_name", name)])
    page.line("Mortgage Pass-Through Certificates")
    page.line(series, [(series, "dim_deal.series", deal.series)])
    page.gap()
    said = page.look.day(when)
    page.middle(f"{title} for {said} Distribution", [(said, "report.distribution_date", when.isoformat())])
    page.gap()


def print_contents(page: Page, books: Books) -> None:
    """Issuance, contacts and a table of contents."""
    deal, who, month = books.deal, books.deal.parties, books.month
    name, series = who.sponsor, f"Series {deal.series}"
    page.middle(name, [(name, "dim_deal_alias.alias_name", name)])
    page.middle(series, [(series, "dim_deal.series", deal.series)])
    said = page.look.day(month.distribution_date)
    page.middle(f"{said} Distribution", [(said, "report.distribution_date", month.distribution_date.isoformat())])
    page.gap()
    page.rule()
    page.middle("TABLE OF CONTENTS")
    page.rule()
    titles = [title for title in CONTENTS[page.rng.randrange(2) :] if page.rng.random() < 0.85]
    for number, title in enumerate(titles, 1):
        page.line(f"{f'{number}. {title} ':.<70} {number}", (), 20)
    page.rule()
    page.line("CONTACTS", (), 10)
    page.line(f"Administrator:  {who.signer}", (), 10)
    page.line(f"Direct Phone Number: {who.telephones[0]}", (), 10)
    page.line(f"Address: {who.streets[1]}, {who.cities[1]} {who.zips[1]}", (), 10)
    page.rule()
    page.line("ISSUANCE INFORMATION", (), 10)
    for label, day, place in (
        ("Cut-Off Date:", deal.closing.replace(day=1), "dim_deal.cutoff_date"),
        ("Close Date:", deal.closing, "dim_deal.closing_date"),
        ("First Distribution Date:", deal.distribution_date(1), "dim_deal.first_distribution_date"),
        ("Distribution Date:", month.distribution_date, "report.distribution_date"),
        ("Record Date:", month.record_date, "report.record_date"),
    ):
        page.dated(label, day, place, 28, 10)
    page.rule()


def print_classes(page: Page, books: Books, lines: Sequence[Line], remic: str) -> None:
    """Dollars of one REMIC."""

    def top(some: Page) -> None:
        letterhead(some, books, "Certificate Payment Report")
        if remic:
            some.line(f"REMIC {remic}", [(f"REMIC {remic}", "dim_class.remic", remic)])

    page.top = top
    top(page)
    title = page.rng.choice((
        "Distribution in Dollars - Current Period", "Distribution in Dollars - Current Period",
        "Current Period Distribution -",
    ))  # fmt: skip
    if remic:
        title = f"{title.removesuffix(' -')} - REMIC {remic}"

    def dollars(some: Page, again: bool) -> None:
        some.line(some.say(title) + (" (continued)" if again else ""), (), some.rng.choice((0, 0, 30)))

    page.open(title, "fact_class_distribution")
    formula = page.rng.choices((1, 0, 4, -1), (65, 10, 5, 20))[0]
    distribution(
        page, lines, ORDER, HEADS, dollars, stub="Class", total=page.rng.choice(("Total", "Total", "Totals")),
        scope=remic, types="Class|Type" if not remic or remic == "II" else "",
        currency=page.look.dollar == "none" and page.rng.random() < 0.4, formula=formula,
        gap=page.rng.choice((0, 0, 1)),
    )  # fmt: skip
    page.close()
    if remic != "I" and page.rng.random() < 0.25:
        page.gap(2)
        page.open("Distribution in Dollars - to Date", "fact_class_distribution")
        since_closing(page, lines, HEADS, "Distribution in Dollars - to Date", "Class", "Total")
        page.close()


def print_factors(lines: Sequence[Line]) -> Callable[[Page, Books], None]:
    """The page of amounts per thousand."""

    def print_one(page: Page, books: Books) -> None:
        letterhead(page, books, "Certificate Payment Report")
        raw = page.rng.choice(("per $1,000 of Original Face", "per $1000 of Original Face"))
        title = page.rng.choice((f"Current Period Factor Information {raw}", f"Factor Information {raw}"))

        def thousand(some: Page, again: bool) -> None:
            per_thousand(some, title, raw, 4)

        page.open(title, "fact_class_factor")
        factors(page, lines, FACTOR_ORDER, HEADS, thousand, stub="Class", rates=page.rng.choice(RATES),
                zero_rates=page.rng.random() < 0.5)  # fmt: skip
        page.close()

    return print_one


def print_collateral(page: Page, books: Books) -> None:
    """The pool, by group."""
    table, columns = "fact_collateral.", edges(page, books.groups, 46)
    letterhead(page, books, "Collateral Report")
    page.open("Collateral Report", "fact_collateral")
    page.rule()
    group_heads(page, "Collateral", columns, True)
    page.rule()
    items(page, [
        number_of(page, "Beginning Loan Count|Prior Number of Loans", table + "beginning_loan_count", "count_before"),
        number_of(page, "Loans Paid in Full", table + "loans_paid_in_full_count", "paid_in_full"),
        number_of(page, "Ending Loan Count|Current Number of Loans", table + "ending_loan_count", "count_after"),
    ], columns)  # fmt: skip
    page.gap()
    items(page, [
        sum_of(page, "Beginning Scheduled Balance", table + "beginning_scheduled_balance", "beginning"),
        sum_of(page, "Scheduled Principal", table + "scheduled_principal", "scheduled"),
        sum_of(page, "Unscheduled Principal", table + "unscheduled_principal", "unscheduled"),
        sum_of(page, "Realized Losses|Realized Loss", table + "realized_loss", "loss"),
        sum_of(page, "Ending Scheduled Balance", table + "ending_scheduled_balance", "ending"),
    ], columns)  # fmt: skip
    page.gap()
    items(page, [
        mean_of(page, "Weighted Average Coupon|Gross WAC", table + "wac_gross"),
        mean_of(page, "Weighted Average Maturity|WAM", table + "wam_months", months=True),
    ], columns)  # fmt: skip
    page.rule()
    page.close()


def print_behind(page: Page, books: Books) -> None:
    """Loans behind."""
    letterhead(page, books, "Delinquency Report")
    page.open("Delinquency Report", "fact_delinquency")
    page.rule()
    delinquency(page, books.groups, BEHIND, rules=page.rng.random() < 0.5)
    page.rule()
    page.close()
