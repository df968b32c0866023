"""Tables that can be read in two ways: what the layout decides, what arithmetic decides, and what stays unmapped."""

from decimal import Decimal

import pytest

from tests.test_geometry import built, placed
from transforms import grid, vocabulary

HEAD = """Distribution Summary

Class     CUSIP        Original        Beginning       Principal       Interest        Ending
                       Balance         Balance         Distribution    Distribution    Balance
"""
ROWS = (
    "A-1       {cusip:<9}    2,000,000.00    1,200,000.00      100,000.00        5,000.00    1,100,000.00",
    "A-2       31415QAB2    3,000,000.00    2,400,000.00            0.00       10,000.00    2,400,000.00",
    "M-1       31415QAC0      500,000.00      500,000.00       20,000.00        2,500.00      480,000.00",
    "M-2       31415QAD8      400,000.00      400,000.00       10,000.00        2,100.00      390,000.00",
    "B         31415QAE6      300,000.00      300,000.00        5,000.00        1,900.00      295,000.00",
)


def table(first: str = ROWS[0].format(cusip="31415QAA4"), head: str = HEAD) -> str:
    return head + "\n".join([first, *ROWS[1:]]) + "\n"


def balances(text: str) -> dict[str, tuple[Decimal | None, ...]]:
    """Balances before and after, principal and interest by class."""
    facts = built(text)
    names = dict(facts["dim_class"].select("class_id", "class_name").iter_rows())
    columns = ("beginning_balance", "principal_distribution", "interest_distribution", "ending_balance")
    rows = facts["fact_class_distribution"].select("class_id", *columns).iter_rows()
    return {names[row[0]]: row[1:] for row in rows}


RIGHT = balances(table())


def test_the_table_is_read() -> None:
    assert list(RIGHT) == ["A-1", "A-2", "M-1", "M-2", "B"]
    assert RIGHT["A-1"] == tuple(map(Decimal, ("1200000.00", "100000.00", "5000.00", "1100000.00")))


@pytest.mark.parametrize("first", [
    "A-1 31415QAA4         2,000,000.00    1,200,000.00      100,000.00        5,000.00    1,100,000.00",
    "A-1 31415QAA4 2,000,000.00    1,200,000.00      100,000.00        5,000.00    1,100,000.00",
    "A-1       31415QAA4    2,000,000.00 1,200,000.00      100,000.00        5,000.00    1,100,000.00",
])  # fmt: skip
def test_a_gap_of_one_blank_makes_neither_a_class_nor_moves_a_column(first: str) -> None:
    assert balances(table(first)) == RIGHT


def test_nine_characters_without_a_check_digit_are_part_of_the_name() -> None:
    rows = grid.scan("A-1 31415QAA5      1.00   2.00   3.00\nA-2  31415QAB2  1.00   2.00   3.00\n" * 2, 1)
    assert [row.words(0) for row in grid.split_tails(rows)] == ["A-1 31415QAA5", "A-2"] * 2


def test_a_short_row_out_of_line_is_in_no_column() -> None:
    first = "A-1       31415QAA4           1,200,000.00      100,000.00        5,000.00"
    found = balances(table(first))
    assert found.get("A-1", (None,) * 4) == (None,) * 4
    assert {name: row for name, row in found.items() if name != "A-1"} == {
        name: row for name, row in RIGHT.items() if name != "A-1"
    }


def test_two_columns_that_claim_one_balance_are_told_by_the_sum_of_the_row() -> None:
    head = HEAD.replace("Beginning", " " * 9).replace("Ending", " " * 6)
    found = balances(table(head=head))
    # Nothing says which of the two balances is which, unless the roll-forward does; neither is the other's.
    for name, row in found.items():
        assert row[0] in (None, RIGHT[name][0])
        assert row[3] in (None, RIGHT[name][3])


def test_figures_of_one_member_that_differ_are_in_no_column() -> None:
    text = "Pool Information\n\nWeighted Average Coupon        8.10%\n\nWeighted Average Coupon        8.04%\n"
    assert "fact_collateral" not in built(text)
    same = text.replace("8.10%", "8.0%")
    assert built(same)["fact_collateral"]["wac_gross"].to_list() == [Decimal("0.08")]


MATRIX = """Delinquency Status

          DELINQUENT               BANKRUPTCY             FORECLOSURE

          No of Loans             No of Loans            No of Loans
          Principal Balance       Principal Balance      Principal Balance
30 Days   24                      1                      0
          8,533,596.63            1,000.00               0.00

60 Days   2                       0                      3
          254,418.41              0.00                   9,500.00
"""


def test_lines_under_a_bucket_that_are_more_than_the_measures_are_of_none() -> None:
    found = built(MATRIX)["fact_delinquency"]
    assert found.filter(bucket="60-89", status="FORECLOSURE").select("loan_count", "balance").rows() == [
        (3, Decimal("9500.00"))
    ]
    lost = MATRIX.replace("          No of Loans             No of Loans            No of Loans\n", "")
    assert "fact_delinquency" not in built(lost)


def test_heads_that_end_in_a_number_are_those_of_groups() -> None:
    text = (
        "Collateral Statement\n\n"
        "Group                               Group 3           Group 4\n"
        " Beginning Loan Count                    30                40\n"
        " Ending Loan Count                       30                39\n"
    )
    rows = built(text)["fact_collateral"].select("group_code", "beginning_loan_count", "ending_loan_count").rows()
    assert sorted(rows) == [("3", 30, 30), ("4", 40, 39)]


@pytest.mark.parametrize(("label", "bucket"), [
    ("Total 30+ Days Delinquent", "30+"), ("Total 31 days or more", "31+"), ("Total 60+ Days Delinquent", "60+"),
    ("30+ Days Delinquent", "30+"), ("Total 30-59 Days", "30-59"),
])  # fmt: skip
def test_a_total_of_late_loans_keeps_its_days(label: str, bucket: str) -> None:
    assert vocabulary.bucket_of(label) == bucket


def test_what_was_late_before_the_period_is_in_no_row_of_it() -> None:
    text = (
        "Delinquent Receivables\n\n"
        "                            Ending             Beginning\n"
        "                            Balance            Balance\n"
        "30-59 Days Delinquent       53,034.01          51,111.11\n"
        "60-89 Days Delinquent       39,737.08          31,111.11\n"
    )
    assert built(text)["fact_delinquency"]["balance"].to_list() == [Decimal("53034.01"), Decimal("39737.08")]


@pytest.mark.parametrize(("heading", "column"), [
    ("A. Balances before giving effect to distributions:", "beginning_balance"),
    ("A. Balances at the preceding Payment Date:", "beginning_balance"),
    ("A. Balances after giving effect to distributions:", "ending_balance"),
    ("A. Balances of the Notes:", "ending_balance"),
])  # fmt: skip
def test_a_balance_is_on_the_side_that_the_heading_above_it_names(heading: str, column: str) -> None:
    lines = (
        "     1.    Class A-1 Principal Balance              $ 1,200,000.00\n"
        "     2.    Class A-2 Principal Balance              $ 3,000,000.00\n"
    )
    found = placed(f"{heading}\n\n{lines}")
    assert found["A-1", "$ 1,200,000.00"] == found["A-2", "$ 3,000,000.00"] == ("fact_class_distribution", column)
