"""Statements: the sections of a report, the titles they go by, and the facts their labels may mean."""

from typing import NamedTuple


class Statement(NamedTuple):
    """A kind of section. `topic` scopes labels that mean different measures in different statements."""

    code: str
    topic: str
    facts: tuple[str, ...]
    titles: tuple[str, ...]


_CLASS = ("fact_class_distribution", "dim_class", "dim_class_identifier")
_FACTOR = ("fact_class_factor", *_CLASS)

UNTITLED = "UNTITLED"

STATEMENTS = (
    Statement(
        "CLASS", "CLASS", _CLASS,
        ("Certificateholder Distribution Summary", "Noteholder Distribution Summary", "Distribution Summary"),
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
        "ACCOUNT", "ACCOUNT", ("fact_account",),
        ("Certificateholder Account Statement", "Certificate Account", "Noteholder Account Statement"),
    ),
    Statement(
        "SHORTFALL", "SHORTFALL", ("fact_interest_shortfall",),
        ("Prepayment/Curtailment Interest Shortfall", "Prepayment Interest Shortfall"),
    ),
    Statement("FEE", "FEE", ("fact_fee",), ("Servicing Fees",)),
    Statement("OTHER_ACCOUNT", "OTHER_ACCOUNT", ("fact_other_account",), ("Other Accounts",)),
    Statement(
        "DELINQUENCY", "DELINQUENCY", ("fact_delinquency",),
        ("Loan Status Stratification/Credit Enhancement Statement", "Delinquency Status", "Loan Status Stratification"),
    ),
    Statement(
        "COLLATERAL", "COLLATERAL", ("fact_collateral", "fact_overcollateralization", "fact_fee", "report"),
        ("Collateral Statement",),
    ),
    Statement("OTHER_INFORMATION", "OTHER_INFORMATION", (), ("Other Information",)),
    Statement(UNTITLED, "", ("fact_class_distribution", "fact_overcollateralization"), ()),
)  # fmt: skip

BY_CODE = {statement.code: statement for statement in STATEMENTS}
