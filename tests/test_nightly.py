"""The nightly flow in Prefect: the same night, shown in its pages, without a word to the network."""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

from flows import settings
from tests.homes import SAMPLE

ROOT = Path(__file__).parents[1]
RUN = """
import json, sys
from flows import settings
if __name__ == "__main__":
    told = settings.load(home=sys.argv[1], archive=sys.argv[2], processes=1)
    settings.prepare_prefect(told.home)
    from flows import nightly
    summary = nightly.nightly(told)
    print(json.dumps([summary.exit_code, summary.new, summary.snapshot]))
"""


def test_the_flow_runs_the_night_and_shows_it(tmp_path: Path) -> None:
    script = tmp_path / "run.py"
    script.write_text(RUN)
    # A proxy that is not there: whoever asks beyond this machine fails loudly.
    walls = {"HTTP_PROXY": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": "127.0.0.1,localhost"}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    answer = subprocess.run(
        [sys.executable, str(script), str(tmp_path / "home"), str(SAMPLE)],
        cwd=ROOT,
        env={**environment, **walls, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr[-3000:]
    code, new, snapshot = json.loads(answer.stdout.splitlines()[-1])
    assert code == 0 and new > 20 and (tmp_path / "home/marts" / snapshot).is_dir()
    assert "telemetry" not in answer.stderr and "ERROR" not in answer.stderr
    with sqlite3.connect(tmp_path / "home/prefect/prefect.db") as database:
        artifacts = dict(database.execute("SELECT key, data FROM artifact WHERE key IS NOT NULL").fetchall())
        tasks = database.execute("SELECT count(*) FROM task_run").fetchone()[0]
    assert "rule" in artifacts["reconciliation"] and "Filings:" in artifacts["night"]
    assert tasks <= 10


def test_prefect_is_told_to_be_quiet_and_what_is_told_already_stays(tmp_path: Path) -> None:
    environment = {"DO_NOT_TRACK": "0"}
    settings.prepare_prefect(tmp_path / "home", environment)
    assert environment["DO_NOT_TRACK"] == "0"
    assert environment["PREFECT_HOME"] == str(tmp_path / "home/prefect")
    assert environment["PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS"] == "120"
