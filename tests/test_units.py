"""What a figure is by the way it is printed: money, a count, a share and of what, a factor, a page number."""

from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from tests.test_geometry import built

Rows = list[tuple[Any, ...]]


def late(text: str) -> Rows:
    """Bucket, number, balance and the shares of both of a table of late loans."""
    columns = ("bucket", "loan_count", "balance", "loan_count_pct", "balance_pct")
    return built("Delinquent Receivables\n\n" + text)["fact_delinquency"].select(columns).rows()


def percent(printed: str) -> Decimal:
    return Decimal(printed) / 100


@pytest.mark.parametrize("first", ["$    195,677,761", "$195,677,761", "195,677,761.00"])
def test_a_dollar_sign_or_cents_on_the_first_row_make_the_column_money(first: str) -> None:
    lines = f"1-30 days     {first:>16}     0.80%\n31-60 days          58,025,152     0.24%\n"
    assert late(lines) == [
        ("1-30", None, Decimal("195677761.00"), None, percent("0.80")),
        ("31-60", None, Decimal("58025152.00"), None, percent("0.24")),
    ]


def test_whole_numbers_without_a_sign_are_counts() -> None:
    lines = "1-30 days              1,956     0.80%\n31-60 days               580     0.24%\n"
    assert [row[1:3] for row in late(lines)] == [(1956, None), (580, None)]


def table(*, of: str, heads: tuple[str, str] = ("% of Receivables", "% of Receivables")) -> str:
    """Two buckets with number, share of the number, balance and share of the balance, as `of` orders the shares."""
    count, balance = ("1.3244%", "0.2884%"), ("2.5323%", "0.7764%")
    first, second = (count, balance) if of == "number first" else (balance, count)
    return (
        f"                        Number of      {heads[0]:<18}    Balance            {heads[1]:<18}\n"
        "                        Receivables\n"
        f"30-59 days                 93,090      {first[0]:>12}    182,002,794.90     {second[0]:>12}\n"
        f"60-89 days                 20,274      {first[1]:>12}     55,802,503.42     {second[1]:>12}\n"
    )


@pytest.mark.parametrize("heads", [("% of Receivables",) * 2, ("% of Balance", "% of Loans"), ("Percentage",) * 2])
@pytest.mark.parametrize("of", ["number first", "balance first"])
def test_a_share_is_of_the_measure_it_is_proportional_to(of: str, heads: tuple[str, str]) -> None:
    found = {bucket: shares for bucket, _, _, *shares in late(table(of=of, heads=heads))}
    assert found == {
        "30-59": [percent("1.3244"), percent("2.5323")],
        "60-89": [percent("0.2884"), percent("0.7764")],
    }


def test_a_percent_of_late_loans_that_is_a_share_of_nothing_beside_it_is_in_no_column() -> None:
    lines = (
        "                        Number of      Balance            Percentage of\n"
        "                        Receivables                       Balance\n"
        "30-59 days                 93,090      182,002,794.90         6.25%\n"
        "60-89 days                 20,274       55,802,503.42         6.50%\n"
    )
    assert [row[3:] for row in late(lines)] == [(None, None), (None, None)]


def test_where_the_figures_leave_both_measures_open_words_decide() -> None:
    lines = (
        "                        Number of      Balance            % of Loans\n"
        "                        Loans\n"
        "30-59 days                    300        3,000,000.00         3.00%\n"
        "60-89 days                    100        1,000,000.00         1.00%\n"
    )
    assert [row[3:] for row in late(lines)] == [(percent("3.00"), None), (percent("1.00"), None)]


def test_shares_of_two_measures_that_take_turns_down_the_page_are_told_by_their_rows() -> None:
    lines = (
        "                            1             2\n"
        "                         Payment       Payments\n"
        "PRINCIPAL BALANCE        8,802,302.47  1,920,506.60\n"
        "PERCENTAGE OF BALANCE        2.28827%      0.49926%\n"
        "NUMBER OF LOANS                   158            28\n"
        "PERCENTAGE OF LOANS          2.72602%      0.48309%\n"
    )
    assert [row[3:] for row in late(lines)] == [
        (percent("2.72602"), percent("2.28827")), (percent("0.48309"), percent("0.49926")),
    ]  # fmt: skip


CONTENTS = """                  CONTENTS

Distribution Summary ..............    2
Interest Distribution                  4
Principal Distribution                 5

"""
CLASSES = """{title}

Class     Pass-Through    Beginning        Principal       Interest        Total           Ending
          Rate            Balance          Distribution    Distribution    Distribution    Balance
A-1       5.000000%       1,200,000.00     100,000.00      5,000.00        105,000.00      1,100,000.00
{more}A-2       5.000000%       2,400,000.00           0.00     10,000.00         10,000.00      2,400,000.00
"""
FACTORS = "83.33333333     4.16666667      87.50000000     916.66666667"


def test_page_numbers_are_in_no_fact() -> None:
    facts = built(CONTENTS + CLASSES.format(title="Distribution Summary", more=""))
    assert facts["fact_class_distribution"].height == 2
    assert "fact_class_total" not in facts and "fact_line_item" not in facts
    pages = facts["raw_cell"].filter(pl.col("raw_text").is_in(["2", "4", "5"]))
    assert pages["canonical_table"].to_list() == [None, None, None]
    assert pages["row_label"].to_list() == ["Distribution Summary", "Interest Distribution", "Principal Distribution"]


def test_counts_below_other_words_are_no_pages() -> None:
    facts = built("Pool Information\n\nNumber of Mortgage Loans      2\nNumber of Payoffs         4\n")
    assert facts["fact_collateral"].select("ending_loan_count", "loans_paid_in_full_count").rows() == [(2, 4)]


@pytest.mark.parametrize("title", ["DISTRIBUTION DATE STATEMENT", "Factors", "Distribution Factors"])
def test_a_title_makes_no_factors_of_dollars(title: str) -> None:
    facts = built(CLASSES.format(title=title, more=""))
    balances = facts["fact_class_distribution"]["ending_balance"].to_list()
    assert balances == [Decimal("1100000.00"), Decimal("2400000.00")]
    assert "fact_class_factor" not in facts


@pytest.mark.parametrize("label", ["Per Thousand", "Factors per", "per $1,000"])
def test_a_row_of_factors_is_of_the_class_above(label: str) -> None:
    more = f"{label:<43}{FACTORS}\n"
    facts = built(CLASSES.format(title="Distribution Summary", more=more))
    assert facts["dim_class"]["class_name"].to_list() == ["A-1", "A-2"]
    assert facts["fact_class_distribution"].height == 2
    factor = facts["fact_class_factor"].select("principal_distribution", "interest_distribution", "ending_balance")
    assert factor.rows() == [(Decimal("83.33333333"), Decimal("4.16666667"), Decimal("916.66666667"))]


def test_a_row_below_every_class_is_of_the_class_above_whatever_it_is_called() -> None:
    lines = CLASSES.format(title="Distribution Summary", more="").splitlines()
    unit = f"{'Unit':<43}{FACTORS}"
    text = "\n".join([*lines[:-1], unit, lines[-1], unit, ""])
    facts = built(text)
    assert facts["dim_class"]["class_name"].to_list() == ["A-1", "A-2"]
    assert facts["fact_class_factor"].height == 2


@pytest.mark.parametrize(("label", "is_class"), [("Notes", False), ("Certificates", True)])
def test_notes_beside_classes_of_notes_are_no_class(label: str, is_class: bool) -> None:
    more = f"{label:<26}200,000.00       10,000.00         800.00          10,800.00       190,000.00\n"
    names = built(CLASSES.format(title="Distribution Summary", more=more))["dim_class"]["class_name"].to_list()
    assert (label in names) is is_class


def test_an_amount_is_the_name_of_no_class() -> None:
    more = "28,147.57                 4,781,024.27        1.00            2.00            3.00          4.00\n"
    facts = built(CLASSES.format(title="Distribution Summary", more=more))
    assert facts["dim_class"]["class_name"].to_list() == ["A-1", "A-2"]


BALANCES = "Beginning {0} Balance      18,000,000.00\nEnding {0} Balance         17,500,000.00\n"


@pytest.mark.parametrize("whose", ["Pool Principal", "Total Principal", "Principal"])
def test_a_balance_of_the_trust_is_that_of_no_class(whose: str) -> None:
    facts = built("Trust Totals\n" + BALANCES.format(whose))
    assert "fact_class_distribution" not in facts and "fact_class_total" not in facts


def test_a_balance_of_certificates_without_a_name_is_that_of_the_one_class() -> None:
    facts = built(BALANCES.format("Certificate Principal"))
    assert facts["dim_class"]["class_name"].to_list() == ["CERTIFICATES"]
    assert facts["fact_class_distribution"]["ending_balance"].to_list() == [Decimal("17500000.00")]
