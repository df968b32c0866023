"""Where values, heads and labels stand in fixed-width text: shapes as they are printed, on hand-made lines."""

import re
from datetime import date
from decimal import Decimal

import polars as pl
import pytest

from transforms import Submission, build, grid, read_batch, values
from transforms.blocks import Block
from transforms.facts import Frames
from transforms.tables import Reader

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
    """Whether the second of two classes is notional, and the proof of the ending balances of the table."""
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
    proofs = frames["report_column_proof"].filter(fact="fact_class_distribution", column_name="ending_balance")
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


def test_a_postal_code_above_a_table_is_no_figure_of_its_column() -> None:
    rows = grid.scan(
        "  Canal Avenue, Santa Rosa, CA 99818\n  I-A-1     176,011,245.46     1.935\n  I-A-2     306  1.5", 1
    )
    assert grid.split_tails(rows)[0].figures == 0


def test_a_class_whose_values_are_all_dashes_is_no_line_of_heads() -> None:
    text = """   DISTRIBUTIONS IN DOLLARS
               Interest          Total         Ending
   Class   Distribution   Distribution        Balance
   ==================================================
   A-1               --             --             --
   A-2           101.00         201.00         900.00
"""
    assert placed(text)["A-1", "--"] == ("fact_class_distribution", "ending_balance")


def test_a_dollar_sign_far_from_its_figure_is_no_column() -> None:
    text = """   DISTRIBUTIONS IN DOLLARS
                  PRIOR                         CURRENT     REALIZED
   CLASS        BALANCE         INTEREST        BALANCE    LOSES (1)
   =================================================================
   A       $   9,000.00       $   120.50    $  8,900.00      $  7.25
   M-1         1,000.00            10.50       1,000.00         0.00
"""
    found = placed(text)
    assert found["A", "7.25"] == found["M-1", "0.00"] == ("fact_class_distribution", "realized_loss")
    assert found["A", "120.50"] == ("fact_class_distribution", "interest_distribution")


def test_labels_broken_where_their_column_ends_are_made_whole() -> None:
    text = """Pool Balance

   Pool Balance on the close of the last day of the                          $290,114,671.08
   preceding Collection Period
   Collections allocable to Principal                                         $10,402,970.96
   Defaulted Receivables                                                         $400,294.52
   Pool Balance on the close of the last day of the related                  $279,311,405.60
   Collection Period
   Total number of Receivables outstanding on the close of
   the last day of the related Collection Period                                      15,429
   Initial Pool Balance                                                    $1,018,579,226.78
"""
    found = {raw: place for (_, raw), place in placed(text).items()}
    assert found["$290,114,671.08"] == ("fact_collateral", "beginning_scheduled_balance")
    assert found["$279,311,405.60"] == ("fact_collateral", "ending_scheduled_balance")
    assert found["15,429"] == ("fact_collateral", "ending_loan_count")
    assert found["$1,018,579,226.78"] == ("dim_deal", "original_pool_balance")


@pytest.mark.parametrize("label", ["Class {} Notes", "Class {} Note Balance"])
def test_a_total_below_classes_is_theirs_among_whatever_other_lines(label: str) -> None:
    classes = "\n".join(f"     {letter}. {label.format(name):<40}{begin:>20}{end:>20}" for letter, name, begin, end in (
        ("a", "A-1", "406,744.86", "379,781.90"), ("b", "B", "53,960.00", "53,960.00")))  # fmt: skip
    text = f"""I. POOL BALANCE CALCULATION

1.   Pool Balance on the close of the last day of the related Collection Period                   900,000.00
2.   Collections allocable to Principal                     20,000.00
3.   Defaulted Receivables                                     300.00
4.   Investment Earnings                                        39.00
5.   Initial Pool Balance                                1,018,579.00
                                                    Beginning of
                                                          Period       End of Period
6.   Note Balances
{classes}
     c. {"Total (sum a-b)":<40}{"460,704.86":>20}{"433,741.90":>20}
"""
    found = {raw: place for (_, raw), place in placed(text).items()}
    assert found["433,741.90"] == ("fact_class_total", "ending_balance")


def test_a_dash_among_late_loans_is_what_its_column_holds() -> None:
    text = (
        ACROSS
        + """(d)  Delinquency as of the Calendar Month End
     30-59 days                                                5          906,010.66
     90 days or more                                           1                   -
"""
    )
    rows = built(text)["fact_delinquency"].filter(pl.col("bucket") == "90+")
    assert rows.select("loan_count", "balance").rows() == [(1, Decimal("0.00"))]


def test_what_falls_while_no_principal_is_known_is_not_notional() -> None:
    text = """   DISTRIBUTIONS IN DOLLARS
                  OPENING                        CLOSING
   CLASS          BALANCE         INTEREST       BALANCE
   =====================================================
   M-2           9,000.00           120.50      8,900.00
"""
    assert not built(text)["dim_class"]["is_notional"].any()


@pytest.mark.parametrize(("answer", "in_effect"), [("Yes", False), ("No", True)])
def test_a_covenant_that_holds_is_no_trigger_in_effect(answer: str, in_effect: bool) -> None:
    text = f"""Servicer Covenant

   Is the Servicer's Consolidated Tangible Net Worth greater than $250,000,000?                 {answer}
   Has a Delinquency Trigger occurred?                                                          {answer}
"""
    rows = built(text)["fact_trigger"].select("trigger_code", "is_in_effect").rows()
    assert set(rows) == {("NET_WORTH", in_effect), ("DELINQUENCY", not in_effect)}


def test_pages_of_one_table_go_on_whatever_columns_are_blank_on_them() -> None:
    head = """
                                          Deferred    Ending
   Class       Interest     Principal     Interest    Balance
   ----------------------------------------------------------
"""
    text = f"""Distributions in Dollars - to Date
{head}   A-1         5,000.00      1,000.00                  9,000.00
{head}   A-2         4,000.00                     250.00     8,000.00
{head}   A-3         3,000.00         50.00                  7,000.00
   Total      12,000.00      1,050.00       250.00    24,000.00
"""
    found = {name: place for (name, raw), place in placed(text).items() if raw in ("5,000.00", "4,000.00", "3,000.00")}
    assert found == dict.fromkeys(("A-1", "A-2", "A-3"), ("fact_line_item", "value"))


def test_a_class_in_line_with_the_others_is_read_though_its_values_are_not_available() -> None:
    text = """   DISTRIBUTIONS IN DOLLARS
   Class      Cusip      Description     Interest             Balance
   ------------------------------------------------------------------
       A      687411GT9  Senior            120.50            9,000.00
    R-UT      687411GU6  Residual             N/A                 N/A
"""
    assert ("R-UT", "687411GU6") in {
        (row["class_name"], row["id_value"])
        for row in built(text)["dim_class_identifier"]
        .join(built(text)["dim_class"], on=["report_id", "class_id"])
        .to_dicts()
    }


def test_heads_over_blank_columns_are_no_heads_of_the_next_one() -> None:
    text = """   DISTRIBUTIONS IN DOLLARS
        Deferred      Realized                       Ending Principal
Class   Interest       Losses        Interest            Balance
           (4)           (5)            (6)        (7)=(3)-(2)-(5)+(4)
======================================================================
   A-1                               767,688.45         292,155,090.81
   A-2                             1,337,100.36         625,115,098.50
"""
    assert placed(text)["A-1", "767,688.45"] == ("fact_class_distribution", "interest_distribution")


def test_heads_over_one_column_of_a_list_are_read_where_the_other_is_blank() -> None:
    text = """ACCRUED CERTIFICATE INTEREST                                  PRIOR          CURRENT
-------------------------------------------------------------------------------------

              CLASS A1                                                     36,147.32
              CLASS A2                                                     28,115.80
"""
    assert placed(text)["A1", "36,147.32"] == ("fact_class_distribution", "accrued_interest")


def test_the_bounds_of_a_range_are_its_label() -> None:
    text = """                     Interest Rate Stratification

            Current     Number of         Outstanding
      Interest Rate         Loans             Balance
            < 4.750             1            1,000.00
     4.750    5.249             4            1,577.22
     5.250    5.749           161           38,049.17
     5.750    6.249           324           74,724.27
 >= 14.000                      0                0.00
              Total           490          115,350.66
"""
    cells = built(TITLED + text)["raw_cell"].filter(pl.col("raw_text").is_in(["1,000.00", "4", "74,724.27", "0.00"]))
    assert cells["row_label"].to_list() == ["< 4.750", "4.750 5.249", "5.750 6.249", ">= 14.000"]
    rows = grid.scan("  9.00  7.00  1.00\n  2.00  3.00  1.00\n  4.00  5.00  1.00", 1)
    assert grid.with_ranges(rows) == rows  # no ranges: they do not ascend


TITLED = """   DISTRIBUTIONS IN DOLLARS
   CLASS        BALANCE         INTEREST
   =====================================
   A           9,000.00           120.50

"""


def test_a_date_under_another_dates_name_begins_no_report() -> None:
    text = (
        TITLED
        + """
                          SUPPLEMENTAL REPORTING

Closing Date
May 2, 2001

Servicing Fee                                           10.00
"""
    )
    assert built(text)["report"]["distribution_date"].to_list() == [date(2002, 12, 25)]


def test_lists_side_by_side_are_lists_of_their_own() -> None:
    """Balances of the loans at the left, of the certificates at the right, as trustees reconcile them."""
    rows = "".join(
        f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>" for cells in (
            ("Reconciliation of Balances",),
            ("Beginning Scheduled Balance", "728,470.29", "Beginning Certificate Balance", "728,470.36"),
            ("Scheduled Principal", "171.19", "Principal Distribution", "171.19"),
            ("Ending Scheduled Balance", "728,299.10", "Ending Certificate Balance", "728,299.17"),
            ("Ending Loan Count", "1,204"),
        )
    )  # fmt: skip
    letterhead = "".join(f"<p>{line}</p>" for line in TOP.split("\n"))
    cells, _ = read_batch(
        [Submission(f"<html><body>{letterhead}<table>{rows}</table></body></html>".encode(), local=True)]
    )
    found = {raw: (label, column) for raw, label, column in build(cells)["raw_cell"].select(
        "raw_text", "row_label", "canonical_column").iter_rows()}  # fmt: skip
    assert found["728,470.29"] == ("Beginning Scheduled Balance", "beginning_scheduled_balance")
    assert found["728,470.36"] == ("Beginning Certificate Balance", "beginning_balance")
    assert found["728,299.17"] == ("Ending Certificate Balance", "ending_balance")
    assert found["1,204"] == ("Ending Loan Count", "ending_loan_count")


def test_words_that_repeat_among_the_figures_of_loans_are_values() -> None:
    rows = grid.scan("\n".join(f"  Loan {at}   {at}00,000.00   Single Family   6.{at}00" for at in range(1, 6)), 1)
    assert grid.panels(rows) == [rows]


def test_two_dates_over_the_columns_are_the_sides_of_the_period() -> None:
    text = """B. Bond Balances
                                    Balance as of                % of Original Balance
                             11/25/2002       12/25/2002       11/25/2002     12/25/2002
i.    Class A-1 Notes              0.00             0.00             0.00           0.00
ii    Class A-2 Notes     69,661,735.35    52,013,021.06            57.10          42.63
iii   Class A-3 Notes    190,000,000.00   190,000,000.00           100.00         100.00
"""
    found = {raw: place for (_, raw), place in placed(text).items()}
    assert found["69,661,735.35"] == ("fact_class_distribution", "beginning_balance")
    assert found["52,013,021.06"] == ("fact_class_distribution", "ending_balance")


def test_what_is_paid_of_a_line_is_the_line_and_what_is_due_is_not() -> None:
    text = """Distribution Detail:                           Due        Shortfall             Paid
Class A-1 Interest                        1,000.00            10.00           990.00
Class A-2 Interest                        2,000.00            20.00         1,980.00
"""
    rows = built(text)["fact_class_distribution"]["interest_distribution"].to_list()
    assert sorted(rows) == [Decimal("990.00"), Decimal("1980.00")]


def test_a_field_of_the_letterhead_heads_no_column_and_an_identifier_is_no_part_of_a_label() -> None:
    text = """Series 1998-2        Class A-1 Note Rate: 5.57625%           Original Closing Date: 12/29/98

BALANCES
Beginning Class A-1 Note Balance -- CUSIP 42209MAA0                               123,363,116.72
Ending Class A-1 Note Balance -- CUSIP 42209MAA0                                  120,939,426.29
Retransferred Mortgage Loan Trust Balances (Current Retransfer Date)                        0.00
Cumulative Retransferred Mortgage Loan Balances (Previous Distributions)                    0.00
DISTRIBUTION AMOUNTS
Class A-1 Note Interest Distribution                                                  611,468.10
Class A-1 Note Principal Distribution                                               2,423,690.43
"""
    frames = built(text)
    heads = frames["raw_cell"].filter(pl.col("line_no") > 5)["column_label"].drop_nulls().unique().to_list()
    assert not any("Closing" in head for head in heads)
    assert frames["fact_class_distribution"].select(
        "beginning_balance", "principal_distribution", "ending_balance"
    ).rows() == [(Decimal("123363116.72"), Decimal("2423690.43"), Decimal("120939426.29"))]
    assert "DISTRIBUTION" not in " ".join(frames["raw_cell"].filter(pl.col("raw_text") == "0.00")["row_label"])


def test_a_class_with_a_longer_name_than_those_with_values_stands_in_line_too() -> None:
    rows = grid.scan("A               484853FR2   SEN                    2.05449%\nR-UT            484853FS0   RES", 1)
    assert grid.aligned(rows) == rows


def test_a_date_below_the_title_of_a_statement_is_a_line_of_it() -> None:
    text = (
        TITLED
        + """                          COLLATERAL STATEMENT
Record Date                                                                      12/31/2001
Prepayment Penalties                                                                   0.00
Cumulative Realized Loss                                                               0.00
"""
    )
    (row,) = built(text)["raw_cell"].filter(pl.col("raw_text") == "12/31/2001").to_dicts()
    assert (row["table_code"] != "HEADER", row["row_label"]) == (True, "Record Date")


# The last column of the first line is blank, which opens no table: it is taken for the head of the next.
BY_CLASS = """          Information for Clauses (a) through (s), Section 7.01

                                               Class A          Class B-1         Class CE
==========================================================================================
(a)  Certificate Distribution Amounts     1,961,248.60          99,562.37               --
     (i)   Scheduled Principal Due        1,534,441.68
     (ii)  Partial Prepayments Received   2,100,283.34
(c)  Interest Distribution                  424,917.96          99,562.37
"""


def test_the_first_line_of_a_list_that_stood_for_its_head_is_read_once() -> None:
    cells = built(BY_CLASS)["raw_cell"].filter(pl.col("raw_text").str.contains(r"\d,\d")).sort("line_no", "col_start")
    assert cells["raw_text"].to_list() == re.findall(r"[\d,]+,\d{3}\.\d\d", BY_CLASS)
    assert cells["table_code"].unique().to_list() == ["T01"]


def test_an_amount_in_words_above_a_table_is_kept() -> None:
    cells = built(f"The insurer was paid $2,500.00 on Monday\n{BY_CLASS}")["raw_cell"]
    assert cells.filter(pl.col("raw_text") == "$2,500.00")["table_code"].to_list() == ["TEXT"]


def test_the_title_of_a_remic_is_not_the_name_of_a_deal() -> None:
    table = """          CLASS        ORIGINAL FACE      BEGINNING PRINCIPAL
  {}-A1    SR, FLT      86,788,800.00            86,788,800.00       162,459.23
"""
    text = table.format(1) + " REMIC II\n" + table.format(2) + " Series 2002-G\n"
    frames = built(text)
    titles = frames["raw_cell"].filter(pl.col("raw_text").str.contains("II"))
    assert titles.select("raw_text", "row_label", "value_text").rows() == [("REMIC II", "REMIC", "II")]
    assert not any("REMIC" in name for name in frames["dim_deal_alias"]["alias_name"])


def test_a_filing_of_which_a_number_is_read_twice_ends_alone_and_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = [TOP + FACTORS, TOP + BY_CLASS]
    whole, _ = read_batch([Submission(texts[0].encode(), local=True)])
    once = Reader.read

    def read(reader: Reader, block: Block, claimed: frozenset[int], *, per_face: bool = False) -> None:
        once(reader, block, claimed, per_face=per_face)
        if any("Scheduled" in row.text for row in block.body):
            once(reader, block, claimed, per_face=per_face)

    monkeypatch.setattr(Reader, "read", read)
    cells, (good, bad) = read_batch([Submission(text.encode(), local=True) for text in texts])
    assert (good.state, bad.state) == ("read", "unreadable")
    assert bad.reason.startswith("the reader failed: it read '") and "in line 9, column 42, as " in bad.reason
    assert pl.DataFrame(cells).equals(pl.DataFrame(whole))
