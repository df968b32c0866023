"""Listing and fetching: index files of every shape, folders, and a server that is polite, absent or cross."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from flows import edgar, settings, stages
from flows.ledger import Ledger
from tests.homes import home

INDEX = """Description:           Master Index of EDGAR Dissemination Feed
Last Data Received:    June 30, 2003

CIK|Company Name|Form Type|Date Filed|{head}
--------------------------------------------------------------------------------
"""


def folder(root: Path, lines: list[str], head: str = "Filename", end: str = "\n", quarter: str = "2003/QTR2") -> Path:
    """Write one index file of an archive."""
    index = root / "Archives/edgar/full-index" / quarter / "master.idx"
    index.parent.mkdir(parents=True, exist_ok=True)
    index.write_bytes((INDEX.format(head=head) + "\n".join(lines) + "\n").replace("\n", end).encode("latin-1"))
    return root


def listed(root: Path) -> tuple[list[edgar.Listing], list[str]]:
    return edgar.listings(edgar.Folder(root))


def test_one_filing_of_several_filers_is_listed_once(tmp_path: Path) -> None:
    line = "|10-D|2006-03-27|edgar/data/11/0000000011-06-000001.txt"
    found, strange = listed(folder(tmp_path, [f"11|TRUST A{line}", f"12|DEPOSITOR INC{line}", f"11|TRUST A{line}"]))
    assert strange == []
    assert [(one.accession, one.ciks, one.company) for one in found] == [("0000000011-06-000001", (11, 12), "TRUST A")]


@pytest.mark.parametrize(
    ("filed", "head", "end"), [("2006-03-27", "Filename", "\n"), ("20060327", "File Name", "  \r\n")]
)
def test_both_dialects_of_the_index_are_read(tmp_path: Path, filed: str, head: str, end: str) -> None:
    line = f"11|A | B \xc9 TRUST|8-K/A|{filed}|edgar/data/11/000000001106000001/0000000011-06-000001.txt"
    (one,), _ = listed(folder(tmp_path, [line], head, end))
    assert (one.company, one.form_type, one.filed_date) == ("A | B \xc9 TRUST", "8-K/A", date(2006, 3, 27))


def test_only_the_exact_forms_are_listed(tmp_path: Path) -> None:
    forms = ["8-K", "8-K12G3", "10-D", "10-DT", "10-K", "8-K/A", "10-D/A", "ABS-EE"]
    lines = [f"1|T|{form}|2006-03-27|edgar/data/1/0000000001-06-{number:06d}.txt" for number, form in enumerate(forms)]
    found, _ = listed(folder(tmp_path, lines))
    assert sorted(one.form_type for one in found) == ["10-D", "10-D/A", "8-K", "8-K/A"]


@pytest.mark.parametrize(
    "path",
    [
        "edgar/data/1/../../../../etc/passwd",
        "/etc/passwd.txt",
        "edgar/data/1/0000000001-06-00001.txt",
        "edgar/data/x/y.txt",
    ],
)
def test_a_path_that_is_no_submission_is_named_and_never_opened(tmp_path: Path, path: str) -> None:
    root = folder(tmp_path, [f"1|T|8-K|2006-03-27|{path}"])
    found, strange = listed(root)
    assert found == [] and len(strange) == 1 and path in strange[0] and "line 6" in strange[0]
    told = stages.fetch(home(tmp_path, root))
    assert told is not None and path in told


def test_a_listed_file_may_lie_gzipped(tmp_path: Path) -> None:
    root = folder(tmp_path, ["1|T|8-K|2006-03-27|edgar/data/1/0000000001-06-000001.txt"])
    path = root / "Archives/edgar/data/1/0000000001-06-000001.txt.gz"
    path.parent.mkdir(parents=True)
    path.write_bytes(gzip.compress(b"text"))
    assert edgar.Folder(root).fetch("edgar/data/1/0000000001-06-000001.txt") == path.read_bytes()


def test_a_listed_file_that_is_not_there_stays_listed_with_the_reason(tmp_path: Path) -> None:
    root = folder(tmp_path, ["1|T|8-K|2006-03-27|edgar/data/1/0000000001-06-000001.txt"])
    of = home(tmp_path, root)
    assert stages.fetch(of) is None
    (row,) = Ledger(of.store).frame.to_dicts()
    assert row["state"] == "listed" and "not in" in row["reason"]


# ---- a server ----


class _Handler(BaseHTTPRequestHandler):
    server: Any

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers["User-Agent"]))
        status, body = self.server.answers.get(self.path, (404, b"no"))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) + self.server.missing))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


@contextmanager
def serving(answers: dict[str, tuple[int, bytes]], missing: int = 0) -> Iterator[Any]:
    """A server on this machine; `missing` bytes of each answer are promised and not sent."""
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.answers, server.asked, server.missing = answers, [], missing
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


FILE = "edgar/data/1/0000000001-06-000001.txt"


def remote(server: Any) -> edgar.Remote:
    root = f"http://127.0.0.1:{server.server_port}"
    return edgar.Remote(root, "Ann Lee ann@example.org", edgar.FORMS, [(2003, 2), (2003, 3)])


def test_a_server_is_asked_under_the_declared_name() -> None:
    index = INDEX.format(head="Filename") + f"1|T|8-K|2006-03-27|{FILE}\n"
    answers = {
        "/Archives/edgar/full-index/2003/QTR2/master.idx": (200, index.encode()),
        f"/Archives/{FILE}": (200, b"x"),
    }
    with serving(answers) as server:
        source = remote(server)
        (one,), _ = edgar.listings(source)
        assert source.fetch(one.path) == b"x"
    assert {agent for _, agent in server.asked} == {"Ann Lee ann@example.org"}


def test_an_absent_file_is_missing_and_a_refusal_ends_the_run() -> None:
    answers = {
        "/Archives/gone.txt": (403, b"<Error><Code>AccessDenied</Code></Error>"),
        "/Archives/cross.txt": (403, b"<html>Request Rate Threshold Exceeded</html>"),
        "/Archives/busy.txt": (429, b""),
    }
    with serving(answers) as server:
        for name in ("absent.txt", "gone.txt"):
            with pytest.raises(edgar.MissingFiling, match=name):
                remote(server).fetch(name)
        for name, status in (("cross.txt", 403), ("busy.txt", 429)):
            with pytest.raises(edgar.SourceError, match=f"{name} answered {status}"):
                remote(server).fetch(name)
            assert sum(path.endswith(name) for path, _ in server.asked) == 1, "a refusal was answered by asking again"


def test_a_short_body_is_no_filing() -> None:
    with serving({f"/Archives/{FILE}": (200, b"half")}, missing=10) as server, pytest.raises(edgar.SourceError):
        remote(server).fetch(FILE)


def test_a_server_without_index_says_so() -> None:
    with serving({}) as server, pytest.raises(edgar.SourceError, match="full-index"):
        edgar.listings(remote(server))


def test_requests_keep_their_distance(monkeypatch: pytest.MonkeyPatch) -> None:
    now, slept = [100.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    monkeypatch.setattr(edgar.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(edgar.time, "sleep", sleep)
    source = edgar.Remote("http://nowhere.invalid", "x", edgar.FORMS, [])
    for _ in range(17):
        source._pace()
    assert now[0] - 100.0 == pytest.approx(16 / edgar.A_SECOND)
    assert max(slept) <= 1 / edgar.A_SECOND + 1e-9


def test_what_came_before_a_refusal_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f"1|T|8-K|2006-03-2{day}|edgar/data/1/0000000001-06-00000{day}.txt" for day in range(1, 6)]
    root = folder(tmp_path, lines)

    def fetch(self: edgar.Folder, path: str) -> bytes:
        if path.endswith("4.txt"):
            raise edgar.SourceError("blocked")
        return b"some text"

    monkeypatch.setattr(edgar.Folder, "fetch", fetch)
    of = home(tmp_path, root)
    assert stages.fetch(of) == "blocked"
    assert Ledger(of.store).frame["state"].to_list() == ["fetched"] * 3 + ["listed"] * 2


# ---- settings ----


def test_edgar_asks_for_an_identity(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("EDGAR_IDENTITY", raising=False)
    for identity in (None, "Ann Lee"):
        with pytest.raises(settings.SettingsError, match="EDGAR_IDENTITY"):
            settings.load(home=tmp_path, archive="edgar", identity=identity)
    monkeypatch.setenv("EDGAR_IDENTITY", "Ann Lee ann@example.org")
    assert settings.load(home=tmp_path, archive="edgar").identity == "Ann Lee ann@example.org"


def test_an_identity_does_not_choose_edgar(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("TIEOUT_ARCHIVE", raising=False)
    monkeypatch.setenv("EDGAR_IDENTITY", "Ann Lee ann@example.org")
    assert settings.load(home=tmp_path).archive_is_sample


def test_arguments_win_over_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "Archives").mkdir()
    monkeypatch.setenv("TIEOUT_HOME", "/nowhere")
    monkeypatch.setenv("TIEOUT_ARCHIVE", "/nowhere")
    told = settings.load(home=tmp_path, archive=tmp_path, processes=3)
    assert (told.home, told.archive, told.processes) == (tmp_path, str(tmp_path), 3)


@pytest.mark.parametrize(("name", "value", "told"), [
    ("TIEOUT_ARCHIVE", "/nowhere/at/all", "Archives/"), ("TIEOUT_PROCESSES", "many", "whole number"),
])  # fmt: skip
def test_a_wrong_setting_is_named_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(settings.SettingsError, match=told) as error:
        settings.load(home=tmp_path)
    assert value in str(error.value) and name in str(error.value)
