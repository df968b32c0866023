"""The lake of the bench at a small size: its reports add up, so every rule ties, and a night touches one year."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from flows.settings import Settings
from tests.bench import scale
from tests.bench._scale_lake import MONTHS, Size, write
from tests.homes import ask, home

SIZE = Size(300)  # three deals


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, dict[str, int]]:
    """A home to which a night has brought the last month of one deal, and the mart files before it."""
    of = home(tmp_path_factory.mktemp("scale"))
    write(of, SIZE, range(MONTHS - 1))
    scale.night(of, _silent, "")
    before = scale.mart_files(of)
    write(of, replace(SIZE, reports=100), range(MONTHS - 1, MONTHS))
    scale.night(of, _silent, "")
    return of, before


def _silent(_: str, step: Callable[[], Any]) -> None:
    step()


def test_the_lake_of_the_bench_is_as_it_says(grown: tuple[Settings, dict[str, int]]) -> None:
    of, _ = grown
    counted = [f"SELECT count(*) FROM {table}" for table in ("dim_deal", "report", "dim_class", "identity_conflict")]
    assert [ask(of, sql)[0][0] for sql in counted] == [3, 3 * 99 + 1, 30, 0]
    facts = "SELECT count(*) // (SELECT count(*) FROM report) FROM {}"
    assert [ask(of, facts.format(f"fact_{name}"))[0][0] for name in ("class_distribution", "delinquency")] == [10, 50]


def test_every_rule_of_severity_error_ties_on_it(grown: tuple[Settings, dict[str, int]]) -> None:
    of, _ = grown
    outcomes = dict(ask(of, "SELECT outcome, count(*) FROM recon_result WHERE severity = 'error' GROUP BY 1"))
    assert outcomes["tie"] > 50_000 and "breach" not in outcomes
    # Months are compared with those before, the night's with what was there.
    rolled = "SELECT count(*) FROM recon_result WHERE rule_id = 'C19' AND outcome = 'tie'"
    assert ask(of, rolled) == [(3 * 98 * 10 + 10,)]


def test_a_night_leaves_the_files_of_other_years(grown: tuple[Settings, dict[str, int]]) -> None:
    of, before = grown
    after = scale.mart_files(of)
    # The last month is of April 2018; what is known of its deal concerns that year alone.
    assert after.keys() == before.keys()
    changed = {name for name in after if after[name] != before[name]}
    assert changed and all(Path(name).stem == "2018" for name in changed)
