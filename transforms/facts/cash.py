"""Facts of the cash: accounts, fees, reserves, advances."""

from typing import NamedTuple

import dataframely as dy

from transforms.facts import columns as c
from transforms.facts.identity import Identity


class Entry(NamedTuple):
    """One line of an account: its type and the labels trustees print for it."""

    entry_type: str
    labels: tuple[str, ...]
    account: str | None = None


class Section(NamedTuple):
    """A heading inside an account under which labels mean lines of its own."""

    titles: tuple[str, ...]
    entries: dict[str, Entry]


# BEGINNING, TOTAL_* and ENDING lines fix their own type; a line whose type is '' takes it from the heading above it.
ENTRIES = {
    "BEGINNING": Entry("BEGINNING", ("Beginning Balance",)),
    "PAYMENTS_OF_INTEREST_AND_PRINCIPAL": Entry("DEPOSIT", ("Payments of Interest and Principal",)),
    "LIQUIDATION_INSURANCE_RESERVE": Entry(
        "DEPOSIT", ("Liquidations, Insurance Proceeds, Reserve Funds", "Liquidations and Insurance Proceeds")
    ),
    "REPURCHASE_PROCEEDS": Entry("DEPOSIT", ("Proceeds from Repurchased Loans",)),
    "SERVICER_ADVANCES": Entry("DEPOSIT", ("Other Amounts (Servicer Advances)", "Servicer Advances")),
    "REALIZED_LOSS_GAIN": Entry(
        "DEPOSIT",
        (
            "Realized Loss (Gains, Subsequent Expenses & Recoveries)",
            "Realized Losses",
            "Gains & Subsequent Recoveries (Realized Losses)",
        ),
    ),
    "PREPAYMENT_PENALTIES": Entry("DEPOSIT", ("Prepayment Penalties",)),
    "TOTAL_DEPOSITS": Entry("TOTAL_DEPOSITS", ("Total Deposits", "Total Deposits to Collection Account")),
    "ADVANCE_REIMBURSEMENT": Entry("WITHDRAWAL", ("Reimbursement for Servicer Advances",)),
    "SERVICE_FEE": Entry("WITHDRAWAL", ("Payment of Service Fee", "Payment of Servicing Fee")),
    "DISTRIBUTION_INTEREST_AND_PRINCIPAL": Entry("WITHDRAWAL", ("Payment of Interest and Principal",)),
    "TOTAL_WITHDRAWALS": Entry(
        "TOTAL_WITHDRAWALS",
        (
            "Total Withdrawals",
            "Total Withdrawals (Pool Distribution Amount)",
            "Total Withdrawals from Collection Account",
        ),
    ),
    "ENDING": Entry("ENDING", ("Ending Balance",)),
    "TOTAL_PRINCIPAL": Entry("SUBTOTAL", ("Total Principal",)),
    "TOTAL_INTEREST": Entry("SUBTOTAL", ("Total Interest",)),
    "TOTAL_SOURCES": Entry("TOTAL", ("Total Sources",)),
    "TOTAL_REMITTANCE_DUE": Entry("TOTAL", ("Total Remittance Due Certificate Account", "Total Remittance Due")),
    "PERMITTED_WITHDRAWALS": Entry("WITHDRAWAL", ("Permitted Withdrawals",)),
    "INTEREST_ADVANCED": Entry("SOURCE", ("Interest Advanced",)),
    "DELINQUENT_INTEREST": Entry("SOURCE", ("Delinquent Interest",)),
    "CURRENT_SERVICING_FEES": Entry("SOURCE", ("Current Servicing Fees",)),
    "CAPITALIZED_INTEREST": Entry(
        "DEPOSIT",
        ("Capitalized Interest", "Capitalized Interest Deposit for Certificate Account"),
        "CERTIFICATE_ACCOUNT",
    ),
    "SWAP_RECEIPT": Entry("DEPOSIT", ("Swap/Cap Payments", "Swap Receipts", "Net Swap Receipt")),
    "SWAP_PAYMENT": Entry("WITHDRAWAL", ("Swap Payments", "Net Swap Payment")),
    "PREFUNDING": Entry(
        "DEPOSIT", ("Prefunding Account", "Prefunding Deposit for Certificate Account"), "CERTIFICATE_ACCOUNT"
    ),
}
SECTIONS = {
    "PRINCIPAL": Section(
        ("Sources of Principal", "Principal", "Principal Collections"),
        {
            "SCHEDULED_PRINCIPAL": Entry("SOURCE", ("Scheduled Principal Received", "Scheduled Principal")),
            "PREPAYMENTS_AND_CURTAILMENTS": Entry(
                "SOURCE", ("Prepayments & Curtailments", "Prepayments and Curtailments")
            ),
            "REPURCHASE_PRINCIPAL": Entry("SOURCE", ("Repurchases/Substitutions", "Repurchases")),
            "LIQUIDATION_PRINCIPAL": Entry("SOURCE", ("Net Liquidation Proceeds", "Liquidation Proceeds")),
            "INSURANCE_PRINCIPAL": Entry("SOURCE", ("Insurance Proceeds",)),
            "OTHER_PRINCIPAL": Entry("SOURCE", ("Other Principal",)),
            "PREFUNDING_TERMINATION": Entry("SOURCE", ("Prefunding Account Termination",)),
            "REALIZED_LOSS_PRINCIPAL": Entry("SOURCE", ("Less: Realized Losses", "Realized Losses")),
        },
    ),
    "INTEREST": Section(
        ("Sources of Interest", "Interest", "Interest Collections"),
        {
            "SCHEDULED_INTEREST": Entry("SOURCE", ("Scheduled Interest", "Scheduled Interest Received")),
            "REPURCHASE_INTEREST": Entry("SOURCE", ("Repurchases/Substitutions", "Repurchases")),
            "LIQUIDATION_INTEREST": Entry("SOURCE", ("Liquidation Proceeds", "Net Liquidation Proceeds")),
            "INSURANCE_INTEREST": Entry("SOURCE", ("Insurance Proceeds",)),
            "OTHER_INTEREST": Entry("SOURCE", ("Other Interest",)),
            "DELINQUENT_INTEREST": Entry("SOURCE", ("Less: Delinquent Interest",)),
            "PREPAYMENT_INTEREST_SHORTFALL": Entry("SOURCE", ("Less: PPIS", "Less: Prepayment Interest Shortfall")),
            "CIVIL_RELIEF_SHORTFALL": Entry(
                "SOURCE", ("Less: PPIS Civil Relief Shortfall", "Civil Relief Act Shortfall")
            ),
            "CURRENT_SERVICING_FEES": Entry("SOURCE", ("Less: Current Servicing Fees",)),
            "REALIZED_LOSS_INTEREST": Entry("SOURCE", ("Less: Realized Losses", "Realized Losses")),
            "COMPENSATING_INTEREST": Entry("SOURCE", ("Plus: Compensating Interest", "Compensating Interest")),
            "INTEREST_ADVANCED": Entry("SOURCE", ("Plus: Interest Advanced Amount", "Interest Advanced")),
            "CAPITALIZED_INTEREST": Entry("SOURCE", ("Plus: Capitalized Interest Amount",)),
            "CLOSING_DATE_DEPOSIT": Entry("SOURCE", ("Plus: Closing Date Deposit", "Closing Date Deposit")),
        },
    ),
}
# Headings that give the lines below them their type.
HEADINGS = {
    "DEPOSIT": ("Deposits",),
    "WITHDRAWAL": ("Withdrawals",),
    "SOURCE": ("Principal", "Interest", "Sources of Principal", "Sources of Interest"),
}
ACCOUNTS = {
    "CERTIFICATE_ACCOUNT": ("Certificate Account", "Certificateholder Account Statement", "Note Account"),
    "COLLECTION_ACCOUNT": ("Collection Account", "Collection Account Information", "Collection Account Activity"),
    "CERTIFICATE_PAYMENT_ACCOUNT": ("Certificate Payment Account", "Certificate Payment Account Activity"),
}

FEES = {
    "GROSS_SERVICING_FEE": ("Gross Servicing Fee", "Servicing Fee", "Servicing Fees"),
    "EXTERNAL_MASTER_SERVICING_FEE": ("External Master Servicing Fee",),
    "MASTER_SERVICING_FEE": ("Master Servicing Fee",),
    "TRUSTEE_FEE": ("Trustee Fee",),
    "SUPPORTED_PPIS": (
        "Supported Prepayment/Curtailment Interest Shortfall",
        "Less: Amounts to Cover Interest Shortfalls",
    ),
    "NET_SERVICING_FEE": ("Net Servicing Fee",),
    "FRY_AMOUNT": ("FRY Amount",),
    "SPECIAL_HAZARD_FEE": ("Special Hazard Fee",),
    "OTHER_FEE": ("Other Fee",),
    "POOL_INSURANCE_FEE": ("Pool Insurance Fee",),
    "SPREAD_1": ("Spread 1",),
    "SPREAD_2": ("Spread 2",),
    "SPREAD_3": ("Spread 3",),
    "SERVICING_FEE_ACCRUED": ("Accrued Servicing Fee", "Accrued Servicing Fee for the Current Period"),
    "SERVICING_FEE_DELINQUENT": ("Delinquent Servicing Fee", "Less: Delinquent Service Fees"),
    "TOTAL_FEES": ("Total Administration Fees", "Total Fees", "Total Servicing Fees"),
    "SERVICING_FEE_COLLECTED": ("Collected Servicing Fees for Current Period",),
}


class Account(dy.Schema):
    """One line of a cash account."""

    report_id = c.key("the report")
    account = c.key("which account", codes=ACCOUNTS)
    group_code = c.key("ALL, or the loan group")
    section = c.text("heading the line stands under, as printed")
    entry_type = c.key("BEGINNING, DEPOSIT, WITHDRAWAL, SOURCE, SUBTOTAL, TOTAL_DEPOSITS, TOTAL_WITHDRAWALS, ENDING")
    entry_code = c.key("what the line is; the label in capitals where the list has no code", codes=ENTRIES)
    line_no = c.whole("line of the submission")
    amount = c.money("with the printed sign")


class Fee(dy.Schema):
    """One fee, as one statement prints it."""

    report_id = c.key("the report")
    group_code = c.key("ALL, or the loan group")
    statement = c.key("FEE: the fee statement; COLLATERAL: the collateral statement")
    fee_code = c.key("what the fee is for; the label in capitals where the list has no code", codes=FEES)
    payee = c.text("who is paid, where printed")
    amount = c.money("fee of the period")


_OTHER = ("OTHER_ACCOUNT", "RESERVE")


def _aside(*labels: str) -> c.Scoped:
    """Return labels that mean a side account wherever the statement is about one."""
    return dict.fromkeys(_OTHER, labels)


class OtherAccount(dy.Schema):
    """A reserve or side account over the period."""

    report_id = c.key("the report")
    account_name = c.key("as printed")
    beginning_balance = c.money(
        "before",
        ("Beginning Reserve Account Balance", "Beginning Reserve Fund Balance", "Beginning Reserve Balance"),
        _aside("Beginning Balance", "Opening Balance", "Prior Balance", "Beginning Account Balance"),
    )
    withdrawals = c.money(
        "taken out",
        ("Reserve Account Draw Amount", "Reserve Account Withdrawals", "Withdrawal from Reserve Account"),
        _aside("Current Withdrawals", "Withdrawals", "Draws", "Draw Amount", "Funds Out", "Funds Out (B)"),
    )
    deposits = c.money(
        "put in",
        ("Reserve Account Deposits Made", "Reserve Account Deposit", "Deposit to Reserve Account"),
        _aside("Current Deposits", "Deposits", "Deposit from Available Funds", "Funds In", "Funds In (A)"),
    )
    ending_balance = c.money(
        "after",
        (
            "Ending Reserve Account Balance",
            "Ending Reserve Fund Balance",
            "Ending Reserve Balance",
            "Reserve Account Balance",
            "Reserve Fund Balance",
        ),
        _aside("Ending Balance", "Closing Balance", "Current Balance", "Ending Account Balance"),
    )
    required_balance = c.money(
        "that must be held",
        ("Required Reserve Account Amount", "Required Reserve Account Balance", "Specified Reserve Balance",
         "Reserve Account Required Amount", "Specified Reserve Account Balance", "Required Reserve Amount",
         "Reserve Account Requirement"),
        _aside("Required Balance", "Required Amount", "Specified Balance"),
    )  # fmt: skip


class Advance(dy.Schema):
    """Advances of the servicer: outstanding, made, reimbursed."""

    report_id = c.key("the report")
    group_code = c.key("ALL, or the loan group")
    advance_type = c.key("PRINCIPAL, INTEREST, TAXES_INSURANCE ...")
    beginning_outstanding = c.money("before")
    made = c.money("made in the period")
    reimbursed = c.money("paid back in the period")
    ending_outstanding = c.money("after")


IDENTITIES = (
    Identity(
        "A14", "Side account roll-forward", "fact_other_account", "beginning_balance - withdrawals + deposits",
        "ending_balance", "ending_balance IS NOT NULL", "0.005", "money", "error", "report x account",
        "interest earned on the account is not shown",
    ),
)  # fmt: skip
