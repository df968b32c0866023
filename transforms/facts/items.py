"""Facts without a table of their own kind: triggers, enhancement, listings, and every other line."""

import dataframely as dy

from transforms.facts import columns as c


def _steps(*ranks: str) -> tuple[str, ...]:
    """Return what a step of the priority of payments calls the principal that it pays."""
    paid = ("Principal Distributable Amount", "Principal Payment", "Principal Distribution Amount", "Principal Paid")
    return tuple(f"{rank} {words}" for rank in ranks for words in paid)


# Lines that rules or users ask for by name although no fact has a column for them.
ITEMS = {
    "CLASS_A_INSUFFICIENT_FUNDS": ("Current Period Class A Insufficient Funds",),
    "CONTAMINATED_PROPERTIES_BALANCE": ("Principal Balance of Contaminated Properties",),
    "PERIODIC_ADVANCE": ("Periodic Advance",),
    "ENDING_SCHEDULED_BALANCE_BY_PRODUCT": ("Ending Scheduled Principal Balance of the {stratum} Mortgage Loans",),
    "SUPPLEMENTAL_INTEREST_PAID": ("Supplemental Interest Amount (Paid)",),
    "SUPPLEMENTAL_INTEREST_UNPAID": ("Supplemental Interest Amount (Remaining Unpaid)",),
    # of classes
    "PAYOUT_RATE": ("Payout Rate",),
    "BEGINNING_INVESTED_AMOUNT": ("Beginning Invested Amount",),
    "ENDING_INVESTED_AMOUNT": ("Ending Invested Amount",),
    "ENDING_BALANCE_POOL": ("Certificate Balance Outstanding",),
    "TOTAL_DISTRIBUTION_DEAL": ("Distribution on Series",),
    "INTEREST_SHORTFALL_CUMULATIVE": ("Cumulative Interest Shortfalls",),
    "PRINCIPAL_DISTRIBUTION_FORMULA": ("Formula Principal Distribution Amount",),
    "ACCELERATED_PRINCIPAL": ("Accelerated Principal Distribution Amount",),
    "CREDIT_SUPPORT_CURRENT": ("Current Credit Support",),
    "CREDIT_SUPPORT_ORIGINAL": ("Original Credit Support",),
    "RECOMBINATION_CLASSES": ("Recombination Classes",),
    "CURRENCY": ("Cur", "Currency"),
    "FIRST_PRIORITY_PRINCIPAL": _steps("Priority", "First Priority"),
    "SECOND_PRIORITY_PRINCIPAL": _steps("Secondary", "Second Priority"),
    "THIRD_PRIORITY_PRINCIPAL": _steps("Tertiary", "Third Priority"),
    "FOURTH_PRIORITY_PRINCIPAL": _steps("Quaternary", "Fourth Priority"),
    "REGULAR_PRINCIPAL": _steps("Regular"),
    "REQUIRED_PAYMENT": ("Required Payment Amount",),
    # of the pool
    "CURTAILMENTS": ("Partial Prepayments Received", "Curtailments"),
    "PAYOFFS": ("Principal Payments in Full (Scheduled Balance)", "Prepayments in Full", "Payoffs"),
    "LIQUIDATIONS": ("Liquidated Contract Scheduled Balance",),
    "CHARGE_OFFS": ("Defaulted Accounts During the Month",),
    "CUMULATIVE_DEFAULTS": ("Cumulative Realized Loss (Charge-Offs)", "Cumulative Charge-Offs",
        "Cumulative Gross Losses"),
    "CUMULATIVE_RECOVERIES": ("Cumulative Recoveries",),
    "NET_LOSS_RATIO": (
        "Ratio of Net Losses to Beginning of Period Pool Balance",
        "Ratio of Net Loss for Current Collection Period to Beginning of Period Pool Balance (annualized)",
    ),
    "CUMULATIVE_NET_LOSS_RATIO": (
        "Ratio of Cumulative Net Losses to Initial Pool Balance", "Cumulative Net Loss Percentage",
        "Ratio of Cumulative Net Loss for all Collection Periods to Initial Pool Balance", "Cumulative Net Loss Ratio",
    ),
    "AVERAGE_NET_LOSS": ("Average Net Loss on Defaulted Receivables",),
    "EXTENSIONS": ("Principal Balance of Receivables extended during the Collection Period",
        "Total Receivables Extended"),
    "EXTENSION_RATIO": ("Ratio of extensions to pool balance",),
    "WEIGHTED_AVERAGE_ORIGINAL_TERM": ("Weighted Average Original Term", "Weighted Average Original Term (months)"),
    "ADJUSTED_POOL_BALANCE": ("Adjusted Pool Balance",),
    "UNDER_OVER_COLLATERALIZATION": ("Ending UC / (OC)",),
    "YIELD_SUPPLEMENT_OVERCOLLATERALIZATION": ("Yield Supplement Overcollateralization Amount",),
    "OVERCOLLATERALIZATION_FLOOR": ("Overcollateralization Floor",),
    # of the cash
    "AVAILABLE_FUNDS": ("Total Available Funds", "Available Funds", "Available Funds - Total",
        "Available Distribution Amount"),
    "AVAILABLE_COLLECTIONS": ("Available Collections", "Total Collections"),
    "INTEREST_COLLECTIONS": ("Interest Collections", "Collections allocable to Finance Charge",
        "Finance Charge Collections"),
    "PRINCIPAL_COLLECTIONS": ("Principal Collections", "Collections allocable to Principal"),
    "SERVICING_FEE_RATE": ("Servicing Fee Rate", "Servicing Fee Percentage"),
    "TRUSTEE_FEE_RATE": ("Trustee Fee Rate",),
    "RESERVE_DEFICIENCY": ("Reserve Account Deficiency", "Reserve Fund Deficiency"),
    "RESERVE_INVESTMENT_EARNINGS": ("Investment Earnings", "Reserve Account Investment Earnings"),
    "SENIOR_ENHANCEMENT_PERCENTAGE": ("Senior Enhancement Percentage",),
    "INDEX_RATE": (
        "1-Month LIBOR for the accrual period ending {date}", "1-Month LIBOR for the interest period ending {date}",
        "30 day Average SOFR for the accrual period ending {date}",
        "Applicable reference rate for the interest period ending {date}",
    ),
}  # fmt: skip
# Units of the items that are no dollars.
ITEM_UNITS = {
    **dict.fromkeys(
        ("PAYOUT_RATE", "CREDIT_SUPPORT_CURRENT", "CREDIT_SUPPORT_ORIGINAL", "NET_LOSS_RATIO",
         "CUMULATIVE_NET_LOSS_RATIO",
         "EXTENSION_RATIO", "SERVICING_FEE_RATE", "TRUSTEE_FEE_RATE", "SENIOR_ENHANCEMENT_PERCENTAGE", "INDEX_RATE"),
        c.PCT,
    ),
    "WEIGHTED_AVERAGE_ORIGINAL_TERM": c.MONTHS,
    "RECOMBINATION_CLASSES": c.TEXT,
    "CURRENCY": c.TEXT,
}  # fmt: skip
# Lines of a letterhead without a column; the first of a pair is the first day of the period.
HEADER_ITEMS = {
    "STATEMENT_DATE": ("Statement Date",),
    "NEXT_DISTRIBUTION_DATE": ("Next Payment", "Next Distribution Date", "Next Payment Date"),
    "PERIOD_BEGIN": ("Monthly Period Beginning", "Collection Period Beginning"),
    "PERIOD_END": (
        "For the Period Ended", "Month Ending", "Monthly Period Ending", "Collection Period Ending",
        "Collection Period Ended", "Period Ended", "Due Period Ending",
    ),
    "COLLECTION_PERIOD": ("Current Collection Period", "Collection Period", "Due Period"),
    "PERIOD_MONTH": ("For the Month of", "Distribution Report"),
    "CUTOFF_DATE": ("Cut-Off Date", "Cutoff Date"),
    "FINAL_MATURITY_DATE": ("Rated Final Payment Date", "Final Scheduled Payment Date"),
    "LOCKOUT_DATE": ("Lock-Out Date",),
    "DEAL_AGE": ("Months Seasoned", "Transaction Month"),
}  # fmt: skip
TRIGGERS = {
    "ROLLING_LOSS_RATE": ("Has a Rolling Loss Rate Event occurred?", "Rolling Loss Rate Event"),
    "CUMULATIVE_LOSS_RATE": ("Has a Cumulative Loss Rate Event occurred?", "Cumulative Loss Rate Event"),
    "DELINQUENCY_RATE": ("Has a Delinquency Rate Event occurred?", "Delinquency Rate Event"),
    "DELINQUENCY": (
        "Has a Delinquency Trigger Event occurred?", "Delinquency Trigger Occurred",
        "Has a Delinquency Trigger occurred?", "Delinquency Event",
        "Delinquency Trigger", "Delinquency Trigger Event", "Has a Delinquency Event occurred?", "Delinquency Test",
    ),
    "CUMULATIVE_LOSS": (
        "Cumulative Loss Event", "Cumulative Loss Trigger", "Cumulative Loss Trigger Event",
        "Has a Cumulative Loss Trigger Event occurred?", "Cumulative Loss Test",
        "Has a Cumulative Loss Event occurred?",
    ),
    "STEPDOWN": ("Stepdown Date", "Has the Stepdown Date occurred?", "Stepdown Date Reached"),
    "TRIGGER_EVENT": (
        "Trigger Event", "Has a Trigger Event occurred?", "Is a Trigger Event in effect?", "Trigger Event in Effect",
    ),
    "EVENT_OF_DEFAULT": ("Has an Event of Default occurred?",),
    "NET_WORTH": (
        "Is the Servicer's Consolidated Tangible Net Worth greater than {amount}",
        "Is the Servicer's Tangible Net Worth greater than {amount}", "Is the Servicer's Net Worth at least {amount}",
    ),
}  # fmt: skip
# Tests that ask whether something holds: Yes is a test passed.
COVENANTS = ("NET_WORTH",)
TRIGGER_VALUES = {
    "DELINQUENCY": (
        "61+ Delinquent Receivables Balance to EOP Pool Balance",
        "Delinquency Percentage",
        "Delinquency Rate",
    ),
}
TRIGGER_LIMITS = {
    "DELINQUENCY": ("Delinquency Trigger Percentage", "Delinquency Trigger Level", "Delinquency Trigger Rate")
}
ENHANCEMENTS = {
    "INSURER_PREMIUM_PAID": ("{provider} Premium Paid", "Insurer Premium Paid", "Insurance Premium Paid",
        "Insurer Premium"),
    "INSURED_AMOUNTS": ("Insured Amounts", "Insured Payment", "Insured Payments"),
    "UNPAID_INSURED_AMOUNTS": ("Unpaid Insured Amounts and Interest on the Amounts", "Unpaid Insured Amounts"),
    "REIMBURSEMENT_TO_INSURER": ("Reimbursement Amount", "Insurer Reimbursement", "Reimbursement to the Insurer"),
    "SWAP_RECEIPT": ("Net Swap Receipt", "Net Swap Payment Received", "Swap Receipt"),
    "SWAP_PAYMENT": ("Net Swap Payment", "Net Swap Payment Paid"),
    "CAP_RECEIPT": ("Cap Receipt", "Cap Payment Received", "Yield Maintenance Payment"),
}  # fmt: skip


# Lines under the name of a test.
_RESULT = {"TRIGGER": ("Trigger Result", "Result", "Test Result")}
_VALUE = {"TRIGGER": ("Calculated Value", "Actual Value", "Current Value", "Actual")}
_LIMIT = {"TRIGGER": ("Threshold Value", "Threshold", "Trigger Level", "Required Level")}


class Trigger(dy.Schema):
    """A performance test and whether it is in effect."""

    report_id = c.key("the report")
    group_code = c.key("ALL, or the loan group")
    trigger_code = c.key("which test", codes=TRIGGERS)
    is_in_effect = c.flag("as printed; a test that is passed is not in effect", scoped=_RESULT)
    actual_value = c.amount("printed value of the test", precision=18, scoped=_VALUE)
    threshold_value = c.amount("printed limit", precision=18, scoped=_LIMIT)
    unit = c.text("unit of both values")


class Enhancement(dy.Schema):
    """Insurance, letters of credit, swaps: premium, draws, coverage."""

    report_id = c.key("the report")
    item_code = c.key("what the amount is", codes=ENHANCEMENTS)
    provider = c.text("who provides it")
    amount = c.money("as printed")


class LineItem(dy.Schema):
    """Everything printed with a value that no other fact has a column for."""

    report_id = c.key("the report")
    statement_code = c.key("statement it stands in")
    group_code = c.key("ALL, or the loan group")
    item_code = c.key("code of the closed list, else the label in capitals, numbered on repetition", codes=ITEMS)
    stratum = c.key("part of the pool the line is about; '' for all of it")
    label = c.text("as printed")
    value = c.amount("in its unit")
    unit = c.text("unit of the value")
    line_no = c.whole("line of the submission")


class Modification(dy.Schema):
    """Loans modified."""

    report_id = c.key("the report")
    group_code = c.key("ALL, or the loan group")
    modification_type = c.key("what was changed")
    period_scope = c.key("PERIOD or CUMULATIVE")
    loan_count = c.count("loans")
    balance = c.money("their balance")
    forgiven = c.money("principal forgiven")
    forborne = c.money("principal deferred")
    capitalized = c.money("arrears added to principal")


class Repurchase(dy.Schema):
    """Loans taken out of or put into the pool."""

    report_id = c.key("the report")
    group_code = c.key("ALL, or the loan group")
    reason = c.key("BREACH, OPTIONAL ...")
    direction = c.key("IN or OUT")
    loan_count = c.count("loans")
    balance = c.money("their balance")
    price = c.money("paid for them")


class LoanEvent(dy.Schema):
    """One loan liquidated, paid off or modified, from a printed listing."""

    report_id = c.key("the report")
    group_code = c.text("ALL, or the loan group")
    loan_id = c.key("as printed")
    event_type = c.key("LIQUIDATED, PAID_IN_FULL, REPURCHASED ...")
    event_date = c.day("when")
    balance = c.money("of the loan")
    loss = c.money("on the loan")
    state = c.text("of the property")
    original_rate = c.rate("of the loan")
