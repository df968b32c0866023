"""A source that fails in every way a public server does: every filing ends where it belongs, and none is lost.

`python -m tests.bench faults 1000` is the same at length.
"""

from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flows import archives, discovery, edgar, intake, stages
from flows.indexes import Quarter
from flows.ledger import Ledger
from flows.settings import Settings
from tests.edgar_faults import FAULTS
from tests.edgar_server import Fault, busiest_second, serving
from tests.growing import Tree
from tests.homes import SAMPLE, home

WHEN = Quarter(2003, 3)
WHOLE = b"<SEC-DOCUMENT>\n<DOCUMENT>\n<TEXT>\n1,234.56\n</TEXT>\n</DOCUMENT>\n</SEC-DOCUMENT>\n"
FILED = 6  # filings of the sample in that quarter
ENDLESS = {"drip", "huge", "bomb"}
REFUSED = {"block_403", "undeclared_403", "too_many_429_bare"}  # of which each new one counts against the run


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait hundredths of a second where the client waits seconds, and take megabytes for too much."""
    for name, value in {"BACKOFF": 0.02, "GRACE": 0.3}.items():
        monkeypatch.setattr(edgar, name, value)
    monkeypatch.setattr("flows.lake.LARGEST", 4_000_000)


def settings(folder: Path, address: str, a_second: float = 200.0) -> Settings:
    return replace(
        home(folder),
        archive=address,
        identity="Ann Lee ann@example.org",
        a_second=a_second,
        pacers=folder,
        blocked=0.5,
        largest=3_000_000,
    )


def ledger(of: Settings) -> list[dict[str, Any]]:
    return Ledger(of.store).frame.to_dicts()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the quarter holds: accession number and digest of the bytes."""
    of = home(tmp_path_factory.mktemp("undisturbed"), SAMPLE)
    assert intake.fetch_quarter(of, WHEN) is None
    return {row["accession_number"]: row["sha256"] for row in ledger(of)}


@pytest.mark.parametrize("name", sorted(FAULTS.keys() - {"redirect_other", "undeclared_403", "changed"}))
def test_a_fault_that_passes_costs_nothing(tmp_path: Path, name: str, undisturbed: dict[str, str]) -> None:
    # A block is of the whole source: one is met, not one for each filing.
    one = next(iter(undisturbed))
    paths = f"*/{one}.txt" if name in REFUSED | {"drip"} else "filings"
    fault = Fault(name, paths, times=1, seconds=None if name == "drip" else 0.5, size=8_000_000)
    with serving(SAMPLE, [fault]) as server:
        of = settings(tmp_path, server.address)
        assert intake.fetch_quarter(of, WHEN) is None
        requests = server.requests()
    assert {row["accession_number"]: row["sha256"] for row in ledger(of)} == undisturbed
    assert {row["state"] for row in ledger(of)} == {"fetched"} and len(undisturbed) == FILED
    assert any(request.fault == name for request in requests), "the fault befell nobody"
    if name == "block_403":
        blocked = [request.at for request in requests if request.fault == name]
        assert len(blocked) <= edgar_connections(), "who asks during a block makes it longer"


def edgar_connections() -> int:
    return intake.CONNECTIONS


LASTING = {
    "error_500": "answered 500", "error_503": "answered 503", "reset_before": "reset|Reset|Remote",
    "reset_within": "reset", "truncated": "more expected", "short_length": "ends too early",
    "long_length": "more expected", "chunked_cut": "Incomplete", "html_200": "a web page came",
    "corrupt_gzip": "broken", "corrupt_crc": "broken", "redirect_other": "which is not the archive",
    "redirect_loop": "sent us on 5 times", "huge": "more than 3,000,000 bytes",
    "drip": "bytes came in",
}  # fmt: skip


@pytest.mark.parametrize("name", LASTING)
def test_a_fault_that_lasts_leaves_one_filing_listed_with_the_reason(tmp_path: Path, name: str) -> None:
    number = "0009056404-03-000106"
    with serving(SAMPLE, [Fault(name, f"*/{number}*", size=8_000_000)]) as server:
        of = settings(tmp_path, server.address)
        assert intake.fetch_quarter(of, WHEN) is None
        assert server.strayed() == [], "another host was contacted"
    rows = {row["accession_number"]: row for row in ledger(of)}
    bad = rows.pop(number)
    assert {row["state"] for row in rows.values()} == {"fetched"} and len(rows) == FILED - 1
    assert bad["state"] == "listed" and bad["attempts"] == 1 and bad["sha256"] is None
    assert any(word in bad["reason"] for word in LASTING[name].split("|")), bad["reason"]
    assert number in bad["reason"], "the reason names the address"


def test_what_never_comes_whole_is_given_up_after_ten_runs(tmp_path: Path) -> None:
    with serving(SAMPLE, [Fault("html_200", "*000106.txt*")]) as server:
        of = settings(tmp_path, server.address)
        for _ in range(intake.GIVEN_UP + 1):
            assert intake.fetch_quarter(of, WHEN) is None
    assert Counter(row["state"] for row in ledger(of)) == {"fetched": FILED - 1, "unreadable": 1}


@pytest.mark.parametrize(("name", "told"), [("undeclared_403", "EDGAR_IDENTITY"), ("block_403", "3rd block")])
def test_a_refusal_ends_the_run_and_says_why(tmp_path: Path, name: str, told: str) -> None:
    with serving(SAMPLE, [Fault(name, "filings", seconds=0.2)]) as server:
        of = settings(tmp_path, server.address)
        refused = intake.fetch_quarter(of, WHEN)
    assert refused and told in refused
    assert {row["state"] for row in ledger(of)} == {"listed"}, "nothing is lost, and nothing is blamed on a filing"


def test_a_server_that_is_down_is_told_at_once(tmp_path: Path) -> None:
    with serving(SAMPLE) as server:
        of = settings(tmp_path, server.address)
    refused = intake.fetch_quarter(of, WHEN)
    assert refused and server.address in refused and "does not answer" in refused and ledger(of) == []


def test_an_archive_without_index_is_told(tmp_path: Path) -> None:
    (tmp_path / "bare" / "Archives").mkdir(parents=True)
    with serving(tmp_path / "bare") as server:
        of = settings(tmp_path, server.address)
        assert intake.fetch_quarter(of, WHEN) is None
        assert "full-index" in (intake.unlisted(of) or "")


def test_a_submission_that_changes_keeps_every_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    number = "0009056404-03-000105"  # the first of its filer
    with serving(SAMPLE, [Fault("changed", f"*/{number}.txt")]) as server:
        of = settings(tmp_path, server.address)
        # A kill between the bytes and the entry in the ledger.
        with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
            killed.setattr(intake, "_keep", _interrupt)
            intake.fetch_quarter(of, WHEN)
        assert intake.fetch_quarter(of, WHEN) is None
    (row,) = (row for row in ledger(of) if row["accession_number"] == number)
    versions = [name for name in of.store.names("raw") if number in name]
    assert row["state"] == "fetched" and len(versions) == 2
    from flows import lake

    assert b"Corrected copy 2" in lake.raw_bytes(of.store, number, row["sha256"])
    assert b"Corrected copy 1" in lake.raw_bytes(of.store, number)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def test_an_index_that_lists_twice_lists_once_and_a_missing_file_stays_listed(tmp_path: Path) -> None:
    tree = Tree(tmp_path / "archive")
    for file in sorted(SAMPLE.glob("Archives/edgar/data/9899145/0009056404-03-00010[56]*")):
        import gzip

        tree.add(
            file.name.removesuffix(".txt.gz"), "8-K", WHEN.first, 9899145, "TRUST", gzip.decompress(file.read_bytes())
        )
    tree.list(tree.quarters["2003/QTR3"][:1] * 2, WHEN.first)
    tree.late("0009056404-03-000999", "8-K", WHEN.first, 9899145, "TRUST", None)
    with serving(tree.root) as server:
        of = settings(tmp_path, server.address)
        assert intake.fetch_quarter(of, WHEN) is None
        fetched = Counter(
            request.path for request in server.requests() if request.status == 200 and "/data/" in request.path
        )
    assert Counter(row["state"] for row in ledger(of)) == {"fetched": 2, "listed": 1}
    assert set(fetched.values()) == {1}, "a filing listed twice is fetched once"


def test_an_index_that_is_cut_is_read_by_the_next_run(tmp_path: Path) -> None:
    with serving(SAMPLE, [Fault("html_200", "indexes", times=edgar.TRIES)]) as server:
        of = settings(tmp_path, server.address)
        assert intake.fetch_quarter(of, WHEN) is None
        assert ledger(of) == []
        assert intake.fetch_quarter(of, WHEN) is None
    assert Counter(row["state"] for row in ledger(of)) == {"fetched": FILED}


@pytest.mark.parametrize("name", ["error_503", "short_length", "html_200", "redirect_other", "redirect_loop"])
def test_a_listing_of_days_that_fails_ends_as_an_index_does(tmp_path: Path, name: str) -> None:
    tree = Tree(tmp_path / "archive")
    tree.add("0000000011-03-000001", "10-D", date(2003, 8, 4), 11, "TRUST A", WHOLE)
    fault = Fault(name, "*/index.json")
    with serving(tree.root, [fault]) as server:
        of = replace(settings(tmp_path, server.address), today=date(2003, 8, 5))
        assert intake.fetch(of) is None
        assert server.strayed() == [], "no other host is asked"
    (told,) = discovery.register(of).strange()
    assert "daily-index/2003/QTR3/index.json" in told
    lines = stages.reports(of)
    assert lines.exit_code == 1 and any(told in line for line in lines.lines)
    # The full index told of the filing all the same; the next run asks for the listing again.
    assert [row["state"] for row in ledger(of)] == ["fetched"]
    with serving(tree.root) as server:
        assert intake.fetch(replace(of, archive=server.address)) is None
    assert discovery.register(of).strange() == []


def test_a_listing_that_names_no_day_yet_is_whole(tmp_path: Path) -> None:
    """On the first days of a quarter its folder is there, and empty."""
    tree = Tree(tmp_path / "archive")
    tree.add("0000000011-03-000001", "10-D", date(2003, 8, 4), 11, "TRUST A", WHOLE)
    (folder,) = (path for path in tree.root.rglob("daily-index/2003/QTR3"))
    for path in folder.iterdir():
        path.unlink()
    with serving(tree.root) as server:
        of = replace(settings(tmp_path, server.address), today=date(2003, 8, 5))
        assert intake.fetch(of) is None
    assert discovery.register(of).strange() == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('{"directory": {"item": [{"name": "../../master.20030804.idx"}]}}', "not of its folder"),
        ('{"directory": {"item": [{"name": "http://elsewhere.example/master.20030804.idx"}]}}', "not of its folder"),
        ('{"directory": {"item": [{"name": "master.20020804.idx"}]}}', "an index of 2002-08-04"),
        ('{"directory": {"item": [{"name": "master.20030', "no listing of a folder"),
        ('{"directory": {"item": [{"name": 7}]}}', "no listing of a folder"),
        ("[" * 100_000, "no listing of a folder"),
        ("[]", "no listing of a folder"),
    ],
)
def test_a_listing_of_days_names_files_of_its_folder_alone(body: str, told: str) -> None:
    with pytest.raises(archives.BrokenFiling, match=told) as error:
        archives.listed_days("index.json", WHEN, body.encode())
    assert len(str(error.value)) < 400


def test_an_index_that_is_cut_and_says_that_it_is_whole_is_not_believed(tmp_path: Path) -> None:
    with serving(SAMPLE, [Fault("short_length", "indexes", times=1)]) as server:
        of = settings(tmp_path, server.address)
        assert intake.fetch_quarter(of, WHEN) is None
    assert Counter(row["state"] for row in ledger(of)) == {"fetched": FILED}


def test_a_second_run_asks_for_the_index_alone_and_gets_not_even_that(tmp_path: Path) -> None:
    with serving(SAMPLE) as server:
        of = settings(tmp_path, server.address)
        intake.fetch_quarter(of, WHEN)
        before, rows = len(server.requests()), ledger(of)
        intake.fetch_quarter(of, WHEN)
        (request,) = server.requests()[before:]
    assert request.path.endswith("2003/QTR3/master.gz") and request.status == 304
    assert ledger(of) == rows


def test_the_pace_holds_whatever_fails(tmp_path: Path) -> None:
    with serving(SAMPLE, share=0.4, mix=["error_500", "reset_within", "truncated", "redirect_same"], seed=5) as server:
        of = settings(tmp_path, server.address, a_second=30)
        assert intake.fetch_quarter(of, WHEN) is None
        assert intake.fetch_quarter(of, WHEN.next) is None
        requests = server.requests()
    assert len(requests) > 20 and busiest_second(requests) <= 30


def test_the_bulk_file_of_a_day_is_one_request(tmp_path: Path) -> None:
    import gzip
    import io
    import tarfile

    tree = Tree(tmp_path / "archive")
    texts = {
        f"0000000011-03-00000{number}": f"<SUBMISSION>\ntext {number}\n</SUBMISSION>\n".encode() for number in range(4)
    }
    for number, (name, text) in enumerate(texts.items()):
        tree.add(name, "10-D", WHEN.first, 11, "TRUST", text, indexed=number < 3)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        for name, text in {"../../evil": b"x", **dict(list(texts.items())[1:])}.items():
            member = tarfile.TarInfo(f"{name}.nc")
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text))
    file = tree.edgar / f"Feed/{WHEN.folder}/{WHEN.first:%Y%m%d}.nc.tar.gz"
    file.parent.mkdir(parents=True)
    file.write_bytes(packed.getvalue())
    with serving(tree.root) as server:
        of = settings(tmp_path, server.address)
        assert intake.fetch_quarter(of, WHEN, bulk=True) is None
        asked = [request.path for request in server.requests() if "index" not in request.path]
    assert len(asked) == 2, "the bulk file, and the one filing that is not in it"
    rows = {row["accession_number"]: row for row in ledger(of)}
    assert set(rows) == set(list(texts)[:3]) and {row["state"] for row in rows.values()} == {"fetched"}
    assert not list(tmp_path.rglob("evil*"))
    assert archives.MEMBER.fullmatch("../../evil.nc") is None and gzip.decompress(packed.getvalue())
