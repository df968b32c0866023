"""Lists of the loan groups as Bankers Trust prints them: cash collected, fees, pool, triggers."""

from tests.simulate.families.paper.books import Books
from tests.simulate.families.paper.page import Page
from tests.simulate.families.paper.pools import (
    Edges,
    Item,
    edges,
    group_heads,
    items,
    mean_of,
    number_of,
    one_value,
    sum_of,
)
from tests.simulate.sheet import Figure

AMOUNT = "fact_account.amount"
PRINCIPAL, INTEREST = "SOURCES OF PRINCIPAL", "SOURCES OF INTEREST"
SOURCES: dict[str, tuple[tuple[str, str, str, int], ...]] = {
    PRINCIPAL: (
        ("SCHEDULED PRINCIPAL RECEIVED|SCHEDULED PRINCIPAL", "SCHEDULED_PRINCIPAL", "scheduled", 1),
        ("PREPAYMENTS & CURTAILMENTS|PREPAYMENTS AND CURTAILMENTS", "PREPAYMENTS_AND_CURTAILMENTS", "prepaid", 1),
        ("REPURCHASES/SUBSTITUTIONS", "REPURCHASE_PRINCIPAL", "", 1),
        ("NET LIQUIDATION PROCEEDS|LIQUIDATION PROCEEDS", "LIQUIDATION_PRINCIPAL", "liquidated", 1),
        ("INSURANCE PROCEEDS", "INSURANCE_PRINCIPAL", "", 1),
        ("OTHER PRINCIPAL", "OTHER_PRINCIPAL", "", 1),
        ("LESS: REALIZED LOSSES", "REALIZED_LOSS_PRINCIPAL", "loss", -1),
        ("TOTAL PRINCIPAL|TOTAL  PRINCIPAL", "TOTAL_PRINCIPAL", "principal", 1),
    ),
    INTEREST: (
        ("SCHEDULED INTEREST", "SCHEDULED_INTEREST", "interest", 1),
        ("REPURCHASES/SUBSTITUTIONS", "REPURCHASE_INTEREST", "", 1),
        ("LIQUIDATION PROCEEDS", "LIQUIDATION_INTEREST", "", 1),
        ("OTHER INTEREST", "OTHER_INTEREST", "other", 1),
        ("LESS: DELINQUENT INTEREST", "DELINQUENT_INTEREST", "unpaid", -1),
        ("LESS: PPIS", "PREPAYMENT_INTEREST_SHORTFALL", "shortfall", -1),
        ("LESS: CURRENT SERVICING FEES", "CURRENT_SERVICING_FEES", "collected", -1),
        ("PLUS: COMPENSATING INTEREST", "COMPENSATING_INTEREST", "", 1),
        ("PLUS: INTEREST ADVANCED AMOUNT|PLUS: INTEREST ADVANCED", "INTEREST_ADVANCED", "advanced", 1),
        ("TOTAL INTEREST", "TOTAL_INTEREST", "net_interest", 1),
    ),
}
OPEN = (("PERMITTED WITHDRAWALS", "WITHDRAWAL", ""), ("TOTAL SOURCES", "TOTAL", "sources"))


def sources(page: Page, section: str, brief: bool) -> list[Item]:
    """The lines of one section; a brief report leaves out what is never used, but for the losses."""
    made = []
    for labels, code, name, sign in SOURCES[section]:
        kind = "SUBTOTAL" if code.startswith("TOTAL") else "SOURCE"
        if name or not brief:
            said = page.say(section)
            made.append(
                sum_of(page, labels, AMOUNT, name, sign, account="COLLECTION_ACCOUNT", section=said, entry_type=kind,
                       entry_code=code)
            )  # fmt: skip
    return made


def print_account(page: Page, books: Books) -> None:
    """Cash collected, by group, down to what is remitted."""
    page.line(page.say("COLLECTION ACCOUNT INFORMATION"))
    page.rule()
    columns = edges(page, books.groups, 62)
    brief = page.rng.random() < 0.3
    for section in (PRINCIPAL, INTEREST):
        if section == PRINCIPAL:
            group_heads(page, section, columns, True, 16)
        else:
            page.rule()
            page.line(page.say(section), (), 16)
        page.rule()
        page.gap()
        items(page, sources(page, section, brief), columns, 16)
        page.gap()
    for section, kind, name in OPEN:
        page.rule()
        page.line(page.say(section), (), 16)
        page.rule()
        items(page, [sum_of(
            page, "", AMOUNT, name, account="COLLECTION_ACCOUNT", section=page.say(section), entry_type=kind,
            entry_code=section.replace(" ", "_"),
        )], columns)  # fmt: skip
        page.gap()
    if total := page.look.money(books.everything.sources):
        dims = {"account": "COLLECTION_ACCOUNT", "entry_type": "TOTAL", "entry_code": "TOTAL_REMITTANCE_DUE"}
        one_value(page, "TOTAL REMITTANCE DUE", total, AMOUNT, columns.right[-1], {**dims, "group": "ALL"})
    page.rule()


def print_fees(page: Page, books: Books) -> None:
    """The servicer's fee."""
    columns, amount = edges(page, books.groups, 64), "fact_fee.amount"
    group_heads(page, "SERVICING FEES", columns, True)
    page.rule()
    less = page.rng.choice(("LESS:~", "LESS:"))
    items(page, [
        sum_of(page, "ACCRUED SERVICING FEE FOR THE CURRENT PERIOD:", amount, "fee", fee_code="SERVICING_FEE_ACCRUED"),
        sum_of(page, f"{less} AMOUNTS TO COVER INTEREST SHORTFALLS:", amount, "supported", -1,
               fee_code="SUPPORTED_PPIS"),
        sum_of(page, f"{less} DELINQUENT SERVICE FEES:", amount, "unpaid_fee", -1, fee_code="SERVICING_FEE_DELINQUENT"),
        sum_of(page, "COLLECTED SERVICING FEES FOR CURRENT PERIOD:", amount, "collected",
               fee_code="SERVICING_FEE_COLLECTED"),
    ], columns)  # fmt: skip
    page.rule()
    page.close(tag=False)
    page.gap(2)


def print_pool(page: Page, books: Books) -> None:
    """Balances, counts and averages of the pool."""
    look, table, columns = page.look, "fact_collateral.", edges(page, books.groups, 64)
    page.open("POOL INFORMATION", "fact_collateral", tag=False)
    group_heads(page, "POOL INFORMATION", columns, True)
    page.rule()
    share = page.rng.choice(("GROUP FACTOR", "GROUP FACTOR", "POOL FACTOR"))
    items(page, [
        sum_of(page, "PRIOR PRINCIPAL BALANCE OF POOL:", table + "beginning_scheduled_balance", "beginning"),
        sum_of(page, "CURRENT PRINCIPAL BALANCE OF POOL:", table + "ending_scheduled_balance", "ending"),
        Item(share, table + "pool_factor", lambda one: look.share(one.ending, one.original), {}),
        number_of(page, "PRIOR NUMBER OF LOANS:", table + "beginning_loan_count", "count_before"),
        number_of(page, "CURRENT NUMBER OF LOANS:", table + "ending_loan_count", "count_after"),
        number_of(page, "NUMBER OF LOANS PAID IN FULL:", table + "loans_paid_in_full_count", "paid_in_full"),
        mean_of(page, "CURRENT WEIGHTED AVERAGE MORTGAGE RATE:", table + "wac_gross"),
        mean_of(page, "NEXT WEIGHTED AVERAGE MORTGAGE RATE:", table + "next_wac_gross"),
        mean_of(page, "WEIGHTED AVERAGE TERM TO MATURITY:", table + "wam_months", months=True),
    ], columns)  # fmt: skip
    page.rule()
    page.close(tag=False)
    page.gap()


def own_columns(page: Page, books: Books, title: str, start: int) -> Edges:
    """The columns of a list without total, under its title; a pool without groups has one without a head."""
    columns = edges(page, books.groups[:-1] or books.groups, start)
    group_heads(page, title, columns, total=False)
    page.rule()
    return columns


def print_triggers(page: Page, books: Books) -> None:
    """Whether the tests of the deal have failed."""
    page.open("TRIGGER EVENTS", "fact_trigger", tag=False)
    columns = own_columns(page, books, "TRIGGER EVENTS", 60)
    for code in ("ROLLING_LOSS_RATE", "CUMULATIVE_LOSS_RATE", "DELINQUENCY_RATE"):
        items(page, [answer(page, code)], columns)
    page.rule()
    page.close(tag=False)
    page.gap()


def answer(page: Page, code: str) -> Item:
    """Whether one test has failed, the same in all groups."""
    said = page.rng.choice(("NO", "NO", "YES"))
    label = f"HAS A {code.replace('_', ' ')} EVENT OCCURRED?"
    return Item(label, "fact_trigger.is_in_effect", lambda group: Figure(said, said, "FLAG"), {"trigger_code": code})


def print_overcollateralization(page: Page, books: Books) -> None:
    """Overcollateralization, and what is wanted of it."""
    page.open("OVERCOLLATERALIZATION", "fact_overcollateralization", tag=False)
    columns, table = own_columns(page, books, "OVERCOLLATERALIZATION", 64), "fact_overcollateralization."
    items(page, [
        sum_of(page, "EXTRA PRINCIPAL DISTRIBUTION AMOUNT", table + "extra_principal_distribution_amount"),
        sum_of(page, "OVERCOLLATERALIZATION AMOUNT|OVERCOLLATERALIZED AMOUNT", table + "oc_amount", "oc"),
        sum_of(page, "TARGET OVERCOLLATERALIZATION AMOUNT|TARGETED OVERCOLLATERALIZED AMOUNT",
               table + "target_oc_amount", "target"),
    ], columns)  # fmt: skip
    page.rule()
    page.close(tag=False)
