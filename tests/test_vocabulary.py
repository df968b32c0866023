"""What labels mean: wordings met in reports of many trustees, and wordings that must not be taken for a known one."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from transforms import vocabulary
from transforms.facts.statements import BY_CODE
from transforms.vocabulary import Term

CLASS = "fact_class_distribution"
FACTOR = "fact_class_factor"
POOL = "fact_collateral"
DELINQUENT = "fact_delinquency"
RESERVE = "fact_other_account"
LOSS = "fact_loss"
OC = "fact_overcollateralization"
ITEM = "fact_line_item"


def said(term: Term | None) -> str | None:
    """Return table.column, the code behind a blank and the class in brackets."""
    if term is None:
        return None
    code, name = f" {term.item_code}" if term.item_code else "", f" [{term.class_name}]" if term.class_name else ""
    return f"{term.table}.{term.column}{code}{name}"


# -- every label of the list of synonyms ----------------------------------------------------------------------------

COLUMNS = {
    "cusip": "dim_class_identifier.id_value",
    "class_description": "dim_class.class_type_reported",
    "rate_type": "dim_class.rate_type",
    "day_count": "dim_class.day_count",
    "accrual_dates": "report.accrual_start",
    "accrual_begin": "report.accrual_start",
    "original_balance": f"{CLASS}.original_face",
    "interest_factor": f"{FACTOR}.interest_distribution",
    "principal_factor": f"{FACTOR}.principal_distribution",
    "prepayment_factor": f"{FACTOR}.unscheduled_principal",
    "beginning_factor_per_1000": f"{FACTOR}.beginning_balance",
    "ending_factor_per_1000": f"{FACTOR}.ending_balance",
    "ending_factor": f"{CLASS}.ending_balance_pct",
    "interest_shortfall_paid": f"{CLASS}.unpaid_interest_shortfall_paid",
    "interest_shortfall_current": f"{CLASS}.current_interest_shortfall",
    "interest_shortfall_nonsupported": f"{CLASS}.non_supported_interest_shortfall",
    "interest_shortfall_unpaid": f"{CLASS}.remaining_unpaid_interest_shortfall",
    "basis_risk_carryover": f"{CLASS}.basis_risk_carryover_unpaid",
    "deferred_interest": f"{CLASS}.accretion",
    "principal_reduction": f"{CLASS}.total_principal_reduction",
    "realized_loss_interest": f"{CLASS}.interest_realized_loss",
    "pool_factor": f"{POOL}.pool_factor",
    "period_number": "report.period_no",
    "closing_date": "dim_deal.closing_date",
    "first_distribution_date": "dim_deal.first_distribution_date",
    "delinq_method": f"{DELINQUENT}.method",
    "delinq_count": f"{DELINQUENT}.loan_count",
    "delinq_balance": f"{DELINQUENT}.balance",
    "delinq_pct": f"{DELINQUENT}.balance_pct",
    "collateral_type": f"{POOL}.collateral_description",
    "wac": f"{POOL}.wac_gross",
    "net_wac": f"{POOL}.wac_net",
    "weighted_pass_through_rate": f"{POOL}.wa_pass_through_rate",
    "premium": f"{CLASS}.prepayment_premium",
    "wam": f"{POOL}.wam_months",
    "loan_count": f"{POOL}.ending_loan_count",
    "loans_paid_in_full": f"{POOL}.loans_paid_in_full_count",
    "beginning_collateral_balance": f"{POOL}.beginning_scheduled_balance",
    "ending_collateral_balance": f"{POOL}.ending_scheduled_balance",
    "ending_actual_collateral_balance": f"{POOL}.ending_actual_balance",
    "p_and_i_constant": f"{POOL}.pi_constant",
    "scheduled_principal_collateral": f"{POOL}.scheduled_principal",
    "unscheduled_principal_collateral": f"{POOL}.unscheduled_principal",
    "realized_loss_collateral": f"{POOL}.realized_loss",
    "realized_loss_collateral_cumulative": f"{POOL}.cumulative_realized_loss",
    "realized_loss_cumulative": f"{CLASS}.cumulative_realized_loss",
    "oc_required": f"{OC}.required_oc_amount",
    "oc_target": f"{OC}.specified_oc_amount",
    "oc_deficiency": f"{OC}.oc_deficiency_amount",
    "servicing_fee": "fact_fee.amount GROSS_SERVICING_FEE",
    "master_servicing_fee": "fact_fee.amount MASTER_SERVICING_FEE",
    "trustee_fee": "fact_fee.amount TRUSTEE_FEE",
    "period_begin..period_end": f"{ITEM}.value COLLECTION_PERIOD",
}
SCOPES = {
    "realized_loss_interest": "INTEREST", "delinq_count": "DELINQUENCY", "delinq_balance": "DELINQUENCY",
    "delinq_pct": "DELINQUENCY", "delinq_method": "DELINQUENCY", "oc_amount": "COLLATERAL", "oc_required": "COLLATERAL",
    "oc_target": "COLLATERAL", "oc_deficiency": "COLLATERAL", "servicing_fee": "FEE", "master_servicing_fee": "FEE",
    "trustee_fee": "FEE",
}  # fmt: skip
# Labels with a second meaning in another statement than the one their line of the list comes from.
ELSEWHERE = {
    "Class A Monthly Interest": "CARD",
    "Interest Per Certificate": "CLASS_FACTOR",
    "Principal Per Certificate": "CLASS_FACTOR",
}
NO_LABEL = {
    "Series 2000-6 (stub head)": "the name of the series, which no list of words can hold",
    "31 days at 9.999999999%": "the rate is a value printed inside the label",
    "opening balance (value run, no label)": "told by its place in the row",
    "Group I / Group II": "two labels; each is a group",
    "3 = 90+ Days Delinquent": "a legend",
    "3= Three or more mo. delinquent": "a legend",
    "1 = 1 mo. delinquent": "a legend",
    "A = in grace period / B = late under 1 mo.": "a legend",
    "7 = Foreclosure": "a legend",
    "9 = REO": "a legend",
    "Trustee Fee:": "a fee by its words; that it is a rate only its value tells",
    "Total Withdrawals (Pool Distribution Amount)": "the line of the account that is so called",
}


def synonyms(shared: Path) -> list[dict[str, str]]:
    with (shared / "design" / "synonyms.tsv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def meaning(label: str, canonical: str) -> str | None:
    """Return what a label of the list means where its canonical name belongs."""
    if canonical == "class_name":
        return "class_name" if vocabulary.is_class_stub(label) else None
    if canonical == "row:total":
        return "row:total" if vocabulary.is_total(label) else None
    if canonical.startswith("delinq_") and canonical[7].isdigit():
        bucket = vocabulary.bucket_of(label) or ""
        return f"delinq_{bucket.replace('-', '_').replace('+', '_plus')}"
    if canonical in ("bankruptcy", "foreclosure", "reo", "delinquency_block"):
        status = (vocabulary.status_of(label) or "").lower()
        return "delinquency_block" if status == "delinquent" else status
    scope = ELSEWHERE.get(label) or SCOPES.get(canonical)
    printed = label.replace("DD-Mon-YYYY", "31-Mar-2003")
    terms = [vocabulary.lookup(code, printed) for code in ([scope] if scope else ("CLASS", "COLLATERAL", "UNTITLED"))]
    names = [said(term and term._replace(class_name=None)) for term in (*terms, vocabulary.header_of(printed))]
    expected = COLUMNS.get(canonical) or f"{ITEM}.value {canonical.upper()}"
    plain = [name for name in names if name and (name == expected or name.split(".")[1] == canonical)]
    return canonical if plain else str(names)


def test_every_synonym_is_looked_up_as_its_canonical_name(shared: Path) -> None:
    rows = synonyms(shared)
    wrong = {
        row["label"]: meaning(row["label"], row["canonical"])
        for row in rows
        if row["label"] not in NO_LABEL and meaning(row["label"], row["canonical"]) != row["canonical"]
    }
    assert len(rows) == 273 and wrong == {}


def test_labels_left_out_are_on_the_list(shared: Path) -> None:
    assert set(NO_LABEL) <= {row["label"] for row in synonyms(shared)}


# -- every label of a statement typed by hand ------------------------------------------------------------------------

TABLES = {
    "B01": "CLASS", "B02": "CLASS_FACTOR", "B03": "CLASS", "B04": "CLASS_FACTOR", "B07": "FEE", "B08": "POOL",
    "B09": "TRIGGER", "B10": "OVERCOLLATERALIZATION", "B11": "ACCRUED_INTEREST", "B12": "CARRY_FORWARD",
    "B13": "ENHANCEMENT", "B14": "SUPPLEMENTAL_INTEREST",
}  # fmt: skip
CODES = ("entry_code", "fee_code", "trigger_code", "item_code")
TITLES = {"B11": "ACCRUED CERTIFICATE INTEREST", "B12": "INTEREST CARRY FORWARD AMOUNT"}


def read(cell: dict[str, Any]) -> Term | None:
    """Return what the words around a value mean, asked the way its table is laid out."""
    table, label, head = cell["table"], cell["row_label"], cell["column"]
    if table == "B05":
        return vocabulary.measure_of(label.split(" / ")[1])
    if table == "B06":
        return vocabulary.entry(cell["dims"].get("section", ""), label)
    if table in TITLES:
        return vocabulary.sided(TABLES[table], TITLES[table], head)
    return vocabulary.lookup(TABLES[table], head if table < "B05" else label)


def test_every_label_of_the_report_of_1998_is_known(shared: Path) -> None:
    cells = json.loads((shared / "truth" / "aames-1998-c.json").read_text())["cells"]
    wrong = set()
    for cell in cells:
        term, code = read(cell), next((cell["dims"][key] for key in CODES if key in cell["dims"]), None)
        canonical = cell["canonical"].replace("fact_class_total", CLASS)
        if term is None or (f"{term.table}.{term.column}", term.item_code) != (canonical, code):
            wrong.add((cell["table"], cell["row_label"], cell["column"], str(term)))
        elif term.entry_type and term.entry_type != cell["dims"]["entry_type"]:
            wrong.add((cell["table"], cell["row_label"], term.entry_type, cell["dims"]["entry_type"]))
    assert len(cells) == 668 and wrong == set()


def test_rows_and_groups_of_the_report_of_1998(shared: Path) -> None:
    cells = json.loads((shared / "truth" / "aames-1998-c.json").read_text())["cells"]
    rows = {cell["row_label"] for cell in cells if cell["table"] in TITLES}
    assert {vocabulary.class_row(row) for row in rows} == {row.removeprefix("CLASS ") for row in rows}
    for cell in cells:
        if cell["table"] == "B05":
            assert vocabulary.group_of(cell["row_label"].split(" / ")[0]) == cell["dims"]["group"]
            assert vocabulary.bucket_of(cell["column"]) == vocabulary.bucket_of(cell["dims"]["bucket"])


# -- a label within its statement -----------------------------------------------------------------------------------

MEANT = [
    # text tables and HTML of class payments
    ("CLASS", "REALIZED LOSES", f"{CLASS}.realized_loss"),
    ("CLASS", "Total", f"{CLASS}.total_distribution"),
    ("CLASS", "DEFERRED INTEREST", f"{CLASS}.accretion"),
    ("CLASS", "Ceritifcate Balance", f"{CLASS}.ending_balance"),
    ("CLASS", "Begining Certificate Balance", f"{CLASS}.beginning_balance"),
    ("CLASS", "Beg. Cert. Balance", f"{CLASS}.beginning_balance"),
    ("CLASS", "Noteholder Principal Payments Actual", f"{CLASS}.principal_distribution"),
    ("CLASS", "Noteholder Interest Payments Per $1,000 of Original Balance", f"{FACTOR}.interest_distribution"),
    ("CLASS", "Total Payment Per $1000 of Original Balance", f"{FACTOR}.total_distribution"),
    ("CLASS_FACTOR", "PRIOR PRINCIPAL BALANCE", f"{FACTOR}.beginning_balance"),
    ("CLASS_FACTOR", "TOTAL", f"{FACTOR}.total_distribution"),
    ("CLASS_FACTOR", "PASS-THROUGH RATES CURRENT", f"{CLASS}.pass_through_rate"),
    ("CLASS_FACTOR", "PASS-THROUGH RATES ESTIMATED NEXT", f"{CLASS}.next_pass_through_rate"),
    ("RATE", "Current", f"{CLASS}.pass_through_rate"),
    ("RATE", "Estimated Next", f"{CLASS}.next_pass_through_rate"),
    ("DEAL_PARAMETERS", "Dollar Amount", f"{CLASS}.original_face"),
    ("INTEREST", "Realized Loss (1)", f"{CLASS}.interest_realized_loss"),
    # a class in the label
    ("UNTITLED", "Beginning Class A-1 Note Balance", f"{CLASS}.beginning_balance [A-1]"),
    ("WATERFALL", "Class A-2b Monthly Interest", f"{CLASS}.accrued_interest [A-2b]"),
    ("WATERFALL", "Interest - Class A-2a Notes", f"{CLASS}.interest_distribution [A-2a]"),
    ("ACCOUNT", "Class B Interest Distribution", f"{CLASS}.interest_distribution [B]"),
    ("ACCOUNT", "Class A-1 Principal Distribution", f"{CLASS}.principal_distribution [A-1]"),
    ("ACCOUNT", "Class D Distribution", f"{CLASS}.total_distribution [D]"),
    ("INSTRUCTIONS", "Amount to be paid to Class A-3 Noteholders from the Note Payment Account",
     f"{CLASS}.total_distribution [A-3]"),
    ("POOL", "Class A-2b Floating Rate Note Pool Factor", f"{FACTOR}.ending_balance [A-2b]"),
    ("OTHER_INFORMATION", "Note Rate applicable to the Class A-2b notes for the interest period ending 10/15/2017",
     f"{CLASS}.pass_through_rate [A-2b]"),
    ("UNTITLED", "CLASS A-1F", None),
    # the pool
    ("POOL", "Pool Balance on the close of the last day of the preceding Collection Period",
     f"{POOL}.beginning_scheduled_balance"),
    ("POOL", "Pool Balance on the close of the last day of the related Collection Period",
     f"{POOL}.ending_scheduled_balance"),
    ("POOL", "PRIOR PRINCIPAL BALANCE OF POOL:", f"{POOL}.beginning_scheduled_balance"),
    ("POOL", "GROUP FACTOR", f"{POOL}.pool_factor"),
    ("POOL", "PRIOR NUMBER OF LOANS:", f"{POOL}.beginning_loan_count"),
    ("POOL", "NUMBER OF LOANS PURCHASED FROM Mortgage Replacement", f"{POOL}.repurchased_loan_count"),
    ("POOL", "CURRENT PRINCIPAL BAL. OF LOANS PURCHASED FROM MORT REPLACEMENT", f"{POOL}.repurchased_balance"),
    ("POOL", "NEXT WEIGHTED AVERAGE MORTGAGE RATE:", f"{POOL}.next_wac_gross"),
    ("POOL", "WEIGHTED AVERAGE TERM TO MATURITY:", f"{POOL}.wam_months"),
    ("POOL", "Weighted Average Remaining Term (months)", f"{POOL}.wam_months"),
    ("POOL", "Initial Pool Balance", "dim_deal.original_pool_balance"),
    ("POOL", "Current overcollateralization amount (Pool Balance - Note Balance)", f"{OC}.oc_amount"),
    ("POOL", "Overcollateralization Target Amount", f"{OC}.target_oc_amount"),
    ("COLLATERAL", "Servicing Fees", "fact_fee.amount GROSS_SERVICING_FEE"),
    ("COLLATERAL", "Pass-Through Rate", f"{POOL}.wa_pass_through_rate"),
    # losses, reserves, tests, insurers
    ("LOSS", "Defaulted Receivables (charge-offs)", f"{LOSS}.gross_loss"),
    ("LOSS", "(Recoveries)", f"{LOSS}.recoveries"),
    ("LOSS", "Net Losses (Ln 76 - Ln 77)", f"{LOSS}.net_loss"),
    ("CUMULATIVE_LOSS", "Cumulative Net Losses (Ln 80 - Ln 81)", f"{LOSS}.cumulative_net_loss"),
    ("RESERVE", "Beginning Balance (as of end of preceding Distribution Date)", f"{RESERVE}.beginning_balance"),
    ("RESERVE", "Ending Balance (Ln53 + Ln54 - Ln55 - Ln56)", f"{RESERVE}.ending_balance"),
    ("RESERVE", "Reserve Account Draw Amount", f"{RESERVE}.withdrawals"),
    ("RESERVE", "Deposit from Available Funds (Ln 44d)", f"{RESERVE}.deposits"),
    ("RESERVE", "Specified Reserve Balance", f"{RESERVE}.required_balance"),
    ("TRIGGER", "HAS A ROLLING LOSS RATE EVENT OCCURRED?", "fact_trigger.is_in_effect ROLLING_LOSS_RATE"),
    ("DELINQUENCY", "Has a Delinquency Trigger Event occurred?", "fact_trigger.is_in_effect DELINQUENCY"),
    ("TRIGGER", "Threshold Value", "fact_trigger.threshold_value"),
    ("ENHANCEMENT", "UNPAID INSURED AMOUNTS AND INTEREST ON THE AMOUNTS:",
     "fact_enhancement.amount UNPAID_INSURED_AMOUNTS"),
    ("SUPPLEMENTAL_INTEREST", "SUPPLEMENTAL INTEREST AMOUNT (PAID)", f"{ITEM}.value SUPPLEMENTAL_INTEREST_PAID"),
    ("SUPPLEMENTAL_INTEREST", "SUPPLEMENTAL INTEREST AMOUNT (REMAINING UNPAID)",
     f"{ITEM}.value SUPPLEMENTAL_INTEREST_UNPAID"),
    ("FEE", "ACCRUED SERVICING FEE FOR THE CURRENT PERIOD:", "fact_fee.amount SERVICING_FEE_ACCRUED"),
    ("FEE", "LESS:~ AMOUNTS TO COVER INTEREST SHORTFALLS:", "fact_fee.amount SUPPORTED_PPIS"),
    # outline numbers in front
    ("POOL", "12. Weighted Average Coupon", f"{POOL}.wac_gross"),
    ("CLASS", "(iv) Interest Distributed", f"{CLASS}.interest_distribution"),
    # the wording of one subject does not reach into another
    ("POOL", "Servicing Fee", None),
    ("ACCOUNT", "Beginning Certificate Principal Factor", f"{FACTOR}.beginning_balance"),
    ("RESERVE", "Beginning Certificate Balance", f"{CLASS}.beginning_balance"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "label", "expected"), MEANT)
def test_a_label_in_its_statement(statement: str, label: str, expected: str | None) -> None:
    assert said(vocabulary.lookup(statement, label)) == expected


def test_an_insurer_is_named_in_the_label() -> None:
    term = vocabulary.lookup("ENHANCEMENT", "ACME PREMIUM PAID:")
    assert term is not None and (term.item_code, term.payee) == ("INSURER_PREMIUM_PAID", "ACME")


@pytest.mark.parametrize(
    ("section", "label", "code", "kind"),
    [
        ("SOURCES OF PRINCIPAL", "REPURCHASES/SUBSTITUTIONS", "REPURCHASE_PRINCIPAL", "SOURCE"),
        ("SOURCES OF INTEREST", "REPURCHASES/SUBSTITUTIONS", "REPURCHASE_INTEREST", "SOURCE"),
        ("SOURCES OF INTEREST", "PLUS: CAPITALIZED INTEREST AMOUNT", "CAPITALIZED_INTEREST", "SOURCE"),
        ("SOURCES OF INTEREST", "LESS: PPIS CIVIL RELIEF SHORTFALL", "CIVIL_RELIEF_SHORTFALL", "SOURCE"),
        ("SOURCES OF INTEREST", "TOTAL INTEREST", "TOTAL_INTEREST", "SUBTOTAL"),
        ("", "PREFUNDING DEPOSIT FOR CERTIFICATE ACCOUNT", "PREFUNDING", "DEPOSIT"),
        ("", "TOTAL REMITTANCE DUE", "TOTAL_REMITTANCE_DUE", "TOTAL"),
    ],
)
def test_a_line_of_an_account_under_its_heading(section: str, label: str, code: str, kind: str) -> None:
    term = vocabulary.entry(section, label)
    assert term is not None and (term.table, term.item_code, term.entry_type) == ("fact_account", code, kind)


# -- misspelt, and near but different -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "label", "expected"),
    [
        ("CLASS", "Beginning Ceritifcate Balance", f"{CLASS}.beginning_balance"),
        ("CLASS", "Pirncipal Distribution", f"{CLASS}.principal_distribution"),
        ("CLASS", "Principle Distribution", f"{CLASS}.principal_distribution"),
        ("CLASS", "Intrest Distribution", f"{CLASS}.interest_distribution"),
        ("CLASS", "Cumulative Realized Loses", f"{CLASS}.cumulative_realized_loss"),
        ("POOL", "Weighted Avarage Coupon", f"{POOL}.wac_gross"),
        ("POOL", "Overcollateralzation", f"{OC}.oc_amount"),
        ("LOSS", "Recoverries", f"{LOSS}.recoveries"),
    ],
)
def test_a_misspelt_label_is_met(statement: str, label: str, expected: str) -> None:
    assert said(vocabulary.lookup(statement, label)) == expected


@pytest.mark.parametrize(
    ("statement", "label", "expected"),
    [
        ("CLASS", "Balance, Ending", f"{CLASS}.ending_balance"),
        ("CLASS", "Principal Paid", f"{CLASS}.principal_distribution"),
        ("CLASS", "Initial Face Amount", f"{CLASS}.original_face"),
        ("CLASS", "Current Amount", f"{CLASS}.ending_balance"),
        ("CLASS", "Prior Outstanding Principal Amount", f"{CLASS}.beginning_balance"),
        ("POOL", "Pool Balance, beginning of Collection Period", f"{POOL}.beginning_scheduled_balance"),
        ("POOL", "Receivables Balance - End of Period", f"{POOL}.ending_scheduled_balance"),
        ("POOL", "Weighted Average Contract Rate", f"{POOL}.wac_gross"),
        ("POOL", "Gross Weighted Average Coupon", f"{POOL}.wac_gross"),
        ("POOL", "Ending Number of Contracts", f"{POOL}.ending_loan_count"),
        ("RESERVE", "Reserve Account Balance - Beginning of Period", f"{RESERVE}.beginning_balance"),
    ],
)
def test_the_same_in_other_words(statement: str, label: str, expected: str) -> None:
    assert said(vocabulary.lookup(statement, label)) == expected


@pytest.mark.parametrize(
    ("statement", "label"),
    [
        ("RATE", "Interest"),
        ("POOL", "Total"),
        ("CLASS", "Monthly Period Ending"),
        ("CLASS", "Price Principal Balance"),
        ("CLASS", "Unrealized Loss"),
        ("CLASS", "Realized Gain"),
        ("CLASS", "Class A-1 Boss"),
        ("COLLATERAL", "Rescheduled Principal"),
        ("COLLATERAL", "Overcollateralization Decrease Amount"),
        ("OVERCOLLATERALIZATION", "Overcollateralization Deduction Amount"),
        ("LOSS", "Gross Lease"),
        ("POOL", "Mean Coupon"),
        ("CLASS", "Supplemental Interest"),
        ("SUPPLEMENTAL_INTEREST", "Supplemental Interest Amount (Deferred)"),
    ],
)
def test_a_near_word_is_not_taken_for_a_known_one(statement: str, label: str) -> None:
    assert vocabulary.lookup(statement, label) is None


@pytest.mark.parametrize(
    ("statement", "one", "other"),
    [
        ("CLASS", "Scheduled Principal", "Unscheduled Principal"),
        ("CLASS", "Beginning Balance", "Ending Balance"),
        ("CLASS", "Prior Principal Balance", "Current Principal Balance"),
        ("CLASS", "Class A-1 Principal Distribution", "Class A-2 Principal Distribution"),
        ("COLLATERAL", "Overcollateralization Increase Amount", "Overcollateralization Reduction Amount"),
        ("COLLATERAL", "Required Overcollateralization Amount", "Specified Overcollateralization Amount"),
        ("CLASS", "Interest Shortfall", "Interest Shortfall Paid"),
    ],
)
def test_neighbours_stay_apart(statement: str, one: str, other: str) -> None:
    first, second = vocabulary.lookup(statement, one), vocabulary.lookup(statement, other)
    assert first and second and first != second


@pytest.mark.parametrize("code", BY_CODE)
def test_what_no_label_says_means_nothing(code: str) -> None:
    for words in ("", "-", "Page 1", "Wells Fargo Bank, N.A.", "12/15/2025", "1,234.56", "As Servicer", "John Smith"):
        assert vocabulary.lookup(code, words) is None
        assert vocabulary.sided(code, words, "Current") is None


# -- sides of a period ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "side"),
    [
        ("Beginning of Period", "BEGINNING"), ("Prior", "BEGINNING"), ("Opening", "BEGINNING"), ("BOP", "BEGINNING"),
        ("Beginning of Collection Period", "BEGINNING"), ("End of Period", "ENDING"), ("CURRENT", "ENDING"),
        ("Closing", "ENDING"), ("Ending", "ENDING"), ("EOP", "ENDING"), ("Initial", None), ("Amount", None),
        ("Prior Realized Loss", None), ("Beginning and End", None), ("", None),
    ],
)  # fmt: skip
def test_sides(head: str, side: str | None) -> None:
    assert vocabulary.side_of(head) == side


@pytest.mark.parametrize(
    ("statement", "label", "head", "expected"),
    [
        ("POOL", "Pool Balance", "End of Period", f"{POOL}.ending_scheduled_balance"),
        ("POOL", "Pool Balance", "Beginning of Period", f"{POOL}.beginning_scheduled_balance"),
        ("POOL", "Number of Receivables Outstanding", "Beginning of Period", f"{POOL}.beginning_loan_count"),
        ("POOL", "Weighted Average APR", "End of Period", f"{POOL}.wac_gross"),
        ("POOL", "Weighted Average APR", "Beginning of Period", None),
        ("POOL", "a. Class A-1 Note Balance", "Beginning of Period", f"{CLASS}.beginning_balance [A-1]"),
        ("POOL", "Class A-2b Floating Rate Note Balance", "End of Period", f"{CLASS}.ending_balance [A-2b]"),
        ("POOL", "Note Balance (sum a - g)", "End of Period", f"{CLASS}.ending_balance"),
        ("POOL", "Class B Note Pool Factor", "Beginning of Period", f"{FACTOR}.beginning_balance [B]"),
        ("ACCRUED_INTEREST", "ACCRUED CERTIFICATE INTEREST", "PRIOR", f"{CLASS}.prior_accrued_interest"),
        ("ACCRUED_INTEREST", "ACCRUED CERTIFICATE INTEREST", "CURRENT", f"{CLASS}.accrued_interest"),
        ("CARRY_FORWARD", "INTEREST CARRY FORWARD AMOUNT", "PRIOR", f"{CLASS}.beginning_interest_carryforward"),
        ("CARRY_FORWARD", "INTEREST CARRY FORWARD AMOUNT", "CURRENT", f"{CLASS}.ending_interest_carryforward"),
        ("POOL", "Pool Balance", "Amount", None),
        ("POOL", "Pool Balance", "Opening", f"{POOL}.beginning_scheduled_balance"),
        ("CLASS", "Class A-1 Notes", "Ending Balance", f"{CLASS}.ending_balance [A-1]"),
        ("CLASS", "Collection Period", "Beginning of Period", None),
    ],
)
def test_a_label_under_a_side(statement: str, label: str, head: str, expected: str | None) -> None:
    assert said(vocabulary.sided(statement, label, head)) == expected


# -- parts of labels ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "name", "marked"),
    [
        ("Class A-2b Floating Rate Note Balance", "A-2b", "{class} Floating Rate Note Balance"),
        ("Interest - Class A-1 Notes", "A-1", "Interest - {class} Notes"),
        ("CLASS A-1F", "A-1F", "{class}"),
        ("Beginning Class X-1 Notional Amount", "X-1", "Beginning {class} Notional Amount"),
        ("Class A\u20112a Notes", "A-2a", "{class} Notes"),
        ("A-1 Notes", "A-1", "{class} Notes"),
        ("Class I A Distribution", "I A", "{class} Distribution"),
        ("Class I A and Class I B Distribution Amounts", None, "{class} and {class} Distribution Amounts"),
        ("Class Type", None, "Class Type"),
        ("CLASS OF NOTES", None, "CLASS OF NOTES"),
        ("CLASS PRINCIPAL", None, "CLASS PRINCIPAL"),
        ("Subclass A", None, "Subclass A"),
    ],
)
def test_the_class_in_a_label(label: str, name: str | None, marked: str) -> None:
    assert vocabulary.classed(label) == (name, marked)


@pytest.mark.parametrize(
    ("label", "name"),
    [
        ("Class A-2a Notes", "A-2a"), ("CLASS C", "C"), ("Class A-1 Notes (2)", "A-1"), ("Class B Certificates", "B"),
        ("Class A-2b Floating Rate Notes", "A-2b"), ("Class A-1 Note Balance", None), ("Class", None), ("Total", None),
    ],
)  # fmt: skip
def test_a_row_that_says_only_its_class(label: str, name: str | None) -> None:
    assert vocabulary.class_row(label) == name


@pytest.mark.parametrize(
    ("head", "group"),
    [
        ("FIXED GROUP", "FIXED"), ("ADJ GROUP", "ADJ"), ("Group I", "I"), ("GROUP 2", "2"), ("Pool 1", "1"),
        ("Loan Group 2", "2"), ("Group II-A", "II-A"), ("Adjustable Rate Group", "ADJUSTABLE"), ("Pool Balance", None),
        ("Group Factor", None), ("Loan Group", None), ("Total", None), ("Pool", None),
    ],
)  # fmt: skip
def test_groups(head: str, group: str | None) -> None:
    assert vocabulary.group_of(head) == group


def test_words_for_the_whole_pool_are_a_group_only_if_asked() -> None:
    assert [vocabulary.group_of(head, total=True) for head in ("Total", "DEAL", "All groups", "Group 1")] == [
        "ALL", "ALL", "ALL", "1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("label", "bucket"),
    [
        ("30 Days", "30-59"), ("30-59 Days Delinquent", "30-59"), ("31 to 60 days past due", "31-60"),
        ("Delinquent 30-59 days", "30-59"), ("91 or more days", "91+"), ("Over 120 Days", "121+"),
        ("180+ Days", "180+"),
        ("121 or more days past due", "121+"), ("180 or More Days", "180+"), ("Delinquent 90 days or more", "90+"),
        ("1 Payment", "30-59"), ("2 Payments", "60-89"), ("3+ Payments", "90+"), ("1 Month", "30-59"),
        ("Three or more payments", "90+"), ("Total Past Due", "TOTAL"), ("Total Past Due (sum a - d)", "TOTAL"),
        ("Total Delinquent Receivables", "TOTAL"), ("Total", "TOTAL"), ("30\u201159 Days", "30-59"),
        ("61 \u2013 90 Days", "61-90"), ("Total 30+ Days Delinquent", "30+"), ("60-89 Days", "60-89"),
        ("REO", None), ("31 days at 5.5%", None), ("Interest for 30 days", None), ("3 Month Average", None),
        ("Total Loans Purchased", None), ("1 Month Extended", None), ("2 Months Extended", None),
    ],
)  # fmt: skip
def test_buckets(label: str, bucket: str | None) -> None:
    assert vocabulary.bucket_of(label) == bucket


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("DELINQUENT LOAN INFORMATION", "DELINQUENT"), ("FORECLOSURE LOAN INFORMATION", "FORECLOSURE"),
        ("Loans in Foreclosure", "FORECLOSURE"), ("REO LOAN INFORMATION", "REO"), ("Bankruptcy Loans", "BANKRUPTCY"),
        ("TOTAL", "TOTAL"), ("Bankrupcy", "BANKRUPTCY"), ("Foreclosures", "FORECLOSURE"), ("REO Income", None),
        ("Principal Balance", None),
    ],
)  # fmt: skip
def test_statuses(words: str, status: str | None) -> None:
    assert vocabulary.status_of(words) == status


@pytest.mark.parametrize(
    ("label", "column"),
    [
        ("PRINCIPAL BALANCE", "balance"), ("PERCENTAGE OF POOL BALANCE", "balance_pct"),
        ("NUMBER OF LOANS", "loan_count"),
        ("PERCENTAGE OF POOL LOANS", "loan_count_pct"), ("# of Receivables", "loan_count"), ("Amount", "balance"),
        ("% of EOP Pool Balance", "balance_pct"), ("Count", "loan_count"), ("Units", "loan_count"),
        ("No. of Loans", "loan_count"), ("Actual Balance", "balance"), ("% of Loans", "loan_count_pct"),
        ("Delinquency Method", None), ("Weighted Average Coupon", None), ("Total", None),
        ("No", None), ("No.", "loan_count"), ("", None),
    ],
)  # fmt: skip
def test_measures_of_delinquency(label: str, column: str | None) -> None:
    term = vocabulary.measure_of(label)
    assert (term.column if term else None) == column


@pytest.mark.parametrize(
    ("label", "parts"),
    [
        ("8. Note Balances", (8, None, "Note Balances")), ("a. Class A-1 Note", (None, "a", "Class A-1 Note")),
        ("(iv) Interest", (None, "iv", "Interest")), ("17d", (17, "d", "")), ("9 . x", (9, None, "x")),
        ("(a)(1)", (None, "a(1)", "")), ("17d. Total", (17, "d", "Total")), ("8. (a) Foo", (8, "a", "Foo")),
        ("3) Foo", (3, None, "Foo")), ("C. Foo", (None, "C", "Foo")), ("12.5 x", (None, None, "12.5 x")),
        ("3/15/2001", (None, None, "3/15/2001")), ("31 to 60 days", (None, None, "31 to 60 days")),
        ("1 Payment", (None, None, "1 Payment")), ("A-1 Notes", (None, None, "A-1 Notes")),
        ("(2,300.00)", (None, None, "(2,300.00)")), ("No. of loans", (None, None, "No. of loans")),
        ("3. May 2001", (None, None, "3. May 2001")), ("30-59 Days", (None, None, "30-59 Days")),
        ("U.S. Bank", (None, None, "U.S. Bank")), ("", (None, None, "")),
    ],
)  # fmt: skip
def test_outline_numbers(label: str, parts: tuple[int | None, str | None, str]) -> None:
    assert vocabulary.numbered(label) == parts


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("YES", True),
        ("No", False),
        ("N", False),
        ("Pass", False),
        ("Fail", True),
        ("N/A", None),
        ("", None),
        ("0.00", None),
    ],
)
def test_answers(text: str, answer: bool | None) -> None:
    assert vocabulary.answer_of(text) is answer


@pytest.mark.parametrize(
    "head",
    ["CLASS", "Class (2)", "Cl.", "Certificate Class", "Class of Notes", "Note Class", "Bond", "Tranche"],
)
def test_heads_over_class_names(head: str) -> None:
    assert vocabulary.is_class_stub(head)


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("DISTRIBUTIONS IN DOLLARS", "CLASS"), ("FACTOR INFORMATION PER $1000 OF ORIGINAL FACE", "CLASS_FACTOR"),
        ("FACTOR INFORMATION PER $1,000 OF ORIGINAL FACE", "CLASS_FACTOR"), ("Certificate Payment Report", "CLASS"),
        ("POOL INFORMATION", "POOL"), ("TRIGGER EVENTS", "TRIGGER"), ("Loss Activity", "LOSS"),
        ("Cumulative Loss Activity", "CUMULATIVE_LOSS"), ("VII. RECONCILIATION OF RESERVE ACCOUNT", "RESERVE"),
        ("05/2000 DISTRIBUTION REPORT", "POOL"), ("Delinquincy Status", "DELINQUENCY"), ("Other", None), ("", None),
        ("REMIC II: DISTRIBUTIONS IN DOLLARS", "CLASS"), ("Current Period Distribution - REMIC II", "CLASS"),
        ("Delinquency Information - Group I", "DELINQUENCY"), ("Current Period Distribution -", "CLASS"),
    ],
)  # fmt: skip
def test_titles(title: str, code: str | None) -> None:
    statement = vocabulary.statement_of(title)
    assert (statement.code if statement else None) == code


# -- leaving labels out ---------------------------------------------------------------------------------------------


def test_labels_can_be_left_out_for_a_while() -> None:
    label = "Applied Realized Loss Amount"
    assert vocabulary.lookup("CLASS", label)
    with vocabulary.without([label]):
        assert vocabulary.lookup("CLASS", label) is None
    assert vocabulary.lookup("CLASS", label)
