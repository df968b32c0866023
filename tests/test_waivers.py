"""Waivers: which breach each explains, what becomes of it, and that every error of the real filings has one."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from flows import stages, waivers
from flows.settings import Settings
from tests.homes import ask, copied
from tests.schema import Row, connect, fill, insert

KEY = {"rule_id": "C01", "scope_key": "A"}
ACCEPTED = KEY | {"deal": "d", "distribution_date": date(2020, 1, 25), "diff": Decimal(-1)}


@pytest.mark.parametrize(
    ("result", "deal", "state", "found"),
    [
        ({"diff": Decimal(-1), "outcome": "breach"}, "d", "holds", Decimal(-1)),
        ({"diff": Decimal("-1.01"), "outcome": "breach"}, "d", "dead", Decimal("-1.01")),
        ({"diff": Decimal(0), "outcome": "tie"}, "d", "dead", Decimal(0)),
        ({"diff": Decimal(-1), "outcome": "breach", "scope_key": "B"}, "d", "dead", None),
        ({"diff": Decimal(-1), "outcome": "breach"}, "another", "not loaded", None),
    ],
)
def test_what_became_of_a_waiver(result: Row, deal: str, state: str, found: Decimal | None) -> None:
    connection = connect()
    fill(connection, {})
    insert(connection, "recon_result", [KEY | {"report_id": "r"} | result])
    insert(connection, "waiver", [ACCEPTED | {"deal": deal}])
    assert connection.sql("SELECT state, found FROM v_waiver").fetchall() == [(state, found)]


def test_a_waiver_holds_where_any_version_of_the_report_breaks() -> None:
    connection = connect()
    fill(connection, {"report": [{}, {"report_id": "s", "version_no": 2}]})
    insert(connection, "recon_result", [KEY | {"report_id": "r", "diff": Decimal(-1), "outcome": "breach"}])
    insert(connection, "recon_result", [KEY | {"report_id": "s", "diff": Decimal(0), "outcome": "tie"}])
    insert(connection, "waiver", [ACCEPTED])
    assert connection.sql("SELECT state FROM v_waiver").fetchall() == [("holds",)]


# ---- the planted error of the sample, accepted with another amount ----


def test_a_night_and_check_name_a_waiver_whose_amount_is_not_found(sample_night: Settings, tmp_path: Path) -> None:
    of = copied(sample_night, tmp_path)
    assert waivers.dead(of) == []
    names = ("rule_id", "scope_key", "distribution_date", "deal", "diff")
    with duckdb.connect(str(of.warehouse)) as connection:
        rule, scope, day, deal, found = connection.sql("""
            SELECT rule_id, scope_key, distribution_date, deal_id, diff FROM v_breach WHERE severity = 'error'
            ORDER BY ALL LIMIT 1""").fetchall()[0]
        insert(connection, "waiver", [dict(zip(names, (rule, scope, day, deal, found + 1), strict=True))])
    (row,) = waivers.dead(of)
    assert (row["rule_id"], row["found"]) == (rule, found)
    assert f"{rule} {deal} {day} {scope}" in waivers.brief(row)
    assert f"  {waivers.brief(row)}" in stages.nightly(of).lines
    assert ask(of, "SELECT count(*) FROM v_breach WHERE waived") == [(0,)]


def test_a_warehouse_built_before_there_was_the_view_names_none(sample_night: Settings, tmp_path: Path) -> None:
    of = copied(sample_night, tmp_path)
    with duckdb.connect(str(of.warehouse)) as connection:
        connection.execute("DROP VIEW v_waiver")
    assert waivers.dead(of) == []


# ---- the real filings ----


def test_every_breach_of_severity_error_is_explained_and_every_explanation_holds(shared_night: Settings) -> None:
    unexplained = "SELECT rule_id, scope_key, diff FROM v_breach WHERE severity = 'error' AND NOT waived"
    assert ask(shared_night, unexplained) == []
    states = "SELECT state, count(*) > 25, count(DISTINCT deal) FROM v_waiver GROUP BY state"
    assert ask(shared_night, states) == [("holds", True, 7)]
