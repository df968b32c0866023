"""The flows in Prefect: the same runs, shown in its pages, without a word to the network or about who asks."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flows import indexes, settings
from tests.homes import SAMPLE, content

ROOT = Path(__file__).parents[1]
IDENTITY = "Ann Lee ann.lee@example.org"
RUN = """
import json, os, sys
from flows import settings
if __name__ == "__main__":
    home, archive = sys.argv[1:]
    settings.prepare_prefect(settings.home_folder(home))
    settings.declare(settings.load(home=home, archive=archive, identity="{identity}"))
    from flows import backfill, nightly, rebuild, stages, tasks
    where = {{"home": home, "archive": archive, "processes": 1}}
    beats = []
    with tasks.watched(lambda *beat: beats.append(beat)):
        filled = backfill.backfill("2003-Q1", "2003-Q3", **where)
        night = nightly.nightly(**where)
        again = rebuild.rebuild(**where)
        # A source that is down: first for a person who waits, then for a run of a schedule.
        stages.fetch = lambda *_: "it is down"
        tasks.fetch = tasks.fetch.with_options(retry_delay_seconds=[0, 0])
        refused = nightly.nightly(**where)
        os.environ["PREFECT__RUNTIME__DEPLOYMENT__ID"] = "scheduled"
        try:
            nightly.nightly(**where)
        except RuntimeError as failed:
            down = str(failed)
    told = [[one.exit_code, one.new, one.snapshot, one.lines] for one in (filled, night, again)]
    print(json.dumps({{"told": told, "beats": beats, "refused": [refused.exit_code, down]}}))
"""


# The back-fill, the night and the rebuild; later ones are refused.
WELL = "flow_run_id IN (SELECT id FROM flow_run ORDER BY start_time LIMIT 3)"


@dataclass(frozen=True)
class Ran:
    """What a back-fill, a night and a rebuild left behind, run one after the other on the sample."""

    home: Path
    told: list[Any]  # exit code, new filings, snapshot and lines of each
    beats: list[list[Any]]
    refused: list[Any]  # exit code of a night that was refused, and what a scheduled one failed with
    printed: str

    def stored(self, sql: str) -> list[tuple[Any, ...]]:
        """What Prefect's database answers."""
        with sqlite3.connect(self.home / "prefect/prefect.db") as database:
            return database.execute(sql).fetchall()


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Run the three flows in a process of their own: Prefect reads its environment once."""
    folder = tmp_path_factory.mktemp("flows")
    script = folder / "run.py"
    script.write_text(RUN.format(identity=IDENTITY))
    # A proxy that is not there: whoever asks beyond this machine fails loudly.
    walls = {"HTTP_PROXY": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": "127.0.0.1,localhost"}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    answer = subprocess.run(
        [sys.executable, str(script), str(folder / "home"), str(SAMPLE)],
        cwd=ROOT,
        env={**environment, **walls, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr[-3000:]
    left = json.loads(answer.stdout.splitlines()[-1])
    return Ran(folder / "home", left["told"], left["beats"], left["refused"], answer.stdout + answer.stderr)


def test_the_flows_run_and_publish(ran: Ran, sample_night: settings.Settings) -> None:
    (filled, night, again) = ran.told
    assert [one[0] for one in ran.told] == [0, 0, 0]
    assert 0 < filled[1] < filled[1] + night[1] == 26 and again[1] == 0
    assert filled[2] != night[2] == again[2], "a rebuild by the same code changes nothing"
    assert (ran.home / "marts" / night[2]).is_dir()
    assert again[3][0] == "Read again: 0 filings; of 0 more only the facts were rebuilt"
    assert content(ran.home / "warehouse.duckdb")["report"] == content(sample_night.warehouse)["report"]


def test_a_run_is_few_tasks_and_none_is_skipped(ran: Ran) -> None:
    states = dict(ran.stored(f"SELECT state_name, count(*) FROM task_run WHERE {WELL} GROUP BY 1"))
    assert set(states) == {"Completed"}, "a cached task would be skipped"
    names = [name for (name,) in ran.stored(f"SELECT name FROM task_run WHERE {WELL} ORDER BY start_time")]
    assert names[:3] == ["2003-Q1 to 2003-Q1", "2003-Q2 to 2003-Q2", "2003-Q3 to 2003-Q3"]
    assert len(names) == 3 + 8 + 8 + 8


def test_prefect_s_pages_show_what_each_run_changed(ran: Ran) -> None:
    shown = dict(ran.stored(f"SELECT key, data FROM artifact WHERE key IS NOT NULL AND {WELL} ORDER BY created"))
    assert set(shown) == {"night", "backfill", "rebuild", "reconciliation"}
    for key, told in zip(("backfill", "night", "rebuild"), ran.told, strict=True):
        page = json.loads(shown[key])
        assert page.startswith(f"# The {key}\n") and "## Outcomes by rule" in page
        (changed,) = (line for line in told[3] if line.startswith("Changed: "))
        assert changed in page
    assert "Changed: nothing" in shown["rebuild"] and "## New breaches" in shown["night"]
    assert {"rule", "breach", "breach_change"} <= set(json.loads(json.loads(shown["reconciliation"]))[0])


def test_whoever_watches_sees_progress_and_the_log_has_it_too(ran: Ran) -> None:
    assert [2, 3] in [beat[1:] for beat in ran.beats if beat[0] == "quarters"]
    assert {beat[0] for beat in ran.beats} >= {"fetch", "tables", "facts", "warehouse", "assertions", "reports"}
    messages = [message for (message,) in ran.stored("SELECT message FROM log")]
    assert any(re.match(r"tables \d+ of \d+, [\d.]+ a (second|minute)", message) for message in messages)


def test_a_source_that_refuses_is_asked_again_where_nobody_waits(ran: Ran) -> None:
    code, failed = ran.refused
    assert code == 4 and "The source stopped answering: it is down" in failed
    asked = ran.stored("SELECT run_count, state_name FROM task_run WHERE name LIKE 'fetch%' ORDER BY start_time")
    assert asked == [(1, "Completed"), (1, "Completed"), (3, "Completed")]
    runs = [state for (state,) in ran.stored("SELECT state_name FROM flow_run ORDER BY start_time")]
    assert runs == ["Completed"] * 4 + ["Failed"], "what was refused must not look green"


def test_nothing_is_said_to_the_network_and_no_error_on_the_screen(ran: Ran) -> None:
    errors = [line for line in ran.printed.splitlines() if "ERROR" in line and "it is down" not in line]
    assert "telemetry" not in ran.printed and not errors


def files(home: Path) -> Iterator[tuple[Path, bytes]]:
    """Every file of a home, Prefect's database with what is not yet in it included."""
    yield from ((path, path.read_bytes()) for path in home.rglob("*") if path.is_file())


def test_the_identity_is_written_nowhere(ran: Ran) -> None:
    seen = [path for path, text in files(ran.home) if b"ann.lee@" in text or b"Ann Lee" in text]
    assert seen == []
    assert (ran.home / "prefect/prefect.db").stat().st_size > 100_000, "there was something to look at"
    assert "ann.lee" not in ran.printed
    parameters = [json.loads(told) for (told,) in ran.stored("SELECT parameters FROM flow_run")]
    known = settings.parameters(settings.load(archive=SAMPLE)).keys() | {"first", "last", "bulk"}
    assert all(set(told) <= known for told in parameters) and "identity" not in known


def test_settings_do_not_show_who_asks() -> None:
    of = settings.load(archive=SAMPLE, identity=IDENTITY)
    assert (
        of.identity == IDENTITY and "ann" not in repr(of).lower() and "ann" not in json.dumps(settings.parameters(of))
    )
    assert settings.load(**settings.parameters(of)).archive == of.archive


@pytest.mark.parametrize(
    ("identity", "shown"),
    [
        ("Ann Lee ann.lee@example.org", "Ann Lee <a...@example.org>"),
        ("Ann Lee <ann.lee@example.org>", "Ann Lee <a...@example.org>"),
        ("ann@example.org", "<a...@example.org>"),
        ("Ann Lee", "Ann Lee"),
    ],
)
def test_an_identity_is_shown_without_its_mail_address(identity: str, shown: str) -> None:
    assert settings.masked(identity) == shown


def test_a_long_span_is_cut_into_few_even_groups() -> None:
    today = date(2026, 2, 1)
    cuts = indexes.spans("1993-Q1", "2025-Q4", today, 40)
    sizes = [len(list(first.to(last))) for first, last, _, _ in cuts]
    assert sum(sizes) == 132 == cuts[0][3] and len(sizes) == 40 and max(sizes) - min(sizes) == 1
    assert [before for _, _, before, _ in cuts] == [sum(sizes[:at]) for at in range(len(sizes))]
    assert [cut[:2] for cut in indexes.spans("2025-Q4", None, today, 40)] == [((2025, 4),) * 2, ((2026, 1),) * 2]
    with pytest.raises(ValueError, match="2025-Q4 to 2025-Q3 is no span"):
        indexes.spans("2025-Q4", "2025-Q3", today, 40)
    with pytest.raises(ValueError, match="'1996' is no quarter such as 1996-Q1"):
        indexes.spans("1996", None, today, 40)


def test_prefect_is_told_to_be_quiet_and_what_is_told_already_stays(tmp_path: Path) -> None:
    environment = {"DO_NOT_TRACK": "0"}
    settings.prepare_prefect(tmp_path / "home", environment)
    assert environment["DO_NOT_TRACK"] == "0"
    assert environment["PREFECT_HOME"] == str(tmp_path / "home/prefect")
    assert environment["PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS"] == "120"
