"""The statement to certificateholders of Bankers Trust, about 1996 to 2000: six pages of capitals between rules."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random

from tests.simulate.families import Printed
from tests.simulate.families.paper import servicing
from tests.simulate.families.paper.books import Books, Line, invent
from tests.simulate.families.paper.classes import distribution, factors, members, per_thousand
from tests.simulate.families.paper.filing import Exhibit, exhibit, filed
from tests.simulate.families.paper.page import Look, Page, titled
from tests.simulate.families.paper.pools import Behind, delinquency, one_value
from tests.simulate.sheet import Claim, Piece

ORDER = ("face", "beginning", "interest", "principal", "total", "loss", "deferred", "ending")
HEADS = {
    "face": ("ORIGINAL|FACE VALUE", "ORIGINAL|FACE VALUE", "ORIGINAL FACE|VALUE"),
    "beginning": ("PRIOR|PRINCIPAL|BALANCE",),
    "interest": ("INTEREST",),
    "principal": ("PRINCIPAL",),
    "total": ("TOTAL", "TOTAL", "TOTAL|DISTRIBUTION"),
    "loss": ("REALIZED|LOSSES", "REALIZED|LOSSES", "REALIZED|LOSS", "REALIZED|LOSES"),
    "deferred": ("DEFERRED|INTEREST",),
    "ending": ("CURRENT|PRINCIPAL|BALANCE",),
}
FACTOR_ORDER = ("beginning", "interest", "principal", "total", "ending")
RATES = (("CURRENT", "rate"), ("ESTIMATED|NEXT", "next_rate"))
LONE_RATES = (
    (("PASS-THROUGH|RATE|CURRENT", "rate"), ("PASS-THROUGH|RATE|ESTIMATED NEXT", "next_rate")),
    (("CURRENT|PASS-THROUGH|RATE", "rate"), ("ESTIMATED NEXT|PASS-THROUGH|RATE", "next_rate")),
    (("PASS-THROUGH|RATE", "rate"),),
)
BEHIND = (
    Behind(
        ("1 Payment", "2 Payments", "3+ Payments", "Total"),
        {
            "DELINQUENT": "DELINQUENT LOAN INFORMATION", "FORECLOSURE": "FORECLOSURE LOAN INFORMATION",
            "REO": "REO LOAN INFORMATION", "BANKRUPTCY": "BANKRUPTCY LOAN INFORMATION", "TOTAL": "TOTAL",
        },
        ("PRINCIPAL BALANCE", "PERCENTAGE OF POOL BALANCE", "NUMBER OF LOANS", "PERCENTAGE OF POOL LOANS"),
    ),
    Behind(
        ("1 Payment", "2 Payments", "3+ Payments", "Total"),
        {
            "DELINQUENT": "DELINQUENT LOANS", "FORECLOSURE": "FORECLOSURES", "REO": "REO", "BANKRUPTCY": "BANKRUPTCIES",
            "TOTAL": "TOTAL",
        },
        ("PRINCIPAL BALANCE", "PERCENTAGE OF POOL BALANCE", "NUMBER OF LOANS", "PERCENTAGE OF LOANS"),
    ),
)  # fmt: skip
ZERO = Decimal("0.00")


def draw(seed: int) -> Printed:
    """A submission of one report."""
    rng = Random(f"bankers_trust/{seed}")
    return filed([report(rng)], rng, rng.choice(("EX-20.1", "EX-20.1", "EX-99", "EX-99.1")))


def report(rng: Random) -> Exhibit:
    """The bare report of an invented deal."""
    tiered = rng.random() < 0.45
    books = invent(rng, lower=tiered, insured=rng.random() < 0.5)
    look = Look.draw(rng, ("words", "words", "capitals", "long", "day_month"), ("- -", "- -", "-", "="))
    if look.shuffle or look.dollar == "all":
        look = replace(look, figure_gap=2)
    if rng.random() < 0.12:
        look = replace(look, capitals=False)
    page = Page(look, rng)
    page.width = 130
    upper = [replace(one, remic="II") if tiered else one for one in books.classes]
    pages = rng.randrange(20, 40) if look.turn else 6 if tiered else 5

    def print_foot(some: Page) -> None:
        some.line(f"Page {some.number} of {pages}", (), 65)

    page.foot = print_foot
    if tiered:
        print_classes(page, books, books.lower, "I")
        turn(page)
    print_classes(page, books, upper, "II" if tiered else "")
    wanted = [print_behind, print_account, print_pool, print_accrued]
    if rng.random() < 0.3:
        wanted.remove(rng.choice(wanted))
    for print_one in wanted:
        turn(page)
        print_one(page, books, upper)
    page.foot(page)
    lines = [*(books.lower if tiered else ()), *upper]
    kinds = [f"groups={len(books.groups) - 1 or 1}"] + ["remics"] * tiered + ["one class"] * (len(upper) == 1)
    return exhibit("bankers_trust", page, books.month, lines, kinds)


def turn(page: Page) -> None:
    """End the page; the next has a letterhead of its own."""
    page.foot(page)
    page.number += 1
    page.gap(page.rng.choice((1, 3)))
    if page.rng.random() < 0.4:
        page.leaf()


def letterhead(page: Page, books: Books, remic: str) -> None:
    """Issuer, series, REMIC, title."""
    deal = books.deal
    series = f"SERIES {deal.series}"
    name = deal.parties.registrant
    page.middle(name, [(name, "dim_deal_alias.alias_name", name)])
    page.middle("MORTGAGE PASS-THROUGH CERTIFICATES")
    page.middle(series, [(series, "dim_deal.series", deal.series)])
    if remic:
        page.middle(f"REMIC {remic}", [(f"REMIC {remic}", "dim_class.remic", remic)])
    page.middle("STATEMENT TO CERTIFICATEHOLDERS")


def print_date(page: Page, books: Books) -> None:
    """The date alone, between rules."""
    page.rule()
    page.dated("Distribution Date:", books.month.distribution_date, "report.distribution_date", 31)
    page.rule()
    page.gap()


def head(page: Page, books: Books, title: str, canonical: str) -> None:
    """What stands above the tables of a page that is of no REMIC."""
    letterhead(page, books, "")
    page.open(title, canonical)
    print_date(page, books)


def print_classes(page: Page, books: Books, lines: Sequence[Line], remic: str) -> None:
    """Dollars and factors of one REMIC, with dates and parties below."""
    rng = page.rng
    page.top = lambda some: letterhead(some, books, remic)
    page.top(page)
    title = "DISTRIBUTIONS IN DOLLARS"

    def dollars(some: Page, again: bool) -> None:
        some.line(some.say(title) + (" (CONTINUED)" if again else ""), (), 23)

    page.open(title, "fact_class_distribution")
    distribution(
        page, lines, ORDER, HEADS, dollars, stub="CLASS", total=rng.choice(("TOTALS", "TOTALS", "TOTAL")), scope=remic,
        gap=rng.randrange(0, 11),
    )  # fmt: skip
    page.close()
    page.gap(rng.randrange(0, 4))

    def thousand(some: Page, again: bool) -> None:
        per_thousand(some, "FACTOR INFORMATION PER $1000 OF ORIGINAL FACE", "PER $1000 OF ORIGINAL FACE", 25)

    page.open("FACTOR INFORMATION PER $1000 OF ORIGINAL FACE", "fact_class_factor")
    shown = lines if rng.random() < 0.5 else [one for one in lines if one.rate is not None] or lines
    over = rng.random() < 0.7
    factors(
        page, shown, FACTOR_ORDER, HEADS, thousand, stub="CLASS", rates=RATES if over else rng.choice(LONE_RATES),
        banner="PASS-THROUGH RATES" if over else "", zero_rates=rng.random() < 0.5,
    )  # fmt: skip
    page.gap(rng.randrange(0, 5))
    print_parties(page, books)
    page.close()


def print_parties(page: Page, books: Books) -> None:
    """Parties and dates on the left, the administrator on the right."""
    who, month = books.deal.parties, books.month
    page.rule()
    left = [
        ("SELLER:", who.sponsor, "report_party[SELLER]", who.sponsor),
        ("SERVICER:", who.servicer, "report_party[SERVICER]", who.servicer),
        ("RECORD DATE:", page.look.day(month.record_date), "report.record_date", month.record_date.isoformat()),
        ("DISTRIBUTION DATE:", page.look.day(month.distribution_date), "report.distribution_date",
         month.distribution_date.isoformat()),
    ]  # fmt: skip
    right = [
        f"ADMINISTRATOR:      {who.signer}",
        who.trustee,
        who.streets[1],
        f"FACTOR INFORMATION: {who.telephones[0]}",
    ]
    page.labels.update(label for label, *_ in left)
    for (label, said, place, value), beside in zip(left, right, strict=True):
        line = f"{label:<35}{said}"
        page.line(f"{line:<85}{beside}" if page.width > 90 else line, [(said, place, value)])
    page.rule()


def print_behind(page: Page, books: Books, lines: Sequence[Line]) -> None:
    """Loans behind."""
    head(page, books, "DELINQUENT LOAN INFORMATION", "fact_delinquency")
    delinquency(page, books.groups, page.rng.choice(BEHIND), rules=page.rng.random() < 0.7)
    page.close()


def print_account(page: Page, books: Books, lines: Sequence[Line]) -> None:
    """Cash collected, by group, down to what is remitted."""
    head(page, books, "COLLECTION ACCOUNT INFORMATION", "fact_account")
    servicing.print_account(page, books)
    page.close()


def print_pool(page: Page, books: Books, lines: Sequence[Line]) -> None:
    """Fees, pool, triggers and overcollateralization, by group."""
    head(page, books, "SERVICING FEES", "fact_fee")
    servicing.print_fees(page, books)
    servicing.print_pool(page, books)
    servicing.print_triggers(page, books)
    servicing.print_overcollateralization(page, books)
    page.tag("</TABLE>")


def print_accrued(page: Page, books: Books, lines: Sequence[Line]) -> None:
    """Interest accrued and carried forward by class, and what the insurer is owed."""
    head(page, books, "ACCRUED CERTIFICATE INTEREST", "fact_class_distribution")
    by_class(page, lines, "ACCRUED CERTIFICATE INTEREST", ("prior_accrued", "accrued"),
             ("prior_accrued_interest", "accrued_interest"))  # fmt: skip
    page.close(tag=False)
    page.gap(2)
    page.open("INTEREST CARRY FORWARD AMOUNT", "fact_class_distribution", tag=False)
    by_class(page, lines, "INTEREST CARRY FORWARD AMOUNT", ("carried_before", "carried"),
             ("beginning_interest_carryforward", "ending_interest_carryforward"))  # fmt: skip
    page.close(tag=False)
    if books.premium:
        page.gap(2)
        page.open("CERTIFICATE INSURER INFORMATION", "fact_enhancement", tag=False)
        page.line(page.say("CERTIFICATE INSURER INFORMATION"))
        page.rule()
        insurer = page.rng.choice(("QXIA", "CAPMUTUAL", "ZGIC"))
        named = {"provider": insurer if page.look.capitals else titled(insurer)}
        table = "fact_enhancement.amount"
        for label, code, amount in (
            (f"{insurer} PREMIUM PAID:", "INSURER_PREMIUM_PAID", books.premium),
            ("INSURED AMOUNTS:", "INSURED_AMOUNTS", ZERO),
        ):
            if figure := page.look.money(amount):
                one_value(page, label, figure, table, 123, {"item_code": code, **named})
        page.rule()
        page.close(tag=False)
    page.tag("</TABLE>")


def by_class(page: Page, lines: Sequence[Line], title: str, names: tuple[str, str], columns: tuple[str, str]) -> None:
    """A list of the classes with an amount before and one now."""
    page.sheet.put(
        [Piece(0, page.say(title)), Piece(105, page.say("PRIOR"), True), Piece(122, page.say("CURRENT"), True)]
    )
    page.rule()
    page.gap()
    for one in lines:
        if one.rate is None:
            continue
        label = f"{page.say('CLASS')} {one.name}"
        pieces = [Piece(16, label)]
        for name, column, right in zip(names, columns, (108, 123), strict=True):
            if figure := page.look.money(getattr(one, name)):
                claim = Claim(
                    label, "PRIOR" if right == 108 else "CURRENT", "fact_class_distribution." + column, members(one)
                )
                pieces.append(Piece(right, figure.raw, True, figure, claim))
        page.sheet.put(pieces)
    page.rule()
