"""The questions users ask, as SQL: each runs, and answers rightly where a real report is at hand."""

import re
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


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_question_runs_on_a_real_report(report: duckdb.DuckDBPyConnection, file: Path) -> None:
    assert bool(report.sql(file.read_text()).fetchall()) == (int(file.name[:2]) not in SILENT)


def test_history_of_a_bond(report: duckdb.DuckDBPyConnection) -> None:
    (month,) = answer(report, 1)
    assert round(month["factor"], 8) == 0.98712897


def test_a_later_amendment_is_all_new_to_an_earlier_day(report: duckdb.DuckDBPyConnection) -> None:
    assert len(answer(report, 2)) == 6
    assert {row["balance_then"] for row in answer(report, 2)} == {None}


def test_prepayment_speed(report: duckdb.DuckDBPyConnection) -> None:
    (pool,) = answer(report, 3)
    assert (round(pool["smm"], 8), round(pool["cpr"], 6)) == (0.01236449, 0.138688)


def test_overcollateralization_is_below_target(report: duckdb.DuckDBPyConnection) -> None:
    assert [row["below_target"] for row in answer(report, 7)] == [True]


def test_breaches_lead_to_their_lines(report: duckdb.DuckDBPyConnection) -> None:
    first = answer(report, 9)[0]
    assert (first["rule_id"], first["first_line"], first["waived"]) == ("F01", 133, False)


def test_printed_figure(report: duckdb.DuckDBPyConnection) -> None:
    assert [(row["line_no"], row["raw_text"], row["pairing"]) for row in answer(report, 10)] == [
        (513, "4.233977%", "SHIFTED"),
        (557, "4.233977%", "SAME_LINE"),
    ]


def test_cash_paid(report: duckdb.DuckDBPyConnection) -> None:
    assert [str(row["paid"]) for row in answer(report, 15)] == ["17122885.16"]


def test_a_deal_is_found_once_by_several_of_its_names(report: duckdb.DuckDBPyConnection) -> None:
    assert [row["deal_id"] for row in answer(report, 20)] == ["d"]
