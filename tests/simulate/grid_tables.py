"""Side accounts, and the matrix of loans behind by bucket and status."""

from collections.abc import Callable
from decimal import Decimal

from tests.simulate.cents import ZERO, rounded
from tests.simulate.label_tables import title
from tests.simulate.sheet import Claim, Figure, Piece, Sheet, count
from tests.simulate.waterfall import STATUSES, Month

COLUMNS = (
    (("Beginning", "Balance"), "beginning", "beginning_balance"),
    (("Current", "Withdrawals"), "withdrawals", "withdrawals"),
    (("Current", "Deposits"), "deposits", "deposits"),
    (("Ending", "Balance"), "ending", "ending_balance"),
)


def print_side_accounts(sheet: Sheet, month: Month, code: Callable[[], str]) -> None:
    """Reserves: opening, out, in, closing."""
    sheet.open(code(), "", "fact_other_account")
    title(sheet, "OTHER ACCOUNTS")
    sheet.blank(sheet.rng.choice((0, 1)))
    gap = sheet.rng.randint(*sheet.shape.gap)
    stub = max(len(one.name) for one in month.side) + 4
    edges = [stub + (15 + gap) * (place + 1) for place in range(len(COLUMNS))]
    for level in (0, 1):
        pieces = [Piece(0, "Account Type")] if level else []
        sheet.put([*pieces, *(Piece(at, head[level], True) for at, (head, _, _) in zip(edges, COLUMNS, strict=True))])
    sheet.blank(sheet.rng.choice((0, 1, 2)))
    sheet.mark([at - 13 for at in edges])
    sheet.table.columns = ["Account Type", *(" ".join(head) for head, _, _ in COLUMNS)]
    for one in month.side:
        pieces = [Piece(0, one.name)]
        for at, (head, field, column) in zip(edges, COLUMNS, strict=True):
            figure = sheet.money(getattr(one, field))
            claim = Claim(one.name, " ".join(head), f"fact_other_account.{column}", {"account_name": one.name})
            pieces.append(Piece(at, figure.raw, True, figure, claim))
        sheet.put(pieces)
        sheet.breath()
    sheet.close()


LONG = (
    ("0-29 Days", (0,)),
    ("30 Days", (1,)),
    ("60 Days", (2,)),
    ("90 Days", (3,)),
    ("120 Days", (4,)),
    ("150 Days", (5,)),
    ("180+ Days", (6,)),
)
SHORT = (("0-29 Days", (0,)), ("30 Days", (1,)), ("60 Days", (2,)), ("90+ Days", (3, 4, 5, 6)))
MEASURES = (("No of Loans", "loan_count"), ("Principal Balance", "balance"))
Amounts = dict[tuple[str, str], tuple[int, Decimal]]


def matrix(month: Month, short: bool) -> tuple[list[str], Amounts]:
    """Bucket names in order and number and balance by (bucket, status), totals of both ways included."""
    buckets = SHORT if short else LONG
    table: Amounts = {}
    for name, members in buckets:
        for status in STATUSES:
            found = [month.delinquent.get((status, one), (0, ZERO)) for one in members]
            table[name, status] = (sum(n for n, _ in found), sum((b for _, b in found), ZERO))
    names = [name for name, _ in buckets]
    for status in STATUSES:
        table["Totals", status] = added([table[name, status] for name in names])
    for name in [*names, "Totals"]:
        table[name, "Total"] = added([table[name, status] for status in STATUSES])
    return [*names, "Totals"], table


def added(some: list[tuple[int, Decimal]]) -> tuple[int, Decimal]:
    """Numbers and balances, each summed."""
    return sum(number for number, _ in some), sum((balance for _, balance in some), ZERO)


def share(part: Decimal, whole: Decimal, sheet: Sheet) -> Figure:
    """A percent with six decimals."""
    return sheet.percent(rounded(part * 100 / whole, 6), 6)


def print_delinquency(sheet: Sheet, month: Month, code: Callable[[], str]) -> None:
    """Two lines per bucket, count then balance; then the same in percent of the loans and of their actual balance."""
    sheet.open(code(), "", "fact_delinquency")
    title(sheet, "LOAN STATUS STRATIFICATION/CREDIT ENHANCEMENT STATEMENT", "DELINQUENCY STATUS")
    sheet.blank()
    statuses = [*STATUSES, "Total"]
    names, table = matrix(month, sheet.shape.short_buckets)
    lefts = [10 + sheet.shape.matrix_width * place for place in range(len(statuses))]
    sheet.put([Piece(at, name) for at, name in zip(lefts, statuses, strict=True)])
    sheet.mark(lefts)
    sheet.blank(sheet.rng.choice((0, 1)))
    sheet.table.columns = statuses
    for percent in (False, True):
        for words, _ in MEASURES:
            sheet.put([Piece(at, words) for at in lefts])
        for name in names:
            print_bucket(sheet, month, table, name, statuses, lefts, percent)
            sheet.blank()
        sheet.breath()
    sheet.close()


def print_bucket(
    sheet: Sheet, month: Month, table: Amounts, name: str, statuses: list[str], lefts: list[int], percent: bool
) -> None:
    """The count line, which bears the name of the bucket, and the balance line."""
    for measure, (words, column) in enumerate(MEASURES):
        pieces = [Piece(0, name)] if not measure else []
        empty = name == "0-29 Days"
        for at, status in zip(lefts, statuses, strict=True):
            if empty and status == "DELINQUENT":
                continue
            number, balance = table[name, status]
            figure = count(number) if not measure else sheet.money(balance)
            if percent:
                whole = month.pool.actual if measure else Decimal(month.pool.count_after)
                figure = share(balance if measure else Decimal(number), whole, sheet)
            dims = {"bucket": name, "status": status.upper(), "measure": words + " %" * percent}
            claim = Claim(name, status, f"fact_delinquency.{column}{'_pct' * percent}", dims)
            col = at + len(words) if sheet.shape.matrix_right else at
            if sheet.shape.matrix_right:
                col = max(col, at + len(figure.raw))
            pieces.append(Piece(col, figure.raw, sheet.shape.matrix_right, figure, claim))
        line = sheet.put(pieces)
        if empty:
            sheet.null(line, name, "DELINQUENT", measure=words + " %" * percent)
