"""A run that is killed, anywhere and for real, is simply run again.

`python -m tests.test_kills 50` kills as often as it is told, at random moments.
"""

import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from flows import stages
from flows.settings import Settings
from tests.homes import SAMPLE, content, home

RUN = """
import sys
from flows import intake, settings, stages
if __name__ == "__main__":
    stages.BATCH = 10
    intake.FETCHED_AT_ONCE = 5
    stages.nightly(settings.load(home=sys.argv[1], archive=sys.argv[2], processes=2))
"""
ROOT = Path(__file__).parents[1]
LONGEST = 120.0  # seconds a night on the sample may take

# Moments that lie between and inside stages, told by what is on disk by then.
MOMENTS: dict[str, str] = {
    "while fetching": "ledger/*/changes/*",
    "while reading": "cells/*/*.parquet",
    "while facts are written": "facts/fact_collateral/*/*.parquet",
    "while the database is built": "warehouse.duckdb.next",
    "while the marts are published": "marts/*/*",
}


def night(of: Settings, script: Path) -> subprocess.Popen[bytes]:
    """Start a night in a process of its own."""
    script.write_text(RUN)
    return subprocess.Popen([sys.executable, str(script), str(of.home), of.archive], cwd=ROOT, env=_environment())


def _environment() -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONPATH": str(ROOT)}


def kill(running: subprocess.Popen[bytes], when: Callable[[float], bool]) -> bool:
    """Kill a run as soon as `when` says so of the seconds passed. Returns whether it was still running."""
    start = time.monotonic()
    while running.poll() is None and not when(time.monotonic() - start):
        assert time.monotonic() - start < LONGEST, "the night did not end"
        time.sleep(0.002)
    alive = running.poll() is None
    running.kill()
    running.wait()
    return alive


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_killed_night_is_run_again(sample_night: Settings, tmp_path: Path, moment: str) -> None:
    of = home(tmp_path, SAMPLE)

    def there(_: float) -> bool:
        return any(of.home.glob(MOMENTS[moment]))

    assert kill(night(of, tmp_path / "night.py"), there), f"the night was over {moment}"
    again(of, sample_night)


def test_a_night_killed_again_and_again_ends_the_same(sample_night: Settings, tmp_path: Path) -> None:
    of = home(tmp_path, SAMPLE)
    for seed in range(3):
        moment = random.Random(seed).uniform(1.5, 6.0)
        kill(night(of, tmp_path / "night.py"), lambda passed, moment=moment: passed > moment)
    again(of, sample_night)


def again(of: Settings, undisturbed: Settings) -> None:
    """Run a killed night once more, and compare every row with those of an undisturbed one."""
    summary = stages.nightly(of)
    assert summary.snapshot, summary.lines
    ours, theirs = content(of.warehouse), content(undisturbed.warehouse)
    assert ours.keys() == theirs.keys()
    for table, rows in theirs.items():
        assert ours[table] == rows, table
    left = [
        path
        for path in of.home.rglob("*")
        if path.name.endswith(".aside") or path.parent.name == "aside" or path.suffix in (".next", ".wal")
    ]
    assert left == []


def main(times: int) -> None:
    """Kill a night at random moments `times` times over several homes, and compare each with an undisturbed one."""
    with tempfile.TemporaryDirectory() as folder:
        whole = home(Path(folder) / "whole", SAMPLE)
        start = time.monotonic()
        stages.nightly(whole)
        length = time.monotonic() - start + 3
        killed = 0
        for number in range(times):
            of = home(Path(folder) / str(number), SAMPLE)
            moment = random.Random(number).uniform(0.5, length)
            alive = kill(night(of, Path(folder) / "night.py"), lambda passed, moment=moment: passed > moment)
            killed += alive
            again(of, whole)
            print(
                f"{number + 1}: killed after {moment:.2f} s" if alive else f"{number + 1}: over before {moment:.2f} s"
            )
        print(f"{killed} of {times} nights killed, all ended the same")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10)
