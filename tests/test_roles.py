"""Roles that no report prints, on classes made by hand."""

from decimal import Decimal

import polars as pl
import pytest

from transforms import roles

MONEY = pl.Decimal(18, 2)


@pytest.mark.parametrize(
    "amounts",
    [
        [("ALL", 10)],
        [("I", 4), ("II", 6)],
        [("I", 4), ("ALL", 10), ("II", 6)],
        [("ALL", 10), ("ALL", 10)],  # two statements of one report
    ],
)
def test_the_class_that_stands_for_the_printed_overcollateralization(amounts: list[tuple[str, int]]) -> None:
    """Whole or by groups; a balance that is only one group's stands for nothing."""
    oc = pl.DataFrame(
        [("r", group, Decimal(amount)) for group, amount in amounts],
        schema={"report_id": pl.String, "group_code": pl.String, "oc_amount": MONEY},
        orient="row",
    )
    classes = pl.DataFrame(
        {
            "report_id": ["r"] * 3,
            "class_name_norm": ["A", "B", "X-OC"],
            "class_type_reported": [None] * 3,
            "interest_distribution": [Decimal(1)] * 3,
            "accrued_interest": [Decimal(1)] * 3,
            "pass_through_rate": [Decimal("0.05")] * 3,
            "ending_balance": [Decimal(20), Decimal(4), Decimal(10)],
            "is_notional": [False] * 3,
        },
        schema_overrides={"class_type_reported": pl.String, "ending_balance": MONEY, "interest_distribution": MONEY},
    )
    types = dict(roles.types(classes, oc).select("class_name_norm", "class_type").iter_rows())
    assert types == {"A": "REGULAR", "B": "REGULAR", "X-OC": "OC_RESIDUAL_CASH"}
