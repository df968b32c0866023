"""What a run says of what it does not read, of its own faults and of the storage's."""

import binascii
import errno
import gzip
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from flows import cli, intake, lake, stages, store
from flows.ledger import Ledger
from flows.settings import Settings
from flows.store import Disk, StorageFailed, StoreError
from tests.homes import SAMPLE, home
from transforms import Submission, read_batch, tables
from transforms.errors import UnreadableFiling

PDF = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n" + b"1 0 obj << /Type /Catalog >> endobj\n" * 20
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(64))
SGML = b"""<SEC-DOCUMENT>0000000077-03-000001.txt : 20030501
<SEC-HEADER>0000000077-03-000001.hdr.sgml : 20030501
ACCESSION NUMBER:\t\t0000000077-03-000001
CONFORMED SUBMISSION TYPE:\t10-D
FILED AS OF DATE:\t\t20030501
</SEC-HEADER>
<DOCUMENT>
<TYPE>10-D
<SEQUENCE>1
<TEXT>
The report is attached.
</TEXT>
</DOCUMENT>
<DOCUMENT>
<TYPE>EX-99
<SEQUENCE>2
<FILENAME>report.%s
<TEXT>
%s
</TEXT>
</DOCUMENT>
</SEC-DOCUMENT>
"""


def encoded(name: bytes, raw: bytes) -> bytes:
    """A file as EDGAR puts it into a submission."""
    lines = [binascii.b2a_uu(raw[at : at + 45]) for at in range(0, len(raw), 45)]
    return b"begin 644 " + name + b"\n" + b"".join(lines) + b"`\nend\n"


def zipped(name: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, "text " * 100)
    return packed.getvalue()


def page(title: str, words: str = "") -> bytes:
    return f"<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><p>{words}</p></body></html>".encode()


KINDS: dict[str, tuple[bytes, str, str]] = {
    "empty": (b"", "unreadable", "empty"),
    "PDF": (PDF, "unreadable", "a PDF"),
    "image": (PNG, "unreadable", "an image (PNG)"),
    "photo": (b"\xff\xd8\xff\xe0" + bytes(50), "unreadable", "an image (JPEG)"),
    "zip": (zipped("report.txt"), "unreadable", "a zip archive"),
    "docx": (zipped("word/document.xml"), "unreadable", "an Office document (docx, xlsx)"),
    "gzip cut short": (gzip.compress(SGML * 50)[:-30], "unreadable", "a gzip file cut short"),
    "gzip broken": (b"\x1f\x8b\x08\x00" + b"\xff" * 40, "unreadable", "a broken gzip file"),
    "binary": (bytes(range(256)) * 64, "unreadable", "binary"),
    "uuencoded PDF": (
        SGML % (b"pdf", b"<PDF>\n" + encoded(b"report.pdf", PDF) + b"</PDF>"), "unrecognised", "report.pdf is a PDF"
    ),
    "uuencoded image": (
        SGML % (b"png", encoded(b"report.png", PNG)), "unrecognised", "report.png is an image (PNG)"
    ),
    "block page": (page("SEC.gov | Request Rate Threshold Exceeded"), "unreadable", "refuses access"),
    "denied": (b"<HTML><BODY><H1>Access Denied</H1>Reference #18.2</BODY></HTML>", "unreadable", "'Access Denied'"),
    "another page": (page("Our trusts", "Welcome"), "unrecognised", "no report found"),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_reason_says_what_was_received(kind: str) -> None:
    raw, state, reason = KINDS[kind]
    _, (outcome,) = read_batch([Submission(raw, local=True)])
    assert outcome.state == state and reason in outcome.reason


def test_what_came_gzipped_and_cut_short_is_told_as_that(tmp_path: Path) -> None:
    of = home(tmp_path)
    (tmp_path / "cut.txt.gz").write_bytes(KINDS["gzip cut short"][0])
    (accession,) = intake.add(of, [tmp_path / "cut.txt.gz"])
    stages.document(of)
    stages.tables(of)
    row = Ledger(of.store).of([accession])[accession]
    assert row["state"] == "unreadable" and "a gzip file cut short" in row["reason"]


def report() -> bytes:
    return lake.plain(min((SAMPLE / "Archives/edgar/data").rglob("*.txt*")).read_bytes())


def test_a_fault_of_the_reader_names_what_it_met(monkeypatch: pytest.MonkeyPatch) -> None:
    read = tables.Reader._by_class

    def failing(self: tables.Reader, block: Any, *more: Any) -> None:
        if any("Totals" in row.text for row in block.body):
            raise IndexError("list index out of range")
        read(self, block, *more)

    other = SGML % (b"txt", b"Nothing.")
    monkeypatch.setattr(tables.Reader, "_by_class", failing)
    _, (outcome, beside) = read_batch([Submission(report(), local=True), Submission(other, local=True)])
    assert outcome.state == "unreadable" and outcome.cells == 0
    assert "the reader failed in lines " in outcome.reason and "IndexError: list index out of range" in outcome.reason
    assert beside.state == "unrecognised"


def test_a_place_read_twice_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    read = tables.Reader.read

    def twice(self: tables.Reader, *given: Any, **more: Any) -> None:
        read(self, *given, **more)
        self.cells.rows.append(self.cells.rows[-1])

    monkeypatch.setattr(tables.Reader, "read", twice)
    with pytest.raises(UnreadableFiling, match=r"it read '.+' in line \d+, column \d+, as .+ and as "):
        from transforms import read as read_one

        read_one(report())


# ---- the command line ----


def _explained(tmp_path: Path, capsys: pytest.CaptureFixture[str], raw: bytes) -> tuple[int, str]:
    file = tmp_path / "file.txt"
    file.write_bytes(raw)
    code = cli.main(["explain", str(file)])
    told = capsys.readouterr()
    return code, told.out + told.err


@pytest.mark.parametrize("kind", KINDS)
def test_explain_tells_what_any_file_is(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = _explained(tmp_path, capsys, KINDS[kind][0])
    assert code == cli.SOME_ENDED_BADLY and told.startswith(f"tieout: {tmp_path / 'file.txt'}: ")
    assert "Traceback" not in told and told.count("\n") == 1
    assert KINDS[kind][2].split(" cut")[0] in told or "gzip" in told


@pytest.mark.parametrize("name", ["", "missing.txt"])
def test_explain_of_what_is_no_file_is_wrong_usage(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["explain", str(tmp_path / name)]) == cli.WRONG_USAGE
    assert capsys.readouterr().err.count("\n") == 1


def _raises(error: Exception) -> Callable[..., Any]:
    def failing(*_: Any, **__: Any) -> Any:
        raise error

    return failing


def test_a_crash_is_one_line_and_says_where_the_details_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("transforms.explain.explain", _raises(ZeroDivisionError("division by zero\nand more")))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    code, told = _explained(tmp_path, capsys, report())
    assert code == 5 and told.count("\n") == 1 and "ZeroDivisionError: division by zero;" in told
    details = Path(told.strip().rsplit("details: ", 1)[1])
    assert details.parent == tmp_path and "Traceback" in details.read_text()


FULL = OSError(errno.ENOSPC, "No space left on device")
# Of a disk, of an object store, of the process that writes.
FAULTS = {
    "EIO": OSError(errno.EIO, "Input/output error"),
    "ESTALE": OSError(errno.ESTALE, "Stale file handle"),
    "slow down": StorageFailed("s3://lake/cells cannot be used (slow down, PutObject, after 4 tries)"),
    "no memory": MemoryError(),
    "Arrow": pa.ArrowMemoryError("malloc of size 64 failed"),
}


def _added(tmp_path: Path) -> Settings:
    of = home(tmp_path)
    (tmp_path / "good.txt").write_bytes(report())
    intake.add(of, [tmp_path / "good.txt"])
    return of


@pytest.mark.parametrize("at", ["put_cells", "put_facts"])
def test_a_full_disk_is_told_and_no_filing_is_blamed(
    at: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    of = _added(tmp_path)
    arguments = ["nightly", "--no-prefect", "--home", str(of.home), "--archive", str(of.archive)]
    with monkeypatch.context() as full:
        full.setattr(lake, at, _raises(FULL))
        assert cli.main(arguments) == 6
    told = capsys.readouterr().err
    assert "No space left" in told and "Traceback" not in told
    assert set(Ledger(of.store).counts()) <= {"fetched", "read"}
    # The next run goes on.
    assert cli.main(arguments) == 0
    assert Ledger(of.store).counts() == {"loaded": 1}


@pytest.mark.parametrize("fault", FAULTS)
def test_no_filing_is_blamed_for_what_cannot_be_written(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = _added(tmp_path)
    for at, stage, state in (("put_cells", stages.tables, "fetched"), ("put_facts", stages.facts, "read")):
        with monkeypatch.context() as broken:
            broken.setattr(lake, at, _raises(FAULTS[fault]))
            with pytest.raises(StoreError) as met:
                stage(of)
        assert cli._expected(met.value) == cli.NO_STORAGE and "\n" not in str(met.value)
        assert Ledger(of.store).counts() == {state: 1}
        stage(of)
    assert Ledger(of.store).counts() == {"loaded": 1}


def test_what_the_machine_says_while_a_filing_is_read_is_not_the_filings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = _added(tmp_path)
    with monkeypatch.context() as broken:
        broken.setattr(stages, "read_years", _raises(OSError(errno.EMFILE, "Too many open files")))
        with pytest.raises(OSError, match="Too many open files"):
            stages.tables(of)
    assert Ledger(of.store).counts() == {"fetched": 1}


@pytest.mark.parametrize("times", [1, 9])
def test_a_disk_that_fails_is_tried_again(times: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = [OSError(errno.EIO, "Input/output error")] * times
    rename = store.rename

    def failing(aside: Path, path: Path) -> None:
        if left:
            raise left.pop()
        rename(aside, path)

    monkeypatch.setattr(store, "rename", failing)
    monkeypatch.setattr(store, "PAUSES", (0, 0))
    disk = Disk(tmp_path)
    if times == 1:
        disk.put("a/b", b"c")
        assert disk.get("a/b") == b"c"
    else:
        with pytest.raises(StorageFailed, match=r"a/b cannot be used \(Input/output error\)"):
            disk.put("a/b", b"c")
        assert not disk.exists("a/b")


def test_a_bucket_that_is_too_slow_failed_and_one_that_refuses_is_set_wrong(tmp_path: Path) -> None:
    files = store.Bucket("lake", "", store.Access("http://127.0.0.1:9"), tmp_path, None)
    for word, code in (
        ("SLOW_DOWN", 6),
        ("NETWORK_CONNECTION", 6),
        ("UNKNOWN (HTTP status 503)", 6),
        ("ACCESS_DENIED", 2),
    ):
        with pytest.raises(StoreError) as met, files._answers("cells/a"):
            raise OSError(f"When writing key 'a': AWS Error {word} during PutObject operation: told")
        assert cli._expected(met.value) == code
        assert "s3://lake/cells/a at http://127.0.0.1:9" in str(met.value)
