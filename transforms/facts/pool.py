"""Facts of the loan pool: collateral, delinquency, losses, overcollateralization, shortfalls."""

import dataframely as dy

from transforms.facts import columns as c
from transforms.facts.identity import Identity

STATUSES = {
    "DELINQUENT": ("Delinquent", "Delinquency", "Delinquencies", "Past Due", "Delinquent Only"),
    "BANKRUPTCY": ("Bankruptcy", "Bankruptcies", "Bankrupt"),
    "FORECLOSURE": ("Foreclosure", "Foreclosures", "In Foreclosure"),
    "REO": ("REO", "Real Estate Owned", "REO Property", "REO Properties", "Acquired Real Estate"),
    "TOTAL": ("Total", "Totals", "Grand Total"),
}
# A list about the pool as a whole names its balance without saying whose.
_POOL_TOPICS = ("POOL", "COLLATERAL")


def _of_pool(*labels: str) -> c.Scoped:
    return dict.fromkeys(_POOL_TOPICS, labels)


class Collateral(dy.Schema):
    """The loan pool (or one group of it) over one period, from one collateral statement."""

    report_id = c.key("the report")
    group_code = c.key("ALL, or the loan group")
    statement_seq = c.small("which collateral statement of the report, from 1", key=True)
    collateral_description = c.text("kind of loans, as printed", ("Collateral Description", "Collateral Type"))
    wac_gross = c.rate(
        "weighted average mortgage rate",
        ("Weighted Average Gross Coupon", "Weighted Average Coupon Rate", "Weighted Average Coupon", "Gross WAC",
         "WAC", "Weighted Average Mortgage Rate", "Current Weighted Average Mortgage Rate", "Weighted Average APR",
         "Weighted Average Gross Mortgage Rate", "Weighted Average Contract Rate", "Current Weighted Average Coupon",
         "Weighted Average Mortgage Interest Rate", "Weighted Average Interest Rate"),
        window=("0.005", "0.40"),
    )  # fmt: skip
    wac_net = c.rate(
        "weighted average rate less servicing fees",
        ("Weighted Average Net Coupon", "Weighted Average Net Rate", "Net WAC", "Weighted Average PC Rate",
         "Weighted Average Net Mortgage Rate"),
        window=("0.005", "0.40"),
    )  # fmt: skip
    wa_pass_through_rate = c.rate(
        "weighted average rate less all fees",
        ("Weighted Average Pass-Through Rate", "Weighted Average Pass Through Rate"),
        scoped={"COLLATERAL": ("Pass-Through Rate",)},
        window=("0.005", "0.40"),
    )
    next_wac_gross = c.rate(
        "weighted average mortgage rate of the next period",
        ("Next Weighted Average Mortgage Rate", "Next Weighted Average Coupon"),
        window=("0.005", "0.40"),
    )
    wam_months = c.months(
        "weighted average remaining term",
        ("Weighted Average Maturity", "Weighted Average Maturity (Stepdown Calculation)", "WAMM", "WAM",
         "Weighted Average Remaining Term", "Weighted Average Term to Maturity", "Weighted Average Months to Maturity",
         "Weighted Average Remaining Term to Maturity", "Weighted Average Remaining Term (months)",
         "Weighted Average Remaining Maturity"),
    )  # fmt: skip
    beginning_loan_count = c.count(
        "loans before",
        ("Beginning Scheduled Collateral Loan Count", "Beginning Loan Count", "Prior Number of Loans",
         "Beginning Number of Loans", "Beginning Number of Receivables Outstanding", "Beginning Number of Receivables",
         "Beginning Number of Contracts", "Number of Loans Beginning of Period"),
    )  # fmt: skip
    loans_paid_in_full_count = c.count(
        "loans paid off", ("Number Of Loans Paid In Full", "Loans Paid in Full", "Number of Payoffs")
    )
    repurchased_loan_count = c.count(
        "loans bought back",
        ("Number of Loans Repurchased", "Number of Loans Purchased",
         "Number of Loans Purchased from Mortgage Replacement",
         "Number of Repurchased Loans"),
    )  # fmt: skip
    repurchased_balance = c.money(
        "principal of loans bought back",
        ("Repurchased Principal", "Current Principal Bal. of Loans Purchased from Mort Replacement",
         "Current Principal Balance of Loans Purchased", "Purchase Amount allocable to Principal",
         "Purchase Amounts Related to Principal", "Principal Balance of Loans Repurchased"),
        scoped={"COLLECTIONS": ("Purchase Amount allocable to Principal",)},
    )  # fmt: skip
    ending_loan_count = c.count(
        "loans after",
        ("Ending Scheduled Collateral Loan Count", "Ending Loan Count", "Current Number of Loans",
         "Ending Number of Loans", "Number of Mortgages", "Number of Contracts", "Number of Mortgage Loans",
         "Total number of Receivables outstanding on the close of the last day of the related Collection Period",
         "Ending Number of Receivables Outstanding", "Ending Number of Receivables", "Ending Number of Contracts",
         "Number of Receivables Outstanding", "Number of Loans End of Period"),
    )  # fmt: skip
    beginning_scheduled_balance = c.money(
        "scheduled balance before",
        ("Beginning Scheduled Collateral Balance", "Beginning Aggregate Scheduled Principal Balance",
         "Beginning Scheduled Balance", "Beginning Pool Balance",
         "Beginning Class {class} Pool Balance", "Balances from Last Fiscal Month-End",
         "Beginning of the Month Principal Receivables", "Prior Principal Balance of Pool", "Prior Pool Balance",
         "Pool Balance on the close of the last day of the preceding Collection Period",
         "Beginning of Period Pool Balance", "Beginning Net Pool Balance",
         "Beginning Collateral Balance", "Beginning Pool Principal Balance", "Beginning Aggregate Principal Balance",
         "Beginning Aggregate Loan Balance", "Pool Balance at the beginning of the related Collection Period",
         "Beginning Scheduled Principal Balance", "Beginning Stated Principal Balance",
         "Beginning Aggregate Stated Principal Balance",
         "Pool Balance at the end of the preceding Collection Period", "Beginning Receivables Balance",
         "Beginning Pool Stated Principal Balance"),
        _of_pool("Beginning Principal Balance", "Prior Principal Balance", "Beginning Balance"),
    )  # fmt: skip
    ending_scheduled_balance = c.money(
        "scheduled balance after",
        ("Ending Scheduled Collateral Balance", "Ending Aggregate Scheduled Principal Balance",
         "Ending Scheduled Balance", "Ending Pool Balance",
         "Ending Collateral Balance", "Pool Balance at the end of the related Collection Period",
         "End of the Month Principal Receivables", "Current Principal Balance of Pool", "Current Pool Balance",
         "Pool Balance on the close of the last day of the related Collection Period", "End of Period Pool Balance",
         "Ending Pool Principal Balance", "Ending Aggregate Principal Balance", "Ending Aggregate Loan Balance",
         "Ending Scheduled Principal Balance", "Ending Stated Principal Balance",
         "Ending Aggregate Stated Principal Balance", "Aggregate Stated Principal Balance of the Mortgage Loans",
         "Ending Receivables Balance", "Ending Class {class} Pool Balance",
         "Ending Pool Stated Principal Balance", "Pool Balance", "Ending Net Pool Balance"),
        _of_pool("Ending Principal Balance", "Current Principal Balance", "Ending Balance"),
    )  # fmt: skip
    ending_actual_balance = c.money(
        "unpaid ledger balance after",
        ("Ending Actual Collateral Balance at {date}", "Ending Actual Balance at {date}",
         "Ending Actual Collateral Balance", "Ending Actual Balance"),
        dated_by="actual_balance_as_of_date",
    )  # fmt: skip
    actual_balance_as_of_date = c.day("date of the ledger balance, printed inside its label")
    pi_constant = c.money(
        "principal and interest due on the loans",
        ("Monthly P&I Constant", "Monthly P &I Constant", "Principal and Interest Constant"),
    )
    scheduled_principal = c.money("principal due on the loans", (
        "Scheduled Principal", "Scheduled Principal Due", "Scheduled Principal Collection Due Current Month",
        "Receipts of Scheduled Principal", "(-) Scheduled Principal Collections", "Scheduled Principal Collections",
        "Scheduled Principal Payments",
    ))  # fmt: skip
    unscheduled_principal = c.money("prepayments, curtailments, liquidations, repurchases", (
        "Unscheduled Principal", "Receipts of Pre-Paid Principal", "Unscheduled Principal Collections",
        "(-) Unscheduled Principal Collections", "Unscheduled Principal Payments",
    ))  # fmt: skip
    scheduled_interest = c.money("interest due on the loans", ("Scheduled Interest",))
    net_interest = c.money("interest after all fees", ("Net Interest",))
    prepayment_penalties = c.money(
        "penalties collected", ("Prepayment Penalties", "Prepayment Penalty Paid Amount", "Prepayment Premiums")
    )
    special_servicing_fee = c.money("fee of the special servicer", ("Special Servicing Fee",))
    realized_loss = c.money(
        "loss of the period",
        ("Realized Loss Amount", "Realized Losses", "Current Realized Loss", "Current Realized Losses",
         "Liquidation Loss Amount for Liquidated Loans", "Current Liquidation Loss Amounts"),
    )  # fmt: skip
    cumulative_realized_loss = c.money(
        "losses since closing",
        ("Cumulative Realized Loss", "Cumulative Realized Losses", "Cumulative Liquidation Loss Amounts"),
    )
    cumulative_loss_pct = c.rate(
        "losses since closing over the original pool",
        ("Percentage of Cumulative Losses",),
    )
    ending_scheduled_balance_premium_loans = c.money(
        "scheduled balance after of loans above par", ("Ending Scheduled Balance for Premium Loans",)
    )
    pool_factor = c.rate(
        "ending over original pool balance",
        ("Pool Factor", "Group Factor", "Ending Pool Factor", "Current Pool Factor"),
        printed=c.RATIO,
    )


def _delinquent(*labels: str) -> c.Scoped:
    return dict.fromkeys(("DELINQUENCY", "LOSS_AND_DELINQUENCY"), labels)


class Delinquency(dy.Schema):
    """Loans behind on their payments, by status and days past due."""

    report_id = c.key("the report")
    group_code = c.key("ALL, or the loan group")
    status = c.key("where the loan stands", codes=STATUSES)
    bucket = c.key("days past due, or TOTAL")
    bucket_low_days = c.whole("first day of the bucket; NULL for TOTAL")
    bucket_high_days = c.whole("last day of the bucket; NULL for TOTAL and open buckets")
    method = c.text("MBA, OTS or UNKNOWN", ("Delinq Method", "Delinquency Method"))
    loan_count = c.count(
        "loans",
        scoped=_delinquent(
            "No of Loans", "No. of Loans", "Number of Loans", "Loan Count", "No. of Accounts", "# of Receivables",
            "Number of Receivables", "# of Loans", "Count", "Units", "Number of Contracts",
        ),
    )  # fmt: skip
    balance = c.money(
        "their balance",
        scoped=_delinquent(
            "Principal Balance", "Balance", "Scheduled Balance", "Trust Balances", "Actual Balance", "Amount",
            "Unpaid Principal Balance", "Dollar Amount",
        ),
    )  # fmt: skip
    loan_count_pct = c.rate(
        "loans over all loans", scoped=_delinquent("Percentage of Pool Loans", "Percentage of Loans", "% of Loans")
    )
    balance_pct = c.rate(
        "balance over the pool",
        ("Delinquent Percentage", "Delinquent Loans as a percentage of end of period Pool Balance"),
        _delinquent(
            "Percentage of Pool Balance",
            "Percentage of Pool",
            "Percent of Pool",
            "% of Pool",
            "% of EOP Pool Balance",
            "Percentage of Balance",
            "% of Balance",
        ),
    )
    count_pct_denominator = c.text("what loan_count_pct is a share of, by arithmetic: ENDING_COUNT")
    balance_pct_denominator = c.text(
        "what balance_pct is a share of, by arithmetic: ENDING_ACTUAL_BALANCE or ENDING_SCHEDULED_BALANCE"
    )


class InterestShortfall(dy.Schema):
    """Interest lost to prepayments, and who bore it."""

    report_id = c.key("the report")
    group_code = c.key("ALL, or the loan group")
    prepayment_interest_shortfall = c.money(
        "lost on prepaid loans",
        ("Total Prepayment/Curtailment Interest Shortfall", "Prepayment Interest Shortfall",
         "Total Prepayment Interest Shortfall"),
    )  # fmt: skip
    servicing_fee_support = c.money("covered out of the servicing fee", ("Servicing Fee Support",))
    non_supported_shortfall = c.money(
        "not covered",
        ("Non-Supported Prepayment/Curtailment Interest Shortfall", "Non-Supported Prepayment Interest Shortfall"),
    )


class Overcollateralization(dy.Schema):
    """Pool balance above class balance: targets, amount, and the cash that moves it."""

    report_id = c.key("the report")
    group_code = c.key("ALL, or the loan group")
    statement_seq = c.small("which statement of the report, from 1", key=True)
    target_oc_amount = c.money("target", (
        "Target Overcollateralization Amount", "Targeted Overcollateralized Amount",
        "Overcollateralization Target Amount",
        "Targeted Overcollateralization Amount", "Overcollateralization Target",
    ))  # fmt: skip
    required_oc_amount = c.money(
        "requirement", ("Required Overcollateralization Amount", "Required Overcollateralized Amount")
    )
    specified_oc_amount = c.money(
        "specified amount, the one deficiency is measured by",
        ("Specified O/C Amount", "Specified Overcollateralization Amount"),
    )
    base_oc_amount = c.money("base", ("Base Overcollateralized Amount", "Base Overcollateralization Amount"))
    oc_amount = c.money(
        "as printed",
        ("Overcollateralized Amount", "Overcollateralization Amount", "Ending Overcollateralization Amount",
         "Overcollateralization", "Class {class} O/C Amt as of Pmt Date", "Actual Overcollateralization Amount",
         "Current Overcollateralization Amount"),
    )  # fmt: skip
    oc_deficiency_amount = c.money(
        "short of the specified amount",
        ("Overcollateralized Deficiency Amount", "Overcollateralization Deficiency Amount",
         "Overcollateralization Deficiency"),
    )  # fmt: skip
    oc_increase_amount = c.money(
        "increase", ("Overcollateralized Increase Amount", "Overcollateralization Increase Amount")
    )
    oc_reduction_amount = c.money(
        "release", ("Overcollateralized Reduction Amount", "Overcollateralization Reduction Amount")
    )
    extra_principal_distribution_amount = c.money(
        "excess cash paid as principal", ("Extra Principal Distribution Amount",)
    )
    excess_cash_amount = c.money("cash left after the classes' interest", ("Excess Cash Amount",))


_LOSS_TOPICS = ("LOSS", "LOSS_AND_DELINQUENCY")
_LOST_LOANS = dict.fromkeys(_LOSS_TOPICS, ("Number of Liquidated Loans", "Number of Defaulted Receivables"))
_GROSS = {
    **dict.fromkeys(
        _LOSS_TOPICS,
        ("Defaulted Receivables", "Defaulted Receivables (charge-offs)", "Realized Loss (Charge-Offs)", "Gross Losses",
         "Charge-Offs", "Gross Charge-Offs", "Realized Loss",
         "Principal Balance of Defaulted Receivables", "Realized Losses", "Defaulted Contracts",
         "Charged-Off Receivables"),
    ),
    "POOL": ("Defaulted Receivables", "Defaulted Contracts", "Principal Balance of Defaulted Receivables",
             "Charged-Off Receivables"),
    "COLLATERAL": ("Defaulted Receivables", "Principal Balance of Defaulted Receivables", "Charged-Off Receivables"),
}  # fmt: skip
_RECOVERED = dict.fromkeys(
    _LOSS_TOPICS, ("Recoveries", "Liquidation Proceeds", "Liquidation Proceeds (recoveries)", "Subsequent Recoveries")
)
_NET = (
    "Net Losses", "Net Loss", "Net Loss for Current Collection Period", "Net Charge-Offs", "Net Realized Losses",
    "Net Losses with respect to preceding Collection Period", "Net Credit Losses", "Aggregate Net Losses",
)  # fmt: skip
_NET_SINCE = (
    "Cumulative Net Losses", "Cumulative Net Loss", "Cumulative Net Loss for All Collection Periods",
    "Cumulative Net Charge-Offs", "Cumulative Net Credit Losses", "Aggregate Cumulative Net Losses",
)  # fmt: skip


class Loss(dy.Schema):
    """Liquidations and losses, by kind of loss."""

    report_id = c.key("the report")
    group_code = c.key("ALL, or the loan group")
    loss_type = c.key("TOTAL, BANKRUPTCY, FRAUD, SPECIAL_HAZARD, MODIFICATION, SUBSEQUENT")
    loan_count = c.count("loans liquidated", scoped=_LOST_LOANS)
    liquidated_balance = c.money("their balance", ("Liquidated Balance", "Principal Balance of Liquidated Loans"))
    gross_loss = c.money("before recoveries", scoped=_GROSS)
    recoveries = c.money("recovered", scoped=_RECOVERED)
    net_loss = c.money("after recoveries", _NET)
    cumulative_net_loss = c.money("since closing", _NET_SINCE)
    severity = c.rate("net loss over liquidated balance", ("Loss Severity", "Severity"))


IDENTITIES = (
    Identity(
        "P01", "Pool balance roll-forward", "fact_collateral",
        "beginning_scheduled_balance - scheduled_principal - unscheduled_principal - coalesce(realized_loss, 0)",
        "ending_scheduled_balance", "scheduled_principal IS NOT NULL AND unscheduled_principal IS NOT NULL", "0.01",
        "money", "error", "report x group",
        "the opening balance is the certificates', not the loans', or liquidations stand outside unscheduled principal",
    ),
    Identity(
        "P02", "Loan count roll-forward", "fact_collateral",
        "beginning_loan_count - loans_paid_in_full_count - coalesce(repurchased_loan_count, 0)", "ending_loan_count",
        "loans_paid_in_full_count IS NOT NULL", "0", "count", "error", "report x group",
        "liquidated or substituted loans are counted elsewhere",
    ),
    Identity(
        "L06", "Net loss is gross loss less recoveries", "fact_loss", "gross_loss - recoveries", "net_loss",
        "gross_loss IS NOT NULL AND recoveries IS NOT NULL AND net_loss IS NOT NULL", "0.01", "money", "error",
        "report x group x loss type", "recoveries of earlier losses are printed apart",
    ),
    Identity(
        "P05", "P&I constant is scheduled interest plus scheduled principal", "fact_collateral",
        "scheduled_interest + scheduled_principal", "pi_constant",
        "scheduled_interest IS NOT NULL AND pi_constant IS NOT NULL", "0.01", "money", "warn", "report x group",
        "negative amortization or interest-only loans",
    ),
    Identity(
        "E07", "Prepayment shortfall is supported plus non-supported", "fact_interest_shortfall",
        "servicing_fee_support + non_supported_shortfall", "prepayment_interest_shortfall",
        "prepayment_interest_shortfall IS NOT NULL", "0.005", "money", "error", "report x group",
        "a part of the shortfall is printed elsewhere",
    ),
)  # fmt: skip
