"""Where values, heads and labels stand in fixed-width text: shapes as they are printed, on hand-made lines."""

from decimal import Decimal

import polars as pl
import pytest

from transforms import Submission, build, grid, read_batch, values
from transforms.facts import Frames

TOP = """Kestrel Home Loans, Inc.
Mortgage Pass-Through Certificates, Series 2002-G
Distribution Date: December 25, 2002

"""


def built(text: str) -> Frames:
    """The facts of a report with these lines below its letterhead."""
    cells, (outcome,) = read_batch([Submission((TOP + text).encode(), local=True)])
    assert outcome.state == "read", outcome.reason
    return build(cells)


def placed(text: str) -> dict[tuple[str | None, str], tuple[str | None, str | None]]:
    """Where each printed value went: class and figure to table and column."""
    cells = built(text)["raw_cell"].filter(pl.col("value_num").is_not_null())
    return {
        (name, raw): (table, column)
        for name, raw, table, column in cells.select(
            "class_name", "raw_text", "canonical_table", "canonical_column"
        ).iter_rows()
    }


@pytest.mark.parametrize(
    ("printed", "value"),
    [("%(0.0020", "-0.0020"), ("(12.50)", "-12.50"), ("$(7)", "-7"), ("4.5-", "-4.5"),
     ("$ -1.25", "-1.25"), ("(0.0474)%", "-0.0474"), ("%3.10", "3.10"), ("1,204.00", "1204.00"), ("--", "0")],
)  # fmt: skip
def test_a_sign_before_or_behind_the_digits_makes_a_figure_negative(printed: str, value: str) -> None:
    assert values.numbers(pl.Series([printed])).item() == values.figure(printed) == Decimal(value)


def test_percents_with_their_sign_in_front_that_touch_are_two_figures() -> None:
    (row,) = grid.scan("A1  1,000.00000000  %3.7155800 %3.7155800", 1)
    assert [row.words(at) for at in range(len(row.chunks))] == ["A1", "1,000.00000000", "%3.7155800", "%3.7155800"]
    (row,) = grid.scan("A1   5.25 % 3.10 %", 1)
    assert [row.words(at) for at in range(len(row.chunks))] == ["A1", "5.25 %", "3.10 %"]


def test_an_identifier_that_touches_the_figure_behind_it_is_parted_from_it() -> None:
    (row,) = grid.scan("A9    395225AS4 1,000.000000  12.50", 1)
    assert [row.words(at) for at in range(len(row.chunks))] == ["A9", "395225AS4", "1,000.000000", "12.50"]
    assert row.figures == 2
    (row,) = grid.scan("Loans of 2002-HE11 4.00", 1)  # words, and the name of a series
    assert len(row.chunks) == 1


def test_the_number_of_a_page_is_no_figure_of_the_column_above_it() -> None:
    rows = grid.scan("  A     9,000.00      5.00\n  B     1,000.00      6.00\n        11 of 46\n       REO     7", 1)
    assert [row.figures for row in grid.split_tails(rows)] == [2, 2, 0, 1]
    rows = grid.scan("  A     9,000.00      5.00\n  B     1,000.00      6.00\n      Days of 46", 1)
    assert [row.figures for row in grid.split_tails(rows)] == [2, 2, 1]


FACTORS = """Certificate Payment Report for December 25, 2002 Distribution
Distribution in Dollars - Per $1,000 of Original Balance

                                Ending        Pass-
                 Total         Principal     Through
Class         Distribution      Balance        Rate
------------------------------------------------------------
  R-2               1.000000     7.000000
  R-3               2.000000     8.000000
------------------------------------------------------------
"""


def test_heads_over_a_column_blank_in_every_row_do_not_move_the_others() -> None:
    found = placed(FACTORS)
    assert found["R-2", "1.000000"] == ("fact_class_factor", "total_distribution")
    assert found["R-3", "8.000000"] == ("fact_class_factor", "ending_balance")


ACROSS = """     Information for Clauses (a) through (s), Section 7.01

                                                       Class A          Class B
(a)  Certificate Distribution Amounts                  1,250.00            50.00
     Total Principal Distribution                      1,000.00             0.00
(b)  Interest Distribution                               250.00            50.00
(c)  Beginning Certificate Principal Balance          90,000.00        10,000.00
     Remaining Certificate Principal Balance          89,000.00        10,000.00
"""


@pytest.mark.parametrize("head", ["                                                         R-3",
                                  "                                                       Class\n"
                                  "                                                         R-3"])  # fmt: skip
def test_the_one_class_left_for_another_page_is_not_taken_for_the_first(head: str) -> None:
    text = f"""{ACROSS}
                             Page 1

     Information for Clauses (a) through (s), Section 7.01

{head}
(a)  Certificate Distribution Amounts                           -
     Total Principal Distribution                               -
(b)  Interest Distribution                                      -
(c)  Beginning Certificate Principal Balance                    -
     Remaining Certificate Principal Balance                    -
"""
    rows = built(text)["fact_class_distribution"].join(built(text)["dim_class"], on=["report_id", "class_id"])
    ends = dict(rows.select("class_name", "ending_balance").iter_rows())
    assert ends == {"A": Decimal("89000.00"), "B": Decimal("10000.00"), "R-3": Decimal("0.00")}


def test_a_head_over_some_columns_is_no_second_title() -> None:
    text = """   DISTRIBUTIONS IN DOLLARS
                         PRIOR                                             CURRENT
                     PRINCIPAL                                           PRINCIPAL
   CLASS               BALANCE    INTEREST   PRINCIPAL       TOTAL         BALANCE
   ================================================================================
   T-1               52,745.48      234.91    1,753.28    1,988.19       50,992.20
   R-LT                   0.00        0.00        0.00        0.00            0.00
   TOTALS            52,745.48      234.91    1,753.28    1,988.19       50,992.20
   ================================================================================

                        FACTOR INFORMATION PER $1000 OF ORIGINAL FACE
                                                               PASS-THROUGH RATES
                         PRIOR                                    CURRENT
                     PRINCIPAL                                  PRINCIPAL
   CLASS               BALANCE   INTEREST  PRINCIPAL      TOTAL   BALANCE    CURRENT
   ================================================================================
   T-1              954.000569   4.248791  31.711320  35.960111 922.289249 5.344388%
   R-LT               0.000000   0.000000   0.000000   0.000000   0.000000
   ================================================================================
   SELLER:   Garrowby Mortgage Finance, LLC                                         ADMINISTRATOR:  Peter Lindqvist
"""
    found = placed(text)
    assert found["T-1", "954.000569"] == ("fact_class_factor", "beginning_balance")
    assert found["T-1", "5.344388%"] == ("fact_class_distribution", "pass_through_rate")


def notional(total: str, name: str = "X-2", ending: str = "754,504.30") -> tuple[bool, str]:
    """Whether the second of two classes is notional, and the proof of its table."""
    frames = built(f"""   DISTRIBUTIONS IN DOLLARS
                         PRIOR                                             CURRENT
                     PRINCIPAL                                           PRINCIPAL
   CLASS               BALANCE    INTEREST   PRINCIPAL       TOTAL         BALANCE
   ================================================================================
   A                760,313.75    2,208.24    5,809.45    8,017.69      754,504.30
   {name:<6}           760,313.75      196.56        0.00      196.56      {ending}
{total}
   ================================================================================
""")
    classes = frames["dim_class"].filter(pl.col("class_name") == name)
    proofs = frames["report_proof"].filter(pl.col("fact") == "fact_class_distribution")
    return classes["is_notional"].item(), proofs["proof"].item()


TOTALS = "   TOTALS           760,313.75    2,404.80    5,809.45    8,214.25      754,504.30"


def test_the_printed_total_tells_the_notional_class_at_either_end_of_the_month() -> None:
    assert notional(TOTALS) == (True, "proven")
    assert notional(TOTALS.replace("760,313.75", "760,331.75")) == (True, "proven")


def test_without_a_total_a_notional_class_is_proven_by_balance_and_name_together() -> None:
    assert notional("") == (True, "proven")
    assert notional("", name="M-2") == (True, "plausible")
    is_notional, proof = notional("", name="M-2", ending="760,331.75")
    assert not is_notional and proof != "proven"
