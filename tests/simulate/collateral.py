"""The collateral statement in its two wordings, with values a line below their labels where the shape wants it."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from tests.simulate.cents import ZERO
from tests.simulate.label_tables import Item, claim, date_in_label, edge, fee, mixed, print_items, title
from tests.simulate.sheet import Figure, Piece, Sheet, count, day, words, written
from tests.simulate.waterfall import Month

POOL, OC = "fact_collateral.", "fact_overcollateralization."
NOTHING = ""

# Label, attribute of the pool or of the month (NOTHING prints 0.00), kind, and column of the fact or code of the fee.
FIRST = (
    ("Collateral Description", "description", "text", "collateral_description"),
    ("Weighted Average Gross Coupon", "wac", "rate", "wac_gross"),
    ("Weighted Average Net Coupon", "wac_net", "rate", "wac_net"),
    ("Weighted Average Pass-Through Rate", "pass_through", "rate", "wa_pass_through_rate"),
    ("Weighted Average Maturity(Stepdown Calculation )", "months", "months", "wam_months"),
    ("Beginning Scheduled Collateral Loan Count", "count_before", "count", "beginning_loan_count"),
    ("Number Of Loans Paid In Full", "paid_in_full", "count", "loans_paid_in_full_count"),
    ("Ending Scheduled Collateral Loan Count", "count_after", "count", "ending_loan_count"),
    ("Beginning Scheduled Collateral Balance", "beginning", "money", "beginning_scheduled_balance"),
    ("Ending Scheduled Collateral Balance", "ending", "money", "ending_scheduled_balance"),
    ("Ending Actual Collateral Balance at {date}", "actual", "money", "ending_actual_balance"),
    ("Monthly P &I Constant", "constant", "money", "pi_constant"),
    ("Special Servicing Fee", NOTHING, "money", "special_servicing_fee"),
    ("Prepayment Penalties", "penalties", "money", "prepayment_penalties"),
    ("Realized Loss Amount", "loss", "money", "realized_loss"),
    ("Cumulative Realized Loss", "cumulative", "money", "cumulative_realized_loss"),
    ("Ending Scheduled Balance for Premium Loans", "ending", "money", "ending_scheduled_balance_premium_loans"),
    ("Scheduled Principal", "scheduled", "money", "scheduled_principal"),
    ("Unscheduled Principal", "unscheduled", "money", "unscheduled_principal"),
    ("Required Overcollateralization Amount", NOTHING, "oc", "required_oc_amount"),
    ("Overcollateralized Increase Amount", NOTHING, "oc", "oc_increase_amount"),
    ("Overcollateralized reduction Amount", NOTHING, "oc", "oc_reduction_amount"),
    ("Specified O/C Amount", "specified", "oc", "specified_oc_amount"),
    ("Overcollateralized Amount", "oc", "oc", "oc_amount"),
    ("Overcollateralized Deficiency Amount", "deficiency", "oc", "oc_deficiency_amount"),
    ("Base Overcollateralized Amount", NOTHING, "oc", "base_oc_amount"),
    ("Extra principal distribution Amount", NOTHING, "oc", "extra_principal_distribution_amount"),
    ("Excess Cash Amount", "excess", "oc", "excess_cash_amount"),
)
SECOND = (
    ("Collateral Description", "description", "text", "collateral_description"),
    ("Weighted Average Coupon Rate", "wac", "rate", "wac_gross"),
    ("Weighted Average Net  Rate", "wac_net", "rate", "wac_net"),
    ("Weighted Average Pass Through Rate", "pass_through", "rate", "wa_pass_through_rate"),
    ("Weighted Average Maturity", "months", "months", "wam_months"),
    ("Record Date", "record_date", "date", "report.collateral_record_date"),
    ("Principal and Interest Constant", "constant", "money", "pi_constant"),
    ("Beginning Loan Count", "count_before", "count", "beginning_loan_count"),
    ("Loans Paid in Full", "paid_in_full", "count", "loans_paid_in_full_count"),
    ("Ending Loan Count", "count_after", "count", "ending_loan_count"),
    ("Beginning Scheduled Balance", "beginning", "money", "beginning_scheduled_balance"),
    ("Ending Scheduled Balance", "ending", "money", "ending_scheduled_balance"),
    ("Ending Actual Balance at {date}", "actual", "money", "ending_actual_balance"),
    ("Scheduled Principal", "scheduled", "money", "scheduled_principal"),
    ("Unscheduled Principal", "unscheduled", "money", "unscheduled_principal"),
    ("Scheduled Interest", "interest", "money", "scheduled_interest"),
    ("Servicing Fee", "servicing", "fee", "GROSS_SERVICING_FEE"),
    ("Master Servicing Fee", "master", "fee", "MASTER_SERVICING_FEE"),
    ("Trustee Fee", "trustee", "fee", "TRUSTEE_FEE"),
    ("FRY Amount", NOTHING, "fee", "FRY_AMOUNT"),
    ("Special Hazard Fee", NOTHING, "fee", "SPECIAL_HAZARD_FEE"),
    ("Other Fee", "external", "fee", "OTHER_FEE"),
    ("Pool Insurance Fee", NOTHING, "fee", "POOL_INSURANCE_FEE"),
    ("Spread 1", NOTHING, "fee", "SPREAD_1"),
    ("Spread 2", NOTHING, "fee", "SPREAD_2"),
    ("Spread 3", NOTHING, "fee", "SPREAD_3"),
    ("Net Interest", "net_interest", "money", "net_interest"),
    ("Realized Loss Amount", "loss", "money", "realized_loss"),
    ("Cumulative Realized Loss", "cumulative", "money", "cumulative_realized_loss"),
    ("Percentage of Cumulative Losses", "loss_percent", "percent", "cumulative_loss_pct"),
    ("Special Servicing Fee", NOTHING, "money", "special_servicing_fee"),
    ("Prepayment Penalties", "penalties", "money", "prepayment_penalties"),
    ("Required Overcollateralized Amount", NOTHING, "oc", "required_oc_amount"),
    ("Overcollateralized Increase Amount", NOTHING, "oc", "oc_increase_amount"),
    ("Overcollateralized Reduction Amount", NOTHING, "oc", "oc_reduction_amount"),
    ("Specified O/C Amount", "specified", "oc", "specified_oc_amount"),
    ("Overcollateralized Amount", "oc", "oc", "oc_amount"),
    ("Overcollateralized Deficiency Amount", "deficiency", "oc", "oc_deficiency_amount"),
    ("Base Overcollateralization Amount", NOTHING, "oc", "base_oc_amount"),
)
WORDINGS = (FIRST, SECOND)


def amount(month: Month, name: str) -> Any:
    """An attribute of the pool, else of the month."""
    if name == NOTHING:
        return ZERO
    return getattr(month.pool, name) if hasattr(month.pool, name) else getattr(month, name)


def figure(sheet: Sheet, kind: str, value: Any) -> Figure:
    """The value as the statement prints it; its loss percent has no sign."""
    if kind == "text":
        return words(value)
    if kind == "rate":
        return sheet.percent(value, 6)
    if kind == "months":
        return Figure(str(value), str(value), "MONTHS")
    if kind == "count":
        return count(value)
    if kind == "date":
        return day(written(value, "long"), value)
    if kind == "percent":
        return Figure(f"{value:.2f}", f"{value:.2f}", "PCT", f"{Decimal(value).scaleb(-2):f}")
    return sheet.money(value)


def collateral_item(sheet: Sheet, month: Month, label: str, name: str, kind: str, column: str) -> Item:
    """One line; the other fee is the external master servicing fee where there is one."""
    value = amount(month, name)
    if kind == "fee":
        return fee(sheet, label, value, "EXTERNAL_MASTER_SERVICING_FEE" if name == "external" and value else column)
    printed = figure(sheet, kind, value)
    if "{date}" in label:
        stamp = day(written(month.record_date, "day_month"), month.record_date)
        filled = label.replace("{date}", stamp.raw)
        return Item(filled, printed, POOL + column, date=(POOL + "actual_balance_as_of_date", stamp))
    fact = {"oc": OC, "date": ""}.get(kind, POOL)
    return Item(label, printed, fact + column)


def print_collateral(sheet: Sheet, month: Month, code: Callable[[], str], wording: int, shift: tuple[int, int]) -> None:
    """A collateral statement, with some values a line below their labels if it is shifted."""
    items = mixed(sheet, [collateral_item(sheet, month, *line) for line in WORDINGS[wording]])
    sheet.open(code(), "", "fact_collateral")
    title(sheet, "COLLATERAL STATEMENT")
    longest = max(len(one.label) for one in items) + max(len(one.figure.raw) for one in items) + 3
    right = max(edge(sheet, items), longest)
    sheet.mark([right - 20])
    start, length = shift
    print_items(sheet, items[:start], right)
    print_shifted(sheet, items[start : start + length], right)
    print_items(sheet, items[start + length :], right)
    sheet.close()


def print_shifted(sheet: Sheet, items: Sequence[Item], right: int) -> None:
    """Every value one line below its label; a lone first pair stands apart from the rest."""
    if not items:
        return
    if sheet.shape.lone and len(items) > 1:
        print_shifted_run(sheet, items[:1], right)
        print_shifted_run(sheet, items[1:], right)
    else:
        print_shifted_run(sheet, items, right)


def print_shifted_run(sheet: Sheet, items: Sequence[Item], right: int) -> None:
    """The first label without a value, the last value without a label."""
    for place in range(len(items) + 1):
        pieces = []
        printed = ""
        if place < len(items):
            printed = items[place].label
            pieces.append(Piece(items[place].indent, printed))
        if place:
            figure = items[place - 1].figure
            pieces.append(Piece(right, figure.raw, True, figure, claim(items[place - 1], printed, shifted=True)))
        line = sheet.put(pieces)
        if place < len(items):
            date_in_label(sheet, line, items[place])
            sheet.breath()
