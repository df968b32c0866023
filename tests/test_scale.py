"""The lake of the bench at a small size: its reports add up, so every rule ties, and a night touches one year."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from flows.settings import Settings
from tests.bench import scale
from tests.bench._scale_lake import MONTHS, Size, write
from tests.homes import ask, home
from tests.schema import SQL

SIZE = Size(300)  # three deals: the one that the questions name, one without a month, one that amends all it reports


class Grown(NamedTuple):
    """A home to which a night has brought the last month of one deal."""

    of: Settings
    before: dict[str, int]  # the mart files, and their inodes
    rows: dict[str, int]  # with which each question was answered


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Grown:
    of = home(tmp_path_factory.mktemp("scale"))
    write(of, SIZE, range(MONTHS - 1))
    scale.night(of, _silent, "")
    before = scale.mart_files(of)
    rows = {file.stem: len(ask(of, file.read_text())) for file in (SQL / "examples").glob("*.sql")}
    write(of, replace(SIZE, reports=100), range(MONTHS - 1, MONTHS))
    scale.night(of, _silent, "")
    return Grown(of, before, rows)


def _silent(_: str, step: Callable[[], Any]) -> None:
    step()


def test_the_lake_of_the_bench_is_as_it_says(grown: Grown) -> None:
    counted = [f"SELECT count(*) FROM {table}" for table in ("dim_deal", "report", "dim_class", "identity_conflict")]
    # The second deal leaves a month out, the third one prints each month twice.
    assert [ask(grown.of, sql)[0][0] for sql in counted] == [3, (99 + 1) + (99 - 1) + 2 * 99, 30, 0]
    facts = "SELECT count(*) // (SELECT count(*) FROM report) FROM {}"
    assert [ask(grown.of, facts.format(f"fact_{name}"))[0][0] for name in ("class_distribution", "delinquency")] == [
        10,
        50,
    ]


def test_every_question_has_an_answer_on_it(grown: Grown) -> None:
    assert len(grown.rows) == 20 and [name for name, rows in grown.rows.items() if rows == 0] == []


def test_rules_of_severity_error_break_on_the_deal_that_errs_alone(grown: Grown) -> None:
    outcomes = ask(
        grown.of,
        """SELECT d.deal_name, outcome, count(*) FROM recon_result JOIN report USING (report_id)
           JOIN dim_deal AS d USING (deal_id) WHERE severity = 'error' GROUP BY ALL""",
    )
    found = {(deal, outcome): n for deal, outcome, n in outcomes}
    assert all(found["Trust " + str(deal), "tie"] > 10_000 for deal in range(3))
    assert {deal for deal, outcome in found if outcome == "breach"} == {"Trust 2"}
    breaches = """
        SELECT version_no, rule_id, count(DISTINCT distribution_date) FROM recon_result JOIN report USING (report_id)
        WHERE severity = 'error' AND outcome = 'breach' GROUP BY ALL"""
    months = {(version, rule): n for version, rule, n in ask(grown.of, breaches)}
    # One month opens otherwise than the last one closed, every month prints two rates; interest too high is amended.
    never_mended = {(2, "C01"): 1, (2, "C19"): 1, (2, "I09"): 99}
    assert {key: n for key, n in months.items() if key[0] == 2} == never_mended
    assert months[1, "C10"] == 99
    # Months are compared with those before, the night's with what was there, a month that follows a gap with none.
    rolled = """
        SELECT d.deal_name, count(*) FROM recon_result JOIN v_report_latest USING (report_id) JOIN dim_deal AS d
        USING (deal_id) WHERE rule_id = 'C19' GROUP BY ALL"""
    assert dict(ask(grown.of, rolled)) == {"Trust 0": 99 * 10, "Trust 1": 96 * 10, "Trust 2": 98 * 10}


def test_a_night_leaves_the_files_of_other_years(grown: Grown) -> None:
    before, after = grown.before, scale.mart_files(grown.of)
    # The last month is of April 2009; what is known of its deal concerns that year alone.
    assert after.keys() == before.keys()
    changed = {name for name in after if after[name] != before[name]}
    assert changed and all(Path(name).stem == "2009" for name in changed)
