"""Facts of the loan pool: collateral, delinquency, losses, overcollateralization, shortfalls."""

import dataframely as dy

from transforms.facts import columns as c
from transforms.facts.identity import Identity

STATUSES = {
    "DELINQUENT": ("Delinquent", "Delinquency", "Delinquencies"),
    "BANKRUPTCY": ("Bankruptcy", "Bankruptcies", "Bankrupt"),
    "FORECLOSURE": ("Foreclosure", "Foreclosures", "In Foreclosure"),
    "REO": ("REO", "Real Estate Owned", "REO Property"),
    "TOTAL": ("Total", "Totals", "Grand Total"),
}


class Collateral(dy.Schema):
    """The loan pool (or one group of it) over one period, from one collateral statement."""

    report_id = c.key("the report")
    group_code = c.key("ALL, or the loan group")
    statement_seq = c.small("which collateral statement of the report, from 1", key=True)
    collateral_description = c.text("kind of loans, as printed", ("Collateral Description", "Collateral Type"))
    wac_gross = c.rate(
        "weighted average mortgage rate",
        ("Weighted Average Gross Coupon", "Weighted Average Coupon Rate", "Weighted Average Coupon", "Gross WAC",
         "WAC"),
        window=("0.005", "0.40"),
    )  # fmt: skip
    wac_net = c.rate(
        "weighted average rate less servicing fees",
        ("Weighted Average Net Coupon", "Weighted Average Net Rate", "Net WAC"),
        window=("0.005", "0.40"),
    )
    wa_pass_through_rate = c.rate(
        "weighted average rate less all fees",
        ("Weighted Average Pass-Through Rate", "Weighted Average Pass Through Rate"),
        window=("0.005", "0.40"),
    )
    next_wac_gross = c.rate("weighted average mortgage rate of the next period", window=("0.005", "0.40"))
    wam_months = c.months(
        "weighted average remaining term",
        ("Weighted Average Maturity", "Weighted Average Maturity (Stepdown Calculation)", "WAMM", "WAM",
         "Weighted Average Remaining Term"),
    )  # fmt: skip
    beginning_loan_count = c.count(
        "loans before", ("Beginning Scheduled Collateral Loan Count", "Beginning Loan Count")
    )
    loans_paid_in_full_count = c.count("loans paid off", ("Number Of Loans Paid In Full", "Loans Paid in Full"))
    repurchased_loan_count = c.count("loans bought back", ("Number of Loans Repurchased",))
    repurchased_balance = c.money("principal of loans bought back", ("Repurchased Principal",))
    ending_loan_count = c.count("loans after", ("Ending Scheduled Collateral Loan Count", "Ending Loan Count"))
    beginning_scheduled_balance = c.money(
        "scheduled balance before",
        ("Beginning Scheduled Collateral Balance", "Beginning Scheduled Balance", "Beginning Pool Balance"),
    )
    ending_scheduled_balance = c.money(
        "scheduled balance after",
        ("Ending Scheduled Collateral Balance", "Ending Scheduled Balance", "Ending Pool Balance",
         "Ending Collateral Balance"),
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
    scheduled_principal = c.money("principal due on the loans", ("Scheduled Principal",))
    unscheduled_principal = c.money("prepayments, curtailments, liquidations, repurchases", ("Unscheduled Principal",))
    scheduled_interest = c.money("interest due on the loans", ("Scheduled Interest",))
    net_interest = c.money("interest after all fees", ("Net Interest",))
    prepayment_penalties = c.money("penalties collected", ("Prepayment Penalties",))
    special_servicing_fee = c.money("fee of the special servicer", ("Special Servicing Fee",))
    realized_loss = c.money("loss of the period", ("Realized Loss Amount", "Realized Losses", "Current Realized Loss"))
    cumulative_realized_loss = c.money(
        "losses since closing", ("Cumulative Realized Loss", "Cumulative Realized Losses")
    )
    cumulative_loss_pct = c.rate("losses since closing over the original pool", ("Percentage of Cumulative Losses",))
    ending_scheduled_balance_premium_loans = c.money(
        "scheduled balance after of loans above par", ("Ending Scheduled Balance for Premium Loans",)
    )
    pool_factor = c.rate("ending over original pool balance", ("Pool Factor",), printed=c.RATIO)


class Delinquency(dy.Schema):
    """Loans behind on their payments, by status and days past due."""

    report_id = c.key("the report")
    group_code = c.key("ALL, or the loan group")
    status = c.key("where the loan stands", codes=STATUSES)
    bucket = c.key("days past due, or TOTAL")
    bucket_low_days = c.whole("first day of the bucket; NULL for TOTAL")
    bucket_high_days = c.whole("last day of the bucket; NULL for TOTAL and open buckets")
    method = c.text("MBA, OTS or UNKNOWN")
    loan_count = c.count("loans", ("No of Loans", "No. of Loans", "Number of Loans", "Loan Count", "No. of Accounts"))
    balance = c.money("their balance", ("Principal Balance", "Balance", "Scheduled Balance", "Trust Balances"))
    loan_count_pct = c.rate("loans over all loans")
    balance_pct = c.rate("balance over the pool", ("Delinquent Percentage",))
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
    target_oc_amount = c.money("target", ("Target Overcollateralization Amount", "Targeted Overcollateralized Amount"))
    required_oc_amount = c.money(
        "requirement", ("Required Overcollateralization Amount", "Required Overcollateralized Amount")
    )
    specified_oc_amount = c.money("specified amount, the one deficiency is measured by", ("Specified O/C Amount",))
    base_oc_amount = c.money("base", ("Base Overcollateralized Amount", "Base Overcollateralization Amount"))
    oc_amount = c.money(
        "as printed",
        ("Overcollateralized Amount", "Overcollateralization Amount", "Ending Overcollateralization Amount",
         "Overcollateralization"),
    )  # fmt: skip
    oc_deficiency_amount = c.money(
        "short of the specified amount",
        ("Overcollateralized Deficiency Amount", "Overcollateralization Deficiency Amount"),
    )
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


class Loss(dy.Schema):
    """Liquidations and losses, by kind of loss."""

    report_id = c.key("the report")
    group_code = c.key("ALL, or the loan group")
    loss_type = c.key("TOTAL, BANKRUPTCY, FRAUD, SPECIAL_HAZARD, MODIFICATION, SUBSEQUENT")
    loan_count = c.count("loans liquidated")
    liquidated_balance = c.money("their balance")
    gross_loss = c.money("before recoveries")
    recoveries = c.money("recovered")
    net_loss = c.money("after recoveries")
    cumulative_net_loss = c.money("since closing")
    severity = c.rate("net loss over liquidated balance")


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
