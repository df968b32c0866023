"""The statements of labels with one value each: account, shortfall, fees, other information, products."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import NamedTuple

from tests.simulate.cents import ZERO, cents
from tests.simulate.sheet import Claim, Figure, Piece, Sheet
from tests.simulate.waterfall import Month

VALUE = "(value)"
FEE, ACCOUNT, LINE = "fact_fee.amount", "fact_account.amount", "fact_line_item.value"


class Item(NamedTuple):
    """One label with its value; `date` is a date printed inside the label."""

    label: str
    figure: Figure
    canonical: str
    dims: dict[str, str] | None = None
    indent: int = 0
    date: tuple[str, Figure] | None = None


def print_items(sheet: Sheet, items: Sequence[Item], edge: int) -> None:
    """Label and value on one line, values right aligned at the edge."""
    for item in items:
        print_item(sheet, item, edge)
        sheet.breath()


def print_item(sheet: Sheet, item: Item, edge: int) -> None:
    """One label with its value on the same line."""
    line = sheet.put(
        [
            Piece(item.indent, item.label),
            Piece(edge, item.figure.raw, True, item.figure, claim(item, item.label)),
        ]
    )
    date_in_label(sheet, line, item)


def claim(item: Item, printed: str, shifted: bool = False) -> Claim:
    """Meaning of the value of an item; `printed` is the label on the value's own line."""
    return Claim(item.label, VALUE, item.canonical, item.dims, printed, shifted)


def date_in_label(sheet: Sheet, line: int, item: Item) -> None:
    """A date inside a label is a figure of its own."""
    if item.date is None:
        return
    canonical, figure = item.date
    start = sheet.lines[line - 1].index(figure.raw)
    sheet.labels = [
        one for one in sheet.labels if one["line"] != line or not start <= one["col_start"] < start + len(figure.raw)
    ]
    sheet.claim(line, start, figure, Claim(item.label, "(date in label)", canonical))


def width(items: Sequence[Item]) -> int:
    """Columns that the widest line needs."""
    return max(item.indent + len(item.label) + len(item.figure.raw) for item in items) + 3


def edge(sheet: Sheet, items: Sequence[Item]) -> int:
    """Right edge of the values."""
    return max(sheet.shape.edge + sheet.rng.randint(-3, 3), width(items))


def mixed(sheet: Sheet, items: list[Item]) -> list[Item]:
    """The items in printed order."""
    if sheet.shape.shuffle_labels:
        sheet.rng.shuffle(items)
    return items


def title(sheet: Sheet, *lines: str) -> None:
    """Caption lines, roughly centred."""
    for place, text in enumerate(lines):
        number = sheet.text(text, sheet.rng.randrange(20, 50))
        if not place:
            sheet.table.title_line = number
        if place < len(lines) - 1:
            sheet.blank(sheet.rng.choice((0, 1)))
    sheet.table.title = " / ".join(lines)


def simple(sheet: Sheet, code: str, canonical: str, heads: Sequence[str], items: list[Item]) -> None:
    """A whole label-value table."""
    sheet.open(code, "", canonical)
    if heads:
        title(sheet, *heads)
        sheet.blank(sheet.rng.choice((0, 1, 2)))
    right = edge(sheet, items)
    sheet.mark([right - 20])
    print_items(sheet, items, right)
    sheet.close()


def entry(sheet: Sheet, label: str, amount: Decimal, kind: str, code: str, section: str = "", indent: int = 0) -> Item:
    """A line of the certificate account."""
    dims = {"account": "CERTIFICATE_ACCOUNT", "entry_type": kind, "entry_code": code}
    if section:
        dims["section"] = section
    return Item(label, sheet.money(amount), ACCOUNT, dims, indent)


def print_account(sheet: Sheet, month: Month, code: Callable[[], str]) -> None:
    """Certificate account: opening, deposits, withdrawals, closing."""
    pool = month.pool
    lines = {
        "Deposits": [
            (
                "Payments of Interest and Principal",
                pool.constant + pool.unscheduled,
                "PAYMENTS_OF_INTEREST_AND_PRINCIPAL",
            ),
            ("Liquidations, Insurance Proceeds, Reserve Funds", ZERO, "LIQUIDATION_INSURANCE_RESERVE"),
            ("Proceeds from Repurchased Loans", ZERO, "REPURCHASE_PROCEEDS"),
            ("Other Amounts (Servicer Advances)", pool.advance, "SERVICER_ADVANCES"),
            ("Realized Loss (Gains, Subsequent Expenses & Recoveries)", pool.loss, "REALIZED_LOSS_GAIN"),
            ("Prepayment Penalties", pool.penalties, "PREPAYMENT_PENALTIES"),
        ],
        "Withdrawals": [
            ("Reimbursement for Servicer Advances", month.reimbursed, "ADVANCE_REIMBURSEMENT"),
            ("Payment of Service Fee", pool.net_fee, "SERVICE_FEE"),
            ("Payment of Interest and Principal", month.distributed, "DISTRIBUTION_INTEREST_AND_PRINCIPAL"),
        ],
    }
    closing = {
        "Deposits": ("Total Deposits", "TOTAL_DEPOSITS"),
        "Withdrawals": ("Total Withdrawals (Pool Distribution Amount)", "TOTAL_WITHDRAWALS"),
    }
    sheet.open(code(), "", "fact_account")
    title(sheet, "CERTIFICATEHOLDER ACCOUNT STATEMENT", "CERTIFICATE ACCOUNT")
    right = max(sheet.shape.edge, 84)
    sheet.mark([right - 20])
    print_items(sheet, [entry(sheet, "Beginning Balance", ZERO, "BEGINNING", "BEGINNING")], right)
    for section, some in lines.items():
        sheet.text(section)
        kind = section[:-1].upper()
        items = [entry(sheet, label, amount, kind, name, section, 5) for label, amount, name in some]
        print_items(sheet, mixed(sheet, items), right)
        label, name = closing[section]
        print_items(sheet, [entry(sheet, label, month.deposits, name, name, section)], right)
        sheet.blank(sheet.rng.choice((0, 1)))
    print_items(sheet, [entry(sheet, "Ending Balance", ZERO, "ENDING", "ENDING")], right)
    sheet.close()


def print_shortfall(sheet: Sheet, month: Month, code: Callable[[], str]) -> None:
    """Interest that prepayments cost, and who bears it."""
    pool, name = month.pool, "Prepayment/Curtailment Interest Shortfall"
    fact = "fact_interest_shortfall."
    items = [
        Item(f"Total {name}", sheet.money(pool.shortfall), fact + "prepayment_interest_shortfall"),
        Item("Servicing Fee Support", sheet.money(pool.supported), fact + "servicing_fee_support"),
        Item(f"Non-Supported {name}", sheet.money(pool.unsupported), fact + "non_supported_shortfall"),
    ]
    simple(sheet, code(), "fact_interest_shortfall", (name.upper(),), mixed(sheet, items))


def fee(sheet: Sheet, label: str, amount: Decimal, code: str, payee: str = "") -> Item:
    """A fee, its payee behind the dash of the label where there is one."""
    dims = {"fee_code": code}
    if payee:
        dims["payee"] = payee
        label += sheet.rng.choice(("- ", " - ")) + payee
    return Item(label, sheet.money(amount), FEE, dims)


def print_fees(sheet: Sheet, month: Month, code: Callable[[], str]) -> None:
    """Fees of the period; the sum is the net fee."""
    pool, who = month.pool, month.deal.parties
    items = [
        fee(sheet, "Gross Servicing Fee", pool.servicing, "GROSS_SERVICING_FEE"),
        fee(sheet, "Master Servicing Fee", pool.master, "MASTER_SERVICING_FEE", who.master),
        fee(sheet, "Trustee Fee", pool.trustee, "TRUSTEE_FEE", who.trustee),
        fee(sheet, "Supported Prepayment/Curtailment Interest Shortfall", pool.supported, "SUPPORTED_PPIS"),
    ]
    if pool.external:
        items.insert(
            1, fee(sheet, "External Master Servicing Fee", pool.external, "EXTERNAL_MASTER_SERVICING_FEE", who.servicer)
        )
    items = mixed(sheet, items)
    items.append(fee(sheet, "Net Servicing Fee", pool.net_fee, "NET_SERVICING_FEE"))
    simple(sheet, code(), "fact_fee", ("SERVICING FEES",), items)


STRANGE = (
    "Number of Loans Subject to Bankruptcy Moratorium", "Aggregate Excess Spread Released",
    "Cumulative Insured Deposits", "Fraud Loss Coverage Remaining", "Amounts Owed to the Swap Counterparty",
    "Draws on the Surety Bond",
)  # fmt: skip


def print_information(sheet: Sheet, month: Month, code: Callable[[], str]) -> None:
    """Odd lines; the strange ones no reader can know."""
    lines = (
        ("Current Period Class A Insufficient Funds", ZERO, "CLASS_A_INSUFFICIENT_FUNDS"),
        ("Principal Balance of Contaminated Properties", month.contaminated, "CONTAMINATED_PROPERTIES_BALANCE"),
        ("Periodic Advance", month.pool.advance, "PERIODIC_ADVANCE"),
    )
    items = [Item(label, sheet.money(amount), LINE, {"item_code": name}) for label, amount, name in lines]
    for label in sheet.rng.sample(STRANGE, sheet.shape.strange_lines):
        amount = cents(month.pool.beginning * Decimal(sheet.rng.random()) / 1000)
        figure = sheet.money(amount)._replace(unit="UNKNOWN")
        items.append(Item(label, figure, LINE, {"item_code": label.upper().replace(" ", "_")}))
    simple(sheet, code(), "fact_line_item", ("OTHER INFORMATION",), mixed(sheet, items))


def print_products(sheet: Sheet, month: Month, code: Callable[[], str]) -> None:
    """Without a title: notional amounts of the cash class and balances by product."""
    items = []
    cash = month.deal.cash
    if cash:
        for word, amount in (("Beginning", month.pool.beginning), ("Ending", month.pool.ending)):
            items.append(
                Item(
                    f"{word} Class {cash.name} Notional Amount", sheet.money(amount),
                    f"fact_class_distribution.{word.lower()}_notional", {"class": cash.name},
                )
            )  # fmt: skip
    for label, stratum, share in month.deal.products:
        items.append(
            Item(
                f"Ending Scheduled Principal Balance of the {label} Mortgage Loans",
                sheet.money(cents(month.pool.ending * share / 100)),
                LINE,
                {"item_code": "ENDING_SCHEDULED_BALANCE_BY_PRODUCT", "stratum": stratum},
            )
        )
    simple(sheet, code(), "fact_line_item", (), mixed(sheet, items))
