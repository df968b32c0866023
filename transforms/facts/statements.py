"""Statements: the sections of a report, the titles they go by, and the facts their labels may mean."""

from typing import NamedTuple


class Statement(NamedTuple):
    """A kind of section. `topic` scopes labels that mean different measures in different statements.

    A heading over a few lines of a list (Note Balances, Pool Factors) is no title: the lines after them go on with the
    subject before.
    """

    code: str
    topic: str
    facts: tuple[str, ...]
    titles: tuple[str, ...]


_CLASS = ("fact_class_distribution", "dim_class", "dim_class_identifier")
_FACTOR = ("fact_class_factor", *_CLASS)
_DOLLARS_FIRST = ("fact_class_distribution", "fact_class_factor", "dim_class", "dim_class_identifier")
_POOL = ("fact_collateral", "fact_overcollateralization", "fact_loss", "dim_deal")

UNTITLED = "UNTITLED"

STATEMENTS = (
    Statement(
        "CLASS", "CLASS", _DOLLARS_FIRST,
        ("Certificateholder Distribution Summary", "Noteholder Distribution Summary", "Distribution Summary",
         "Distributions in Dollars", "Distribution in Dollars", "Distribution in Dollars - Current Period",
         "Certificate Payment Report", "Current Period Distribution", "Statement to Certificateholders",
         "Statement to Noteholders", "Certificateholder Monthly Distribution Summary",
         "Certificate Distribution Detail",
         "Principal Distribution Detail", "Noteholder Payments",
         "Note Balance and Pool Information", "Bond Payment Report", "Distribution Information",
         "Note Payment Account Activity", "Payments to Noteholders", "Noteholder Distributions",
         "Monthly Distribution Summary", "Certificateholder Distributions"),
    ),
    Statement(
        "CLASS_FACTOR", "FACTOR", _FACTOR,
        ("Factor Information per $1000 of Original Face", "Factor Information per $1,000 of Original Face",
         "Factor Information", "Distribution Factors", "Certificate Factor Detail", "Distribution Date Statement",
         "Factors", "Statement to Certificate Holders (Factors)",
         "Factors per $1,000", "Certificate Factors", "Distribution Factors per $1,000"),
    ),
    Statement(
        "RATE", "RATE", _CLASS,
        ("Pass-Through Rates", "Pass Through Rates", "Certificate Rates", "Note Rates", "Interest Rates"),
    ),
    Statement(
        "CARD", "CARD", _DOLLARS_FIRST,
        ("Monthly Certificateholders' Statement", "Information Regarding the Current Monthly Distribution",
         "Monthly Investor Certificateholders' Statement"),
    ),
    Statement("PRINCIPAL", "PRINCIPAL", _CLASS, ("Principal Distribution Statement",)),
    Statement(
        "PRINCIPAL_FACTOR", "PRINCIPAL", _FACTOR,
        ("Principal Distribution Factors Statement", "Principal Distribution Factor Statement"),
    ),
    Statement("INTEREST", "INTEREST", _CLASS, ("Interest Distribution Statement",)),
    Statement(
        "INTEREST_FACTOR", "INTEREST", _FACTOR,
        ("Interest Distribution Factors Statement", "Interest Distribution Factor Statement"),
    ),
    Statement(
        "ACCRUED_INTEREST", "CLASS", _CLASS,
        ("Accrued Certificate Interest", "Accrued Note Interest", "Accrued Interest", "Certificate Interest Accrued"),
    ),
    Statement("CARRY_FORWARD", "CLASS", _CLASS, ("Interest Carry Forward Amount", "Interest Carryforward Amount")),
    Statement("DEAL_PARAMETERS", "ORIGINAL", (*_CLASS, "dim_deal"), ("Original Deal Parameters",
    "Original Securities")),
    Statement(
        "ACCOUNT", "ACCOUNT", ("fact_account",),
        ("Certificateholder Account Statement", "Certificate Account", "Noteholder Account Statement",
         "Collection Account Information", "Collection Account Activity", "Certificate Payment Account Activity",
         "Collection Account Report"),
    ),
    Statement(
        "SHORTFALL", "SHORTFALL", ("fact_interest_shortfall",),
        ("Prepayment/Curtailment Interest Shortfall", "Prepayment Interest Shortfall"),
    ),
    Statement("FEE", "FEE", ("fact_fee",), ("Servicing Fees", "Administration Fees", "Fees", "Fee Summary",
    "Fees of the Trust")),
    Statement(
        "OTHER_ACCOUNT", "OTHER_ACCOUNT", ("fact_other_account",),
        ("Other Accounts", "Reserve and Guaranty Funds", "Hedge Funds", "Other Account Information"),
    ),
    Statement(
        "RESERVE", "RESERVE", ("fact_other_account",),
        ("Reserve Account Reconciliation", "Reconciliation of Reserve Account", "Required Reserve Account Amount",
         "Reserve Account", "Reserve Account Activity", "Reserve Fund", "Reserve Account Information",
         "Reserve Fund Reconciliation", "Reserve Account Summary"),
    ),
    Statement(
        "DELINQUENCY", "DELINQUENCY", ("fact_delinquency", "fact_trigger"),
        ("Loan Status Stratification/Credit Enhancement Statement", "Delinquency Status", "Loan Status Stratification",
         "Delinquency Activity", "Delinquency Information", "Delinquent Loan Information", "Delinquency Report",
         "Delinquent Receivables", "Delinquency Status by Group", "Delinquency Analysis", "Delinquency Summary",
         "Delinquencies", "Delinquency Data", "Delinquency Statistics", "Repossession Inventory", "Delinquent Loans",
         "Delinquent Mortgage Loans", "Loan Delinquencies"),
    ),
    Statement(
        "LOSS", "LOSS", ("fact_loss", "fact_trigger"),
        ("Loss Activity", "Current Collection Period Credit Loss Activity", "Current Collection Period Loss",
         "Credit Loss Activity", "Loss Information", "Net Losses", "Net Loss Activity", "Realized Loss Report",
         "Loss Summary", "Current Period Losses"),
    ),
    Statement(
        "CUMULATIVE_LOSS", "CUMULATIVE_LOSS", ("fact_loss", "fact_trigger"),
        ("Cumulative Loss Activity", "Cumulative Credit Loss Activity", "Cumulative Loss", "Cumulative Losses",
         "Cumulative Net Loss Activity", "Cumulative Loss Information"),
    ),
    Statement(
        "LOSS_AND_DELINQUENCY", "LOSS_AND_DELINQUENCY", ("fact_loss", "fact_delinquency", "fact_trigger"),
        ("Net Loss and Delinquency Activity", "Net Loss and Delinquent Receivables", "Loss and Delinquency Information",
         "Delinquency and Loss Information", "Delinquency and Net Loss Activity", "Delinquency and Loss Activity"),
    ),
    Statement(
        "TRIGGER", "TRIGGER", ("fact_trigger",),
        ("Trigger Events", "Trigger Event Reporting", "Triggers", "Performance Triggers", "Trigger Information",
         "Performance Tests", "Trigger Tests"),
    ),
    Statement(
        "OVERCOLLATERALIZATION", "OVERCOLLATERALIZATION", ("fact_overcollateralization",),
        ("Overcollateralization", "Overcollateralization Information", "Structural Reporting",
         "Overcollateralization Amounts", "Overcollateralization Summary"),
    ),
    Statement(
        "ENHANCEMENT", "ENHANCEMENT", ("fact_enhancement", "fact_overcollateralization"),
        ("Certificate Insurer Information", "Bond Insurer Information", "Note Insurer Information",
         "Credit Enhancement",
         "Credit Enhancement Report", "Insurer Information", "Credit Enhancement Information"),
    ),
    Statement("SUPPLEMENTAL_INTEREST", "SUPPLEMENTAL_INTEREST", (), ("Supplemental Interest Amount",)),
    Statement(
        "COLLATERAL", "COLLATERAL", ("fact_collateral", "fact_overcollateralization", "fact_fee", "dim_deal", "report"),
        ("Collateral Statement", "Group Level Collateral Statement", "Collateral"),
    ),
    Statement(
        "POOL", "POOL", _POOL,
        ("Pool Balance", "Pool Information", "Pool Balances", "Pool Data", "Pool Summary", "Receivables Pool Balance",
         "Collateral Information", "Collateral Summary", "Collateral Report", "Mortgage Loan Information",
         "Mortgage Pool Information", "Pool Activity", "Receivables Information", "Portfolio Information",
         "Distribution Report", "Pool Balance Information", "Loan Group Information"),
    ),
    Statement(
        "COLLECTIONS", "COLLECTIONS", (), ("Collections", "Available Funds", "Available Collections",
        "Collections and Available Funds")
    ),
    Statement(
        "WATERFALL", "WATERFALL", _CLASS,
        ("Application of Available Funds", "Distributions", "Application of Funds", "Priority of Payments",
         "Distribution of Available Funds", "Allocation of Available Funds"),
    ),
    Statement("INSTRUCTIONS", "INSTRUCTIONS", (), ("Instructions to the Trustee",
    "Instructions to the Indenture Trustee")),
    Statement(
        "STRATIFICATION", "STRATIFICATION", (),
        ("Interest Rate Stratification", "Mortgage Rate Stratification", "Loan Rate Stratification",
         "Principal Balance Stratification", "Loan Balance Stratification", "Remaining Term Stratification",
         "Original Term Stratification", "Loan-to-Value Stratification", "Property Type Stratification",
         "Geographic Stratification", "Stratification Tables"),
    ),
    Statement(
        "OTHER_INFORMATION", "OTHER_INFORMATION", (),
        ("Other Information", "Other Servicing Information", "Servicer Covenant", "Informational Reporting",
         "Cash Reporting"),
    ),
    Statement(
        UNTITLED, "",
        ("fact_class_distribution", "fact_class_factor", "fact_overcollateralization", "fact_collateral",
         "fact_delinquency",
         "fact_loss", "fact_other_account", "fact_trigger", "fact_enhancement", "fact_interest_shortfall", "dim_deal",
         "dim_class", "dim_class_identifier"),
        (),
    ),
)  # fmt: skip

BY_CODE = {statement.code: statement for statement in STATEMENTS}
