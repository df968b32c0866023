"""Runs that are killed, and what must be so when they were run again.

python -m tests.killing NAME HOME ARCHIVE    # one run of `RUNS`, to be killed
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import polars as pl

from flows import intake, lake, settings, stages
from flows.ledger import KEY, Ledger
from flows.settings import Settings
from flows.summary import Summary
from tests.homes import content

ROOT = Path(__file__).parents[1]
FIRST, LAST = "2003-Q2", "2004-Q2"  # of the sample
IDENTITY = "Ann Lee ann@example.org"
A_SECOND = 200.0  # requests: the archive is our own


def backfill(of: Settings) -> Summary:
    """Fill a home with all quarters of the sample."""
    return stages.backfill(of, FIRST, LAST)


RUNS: dict[str, Callable[[Settings], Summary]] = {"night": stages.nightly, "backfill": backfill}


def settled(home: Path, archive: str, processes: int = 1) -> Settings:
    """The settings of a run; the homes in one folder keep one pace."""
    of = settings.load(home, archive, IDENTITY, processes)
    return replace(of, a_second=A_SECOND, pacers=home.parent)


def start(name: str, of: Settings) -> subprocess.Popen[bytes]:
    """Begin a run in a group of processes of its own, in small batches."""
    command = [sys.executable, "-m", "tests.killing", name, str(of.home), of.archive]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)


def kill(running: subprocess.Popen[bytes], when: Callable[[float], bool]) -> bool:
    """Kill a run and all that it started as soon as `when` says so of the seconds passed.

    Returns whether it was still running.
    """
    start = time.monotonic()
    while running.poll() is None and not when(time.monotonic() - start):
        time.sleep(0.002)
    alive = running.poll() is None
    if alive:
        os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    return alive


def again(name: str, of: Settings, undisturbed: Settings) -> None:
    """Run what was killed once more, and compare every row with those of an undisturbed one."""
    summary = RUNS[name](of)
    assert summary.snapshot, summary.lines
    ours, theirs = content(of.warehouse), content(undisturbed.warehouse)
    assert ours.keys() == theirs.keys()
    for table, rows in theirs.items():
        assert ours[table] == rows, table
    assert litter(of) == []


def litter(of: Settings) -> list[str]:
    """What lies in a home and should not: files half written or half moved, and bytes that no ledger row names."""
    files = [path for path in of.home.rglob("*") if path.is_file()]
    left = [
        str(path) for path in files
        if path.name.endswith(".aside") or path.parent.name == "aside" or path.suffix in (".next", ".wal")
    ]  # fmt: skip
    book = Ledger(of.store)
    before = book.frame.sort(KEY)
    book.fold(1)
    if not Ledger(of.store).frame.sort(KEY).equals(before):
        left.append("another ledger once it is folded")
    held = before.filter(pl.col("sha256").is_not_null())[KEY]
    return left + sorted(set(of.store.names("raw")) ^ {lake.raw_name(name) for name in held})


def main(name: str, home: str, archive: str) -> None:
    """Run one of `RUNS` with two processes."""
    stages.BATCH = 10
    intake.FETCHED_AT_ONCE = 5
    RUNS[name](settled(Path(home), archive, processes=2))


if __name__ == "__main__":
    main(*sys.argv[1:])
