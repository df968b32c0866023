"""Facts without a table of their own kind: triggers, enhancement, listings, and every other line."""

import dataframely as dy

from transforms.facts import columns as c

# Lines that rules or users ask for by name although no fact has a column for them.
ITEMS = {
    "CLASS_A_INSUFFICIENT_FUNDS": ("Current Period Class A Insufficient Funds",),
    "CONTAMINATED_PROPERTIES_BALANCE": ("Principal Balance of Contaminated Properties",),
    "PERIODIC_ADVANCE": ("Periodic Advance",),
    "ENDING_SCHEDULED_BALANCE_BY_PRODUCT": ("Ending Scheduled Principal Balance of the {stratum} Mortgage Loans",),
}


class Trigger(dy.Schema):
    """A performance test and whether it is in effect."""

    report_id = c.key("the report")
    group_code = c.key("ALL, or the loan group")
    trigger_code = c.key("which test")
    is_in_effect = c.flag("as printed")
    actual_value = c.amount("printed value of the test", precision=18)
    threshold_value = c.amount("printed limit", precision=18)
    unit = c.text("unit of both values")


class Enhancement(dy.Schema):
    """Insurance, letters of credit, swaps: premium, draws, coverage."""

    report_id = c.key("the report")
    item_code = c.key("INSURER_PREMIUM_PAID, INSURED_AMOUNTS, COVERAGE_REMAINING ...")
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
