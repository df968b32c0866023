"""User and password of an archive's address are used for its requests, and are recorded and shown nowhere."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import quote

import polars as pl
import pytest

from flows import cli, edgar, intake, settings, store
from flows.indexes import Quarter
from flows.ledger import Ledger
from flows.register import INDEXES, LISTINGS
from flows.store import Disk
from tests.homes import archive, content
from tests.test_cli import Done, expect_one_line, stranger, tieout

USER, PASSWORD = "ann", "s@cr:et/é"
LOGIN = f"{USER}:{quote(PASSWORD, safe='')}"
SHOWN = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
SECRETS = [PASSWORD, quote(PASSWORD, safe=""), "s@cr", "s%40cr", SHOWN.split()[1]]
NUMBER = "0000000077-03-000001"


class Closed(SimpleHTTPRequestHandler):
    """An archive for those who show the login."""

    def do_GET(self) -> None:
        """Answer 401 to all others."""
        if self.headers["Authorization"] == SHOWN:
            super().do_GET()
        else:
            self.send_error(401)

    def log_message(self, *_: object) -> None:
        """Tell nobody."""


@contextmanager
def closed(root: Path) -> Iterator[str]:
    """HOST:PORT of an archive that asks for the login, in a thread of this process."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Closed, directory=str(root))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """HOST:PORT of such an archive of one filing."""
    monkeypatch.setenv("TIEOUT_PACERS", str(tmp_path / "pacers"))
    with closed(archive(tmp_path / "archive", [(NUMBER, "10-D", "2003-05-01", stranger("one", ""))])) as address:
        yield address


def filled(address: str, home: Path) -> Done:
    """What a back-fill of the archive's one quarter said."""
    span = ("--from", "2003-Q2", "--to", "2003-Q2", "--rate", "1000", "--processes", "1")
    return tieout("backfill", "--no-prefect", *span, "--archive", address, home=home)


def expect_no_secret(home: Path, *told: Done) -> None:
    """No file of the home, packed or not, and nothing that was said tells the password."""
    texts = [text for done in told for text in (done.stdout, done.stderr)]
    for path in home.rglob("*"):
        if path.suffix == ".parquet":
            texts.append(str(pl.read_parquet(path).to_dicts()))
        elif path.suffix == ".duckdb":
            texts.append(str(content(path)) + path.read_bytes().decode("latin-1"))
        elif path.is_file():
            texts.append(path.read_bytes().decode("latin-1"))
    assert len(texts) > len(told)
    for text in texts:
        assert not [secret for secret in SECRETS if secret in text], text[:500]


def test_a_login_is_shown_to_the_archive_and_to_nobody_else(host: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    done = filled(f"HTTP://{LOGIN}@{host}/", home)
    assert done.returncode == cli.WELL and "1 loaded" in done.stdout, done
    expect_no_secret(home, done)
    said = tieout("sql", "--csv", "SELECT fetched_from FROM filing_state", home=home)
    assert f"http://{host}/Archives/edgar/data/77/{NUMBER}.txt" in said.stdout
    # What an older tieout recorded goes.
    disk, book = Disk(home), Ledger(Disk(home))
    (row,) = book.rows("loaded")
    book.record([row | {"fetched_from": row["fetched_from"].replace("://", f"://{LOGIN}@")}])
    for name in (INDEXES, *disk.names(LISTINGS)):
        held = pl.DataFrame(disk.get_table(name))
        disk.put_table(name, held.with_columns(pl.col("archive").str.replace("://", f"://{LOGIN}@")).to_arrow())
    with pytest.raises(AssertionError, match="s%40cr"):
        expect_no_secret(home)
    of = settings.load(home=home, archive=f"http://{LOGIN}@{host}", rate=1000)
    assert intake.fetch_quarter(of, Quarter(2003, 2)) is None
    expect_no_secret(home)
    # It is the same filing of the same archive: nothing is fetched again or taken for gone.
    assert Ledger(disk).counts() == {"loaded": 1} and Ledger(disk).rows("loaded")[0]["sha256"] == row["sha256"]


@pytest.mark.parametrize("address", ["http://ann:wrong@{host}", "http://{login}@127.0.0.1:9"])
def test_a_source_that_refuses_is_told_without_the_login(address: str, host: str, tmp_path: Path) -> None:
    of = settings.load(home=tmp_path / "home", archive=address.format(host=host, login=LOGIN), rate=1000)
    told = intake.fetch_quarter(of, Quarter(2003, 2))
    assert told and told.startswith("http://127.0.0.1:") and "wrong" not in told
    expect_no_secret(of.home, Done(0, told, ""))


# ---- settings ----


@pytest.mark.parametrize(("told", "place", "login"), [
    ("http://ann:pa%40ss@host:8080/sec/", "http://host:8080/sec", ("ann", "pa@ss")),
    ("https://token@host", "https://host", ("token", "")), ("http://host/", "http://host", None),
    ("HTTPS://ann:a:b@host/x", "https://host/x", ("ann", "a:b")),
])  # fmt: skip
def test_an_address_is_parted_from_its_login(
    told: str, place: str, login: tuple[str, str] | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TIEOUT_ARCHIVE", raising=False)
    of = settings.load(home=tmp_path, archive=told)
    assert (of.archive, of.login) == (place, login)
    assert "pa@ss" not in repr(of) and "token" not in repr(of) and "a:b" not in repr(of)
    # What Prefect keeps and shows, and what a run makes of it again.
    environment: dict[str, str] = {}
    settings.declare(of, environment)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    parameters = settings.parameters(of)
    assert parameters["archive"] == place
    again = settings.load(**parameters)
    assert (again.archive, again.login) == (of.archive, of.login)
    assert settings.load(home=tmp_path, archive="http://elsewhere/").login is None


@pytest.mark.parametrize("told", [
    "http://ann:sE/cReT@host/", "http://ann:sE?cReT@host", "http://ann:sE#cReT@host", "http://ann:sEcReT@[host",
    "http://ann:12/sEcReT@host", "ftp://ann:sEcReT@host", "ann:sEcReT@host", "https:/ann:sEcReT@host/x",
])  # fmt: skip
def test_an_address_that_is_none_is_not_quoted_with_its_password(told: str, tmp_path: Path) -> None:
    done = tieout("nightly", "--no-prefect", "--archive", told, home=tmp_path / "home")
    expect_one_line(done, cli.WRONG_USAGE, "--archive")
    assert "sE" not in done.stderr and "cReT" not in done.stderr


@pytest.mark.parametrize("told", ["s3://KEY:SeCrEt@bucket/x", "http://KEY:SeCrEt@minio/bucket"])
def test_keys_in_the_address_of_a_lake_are_refused_and_not_quoted(told: str, tmp_path: Path) -> None:
    done = tieout("nightly", "--no-prefect", "--lake", told, home=tmp_path / "home")
    expect_one_line(done, cli.WRONG_USAGE, "--lake")
    assert "SeCrEt" not in done.stderr


def test_who_asks_a_bucket_is_in_no_text_of_it() -> None:
    access = store.Access("http://ann:SeCrEt@minio:9000", "us-east-1", "KEY", "SeCrEt", "SeCrEt")
    assert "SeCrEt" not in repr(access) and "KEY" not in repr(access) and access.shown == "http://minio:9000"


def test_a_redirection_that_repeats_the_login_is_followed_and_not_quoted(tmp_path: Path) -> None:
    of = replace(settings.load(home=tmp_path, archive=f"http://{LOGIN}@host"), pacers=tmp_path)
    source = edgar.archive(of)
    assert isinstance(source, edgar.Remote)
    assert source._same_host("http://host/a", f"http://{LOGIN}@host/b", 1) == "http://host/b"
    for location in (f"http://{LOGIN}@elsewhere/b", "http://[host/b"):
        with pytest.raises(edgar._Broken) as told:
            source._same_host("http://host/a", location, 1)
        assert "s%40cr" not in str(told.value)
