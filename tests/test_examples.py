"""The questions users ask, as SQL: each runs, and answers rightly where a real report is at hand."""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.schema import SQL, Row, connect, insert, judge, rules
from tests.truth_tables import load
from transforms.facts import TABLES

EXAMPLES = sorted((SQL / "examples").glob("*.sql"))
# Of one report these have nothing to say: they compare months, or look for what is missing, restated, still owed.
SILENT = {5, 8, 11, 12, 16, 17, 18}


@pytest.fixture(scope="session")
def report(truth: Row) -> duckdb.DuckDBPyConnection:
    """A warehouse that holds one real report and its rule results."""
    connection = connect()
    load(connection, truth, "ENDING_ACTUAL_BALANCE")
    insert(connection, "report_proof", [{"report_id": "r", "fact": fact, "proof": "plausible"} for fact in TABLES])
    insert(connection, "recon_rule", [rule.row() for rule in rules()])
    insert(connection, "recon_result", judge(connection, rules()))
    return connection


def answer(connection: duckdb.DuckDBPyConnection, number: int) -> list[Row]:
    """The rows of one question."""
    result = connection.sql(EXAMPLES[number - 1].read_text())
    return [dict(zip(result.columns, row, strict=True)) for row in result.fetchall()]


def test_there_are_twenty_questions_in_order() -> None:
    assert [int(file.name[:2]) for file in EXAMPLES] == list(range(1, 21))


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_question_says_what_it_asks_and_runs_on_an_empty_warehouse(file: Path) -> None:
    text = file.read_text()
    assert re.match(r"-- question: \S.*\?\n-- asked by: \S", text)
    assert connect().sql(text).fetchall() == []


def test_09_breaches_lead_to_their_lines(report: duckdb.DuckDBPyConnection) -> None:
    first = answer(report, 9)[0]
    assert (first["rule_id"], first["first_line"], first["waived"]) == ("F01", 133, False)


# ---- on real filings: each figure was read where the comment says, by a person ----


def named(connection: duckdb.DuckDBPyConnection, rows: Sequence[Row]) -> list[Row]:
    """The rows with a name of their deal that says something to a reader, as THORNBURG 2003: with the year it began."""
    names = dict(
        connection.sql("""
            SELECT deal_id, upper(split_part(any_value(deal_name), ' ', 1)) || ' ' || year(min(distribution_date))
            FROM report JOIN dim_deal USING (deal_id) GROUP BY deal_id""").fetchall()
    )
    return [row | {"deal": names[row["deal_id"]]} for row in rows]


def test_01_history_of_a_bond(real: duckdb.DuckDBPyConnection) -> None:
    # Thornburg 2003-2, line 130: rate, balance, interest, principal; line 198: balance and factor after them.
    (month,) = answer(real, 1)
    assert [str(month[name]) for name in ("beginning_balance", "principal_distribution", "ending_balance")] == [
        "1039673900.00",
        "13381671.41",
        "1026292228.59",
    ]
    assert (month["interest_distribution"], month["realized_loss"]) == (Decimal("1041984.29"), 0)
    assert (round(month["class_factor"], 8), month["pass_through_rate"]) == (0.98712897, Decimal("0.0164"))


def test_02_what_was_filed_later_was_not_known(real: duckdb.DuckDBPyConnection) -> None:
    # Thornburg's amendment was signed on 13 October 2003 (line 80); its original is not loaded, so nothing was known.
    rows = answer(real, 2)
    assert {row["distribution_date"] for row in rows} == {date(2003, 4, 25)}
    assert [row["class_name"] for row in rows] == ["A", "B-IO", "M-1", "M-2", "R-1", "R-2"]
    assert {(row["balance_then"], row["interest_then"]) for row in rows} == {(None, None)}


def test_03_prepayment_speed(real: duckdb.DuckDBPyConnection) -> None:
    speed = {(row["deal"], row["group_code"]): row for row in named(real, answer(real, 3))}
    # Aames 1998-C, lines 453 and 454, over the balances of the groups; Thornburg, lines 528, 529 and 566.
    printed = {
        ("AAMES 1998", "FIXED"): (2_148_671.03, 387_244_426.03, 425_326.69),
        ("AAMES 1998", "ADJ"): (2_100_834.01, 257_763_985.43, 141_631.39),
        ("AAMES 1998", "ALL"): (4_249_505.04, 645_008_411.46, 566_958.08),
        ("THORNBURG 2003", "ALL"): (13_114_080.46, 1_060_891_800.00, 267_590.95),
    }
    for key, (unscheduled, beginning, scheduled) in printed.items():
        smm = unscheduled / (beginning - scheduled)
        assert (speed[key]["smm"], speed[key]["cpr"]) == (pytest.approx(smm), pytest.approx(1 - (1 - smm) ** 12)), key
        assert speed[key]["cpr_3m"] is None
    # Certificates of the auto deal print no split of principal: no speed, and no zero.
    assert not [key for key in speed if key[0].startswith("CARMAX")]


def test_04_serious_delinquency(real: duckdb.DuckDBPyConnection) -> None:
    share = {(row["vintage"], row["quarter"].date()): row["share"] for row in answer(real, 4)}
    # Thornburg, lines 442 and 471: 254,418.41, which is 0.024283 % of the balance in line 521, and no other status.
    assert share[2003, date(2003, 4, 1)] == pytest.approx(254_418.41 / 1_047_729_532.55)
    # Aames 1998-C, lines 359 to 405: two and three payments, foreclosure and bankruptcy of both groups.
    fixed = 1_920_506.60 + 54_600.00 + 3_683_260.19 + 82_876.56
    adjustable = 2_301_262.71 + 0 + 4_778_033.33 + 35_973.90
    assert share[1998, date(1998, 10, 1)] == pytest.approx((fixed + adjustable) / 640_191_948.34)
    # CarMax 2014-1, March 2014, lines 2693 and 2707, of line 169.
    assert share[2014, date(2014, 1, 1)] == pytest.approx((97_147.48 + 13_741.08) / 910_213_226.68)


def test_05_no_real_pool_rose_by_two_points(real: duckdb.DuckDBPyConnection) -> None:
    # Only the auto deals have several months; what is 61 days or more behind never reaches three points of their pools.
    assert answer(real, 5) == []


def test_06_credit_enhancement(real: duckdb.DuckDBPyConnection) -> None:
    left = {(row["deal"], row["class_name"]): row["credit_enhancement"] for row in named(real, answer(real, 6))}
    # Thornburg: pool of line 567 less the balances below which a class stands, lines 148 to 150.
    pool, senior, each = 1_047_510_098.26, 1_026_292_228.59, 10_608_900.00
    assert left["THORNBURG 2003", "A"] == pytest.approx((pool - senior) / pool)
    assert left["THORNBURG 2003", "M-1"] == pytest.approx((pool - senior - each) / pool)
    # Aames 1998-C: only what line 581 prints stands below the senior classes, which share their rank.
    assert left["AAMES 1998", "A-1F"] == pytest.approx((2_889_683.52 + 2_274_161.53) / 640_191_948.34)
    assert left["AAMES 1998", "A-2A"] == left["AAMES 1998", "A-1F"]
    # Below D, the last class of the auto deal, stands what its last certificate prints in line 11, of line 5.
    assert left["CARMAX 2024", "D"] == pytest.approx(17_721_525.40 / 766_945_195.04)


def test_07_below_target(real: duckdb.DuckDBPyConnection) -> None:
    rows = [
        (row["deal"], row["group_code"], str(row["oc_amount"]), str(row["target"]), row["below_target"])
        for row in named(real, answer(real, 7))
    ]
    # Aames 1998-C, lines 581 and 582; Ford, 4281 and 4262; Thornburg, 535 and 534; of the certificates of the auto
    # deals their lines 11 and 10, which reach their target in the second or third month and stay there.
    assert sorted(rows) == [
        ("AAMES 1998", "ADJ", "2274161.53", "16510000.00", True),
        ("AAMES 1998", "FIXED", "2889683.52", "10335000.00", True),
        ("CARMAX 2014", "ALL", "4061540.53", "5461279.36", True),
        ("CARMAX 2016", "ALL", "5486963.20", "6840000.13", True),
        ("CARMAX 2020", "ALL", "11854500.64", "16775654.37", True),
        ("CARMAX 2020", "ALL", "16570332.82", "16775654.37", True),
        ("FORD 2025", "ALL", "85076826.06", "93770411.77", True),
        ("THORNBURG 2003", "ALL", "69.76", "2652229.42", True),
    ]


def test_08_roll_rates(real: duckdb.DuckDBPyConnection) -> None:
    rates = {(row["deal"], row["distribution_date"]): row for row in named(real, answer(real, 8))}
    # Certificates of the auto deals, lines 76 and 75: 61 to 90 days in one month of 31 to 60 days in the month before.
    told = rates["CARMAX 2014", date(2014, 4, 15)]
    assert told["roll_30_60"] == pytest.approx(1_080_319.48 / 4_017_426.39)
    # In 2014 the buckets end with "91 or more days"; what is 91 to 120 days behind is told from 2015 on.
    assert told["roll_60_90"] is None
    told = rates["CARMAX 2016", date(2016, 3, 15)]
    assert told["roll_30_60"] == pytest.approx(1_827_160.74 / 7_018_234.73)
    assert told["roll_60_90"] == pytest.approx(82_234.16 / 152_199.88)
    # 165 certificates of four deals: two are repetitions, one is replaced, and nothing rolls into a deal's first month.
    assert len(rates) == 165 - 2 - 1 - 4


def test_09_no_error_in_the_last_month(real: duckdb.DuckDBPyConnection) -> None:
    # The last reports are those of one auto deal of March 2026; no error shows in them.
    assert answer(real, 9) == []


def test_10_printed_figure(real: duckdb.DuckDBPyConnection) -> None:
    assert [(row["line_no"], row["raw_text"], row["pairing"]) for row in answer(real, 10)] == [
        (513, "4.233977%", "SHIFTED"),
        (557, "4.233977%", "SAME_LINE"),
    ]


def test_11_12_16_18_nothing_to_tell(real: duckdb.DuckDBPyConnection) -> None:
    # What is printed twice agrees; every month of the auto deal opens with what the last one closed at (lines 107 and
    # 169); its months follow each other; the shortfalls printed are all 0.00.
    assert [answer(real, number) for number in (11, 12, 16, 18)] == [[], [], [], []]


def test_13_restatements(real: duckdb.DuckDBPyConnection) -> None:
    # Thornburg's administrator amended 171 days after the distribution. The auto deals name a servicer and no trustee:
    # of all reports without one a month was filed anew, on the same day.
    rows = {
        row["trustee"]: (row["statements"], row["restated"], row["days_after_distribution"]) for row in answer(real, 13)
    }
    assert rows["Wells Fargo Bank Minnesota, N.A."] == (1, 1, (date(2003, 10, 13) - date(2003, 4, 25)).days)
    statements, *restated = rows[None]
    assert statements >= 165 - 2 - 1 and restated == [1, 0]
    assert not any(name and name.startswith("CARMAX") for name in rows)
    assert {restated for name, (_, restated, _) in rows.items() if name and not name.startswith("Wells")} <= {0}


def test_14_dashboard(real: duckdb.DuckDBPyConnection) -> None:
    months = {row["distribution_date"]: row for row in answer(real, 14)}
    # Thornburg, lines 567, 154, 535, 534, 539.
    month = months[date(2003, 4, 25)]
    told = ("pool_end", "cls_total", "oc_amount", "oc_target", "excess_cash")
    assert [str(month[name]) for name in told] == [
        "1047510098.26", "17122885.16", "69.76", "2652229.42", "2653685.86",
    ]  # fmt: skip
    # Net interest less what A, M-1 and M-2 accrued (lines 130 to 132), by the year.
    assert month["excess_spread"] == pytest.approx(12 * 2_653_685.85 / 1_060_891_800.00)
    # 171 filings, one of them unrecognised, two of them repetitions and one replaced by its amendment.
    assert len(answer(real, 14)) == 171 - 1 - 2 - 1


def test_15_cash_paid(real: duckdb.DuckDBPyConnection) -> None:
    paid = {row["distribution_date"]: row["paid"] for row in answer(real, 15)}
    # Thornburg, line 154. Aames 1998-C: the rows of the upper REMIC; line 292 prints one cent less.
    assert (paid[date(2003, 4, 25)], paid[date(1998, 12, 15)]) == (Decimal("17122885.16"), Decimal("9760705.57"))


def test_17_losses(real: duckdb.DuckDBPyConnection) -> None:
    loss = {row["vintage"]: row for row in answer(real, 17)}
    # CarMax 2014-1, line 80 of its last certificate, of February 2018, and line 7. What was liquidated is not told.
    assert loss[2014]["cumulative_loss"] == pytest.approx(17_042_263.19 / 935_000_026.30)
    assert loss[2014]["severity"] is None


def test_19_fees(real: duckdb.DuckDBPyConnection) -> None:
    fees = {(row["deal"], row["group_code"], row["fee_code"]): row for row in named(real, answer(real, 19))}
    # Aames 1998-C accrues half a percent by the year (line 530); Thornburg, line 402.
    assert fees["AAMES 1998", "ALL", "SERVICING_FEE_ACCRUED"]["bp_per_year"] == pytest.approx(50, abs=1e-4)
    assert fees["THORNBURG 2003", "ALL", "GROSS_SERVICING_FEE"]["bp_per_year"] == pytest.approx(
        1e4 * 12 * 266_983.95 / 1_060_891_800.00
    )
    assert {row["moved"] for row in fees.values()} == {None}


def test_20_a_deal_is_found_by_several_of_its_names(real: duckdb.DuckDBPyConnection) -> None:
    assert [row["deal"] for row in named(real, answer(real, 20))] == ["THORNBURG 2003"]
