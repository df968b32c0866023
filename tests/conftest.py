"""Where the tests find real filings and object storage, and the sample read once for all."""

import fcntl
import json
import logging
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import requests

from flows import intake, stages
from flows.settings import Settings
from flows.store import Access, Disk, Store, bucket
from tests import homes
from tests.places import SHARED, local_filings

ABSENT = f"no real filings at {SHARED}"
# Few tests that take long. A process takes one file after the other: one of these, begun last, would run alone.
FIRST = ("test_serve.py", "test_nightly.py", "test_kills.py", "test_stages.py", "test_cluster.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark as `real` whatever asks for the folder, and skip it where there is none; put what takes long first."""
    items.sort(key=lambda item: item.path.name not in FIRST)
    for item in items:
        if "shared" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.real)
        if item.get_closest_marker("real") and not SHARED.is_dir():
            item.add_marker(pytest.mark.skip(reason=ABSENT))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How many worlds were run, and one loud line when real filings were absent: a suite must not hide what it left."""
    worlds = [
        value
        for report in terminalreporter.stats.get("passed", [])
        for name, value in report.user_properties
        if name == "worlds"
    ]
    if worlds:
        terminalreporter.write_line(f"{sum(worlds)} simulated worlds ended as an undisturbed one")
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

    def night(of: Settings) -> None:
        summary = stages.nightly(of)
        assert summary.integrity == [] and summary.exit_code == 0, summary.lines

    return _once(tmp_path_factory, "sample_night", homes.SAMPLE, night)


def _once(
    factory: pytest.TempPathFactory, name: str, archive: Path, night: Callable[[Settings], None], processes: int = 1
) -> Settings:
    """A home on which `night` has run, by whichever process asks first; the others wait for it."""
    folder = factory.getbasetemp()
    folder = (folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / name
    folder.mkdir(exist_ok=True)
    of = homes.home(folder, archive, processes)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "over").exists():
            night(of)
            (folder / "over").touch()
    return of


@pytest.fixture(scope="session")
def shared_night(tmp_path_factory: pytest.TempPathFactory, shared: Path) -> Settings:
    """A home after one night on all real filings, those of the archive and the local ones; only to be read."""

    def night(of: Settings) -> None:
        intake.add(of, local_filings(shared))
        summary = stages.nightly(of)
        assert summary.integrity == [], summary.lines

    return _once(tmp_path_factory, "shared_night", shared / "edgar", night, processes=2)


@pytest.fixture(scope="session")
def real(shared_night: Settings, tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """The warehouse of all real filings, open to be asked: a copy, since a file is opened in one way at a time."""
    file = tmp_path_factory.mktemp("real") / shared_night.warehouse.name
    shutil.copy(shared_night.warehouse, file)
    return duckdb.connect(str(file), read_only=True)


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


@pytest.fixture(scope="session")
def object_storage() -> Iterator[Access]:
    """A server of this machine that speaks S3, and how it is reached."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield Access(f"http://{host}:{port}", "us-east-1", "key", "secret")
    server.stop()


@pytest.fixture
def bucket_address(object_storage: Access) -> str:
    """An empty bucket's s3://BUCKET/PREFIX."""
    name = f"lake-{uuid.uuid4().hex[:12]}"
    requests.put(f"{object_storage.endpoint}/{name}", timeout=10).raise_for_status()
    return f"s3://{name}/some/prefix"


@pytest.fixture
def bucket_told(object_storage: Access, monkeypatch: pytest.MonkeyPatch) -> None:
    """The variables by which a run is told how object storage is reached."""
    access = object_storage
    for name, value in {
        "AWS_ENDPOINT_URL": access.endpoint,
        "AWS_REGION": access.region,
        "AWS_ACCESS_KEY_ID": access.key,
        "AWS_SECRET_ACCESS_KEY": access.secret,
    }.items():
        monkeypatch.setenv(name, str(value))


@pytest.fixture(params=["disk", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """An empty store of each kind."""
    if request.param == "disk":
        return Disk(tmp_path / "lake")
    access: Access = request.getfixturevalue("object_storage")
    address: str = request.getfixturevalue("bucket_address")
    return bucket(address, access, tmp_path / "copies")
