"""Loans behind, in the few buckets that trustees of typed reports print, a row per bucket."""

from decimal import Decimal

from tests.simulate.cents import ZERO
from tests.simulate.families.trustee.look import Look
from tests.simulate.families.trustee.ruled import Row, Shown, begin, dollars, table, titled
from tests.simulate.sheet import Claim, Sheet, count
from tests.simulate.waterfall import Month

DELINQUENCY = "fact_delinquency."
BUCKETS = (("30-59", (1,)), ("60-89", (2,)), ("90+", (3, 4, 5, 6)))
WORDS = {
    "days": {"30-59": "30-59 days", "60-89": "60-89 days", "90+": "90 days or more"},
    "months": {"30-59": "Delinq 1 Month", "60-89": "Delinq 2 Months", "90+": "Delinq 3+ Months"},
    "plus": {"30-59": "30-59 Days Delinquent", "60-89": "60-89 Days Delinquent", "90+": "90+ Days Delinquent"},
}


def behind(month: Month) -> list[tuple[str, int, Decimal]]:
    """Bucket, number and balance of the loans that are behind and in no other state."""
    found = []
    for bucket, places in BUCKETS:
        some = [month.delinquent.get(("DELINQUENT", place), (0, ZERO)) for place in places]
        found.append((bucket, sum(number for number, _ in some), sum((amount for _, amount in some), ZERO)))
    return found


def court(month: Month, status: str) -> tuple[int, Decimal]:
    """Number and balance of the loans in another state."""
    some = [amounts for (name, _), amounts in month.delinquent.items() if name == status]
    return sum(number for number, _ in some), sum((amount for _, amount in some), ZERO)


def rows(month: Month, look: Look, wording: str, heads: tuple[str, str], total: bool) -> list[Row]:
    """A row per bucket, then foreclosure and REO, then the total of the buckets if it is wanted."""
    made = [
        row(look, WORDS[wording][bucket], number, amount, heads, "DELINQUENT", bucket)
        for bucket, number, amount in behind(month)
    ]
    if total:
        number, amount = sum(n for _, n, _ in behind(month)), sum((b for _, _, b in behind(month)), ZERO)
        made.append(row(look, "Total Delinquent", number, amount, heads, "DELINQUENT", "TOTAL"))
    for label, status in (("Foreclosure", "FORECLOSURE"), ("REO", "REO")):
        made.append(row(look, label, *court(month, status), heads, status, "TOTAL"))
    return made


def row(look: Look, label: str, number: int, amount: Decimal, heads: tuple[str, str], status: str, bucket: str) -> Row:
    """One bucket."""
    dims = {"status": status, "bucket": bucket}
    shown: list[Shown] = [count(number), dollars(look, amount)]
    claims = [
        Claim(label, head.replace("|", " "), DELINQUENCY + column, dims)
        for head, column in zip(heads, ("loan_count", "balance"), strict=True)
    ]
    return Row(label, shown, claims)


def print_delinquent(sheet: Sheet, month: Month, look: Look) -> None:
    """The table with its title."""
    title = sheet.rng.choice(("Delinquency Status", "Delinquency Information", "Delinquent Loans"))
    heads = sheet.rng.choice((("Number of|Loans", "Principal|Balance"), ("No of Loans", "Balance")))
    begin(sheet, title, "fact_delinquency")
    titled(sheet, title, 20)
    sheet.blank()
    wording = sheet.rng.choice(tuple(WORDS))
    made = rows(month, look, wording, heads, sheet.rng.random() < 0.5)
    table(sheet, look, "", [(head, False) for head in heads], made)
