"""Where the tests find real filings, what is said where there are none, and the sample read once for all."""

import fcntl
import json
import os
from pathlib import Path
from typing import Any

import pytest

from flows import stages
from flows.settings import Settings
from tests import homes

SHARED = Path(os.environ.get("TIEOUT_SHARED") or Path(__file__).parents[1] / ".." / "shared").resolve()
ABSENT = f"no real filings at {SHARED}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as `real` whatever asks for the folder, and skip it where there is none."""
    for item in items:
        if "shared" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.real)
        if item.get_closest_marker("real") and not SHARED.is_dir():
            item.add_marker(pytest.mark.skip(reason=ABSENT))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One loud line when the real filings were absent: a green suite must not hide what it did not try."""
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if ABSENT in str(report.longrepr)]
    if skipped:
        terminalreporter.write_line(
            f"NOT RUN: {len(skipped)} tests, {ABSENT}. "
            "Set TIEOUT_SHARED to the folder that holds filings/ and truth/, or put that folder at ../shared.",
            yellow=True,
            bold=True,
        )


@pytest.fixture(scope="session")
def sample_night(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home after one undisturbed night on the sample: made once a run, by whichever process asks first.

    It is only to be read; who writes takes a copy (`homes.copied`).
    """
    folder = tmp_path_factory.getbasetemp()
    folder = (folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "sample_night"
    folder.mkdir(exist_ok=True)
    of = homes.home(folder, homes.SAMPLE)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "over").exists():
            summary = stages.nightly(of)
            assert summary.integrity == [] and summary.exit_code == 0, summary.lines
            (folder / "over").touch()
    return of


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real filings and their truth files; never copied into the project."""
    return SHARED


@pytest.fixture(scope="session")
def thornburg(shared: Path) -> bytes:
    """The Wells Fargo report of April 2003 as filed, without an SGML header."""
    return (shared / "filings" / "thornburg-2003-2_8-K-A.txt").read_bytes()


@pytest.fixture(scope="session")
def truth(shared: Path) -> dict[str, Any]:
    """Every printed value of that filing with its line, span, unit and meaning."""
    answer: dict[str, Any] = json.loads((shared / "truth" / "thornburg-2003-2.json").read_text())
    return answer
