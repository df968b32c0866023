"""Facts of the classes: dollars, printed totals, and factors per denomination."""

import dataframely as dy

from transforms.facts import columns as c
from transforms.facts.identity import Identity

_BEGINNING = (
    "Beginning Certificate Balance", "Beginning Certificate/Notional Balance", "Beginning Balance",
    "Prior Principal Balance", "Beginning Class {class} Note Balance", "Beginning Note Balance",
)  # fmt: skip
_ENDING = (
    "Ending Certificate Balance", "Ending Certificate/Notional Balance", "Ending Balance",
    "Current Principal Balance", "Ending Class {class} Note Balance", "Ending Note Balance",
)  # fmt: skip
_INTEREST = (
    "Interest Distribution", "Total Interest Distribution", "Interest Distributed", "Interest Distribution Amount",
)  # fmt: skip
_PRINCIPAL = (
    "Principal Distribution", "Total Principal Distribution", "Principal Distributed", "Principal Distribution Amount",
)  # fmt: skip
_ACCRUED = ("Current Accrued Interest", "Accrued Interest", "Interest Accrued")
_SHORTFALL_PAID = ("Payment of Unpaid Interest Shortfall",)
_SHORTFALL = ("Current Interest Shortfall",)
_NON_SUPPORTED = ("Non-Supported Interest Shortfall",)
_REMAINING = ("Remaining Unpaid Interest Shortfall", "Unpaid Interest Shortfall", "Interest Carry Forward Amount")
_SCHEDULED = ("Scheduled Principal Distribution", "Scheduled Principal")
_UNSCHEDULED = ("Unscheduled Principal Distribution", "Unscheduled Principal")
_ACCRETION = ("Accretion", "Deferred Interest", "Negative Amortization")
_LOSS = ("Current Realized Loss", "Current Realized Losses", "Applied Realized Loss Amount")
_LOSS_SCOPED = {"PRINCIPAL": ("Realized Loss", "Realized Losses"), "CLASS": ("Realized Loss", "Realized Losses")}
_INTEREST_LOSS = {"INTEREST": ("Realized Loss", "Realized Losses")}
_CUMULATIVE = ("Cumulative Realized Losses", "Cumulative Realized Loss")
_REDUCTION = ("Total Principal Reduction",)
_TOTAL = ("Total Distribution", "Total Distributed")
_FACE = (
    "Original Face Amount", "Original Face Value", "Original Certificate Balance", "Original Balance", "Original Face",
)  # fmt: skip
_PERCENTAGE = ("Ending Certificate Percentage",)


class ClassDistribution(dy.Schema):
    """What one class was owed and paid on one distribution date, in dollars."""

    report_id = c.key("the report")
    class_id = c.key("the class")
    original_face = c.money("balance at issue", _FACE)
    beginning_balance = c.money("principal balance before the distribution; NULL for notional classes", _BEGINNING)
    beginning_notional = c.money("reference amount before", ("Beginning Class {class} Notional Amount",))
    pass_through_rate = c.rate(
        "annual rate of the accrual period",
        ("Certificate Pass-Through Rate", "Pass-Through Rate", "Current Certificate Rate", "Certificate Rate",
         "Note Rate", "Pass Thru Rate", "Interest Rate"),
        window=("0", "1"),
    )  # fmt: skip
    next_pass_through_rate = c.rate("rate printed for the next period", ("Next Pass-Through Rate",), window=("0", "1"))
    accrued_interest = c.money("interest earned at the rate on the balance or notional", _ACCRUED)
    prior_accrued_interest = c.money("last period's accrued interest, as printed now", ("Prior Accrued Interest",))
    unpaid_interest_shortfall_paid = c.money("catch-up of earlier shortfalls", _SHORTFALL_PAID)
    current_interest_shortfall = c.money("interest of this period that was not paid", _SHORTFALL)
    non_supported_interest_shortfall = c.money("prepayment shortfall the servicer did not cover", _NON_SUPPORTED)
    interest_realized_loss = c.money("loss taken out of interest", scoped=_INTEREST_LOSS)
    interest_distribution = c.money("interest paid; all excess cash for a residual-cash class", _INTEREST)
    remaining_unpaid_interest_shortfall = c.money("interest still owed after the distribution", _REMAINING)
    beginning_interest_carryforward = c.money("carry-forward before", ("Beginning Carry-Forward",))
    ending_interest_carryforward = c.money("carry-forward after", ("Ending Carry-Forward",))
    scheduled_principal = c.money("principal paid as scheduled", _SCHEDULED)
    unscheduled_principal = c.money("principal paid from prepayments", _UNSCHEDULED)
    principal_distribution = c.money("principal paid", _PRINCIPAL)
    accretion = c.money("interest added to the balance", _ACCRETION)
    realized_loss = c.money("write-down of the period", _LOSS, _LOSS_SCOPED)
    cumulative_realized_loss = c.money("write-downs since issue", _CUMULATIVE)
    total_principal_reduction = c.money("principal plus loss less accretion", _REDUCTION)
    ending_balance = c.money("principal balance after the distribution; NULL for notional classes", _ENDING)
    ending_notional = c.money("reference amount after", ("Ending Class {class} Notional Amount",))
    ending_balance_pct = c.rate("ending balance over original face", _PERCENTAGE, printed=c.RATIO)
    total_distribution = c.money("interest and principal paid", _TOTAL)
    index_rate = c.rate("fixing of the reference rate", ("Index Rate", "Current Index Rate"))
    accrual_days = c.small("days of the accrual period, where printed")
    prepayment_premium = c.money("penalties passed to the class")
    relief_act_shortfall = c.money("shortfall under the Civil Relief Act")
    subsequent_recovery = c.money("write-up")
    basis_risk_carryover_current = c.money("available-funds-cap shortfall of the period")
    basis_risk_carryover_paid = c.money("carry-over paid", ("Certificates Carryover Amount Paid",))
    basis_risk_carryover_unpaid = c.money("carry-over still owed", ("Certificates Carryover",))


class ClassTotal(dy.Schema):
    """The printed totals row of the class tables; never a class."""

    report_id = c.key("the report")
    scope = c.key("ALL, or the REMIC or group that is totalled")
    original_face = c.money("balance at issue", _FACE)
    beginning_balance = c.money("balance before", _BEGINNING)
    accrued_interest = c.money("interest earned", _ACCRUED)
    unpaid_interest_shortfall_paid = c.money("catch-up of earlier shortfalls", _SHORTFALL_PAID)
    current_interest_shortfall = c.money("interest not paid", _SHORTFALL)
    non_supported_interest_shortfall = c.money("prepayment shortfall not covered", _NON_SUPPORTED)
    interest_realized_loss = c.money("loss taken out of interest", scoped=_INTEREST_LOSS)
    interest_distribution = c.money("interest paid", _INTEREST)
    remaining_unpaid_interest_shortfall = c.money("interest still owed", _REMAINING)
    scheduled_principal = c.money("principal paid as scheduled", _SCHEDULED)
    unscheduled_principal = c.money("principal paid from prepayments", _UNSCHEDULED)
    principal_distribution = c.money("principal paid", _PRINCIPAL)
    accretion = c.money("interest added to balances", _ACCRETION)
    realized_loss = c.money("write-down of the period", _LOSS, _LOSS_SCOPED)
    cumulative_realized_loss = c.money("write-downs since issue", _CUMULATIVE)
    total_principal_reduction = c.money("principal plus loss less accretion", _REDUCTION)
    ending_balance = c.money("balance after", _ENDING)
    ending_balance_pct = c.rate("ending balance over original face", _PERCENTAGE, printed=c.RATIO)
    total_distribution = c.money("interest and principal paid", _TOTAL)


class ClassFactor(dy.Schema):
    """The class measures per denomination, as printed; never used to fill dollars."""

    report_id = c.key("the report")
    class_id = c.key("the class")
    denomination = dy.Decimal(
        18, 2, nullable=False, description="amount the factors refer to, from the footnote", metadata={"unit": c.USD}
    )
    beginning_balance = c.factor("balance before", _BEGINNING)
    scheduled_principal = c.factor("principal paid as scheduled", _SCHEDULED)
    unscheduled_principal = c.factor("principal paid from prepayments", _UNSCHEDULED)
    accretion = c.factor("interest added to the balance", _ACCRETION)
    realized_loss = c.factor("write-down", _LOSS, _LOSS_SCOPED)
    total_principal_reduction = c.factor("principal plus loss less accretion", _REDUCTION)
    principal_distribution = c.factor("principal paid", _PRINCIPAL)
    ending_balance = c.factor("balance after", _ENDING)
    accrued_interest = c.factor("interest earned", _ACCRUED)
    unpaid_interest_shortfall_paid = c.factor("catch-up of earlier shortfalls", _SHORTFALL_PAID)
    current_interest_shortfall = c.factor("interest not paid", _SHORTFALL)
    non_supported_interest_shortfall = c.factor("prepayment shortfall not covered", _NON_SUPPORTED)
    interest_realized_loss = c.factor("loss taken out of interest", scoped=_INTEREST_LOSS)
    interest_distribution = c.factor("interest paid", _INTEREST)
    remaining_unpaid_interest_shortfall = c.factor("interest still owed", _REMAINING)
    total_distribution = c.factor("interest and principal paid", _TOTAL)
    printed_scale = c.small("decimals printed")


_ROLL = "beginning_balance - principal_distribution - coalesce(realized_loss, 0) + coalesce(accretion, 0)"
_ROLL_APPLIES = "beginning_balance IS NOT NULL AND principal_distribution IS NOT NULL AND ending_balance IS NOT NULL"
_UNITS_OF_LAST_DECIMAL = "2 * power(10.0, -printed_scale)"

IDENTITIES = (
    Identity(
        "C01", "Class balance roll-forward", "fact_class_distribution", _ROLL, "ending_balance", _ROLL_APPLIES,
        "0.01", "money", "error", "report x class",
        "a value in the wrong column, an omitted deferral or write-up, or a restated balance",
    ),
    Identity(
        "C02", "Total distribution is interest plus principal", "fact_class_distribution",
        "interest_distribution + principal_distribution + coalesce(prepayment_premium, 0)", "total_distribution",
        "total_distribution IS NOT NULL", "0.01", "money", "error", "report x class",
        "a premium or carry-over was paid that stands in neither column",
    ),
    Identity(
        "C03", "Principal is scheduled plus unscheduled", "fact_class_distribution",
        "scheduled_principal + unscheduled_principal", "principal_distribution",
        "scheduled_principal IS NOT NULL AND unscheduled_principal IS NOT NULL", "0.01", "money", "error",
        "report x class", "a third kind of principal has a column of its own",
    ),
    Identity(
        "C04", "Total principal reduction", "fact_class_distribution",
        "principal_distribution + coalesce(realized_loss, 0) - coalesce(accretion, 0)", "total_principal_reduction",
        "total_principal_reduction IS NOT NULL", "0.01", "money", "error", "report x class",
        "accretion is shown elsewhere",
    ),
    Identity(
        "C07", "Totals row rolls forward", "fact_class_total", _ROLL, "ending_balance", _ROLL_APPLIES, "0.01",
        "money", "error", "report x scope", "a value of the totals row stands in the wrong column",
    ),
    Identity(
        "C08", "Totals row: total is interest plus principal", "fact_class_total",
        "interest_distribution + principal_distribution", "total_distribution", "total_distribution IS NOT NULL",
        "0.01", "money", "error", "report x scope", "a premium or carry-over was paid that stands in neither column",
    ),
    Identity(
        "F02", "Factor roll-forward", "fact_class_factor", _ROLL, "ending_balance", _ROLL_APPLIES,
        _UNITS_OF_LAST_DECIMAL, "rate", "error", "report x class", "a factor stands in the wrong column",
    ),
    Identity(
        "F03", "Factor total is interest plus principal", "fact_class_factor",
        "interest_distribution + principal_distribution", "total_distribution", "total_distribution IS NOT NULL",
        _UNITS_OF_LAST_DECIMAL, "rate", "error", "report x class", "a factor stands in the wrong column",
    ),
)  # fmt: skip
