"""One question, several answers: as first filed, as known on a day, as now; and pages that an amendment leaves out."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows import warehouse
from flows.ledger import Ledger
from flows.settings import Settings
from tests import generate_values, homes
from tests.homes import home
from tests.test_warehouse import lake_of

Row = dict[str, Any]
Answer = list[tuple[Any, ...]]


def page(name: str, fact: str, *rows: Row) -> dict[str, list[Row]]:
    """The rows of one fact table in the report of the filing `name`, with their proof."""
    one = {"report_id": f"{name}:1:1"}
    return {fact: [one | row for row in rows], "report_proof": [one | {"fact": fact, "proof": "proven"}]}


def pages(*told: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """All rows of several pages."""
    tables: dict[str, list[Row]] = {}
    for one in told:
        for table, rows in one.items():
            tables.setdefault(table, []).extend(rows)
    return tables


def classes(name: str, balance: int) -> dict[str, list[Row]]:
    row = {"class_id": "k", "ending_balance": Decimal(balance), "original_face": Decimal(100)}
    return page(name, "fact_class_distribution", row) | {
        "dim_class": [{"report_id": f"{name}:1:1", "class_id": "k", "class_name": "A", "credit_rank": 1}]
    }


def pool(name: str, balance: int) -> dict[str, list[Row]]:
    return page(name, "fact_collateral", {"ending_scheduled_balance": Decimal(balance)})


def behind(name: str, balance: int) -> dict[str, list[Row]]:
    row = {"status": "DELINQUENT", "bucket": "30-59", "bucket_low_days": 30, "bucket_high_days": 59}
    return page(name, "fact_delinquency", row | {"balance": Decimal(balance)})


def lines(name: str, **values: int) -> dict[str, list[Row]]:
    rows = [
        {"statement_code": code, "item_code": code, "stratum": "", "value": Decimal(value)}
        for code, value in values.items()
    ]
    return page(name, "fact_line_item", *rows)


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A month told three times: whole, then the classes again with other lines, then the pool alone."""
    of: Settings = home(tmp_path_factory.mktemp("versions"))
    lake_of(
        of,
        ("a", False, 1),
        ("b", True, 5),
        ("c", True, 9),
        **pages(
            *(classes("a", 60), pool("a", 90), behind("a", 7), lines("a", STRATA=1, OTHER=2)),
            *(classes("b", 55), lines("b", OTHER=3)),
            pool("c", 80),
        ),
    )
    warehouse.build(of, Ledger(of.store))
    warehouse.work_out(of)
    with duckdb.connect(str(warehouse.next_file(of)), read_only=True) as connection:
        yield connection


def ask(asked: duckdb.DuckDBPyConnection, sql: str) -> Answer:
    return asked.sql(sql).fetchall()


def test_an_amendment_of_some_pages_is_partial(asked: duckdb.DuckDBPyConnection) -> None:
    assert ask(asked, "SELECT accession_number, version_no, amendment_scope FROM report ORDER BY ALL") == [
        ("a", 1, None),
        ("b", 2, "PARTIAL"),
        ("c", 3, "PARTIAL"),
    ]


def test_the_other_pages_stay_as_the_newest_version_that_has_them_tells(asked: duckdb.DuckDBPyConnection) -> None:
    found = "SELECT report_id, fact, statement_code, source_report_id FROM report_source ORDER BY ALL"
    assert ask(asked, found) == [
        ("b:1:1", "fact_collateral", None, "a:1:1"),
        ("b:1:1", "fact_delinquency", None, "a:1:1"),
        ("b:1:1", "fact_line_item", "STRATA", "a:1:1"),
        ("c:1:1", "fact_class_distribution", None, "b:1:1"),
        ("c:1:1", "fact_delinquency", None, "a:1:1"),
        ("c:1:1", "fact_line_item", "OTHER", "b:1:1"),
        ("c:1:1", "fact_line_item", "STRATA", "a:1:1"),
    ]
    of_c = "SELECT fact, source_report_id FROM v_report_fact WHERE report_id = 'c:1:1' AND statement_code IS NULL"
    assert dict(ask(asked, of_c)) == {
        "fact_class_distribution": "b:1:1",
        "fact_collateral": "c:1:1",
        "fact_delinquency": "a:1:1",
    }


# Per day: the version in force, and the closing balances of class and pool, and what is behind.
BEFORE_A, BEFORE_B, BEFORE_C, NOW = "2003-04-30", "2003-05-04", "2003-05-08", "2003-05-09"


@pytest.mark.parametrize(
    ("day", "report", "closed", "pool_end", "late", "of"),
    [
        (BEFORE_B, "a:1:1", 60, 90, 7, ("a:1:1", "a:1:1", "a:1:1")),
        (BEFORE_C, "b:1:1", 55, 90, 7, ("b:1:1", "a:1:1", "a:1:1")),
        (NOW, "c:1:1", 55, 80, 7, ("b:1:1", "c:1:1", "a:1:1")),
    ],
)
def test_every_mart_answers_as_known_on_a_day(
    asked: duckdb.DuckDBPyConnection, day: str, report: str, closed: int, pool_end: int, late: int, of: tuple[str, ...]
) -> None:
    known = "SELECT report_id, source_report_id, {} FROM {}_asof(TIMESTAMP '" + day + "')"
    assert ask(asked, known.format("ending_balance", "class_month")) == [(report, of[0], closed)]
    assert ask(asked, known.format("ending_scheduled_balance", "pool_month")) == [(report, of[1], pool_end)]
    assert ask(asked, known.format("dq30plus, dq30plus_share", "delinquency_month")) == [
        (report, of[2], late, late / pool_end)
    ]
    deal = f"SELECT report_id, cls_end, pool_end, proof FROM deal_month_asof(TIMESTAMP '{day}')"
    assert ask(asked, deal) == [(report, closed, pool_end, "proven")]
    enhanced = f"SELECT credit_enhancement FROM class_month_asof(TIMESTAMP '{day}')"
    assert ask(asked, enhanced) == [(pytest.approx((pool_end - closed) / pool_end),)]


MARTS = ("class_month", "pool_month", "delinquency_month", "deal_month")


@pytest.mark.parametrize("mart", MARTS)
def test_the_mart_is_what_is_known_now_and_first_is_the_first_filing(
    asked: duckdb.DuckDBPyConnection, mart: str
) -> None:
    assert ask(asked, f"FROM {mart}_asof(TIMESTAMP '{BEFORE_A}')") == []
    now = ask(asked, f"FROM {mart}_asof(TIMESTAMP '{NOW}')")
    assert (ask(asked, f"FROM v_{mart}"), len(now)) == (now, 1)
    first = ask(asked, f"FROM {mart}_asof(TIMESTAMP '{BEFORE_B}')")
    assert ask(asked, f"FROM v_{mart}_first") == first != now


def test_a_whole_amendment_keeps_nothing_of_what_it_drops_into_no_page(tmp_path: Path) -> None:
    of = home(tmp_path)
    lake_of(of, ("a", False, 1), ("b", True, 5), **pages(pool("a", 90), pool("b", 80), behind("b", 7)))
    warehouse.build(of, Ledger(of.store))
    warehouse.work_out(of)
    with duckdb.connect(str(warehouse.next_file(of)), read_only=True) as connection:
        assert ask(connection, "SELECT amendment_scope FROM report ORDER BY version_no") == [(None,), ("FULL",)]
        assert ask(connection, "FROM report_source") == []
        assert ask(connection, "SELECT ending_scheduled_balance FROM v_pool_month") == [(Decimal(80),)]


def test_an_amendment_without_its_original_has_no_scope_and_nothing_is_first(tmp_path: Path) -> None:
    of = home(tmp_path)
    lake_of(of, ("b", True, 5), **pages(pool("b", 80)))
    warehouse.build(of, Ledger(of.store))
    warehouse.work_out(of)
    with duckdb.connect(str(warehouse.next_file(of)), read_only=True) as connection:
        assert ask(connection, "SELECT version_no, amendment_scope FROM report") == [(2, None)]
        for mart in MARTS:
            assert ask(connection, f"FROM v_{mart}_first") == []
        assert ask(connection, "SELECT known_from FROM v_pool_month") == [(datetime(2003, 5, 5),)]


def test_lines_of_a_statement_that_is_not_told_again_stay(asked: duckdb.DuckDBPyConnection) -> None:
    lines = "SELECT statement_code, value, source_report_id FROM {} ORDER BY ALL"
    assert ask(asked, lines.format("v_line_item_first")) == [("OTHER", 2, "a:1:1"), ("STRATA", 1, "a:1:1")]
    assert ask(asked, lines.format("v_line_item")) == [("OTHER", 3, "b:1:1"), ("STRATA", 1, "a:1:1")]


# ---- on filings ----


def test_a_real_amendment_that_changed_one_number(real: duckdb.DuckDBPyConnection) -> None:
    # CarMax 2014-1, line 77 of the certificate of May 2014: filed twice on one day, in thousands, then in dollars.
    line = """SELECT value::BIGINT FROM {} WHERE distribution_date = DATE '2014-05-15'
              AND starts_with(item_code, 'CARMAX_INC_CONSOLIDATED_TANGIBLE_NET_WORTH')"""
    assert ask(real, line.format("v_line_item_first")) == [(3_306_916,)]
    assert ask(real, line.format("v_line_item")) == [(3_306_916_000,)]
    assert ask(real, line.format("line_item_asof(TIMESTAMP '2014-05-14')")) == []
    assert ask(real, line.format("line_item_asof(TIMESTAMP '2014-05-16')")) == [(3_306_916_000,)]
    # What did not change is the same in both.
    pool = "SELECT ending_scheduled_balance FROM {} WHERE distribution_date = DATE '2014-05-15'"
    same = ask(real, pool.format("v_pool_month"))
    assert (same, ask(real, pool.format("v_pool_month_first"))) == ([(Decimal("854803047.62"),)], same)


def test_the_first_version_of_a_lone_amendment_is_unknown(real: duckdb.DuckDBPyConnection) -> None:
    for mart in MARTS:
        told = f"SELECT count(*) FROM v_{mart}{{}} WHERE distribution_date = DATE '2003-04-25'"
        assert ask(real, told.format("_first")) == [(0,)]
        assert ask(real, told.format("")) != [(0,)]


def test_the_amended_month_of_the_sample_is_asked_before_and_after(sample_night: Settings) -> None:
    reports = json.loads((homes.SAMPLE / "TRUTH.json").read_text())["reports"]
    (amendment,) = [told for told in reports if told["form_type"] == "8-K/A"]
    date = amendment["distribution_date"]
    first, second = [
        told for told in reports if told.get("distribution_date") == date and told["deal"] == amendment["deal"]
    ]
    assert first["class_total_distribution"] != second["class_total_distribution"]
    with duckdb.connect(str(sample_night.warehouse), read_only=True) as connection:
        of = f"WHERE deal_id = (SELECT deal_id FROM report WHERE version_no = 2) AND distribution_date = DATE '{date}'"
        ((amended,),) = ask(connection, "SELECT known_from FROM report WHERE version_no = 2")
        for moment, told in ((amended - timedelta(seconds=1), first), (amended, second)):
            known = f"SELECT cls_total FROM deal_month_asof(TIMESTAMP '{moment}') {of}"
            assert ask(connection, known) == [(Decimal(told["class_total_distribution"]),)]
            classes = f"SELECT sum(total_distribution) FROM class_month_asof(TIMESTAMP '{moment}') {of}"
            assert ask(connection, classes) == [(Decimal(told["class_total_distribution"]),)]
        change = f"SELECT value_before, value_after FROM v_amendment_change {of} AND fact = 'fact_class_total'"
        assert (first["class_total_distribution"], second["class_total_distribution"]) in ask(connection, change)


# ---- what an amendment changed ----


def test_the_values_are_those_of_the_schemas() -> None:
    assert generate_values.FILE.read_text() == generate_values.sql()


def test_only_what_a_version_states_differently_is_a_change(asked: duckdb.DuckDBPyConnection) -> None:
    changes = """SELECT version_no, fact, coalesce(class_name, member), column_name, value_before, value_after,
                        before_report_id FROM v_amendment_change ORDER BY ALL"""
    assert ask(asked, changes) == [
        (2, "fact_class_distribution", "A", "ending_balance", "60.00", "55.00", "a:1:1"),
        (2, "fact_line_item", "OTHER ALL OTHER", "value", "2.0000000000", "3.0000000000", "a:1:1"),
        (3, "fact_collateral", "ALL 1", "ending_scheduled_balance", "90.00", "80.00", "a:1:1"),
    ]


def test_what_comes_and_what_goes_within_a_page_is_a_change(tmp_path: Path) -> None:
    of = home(tmp_path)
    fees = [
        page(
            "a", "fact_fee", {"fee_code": "TRUSTEE_FEE", "amount": Decimal(1)}, {"fee_code": "X", "amount": Decimal(2)}
        ),
        page("b", "fact_fee", {"fee_code": "TRUSTEE_FEE", "amount": Decimal(1)}, {"fee_code": "Y", "amount": None}),
    ]
    lake_of(of, ("a", False, 1), ("b", True, 5), **pages(*fees, pool("b", 80)))
    warehouse.build(of, Ledger(of.store))
    warehouse.work_out(of)
    with duckdb.connect(str(warehouse.next_file(of)), read_only=True) as connection:
        changes = "SELECT fact, member, value_before, value_after FROM v_amendment_change ORDER BY ALL"
        assert ask(connection, changes) == [
            ("fact_collateral", "ALL 1", None, "80.00"),
            ("fact_fee", "ALL FEE X", "2.00", None),
        ]
