"""The questions users ask, on rows made by hand: where real reports have nothing to tell."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import duckdb

from tests.schema import Row, connect, fill, insert, judge, rules
from tests.test_examples import answer

PROVEN = ("fact_class_distribution", "fact_collateral", "fact_delinquency", "fact_loss")


def months(*days: date, **facts: Sequence[Row]) -> duckdb.DuckDBPyConnection:
    """A warehouse of one deal with a report on each day; each fact gives a row for each report, in order."""
    names = [f"r{number}" for number in range(1, len(days) + 1)]
    tables: dict[str, list[Row]] = {
        "report": [{"report_id": name, "distribution_date": day} for name, day in zip(names, days, strict=True)],
        "report_proof": [{"report_id": name, "fact": fact, "proof": "proven"} for name in names for fact in PROVEN],
    }
    for fact, rows in facts.items():
        tables[fact] = [{"report_id": name} | row for name, row in zip(names, rows, strict=True)]
    connection = connect()
    fill(connection, tables)
    return connection


def monthly(*numbers: int) -> list[date]:
    """Days of distribution in the numbered months of 2020."""
    return [date(2020, number, 25) for number in numbers]


def behind(days: int, balance: int) -> Row:
    """A balance that has been due for so many days."""
    return {
        "status": "DELINQUENT",
        "bucket": f"{days}-{days + 29}",
        "bucket_low_days": days,
        "bucket_high_days": days + 29,
        "balance": Decimal(balance),
    }


def test_05_a_rise_of_more_than_two_points_in_three_months() -> None:
    pool = [{"ending_scheduled_balance": Decimal(1000)}] * 5
    late = [behind(60, balance) for balance in (10, 15, 20, 30, 36)]
    rose = answer(months(*monthly(1, 2, 3, 4, 5), fact_collateral=pool, fact_delinquency=late), 5)
    # By April from 1.0 % to 3.0 %, which is no more than two points; by May from 1.5 % to 3.6 %.
    assert [(row["distribution_date"], round(row["rise"], 6)) for row in rose] == [(date(2020, 5, 25), 0.021)]
    gap = months(*monthly(1, 2, 3, 6, 7), fact_collateral=pool, fact_delinquency=late)
    assert answer(gap, 5) == [], "a month is missing: the third report before is four months old"


def test_11_two_values_of_one_figure() -> None:
    connection = months(*monthly(1))
    cells = [("1", 5, 1), ("2", 9, 2), ("3", 11, 3)]
    insert(connection, "raw_cell", [
        {"report_id": "r1", "table_code": "T01", "cell_id": cell, "line_no": line, "col_start": 0, "col_end": 1,
         "raw_text": "x", "unit": "USD", "scale": 1, "value_num": Decimal(value), "concept_key": key}
        for (cell, line, value), key in zip(cells, ("twice", "twice", "once"), strict=True)
    ])  # fmt: skip
    chosen = [rule for rule in rules() if rule.id == "I09"]
    insert(connection, "recon_rule", [rule.row() for rule in chosen])
    insert(connection, "recon_result", judge(connection, chosen))
    (told,) = answer(connection, 11)
    assert (told["concept_key"], told["printings"], told["printed"], told["lines"]) == ("twice", 2, [1, 2], [5, 9])


def test_12_a_month_that_opens_at_another_balance() -> None:
    closed = [(100, 90), (90, 80), (85, 70), (70, 60)]
    rows = [
        {"class_id": "k", "beginning_balance": Decimal(opens), "ending_balance": Decimal(closes)}
        for opens, closes in closed
    ]
    (jump,) = answer(months(*monthly(1, 2, 3, 4), fact_class_distribution=rows), 12)
    assert (jump["distribution_date"], jump["closed"], jump["beginning_balance"], jump["jump"]) == (
        date(2020, 3, 25), 80, 85, 5,
    )  # fmt: skip
    # After a gap nothing says what the month before closed at.
    assert answer(months(*monthly(1, 2, 5, 6), fact_class_distribution=rows), 12) == []


def test_16_months_that_are_missing() -> None:
    missing = answer(months(*monthly(1, 2, 5, 6, 8)), 16)
    assert [row["month"].month for row in missing] == [3, 4, 7]


def test_16_a_deal_that_reports_by_the_quarter_misses_quarters_only() -> None:
    assert answer(months(*monthly(1, 4, 7, 10)), 16) == []
    assert [row["month"].month for row in answer(months(*monthly(1, 4, 10)), 16)] == [2, 3, 5, 6, 7, 8, 9]
    year = [*monthly(1, 4, 10), date(2021, 1, 25)]
    assert [row["month"].month for row in answer(months(*year), 16)] == [7]


def test_16_a_distribution_that_slips_over_the_end_of_a_month_is_not_missing() -> None:
    assert answer(months(date(2020, 1, 31), date(2020, 3, 2), date(2020, 3, 31), date(2020, 4, 30)), 16) == []


def test_17_severity_and_cumulative_loss() -> None:
    lost = [
        {"liquidated_balance": Decimal(200), "net_loss": Decimal(50), "cumulative_net_loss": Decimal(50)},
        {"liquidated_balance": Decimal(100), "net_loss": Decimal(70), "cumulative_net_loss": Decimal(120)},
        {"net_loss": Decimal(999), "cumulative_net_loss": Decimal(1000)},
    ]
    connection = months(*monthly(1, 2, 3), fact_loss=lost)
    connection.execute("UPDATE dim_deal SET original_pool_balance = $1", [Decimal(10_000)])
    # The month that does not tell what was liquidated has no part in the severity.
    assert answer(connection, 17) == [{"vintage": 2020, "severity": 120 / 300, "cumulative_loss": 0.1}]


def test_18_interest_still_owed() -> None:
    owed = [
        {"class_id": "k", "remaining_unpaid_interest_shortfall": None, "ending_interest_carryforward": Decimal(7)},
        {"class_id": "k", "remaining_unpaid_interest_shortfall": Decimal(3), "ending_interest_carryforward": None},
        {
            "class_id": "k",
            "remaining_unpaid_interest_shortfall": Decimal(0),
            "ending_interest_carryforward": Decimal(0),
        },
        {"class_id": "k"},
    ]
    rows = answer(months(*monthly(1, 2, 3, 4), fact_class_distribution=owed), 18)
    assert [row["interest_shortfall_outstanding"] for row in rows] == [7, 3]
