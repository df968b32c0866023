"""Rules that see a few deals at a time find what they find at once."""

import shutil
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from flows import shares, warehouse
from flows.settings import Settings
from tests.schema import Row, fill, judge, rules, views

RESULTS = "FROM recon_result ORDER BY ALL"


def test_rules_find_the_same_in_shares_of_one_deal_each(
    sample_night: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = replace(sample_night, home=tmp_path)
    shutil.copy(sample_night.warehouse, warehouse.next_file(of))
    monkeypatch.setattr(warehouse, "MEMORY_OF_A_JUDGED_REPORT", 10**12)
    parts: list[int] = []
    run = warehouse._run_rules
    monkeypatch.setattr(warehouse, "_run_rules", lambda *given: (parts.append(len(given[1])), run(*given)))
    warehouse.judge(of)
    assert len(parts) == 4 and len({*parts[:3]}) == 1 and parts[2] > parts[3] > 0
    with duckdb.connect(str(warehouse.next_file(of)), read_only=True) as now:
        found = now.sql(RESULTS).fetchall()
    with duckdb.connect(str(sample_night.warehouse), read_only=True) as before:
        assert found == before.sql(RESULTS).fetchall() and len(found) > 10_000


@pytest.mark.parametrize("order", ["a.deal_id, r.distribution_date", "hash(a.report_id)"])
def test_each_report_lies_in_one_share_with_all_of_its_deal(order: str) -> None:
    with duckdb.connect() as connection:
        connection.execute("ATTACH ':memory:' AS warehouse; USE warehouse")
        for table in shares.facts.TABLES:
            connection.execute(shares.facts.ddl(table).replace(" NOT NULL", ""))
        connection.execute(
            "CREATE SCHEMA build; CREATE TABLE build.touched AS FROM (VALUES ('A'), ('B'), ('C'), ('D')) AS t(deal_id)"
        )
        for number, deal in enumerate("ABBCCCDE"):
            connection.execute("INSERT INTO report (report_id, deal_id) VALUES (?, ?)", [str(number), deal])
        connection.execute(f"""INSERT INTO fact_fee (report_id, fee_code)
            SELECT a.report_id, a.deal_id FROM report AS a JOIN report AS r USING (report_id) ORDER BY {order}""")
        found = []
        for _ in shares.each(connection, ["CREATE VIEW v_fee AS FROM fact_fee JOIN report USING (report_id)"], 2):
            found.append(
                "".join(deal for (deal,) in connection.sql("SELECT fee_code FROM v_fee ORDER BY ALL").fetchall())
            )
    assert found == ["ABB", "CCC", "D"]


def test_a_share_has_the_views_that_rules_read_and_what_those_build_on() -> None:
    base = "CREATE VIEW v_base AS FROM report;"
    named = "CREATE MACRO of_table(name) AS TABLE FROM query_table(name);\n"
    read = "-- not v_other\nCREATE VIEW v_read AS FROM of_table('v_base');"
    other = "CREATE VIEW v_other AS FROM v_base;"
    files = [base, named + "COMMENT ON MACRO TABLE of_table IS 'v_other';", other, read]
    assert shares.needed(files, ["-- as in v_other\nSELECT 'text' FROM v_read"]) == [base, named, read]
    assert shares.needed(files, ["SELECT * FROM report"]) == []


def test_an_amendment_of_one_page_is_judged_with_the_pages_that_it_leaves() -> None:
    """November; December, of which an amendment prints the delinquency again and nothing else; January."""
    months = {"n": date(2019, 11, 25), "d": date(2019, 12, 25), "e": date(2019, 12, 25), "j": date(2020, 1, 25)}
    balances = {"n": (1000, 900), "d": (900, 800), "j": (799, 700)}  # January opens a dollar below December
    percent = {"canonical_table": "fact_delinquency", "canonical_column": "balance_pct", "raw_text": "1.00%"}
    rows: dict[str, list[Row]] = {
        "report": [{"report_id": name, "distribution_date": day} for name, day in months.items()],
        "report_source": [
            {"report_id": "e", "fact": fact, "source_report_id": "d"}
            for fact in ("fact_class_distribution", "fact_collateral")
        ],
        "raw_cell": [percent | {"report_id": name, "unit": "PCT", "value_num": 1} for name in "de"],
        "fact_class_distribution": [
            {"report_id": name, "class_id": "A", "beginning_balance": opens, "ending_balance": closes,
             "principal_distribution": opens - closes}
            for name, (opens, closes) in balances.items()
        ],
        "fact_collateral": [
            {"report_id": name, "beginning_scheduled_balance": opens, "ending_scheduled_balance": closes}
            for name, (opens, closes) in balances.items()
        ],
        "fact_delinquency": [
            {"report_id": name, "status": "TOTAL", "bucket": "TOTAL", "balance": late, "balance_pct": Decimal("0.01"),
             "balance_pct_denominator": "ENDING_SCHEDULED_BALANCE"}
            for name, late in (("d", 7), ("e", 8))
        ],
    }  # fmt: skip
    rows["report"][1] |= {"known_to": datetime(2020, 1, 9)}
    rows["report"][2] |= {"version_no": 2, "known_from": datetime(2020, 1, 9)}
    with duckdb.connect() as connection:
        connection.execute("ATTACH ':memory:' AS warehouse; USE warehouse")
        for table in shares.facts.TABLES:
            connection.execute(shares.facts.ddl(table))
        fill(connection, rows)
        connection.execute("CREATE SCHEMA build; CREATE TABLE build.touched AS SELECT 'd' AS deal_id")
        for _ in shares.each(connection, views(), 10, whole=True):
            found = judge(connection, [rule for rule in rules() if rule.id in ("C01", "C19", "D04", "P16")])
    assert {(row["rule_id"], row["report_id"], row["outcome"]) for row in found} == {
        *(("C01", name, "tie") for name in "ndej"),
        # Two months go through the version in force: December is the amendment, with the classes of the first version.
        *((rule, "e", "tie") for rule in ("C19", "P16")),
        *((rule, "j", "breach") for rule in ("C19", "P16")),
        ("D04", "d", "breach"),  # 7 of 800 is no percent: that is what the amendment corrects
        ("D04", "e", "tie"),
    }


def test_a_rule_that_duckdb_fails_on_is_named_and_the_file_is_not_judged(
    sample_night: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = replace(sample_night, home=tmp_path)
    shutil.copy(sample_night.warehouse, warehouse.next_file(of))
    rows_sql = warehouse.assertions.rows_sql
    broken = "SELECT 'r' AS report_id, error('the dictionary changed') AS scope_key"
    monkeypatch.setattr(warehouse.assertions, "rows_sql", lambda rule: broken if rule.id == "C09" else rows_sql(rule))
    with pytest.raises(warehouse.WarehouseError, match=r"rule C09 \(Accrued interest .*the dictionary changed"):
        warehouse.judge(of)
    with duckdb.connect(str(warehouse.next_file(of)), read_only=True) as now:
        assert now.sql("SELECT count(*) FROM recon_rule").fetchall() == [(0,)]
