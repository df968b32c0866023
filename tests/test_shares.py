"""Rules that see a few deals at a time find what they find at once."""

import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from flows import shares, warehouse
from flows.settings import Settings

RESULTS = "FROM recon_result ORDER BY ALL"


def test_rules_find_the_same_in_shares_of_one_deal_each(
    sample_night: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = replace(sample_night, home=tmp_path)
    shutil.copy(sample_night.warehouse, warehouse.next_file(of))
    monkeypatch.setattr(warehouse, "MEMORY_OF_A_REPORT", 10**12)
    parts: list[int] = []
    judge = warehouse._judge
    monkeypatch.setattr(warehouse, "_judge", lambda *given: (parts.append(len(given[2])), judge(*given)))
    warehouse.judge(of)
    assert set(parts) == {1, 3}
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
        for part in shares.lay_out(connection, ["CREATE VIEW v_fee AS FROM fact_fee JOIN report USING (report_id)"], 2):
            connection.execute(f"USE {part}")
            found.append(
                "".join(deal for (deal,) in connection.sql("SELECT fee_code FROM v_fee ORDER BY ALL").fetchall())
            )
    assert found == ["ABB", "CCC", "D"]


def test_a_share_has_the_views_that_rules_read_and_what_those_build_on() -> None:
    base = "CREATE VIEW v_base AS FROM report;"
    named = (
        "CREATE MACRO of_table(name) AS TABLE FROM query_table(name);\nCOMMENT ON MACRO TABLE of_table IS 'v_other';"
    )
    read = "-- not v_other\nCREATE VIEW v_read AS FROM of_table('v_base');"
    other = "CREATE VIEW v_other AS FROM v_base;"
    files = [base, named, other, read]
    assert shares.needed(files, ["-- as in v_other\nSELECT 'text' FROM v_read"]) == [base, named, read]
    assert shares.needed(files, ["SELECT * FROM report"]) == []
