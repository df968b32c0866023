"""Facts of the cash: accounts, fees, reserves, advances."""

from typing import NamedTuple

import dataframely as dy

from transforms.facts import columns as c
from transforms.facts.identity import Identity


class Entry(NamedTuple):
    """One line of an account: its type and the labels trustees print for it."""

    entry_type: str
    labels: tuple[str, ...]


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
        "DEPOSIT", ("Realized Loss (Gains, Subsequent Expenses & Recoveries)", "Realized Losses")
    ),
    "PREPAYMENT_PENALTIES": Entry("DEPOSIT", ("Prepayment Penalties",)),
    "TOTAL_DEPOSITS": Entry("TOTAL_DEPOSITS", ("Total Deposits",)),
    "ADVANCE_REIMBURSEMENT": Entry("WITHDRAWAL", ("Reimbursement for Servicer Advances",)),
    "SERVICE_FEE": Entry("WITHDRAWAL", ("Payment of Service Fee", "Payment of Servicing Fee")),
    "DISTRIBUTION_INTEREST_AND_PRINCIPAL": Entry("WITHDRAWAL", ("Payment of Interest and Principal",)),
    "TOTAL_WITHDRAWALS": Entry(
        "TOTAL_WITHDRAWALS", ("Total Withdrawals", "Total Withdrawals (Pool Distribution Amount)")
    ),
    "ENDING": Entry("ENDING", ("Ending Balance",)),
    "TOTAL_PRINCIPAL": Entry("SUBTOTAL", ("Total Principal",)),
    "TOTAL_INTEREST": Entry("SUBTOTAL", ("Total Interest",)),
    "TOTAL_SOURCES": Entry("SUBTOTAL", ("Total Sources",)),
    "TOTAL_REMITTANCE_DUE": Entry("SUBTOTAL", ("Total Remittance Due Certificate Account",)),
    "PERMITTED_WITHDRAWALS": Entry("WITHDRAWAL", ("Permitted Withdrawals",)),
    "INTEREST_ADVANCED": Entry("SOURCE", ("Interest Advanced",)),
    "DELINQUENT_INTEREST": Entry("SOURCE", ("Delinquent Interest",)),
    "CURRENT_SERVICING_FEES": Entry("SOURCE", ("Current Servicing Fees",)),
    "CAPITALIZED_INTEREST": Entry("DEPOSIT", ("Capitalized Interest",)),
    "PREFUNDING": Entry("DEPOSIT", ("Prefunding Account",)),
}
# Headings that give the lines below them their type.
HEADINGS = {"DEPOSIT": ("Deposits",), "WITHDRAWAL": ("Withdrawals",), "SOURCE": ("Principal", "Interest")}
ACCOUNTS = {"CERTIFICATE_ACCOUNT": ("Certificate Account", "Certificateholder Account Statement", "Note Account")}

FEES = {
    "GROSS_SERVICING_FEE": ("Gross Servicing Fee", "Servicing Fee"),
    "EXTERNAL_MASTER_SERVICING_FEE": ("External Master Servicing Fee",),
    "MASTER_SERVICING_FEE": ("Master Servicing Fee",),
    "TRUSTEE_FEE": ("Trustee Fee",),
    "SUPPORTED_PPIS": ("Supported Prepayment/Curtailment Interest Shortfall",),
    "NET_SERVICING_FEE": ("Net Servicing Fee",),
    "FRY_AMOUNT": ("FRY Amount",),
    "SPECIAL_HAZARD_FEE": ("Special Hazard Fee",),
    "OTHER_FEE": ("Other Fee",),
    "POOL_INSURANCE_FEE": ("Pool Insurance Fee",),
    "SPREAD_1": ("Spread 1",),
    "SPREAD_2": ("Spread 2",),
    "SPREAD_3": ("Spread 3",),
    "SERVICING_FEE_ACCRUED": ("Accrued Servicing Fee",),
    "SERVICING_FEE_DELINQUENT": ("Delinquent Servicing Fee", "Less: Delinquent Service Fees"),
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


class OtherAccount(dy.Schema):
    """A reserve or side account over the period."""

    report_id = c.key("the report")
    account_name = c.key("as printed")
    beginning_balance = c.money("before", ("Beginning Balance",))
    withdrawals = c.money("taken out", ("Current Withdrawals", "Withdrawals"))
    deposits = c.money("put in", ("Current Deposits", "Deposits"))
    ending_balance = c.money("after", ("Ending Balance",))
    required_balance = c.money("that must be held", ("Required Balance", "Required Amount"))


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
