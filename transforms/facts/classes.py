"""Facts of the classes: dollars, printed totals, and factors per denomination."""

import dataframely as dy

from transforms.facts import columns as c
from transforms.facts.identity import Identity

# Topics of the statements whose columns are measures of classes: there a single word is enough.
_CLASS_TOPICS = ("CLASS", "FACTOR")


def _in_classes(*labels: str) -> c.Scoped:
    return dict.fromkeys(_CLASS_TOPICS, labels)


_BEGINNING = (
    "Beginning Certificate Balance", "Beginning Certificate/Notional Balance", "Beginning Balance",
    "Prior Principal Balance", "Beginning Class {class} Note Balance", "Beginning Note Balance",
    "Beginning Total Note Balance", "Prior Balance",
    "Beginning Investor Certificate Balance", "Beginning Principal Balance", "Opening Balance",
    "Beginning Certificate Principal Balance", "Beginning Note Principal Balance", "Beginning Principal Amount",
    "Beginning of Period Balance", "Beginning of Period Note Balance", "Beginning Class {class} Principal Balance",
    "Beginning Class {class} Balance", "Prior Certificate Balance", "Outstanding Principal Balance Before Distribution",
)  # fmt: skip
_BEGINNING_SCOPED = _in_classes(
    "Beginning of Period", "Opening Principal Balance", "Beginning Principal", "Opening Principal"
)
_ENDING = (
    "Ending Certificate Balance", "Ending Certificate/Notional Balance", "Ending Balance",
    "Current Principal Balance", "Ending Class {class} Note Balance", "Ending Note Balance",
    "Ending Total Note Balance",
    "Ending Investor Certificate Balance", "Outstanding principal amount of Class {class} Notes", "Closing Balance",
    "Ending Principal Balance", "Ending Certificate Principal Balance", "Ending Note Principal Balance",
    "Ending Principal Amount", "End of Period Balance", "End of Period Note Balance",
    "Ending Class {class} Principal Balance", "Ending Class {class} Balance",
    "Outstanding Principal Balance After Distribution", "Remaining Principal Balance",
)  # fmt: skip
_ENDING_SCOPED = _in_classes(
    "Current Balance",
    "End of Period",
    "Certificate Balance",
    "Note Balance",
    "Ending Principal",
    "Closing Principal",
    "Current Principal",
)
_INTEREST = (
    "Interest Distribution", "Total Interest Distribution", "Interest Distributed", "Interest Distribution Amount",
    "Investor Certificate Interest Distributed", "Amount of interest being paid or distributed", "Interest Payment",
    "Noteholder Interest Payments", "Noteholder Interest Payments Actual", "Interest Paid", "Total Interest Paid",
    "Interest - Class {class} Notes", "Class {class} Interest Payment", "Interest Payment Amount",
)  # fmt: skip
_INTEREST_SCOPED = {**_in_classes("Interest"), "CARD": ("Class {class} Monthly Interest",)}
_PRINCIPAL = (
    "Principal Distribution", "Total Principal Distribution", "Principal Distributed", "Principal Distribution Amount",
    "Investors Certificate Principal Distributed", "Amount of principal being paid or distributed",
    "Class {class} Monthly Principal", "Principal Payment", "Noteholder Principal Payments",
    "Noteholder Principal Payments Actual", "Principal Paid", "Total Principal Paid", "Principal Payment Amount",
    "Principal - Class {class} Notes", "Net Principal Distribution",
)  # fmt: skip
_PRINCIPAL_SCOPED = _in_classes("Principal")
_ACCRUED = (
    "Current Accrued Interest", "Accrued Interest", "Interest Accrued", "Accrued Certificate Interest",
    "Interest Accrual", "Current Interest", "Class {class} Monthly Accrued Interest", "Accrued Note Interest",
)  # fmt: skip
_ACCRUED_SCOPED = dict.fromkeys(("", *_CLASS_TOPICS), ("Class {class} Monthly Interest",)) | {
    # What a waterfall provides for a class is what is due to it.
    "WATERFALL": ("Class {class} Monthly Interest", "Class {class} Interest", "Class {class} Noteholder Interest"),
}
_SHORTFALL_PAID = (
    "Payment of Unpaid Interest Shortfall", "Investor Certificate Interest Shortfall Distributed",
    "Unpaid Interest Shortfall Paid", "Interest Shortfall Paid",
)  # fmt: skip
_SHORTFALL = ("Current Interest Shortfall", "Interest Shortfalls / (Paybacks)", "Interest Shortfall")
_NON_SUPPORTED = ("Non-Supported Interest Shortfall",)
_REMAINING = (
    "Remaining Unpaid Interest Shortfall", "Unpaid Interest Shortfall", "Interest Carry Forward Amount",
    "Unpaid Interest", "Unpaid Interest Amount", "Remaining Interest Shortfall", "Interest Shortfall Remaining",
)  # fmt: skip
_CARRIED_BEFORE = (
    "Beginning Carry-Forward", "Beginning Interest Carry Forward Amount", "Prior Interest Carry Forward Amount",
    "Beginning Carryover Shortfall",
)  # fmt: skip
_CARRIED_AFTER = (
    "Ending Carry-Forward", "Ending Interest Carry Forward Amount", "Current Interest Carry Forward Amount",
    "Ending Carryover Shortfall",
)  # fmt: skip
_SCHEDULED = ("Scheduled Principal Distribution", "Scheduled Principal")
_UNSCHEDULED = ("Unscheduled Principal Distribution", "Unscheduled Principal")
_ACCRETION = (
    "Accretion", "Deferred Interest", "Negative Amortization", "Accreted", "Accreted Interest", "Interest Accretion",
)  # fmt: skip
_LOSS = (
    "Current Realized Loss", "Current Realized Losses", "Applied Realized Loss Amount",
    "Investor Loss Amount Distributed to Investors", "Realized Losses Allocated", "Principal Adj. or Loss",
    "Principal Adjustment or Loss",
)  # fmt: skip
_LOSS_SCOPED = {
    "PRINCIPAL": ("Realized Loss", "Realized Losses"), **_in_classes("Realized Loss", "Realized Losses", "Losses"),
}  # fmt: skip
_INTEREST_LOSS = {"INTEREST": ("Realized Loss", "Realized Losses")}
_CUMULATIVE = ("Cumulative Realized Losses", "Cumulative Realized Loss")
_REDUCTION = ("Total Principal Reduction",)
_PREMIUM = ("Prepayment Premium", "Prepayment Premiums")
_TOTAL = (
    "Total Distribution", "Total Distributed", "Total Amount Distributed to Certificateholders (P & I)",
    "Class {class} and Class {class} Distribution Amounts", "Class {class} Distribution", "Total Payment",
    "Total Payment Actual", "Total Payments", "Total Distribution Amount", "Class {class} Distribution Amount",
    "Total P&I Payment",
    "Amount to be paid to Class {class} Noteholders from the Note Payment Account", "Total Amount Distributed",
)  # fmt: skip
_TOTAL_SCOPED = _in_classes("Total", "Distribution Amounts", "Distribution Amount")
_FACE = (
    "Original Face Amount", "Original Face Value", "Original Certificate Balance", "Original Balance", "Original Face",
    "Class {class} Initial Invested Amount", "Certificate Balance at Issue", "Original Principal Balance",
    "Original Note Balance", "Initial Note Balance", "Initial Certificate Balance", "Initial Principal Balance",
    "Original Note Principal Balance", "Original Certificate Principal Balance", "Original Note Amount",
    "Initial Note Principal Balance", "Original Principal Amount", "Class {class} Initial Note Balance",
)  # fmt: skip
_FACE_SCOPED = {**_in_classes("Initial", "Original"), "ORIGINAL": ("Dollar Amount",)}
_PERCENTAGE = ("Ending Certificate Percentage",)
# Factors go by names of their own beside those of the dollars.
_BEGINNING_FACTOR = (
    "Prior Principal Factor", "Beginning Class {class} Note Pool Factor", "Beginning Note Factor",
    "Beginning of Period Note Factor", "Beginning Note Pool Factor", "Beginning Certificate Factor",
    "Beginning Factor", "Prior Factor", "Beginning Principal Factor", "Beginning Class {class} Note Factor",
)  # fmt: skip
_ENDING_FACTOR = (
    "Current Principal Factor", "Ending Class {class} Note Pool Factor", "Ending Note Factor",
    "End of Period Note Factor", "Ending Note Pool Factor", "Ending Certificate Factor", "Ending Factor",
    "Current Factor", "Ending Principal Factor", "Class {class} Note Pool Factor", "Note Pool Factor",
    "Ending Class {class} Note Factor", "Class {class} Pool Factor",
)  # fmt: skip


class ClassDistribution(dy.Schema):
    """What one class was owed and paid on one distribution date, in dollars."""

    report_id = c.key("the report")
    class_id = c.key("the class")
    original_face = c.money("balance at issue", _FACE, _FACE_SCOPED)
    beginning_balance = c.money(
        "principal balance before the distribution; NULL for notional classes", _BEGINNING, _BEGINNING_SCOPED
    )
    beginning_notional = c.money(
        "reference amount before",
        ("Beginning Class {class} Notional Amount", "Beginning Notional Balance", "Beginning Notional Amount"),
    )
    pass_through_rate = c.rate(
        "annual rate of the accrual period",
        ("Certificate Pass-Through Rate", "Pass-Through Rate", "Current Certificate Rate", "Certificate Rate",
         "Note Rate", "Pass Thru Rate", "Interest Rate", "Current Pass Thru Rate", "Current Pass-Through Rate",
         "Pass-Through Rates Current", "Class {class} Note Rate", "Investor Certificate Rate", "Note Interest Rate",
         "Current Interest Rate", "Coupon Rate",
         "Current Pass-Through Interest Rate", "Pass Through Rate (%)", "Bond Rate",
         "Note Rate applicable to the Class {class} notes for the accrual period ending {date}",
         "Note Rate applicable to the Class {class} notes for the interest period ending {date}"),
        scoped={"RATE": ("Current", "Rate"), "FACTOR": ("Pass-Through Current", "Rates Current", "Current Rate")},
        window=("0", "1"),
    )  # fmt: skip
    next_pass_through_rate = c.rate(
        "rate printed for the next period",
        ("Next Pass-Through Rate", "Pass-Through Rates Estimated Next", "Estimated Next Pass-Through Rate",
         "Next Pass Thru Rate", "Next Certificate Rate", "Next Note Rate"),
        scoped={"RATE": ("Next", "Estimated Next"), "FACTOR": ("Estimated Next", "Rates Estimated Next", "Rates Next")},
        window=("0", "1"),
    )  # fmt: skip
    accrued_interest = c.money("interest earned at the rate on the balance or notional", _ACCRUED, _ACCRUED_SCOPED)
    prior_accrued_interest = c.money(
        "last period's accrued interest, as printed now",
        ("Prior Accrued Interest", "Prior Accrued Certificate Interest"),
    )
    unpaid_interest_shortfall_paid = c.money("catch-up of earlier shortfalls", _SHORTFALL_PAID)
    current_interest_shortfall = c.money("interest of this period that was not paid", _SHORTFALL)
    non_supported_interest_shortfall = c.money("prepayment shortfall the servicer did not cover", _NON_SUPPORTED)
    interest_realized_loss = c.money("loss taken out of interest", scoped=_INTEREST_LOSS)
    interest_distribution = c.money(
        "interest paid; all excess cash for a residual-cash class", _INTEREST, _INTEREST_SCOPED
    )
    remaining_unpaid_interest_shortfall = c.money("interest still owed after the distribution", _REMAINING)
    beginning_interest_carryforward = c.money("carry-forward before", _CARRIED_BEFORE)
    ending_interest_carryforward = c.money("carry-forward after", _CARRIED_AFTER)
    scheduled_principal = c.money("principal paid as scheduled", _SCHEDULED)
    unscheduled_principal = c.money("principal paid from prepayments", _UNSCHEDULED)
    principal_distribution = c.money("principal paid", _PRINCIPAL, _PRINCIPAL_SCOPED)
    accretion = c.money("interest added to the balance", _ACCRETION)
    realized_loss = c.money("write-down of the period", _LOSS, _LOSS_SCOPED)
    cumulative_realized_loss = c.money("write-downs since issue", _CUMULATIVE)
    total_principal_reduction = c.money("principal plus loss less accretion", _REDUCTION)
    ending_balance = c.money(
        "principal balance after the distribution; NULL for notional classes", _ENDING, _ENDING_SCOPED
    )
    ending_notional = c.money(
        "reference amount after",
        ("Ending Class {class} Notional Amount", "Ending Notional Balance", "Ending Notional Amount"),
    )
    ending_balance_pct = c.rate("ending balance over original face", _PERCENTAGE, printed=c.RATIO)
    total_distribution = c.money("interest and principal paid", _TOTAL, _TOTAL_SCOPED)
    index_rate = c.rate("fixing of the reference rate", ("Index Rate", "Current Index Rate"))
    accrual_days = c.small("days of the accrual period, where printed", labels=("Accrual Days",))
    prepayment_premium = c.money("penalties passed to the class", _PREMIUM, _in_classes("Premium", "Premiums"))
    relief_act_shortfall = c.money("shortfall under the Civil Relief Act")
    subsequent_recovery = c.money("write-up")
    basis_risk_carryover_current = c.money("available-funds-cap shortfall of the period")
    basis_risk_carryover_paid = c.money("carry-over paid", ("Certificates Carryover Amount Paid",))
    basis_risk_carryover_unpaid = c.money(
        "carry-over still owed", ("Certificates Carryover", "Noteholders' Interest Index Carryover")
    )


class ClassTotal(dy.Schema):
    """The printed totals row of the class tables; never a class."""

    report_id = c.key("the report")
    scope = c.key("ALL, or the REMIC or group that is totalled")
    original_face = c.money("balance at issue", _FACE, _FACE_SCOPED)
    beginning_balance = c.money("balance before", _BEGINNING, _BEGINNING_SCOPED)
    accrued_interest = c.money("interest earned", _ACCRUED, _ACCRUED_SCOPED)
    unpaid_interest_shortfall_paid = c.money("catch-up of earlier shortfalls", _SHORTFALL_PAID)
    current_interest_shortfall = c.money("interest not paid", _SHORTFALL)
    non_supported_interest_shortfall = c.money("prepayment shortfall not covered", _NON_SUPPORTED)
    interest_realized_loss = c.money("loss taken out of interest", scoped=_INTEREST_LOSS)
    interest_distribution = c.money("interest paid", _INTEREST, _INTEREST_SCOPED)
    remaining_unpaid_interest_shortfall = c.money("interest still owed", _REMAINING)
    scheduled_principal = c.money("principal paid as scheduled", _SCHEDULED)
    unscheduled_principal = c.money("principal paid from prepayments", _UNSCHEDULED)
    principal_distribution = c.money("principal paid", _PRINCIPAL, _PRINCIPAL_SCOPED)
    accretion = c.money("interest added to balances", _ACCRETION)
    realized_loss = c.money("write-down of the period", _LOSS, _LOSS_SCOPED)
    cumulative_realized_loss = c.money("write-downs since issue", _CUMULATIVE)
    total_principal_reduction = c.money("principal plus loss less accretion", _REDUCTION)
    ending_balance = c.money("balance after", _ENDING, _ENDING_SCOPED)
    ending_balance_pct = c.rate("ending balance over original face", _PERCENTAGE, printed=c.RATIO)
    total_distribution = c.money("interest and principal paid", _TOTAL, _TOTAL_SCOPED)
    prepayment_premium = c.money("penalties passed to the classes", _PREMIUM, _in_classes("Premium", "Premiums"))


class ClassFactor(dy.Schema):
    """The class measures per denomination, as printed; never used to fill dollars."""

    report_id = c.key("the report")
    class_id = c.key("the class")
    denomination = dy.Decimal(
        18, 2, nullable=False, description="amount the factors refer to, from the footnote", metadata={"unit": c.USD}
    )
    balance_denomination = c.money("amount the balances refer to, where it is another one than that of the payments")
    beginning_balance = c.factor("balance before", (*_BEGINNING, *_BEGINNING_FACTOR), _BEGINNING_SCOPED)
    scheduled_principal = c.factor("principal paid as scheduled", _SCHEDULED)
    unscheduled_principal = c.factor(
        "principal paid from prepayments", (*_UNSCHEDULED, "Principal Prepayments Per Certificate")
    )
    accretion = c.factor("interest added to the balance", _ACCRETION)
    realized_loss = c.factor("write-down", _LOSS, _LOSS_SCOPED)
    total_principal_reduction = c.factor("principal plus loss less accretion", _REDUCTION)
    principal_distribution = c.factor(
        "principal paid", (*_PRINCIPAL, "Principal Per Certificate", "Principal Factor"), _PRINCIPAL_SCOPED
    )
    ending_balance = c.factor("balance after", (*_ENDING, *_ENDING_FACTOR), _ENDING_SCOPED)
    accrued_interest = c.factor("interest earned", _ACCRUED, _ACCRUED_SCOPED)
    unpaid_interest_shortfall_paid = c.factor("catch-up of earlier shortfalls", _SHORTFALL_PAID)
    current_interest_shortfall = c.factor("interest not paid", _SHORTFALL)
    non_supported_interest_shortfall = c.factor("prepayment shortfall not covered", _NON_SUPPORTED)
    interest_realized_loss = c.factor("loss taken out of interest", scoped=_INTEREST_LOSS)
    interest_distribution = c.factor(
        "interest paid", (*_INTEREST, "Interest Per Certificate", "Interest Factor"), _INTEREST_SCOPED
    )
    remaining_unpaid_interest_shortfall = c.factor("interest still owed", _REMAINING)
    total_distribution = c.factor("interest and principal paid", _TOTAL, _TOTAL_SCOPED)
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
        "interest_distribution + principal_distribution + coalesce(prepayment_premium, 0)", "total_distribution",
        "total_distribution IS NOT NULL", "0.01", "money", "error", "report x scope",
        "a premium or carry-over was paid that stands in neither column",
    ),
    Identity(
        "F02", "Factor roll-forward", "fact_class_factor", _ROLL, "ending_balance",
        f"{_ROLL_APPLIES} AND balance_denomination IS NULL",
        _UNITS_OF_LAST_DECIMAL, "rate", "error", "report x class", "a factor stands in the wrong column", by_hand=True,
    ),
    Identity(
        "F03", "Factor total is interest plus principal", "fact_class_factor",
        "interest_distribution + principal_distribution", "total_distribution", "total_distribution IS NOT NULL",
        _UNITS_OF_LAST_DECIMAL, "rate", "error", "report x class", "a factor stands in the wrong column",
    ),
)  # fmt: skip
