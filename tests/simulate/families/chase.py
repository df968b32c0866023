"""The statement to certificateholders of Chase, later JPMorgan: dollars, factors and rates in one table of the page."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

from tests.simulate.families import Printed
from tests.simulate.families.paper.books import FEW, Books, Group, Line, invent
from tests.simulate.families.paper.classes import distribution, factors, per_thousand, undashed
from tests.simulate.families.paper.filing import Exhibit, exhibit, filed
from tests.simulate.families.paper.page import Look, Page, count
from tests.simulate.families.paper.pools import counted, edges, group_heads, items, mean_of, number_of, sum_of
from tests.simulate.sheet import Claim, Piece

ORDER = ("face", "beginning", "principal", "interest", "total", "loss", "deferred", "ending")
HEADS = {
    "face": ("ORIGINAL|FACE|VALUE", "ORIGINAL|FACE VALUE"),
    "beginning": ("PRIOR|PRINCIPAL|BALANCE", "BEGINNING|PRINCIPAL|BALANCE"),
    "principal": ("PRINCIPAL",),
    "interest": ("INTEREST",),
    "total": ("TOTAL",),
    "loss": ("REALIZED|LOSSES", "REALIZED|LOSES"),
    "deferred": ("DEFERRED|INTEREST",),
    "ending": ("CURRENT|PRINCIPAL|BALANCE", "ENDING|PRINCIPAL|BALANCE"),
}
FACTOR_HEADS = {
    **HEADS,
    "beginning": ("PRIOR|PRINCIPAL|FACTOR", "PRIOR|PRINCIPAL|FACTOR", "BEGINNING|PRINCIPAL"),
    "ending": ("CURRENT|PRINCIPAL|FACTOR", "CURRENT|PRINCIPAL|FACTOR", "ENDING|PRINCIPAL"),
}
FACTOR_ORDER = ("beginning", "principal", "interest", "total", "ending")
RATES = (
    (("CURRENT|PASS THRU|RATE", "rate"),),
    (("CURRENT PASS|THRU RATE", "rate"),),
    (("CURRENT|PASS-THRU|RATE", "rate"),),
)


def draw(seed: int) -> Printed:
    """A submission of one report."""
    rng = Random(f"chase/{seed}")
    return filed([report(rng)], rng, rng.choice(("EX-99", "EX-99.1", "EX-20", "EX-20.1")))


def report(rng: Random) -> Exhibit:
    """The bare report of an invented deal."""
    books = invent(rng)
    look = Look.draw(rng, ("dashed", "dashed", "words", "day_month", "long"), ("-", "- -", "-"))
    look = replace(look, capitals=rng.random() < 0.9, rate_decimals=rng.choice((5, 6)), factor_decimals=8)
    page = Page(look, rng)
    page.width = 130
    lines = undashed(books.classes) if rng.random() < 0.7 else list(books.classes)
    page.top = lambda some: letterhead(some, books)
    letterhead(page, books)
    print_classes(page, lines)
    page.gap(2)
    print_contact(page, books)
    sections = [print_pool, print_behind]
    shown = [one for one in sections if rng.random() < 0.7]
    if shown:
        page.leaf()
        letterhead(page, books)
    for print_one in shown:
        print_one(page, books)
    kinds = [f"groups={len(books.groups) - 1 or 1}"] + ["one class"] * (len(lines) == 1)
    return exhibit("chase", page, books.month, lines, kinds)


def letterhead(page: Page, books: Books) -> None:
    """Issuer, series, title, and the date alone."""
    deal, when = books.deal, books.month.distribution_date
    series = f"{deal.parties.sponsor}, Series {deal.series}"
    page.middle(series, [(f"Series {deal.series}", "dim_deal.series", deal.series)])
    page.middle(page.say("Statement to Certificateholders"))
    said = page.look.day(when)
    page.middle(said, [(said, "report.distribution_date", when.isoformat())])
    page.gap()


def print_classes(page: Page, lines: Sequence[Line]) -> None:
    """Dollars, and below in the same table or one of its own the factors with the rates beside them."""
    rng = page.rng
    title = rng.choice(("DISTRIBUTION IN DOLLARS", "DISTRIBUTION IN DOLLARS", "DISTRIBUTIONS IN DOLLARS"))

    def dollars(some: Page, again: bool) -> None:
        some.line(some.say(title) + (" (CONTINUED)" if again else ""), (), 40)

    page.open(title, "fact_class_distribution")
    distribution(page, lines, ORDER, HEADS, dollars, stub="CLASS", total=rng.choice(("TOTALS", "TOTALS", "TOTAL")),
                 gap=rng.choice((0, 0, 1, 2)))  # fmt: skip
    joined = rng.random() < 0.7
    page.close(tag=not joined)
    page.gap(rng.randrange(0, 3))
    raw = rng.choice(("PER $1000 OF ORIGINAL FACE", "PER $1,000 OF ORIGINAL FACE"))

    def thousand(some: Page, again: bool) -> None:
        per_thousand(some, f"FACTOR INFORMATION {raw}", raw, 20)

    page.open(f"FACTOR INFORMATION {raw}", "fact_class_factor", tag=not joined)
    if joined:
        page.tag("<CAPTION>")
    factors(
        page, lines, FACTOR_ORDER, FACTOR_HEADS, thousand, stub="CLASS", rates=rng.choice(RATES),
        banner="PASS-THROUGH RATES" if rng.random() < 0.8 else "", again=rng.random() < 0.8,
        zero_rates=rng.random() < 0.5,
    )  # fmt: skip
    page.close()


def print_contact(page: Page, books: Books) -> None:
    """Whom to call."""
    who, month = books.deal.parties, books.month
    page.line("If there are any questions or problems with this statement, please contact")
    page.line(f"the administrator listed below: {who.signer}")
    page.line(who.trustee)
    page.line(f"{who.streets[1]}, {who.cities[1]} {who.zips[1]}")
    page.line(f"Tel: {who.telephones[0]}  /  Fax: {who.telephones[1]}")
    page.dated("Record Date:", month.record_date, "report.record_date", 13)


def print_pool(page: Page, books: Books) -> None:
    """The pool, by group."""
    table = "fact_collateral."
    page.open("Pool", "fact_collateral")
    columns = edges(page, books.groups, 46)
    group_heads(page, page.rng.choice(("Mortgage Loans", "Collateral Information")), columns, True)
    page.rule()
    items(page, [
        sum_of(page, "Beginning Pool Balance", table + "beginning_scheduled_balance", "beginning"),
        sum_of(page, "Ending Pool Balance", table + "ending_scheduled_balance", "ending"),
        number_of(page, "Beginning Loan Count", table + "beginning_loan_count", "count_before"),
        number_of(page, "Ending Loan Count", table + "ending_loan_count", "count_after"),
        mean_of(page, "Weighted Average Coupon", table + "wac_gross"),
    ], columns)  # fmt: skip
    page.close()
    page.gap()


def print_behind(page: Page, books: Books) -> None:
    """Loans behind by group: a line for each number of months, with number, balance and share."""
    page.open("Delinquent Mortgage Loans", "fact_delinquency")
    page.line(page.say("Number and Aggregate Principal Amounts of Mortgage Loans in Delinquency"))
    groups = books.groups[:-1] or books.groups
    for group in groups:
        page.gap()
        if group.code != "ALL":
            page.line(page.say(group.label))
        behind_rows(page, group)
    page.close()


def behind_rows(page: Page, group: Group) -> None:
    """The lines of one group."""
    heads = [page.say(one) for one in ("Category", "Number", "Principal Balance", "Percentage of Pool")]
    edge = (24, 46, 68)
    page.sheet.put([Piece(0, heads[0]), *(Piece(at, one, True) for one, at in zip(heads[1:], edge, strict=True))])
    for bucket, label in zip((*FEW, "TOTAL"), ("1 Month", "2 Month", "3+ Month", "Total"), strict=True):
        said = page.say(label)
        number, balance = counted(group, ("DELINQUENT",), bucket)
        dims = {"status": "DELINQUENT", "group": group.code, "bucket": bucket}
        figures = (count(number), page.look.money(balance), page.look.share(balance, group.ending))
        names = ("loan_count", "balance", "balance_pct")
        pieces = [Piece(0, said)]
        for figure, name, head, at in zip(figures, names, heads[1:], edge, strict=True):
            if figure:
                pieces.append(Piece(at, figure.raw, True, figure, Claim(said, head, "fact_delinquency." + name, dims)))
        page.sheet.put(pieces)
