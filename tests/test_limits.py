"""How much one filing may be, hold and take: what exceeds a limit ends alone, with its reason, and is kept."""

import gzip
import re
import signal
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from flows import allowance, intake, lake, settings, stages
from flows.ledger import Ledger
from flows.settings import Settings
from tests.edgar_server import Fault, serving
from tests.growing import Tree
from tests.homes import home
from transforms import Submission, bounds, read_batch, tables

REPORT = """Sample Home Equity Trust 2003-1
Distribution Date: May 25, 2003

Collateral Summary

Beginning balance            1,000.00
Principal collected            100.00
Ending balance                 900.00
"""


def night(of: Settings, **files: bytes) -> dict[str, tuple[str, str | None]]:
    """What becomes of files that are added together: state and reason of each, by name."""
    for name, content in files.items():
        (of.home.parent / name).write_bytes(content)
    added = intake.add(of, [of.home.parent / name for name in files])
    stages.document(of)
    stages.tables(of)
    stages.facts(of)
    rows = Ledger(of.store).of(added)
    return {
        name: (rows[accession]["state"], rows[accession]["reason"])
        for name, accession in zip(files, added, strict=True)
    }


def test_one_limit_holds_for_what_a_filing_opens_to(tmp_path: Path) -> None:
    of = replace(home(tmp_path), largest=200_000)
    plain = REPORT.encode() + b" " * 200_000
    packed, bomb = gzip.compress(plain + b"\n"), gzip.compress(b" " * 50_000_000)
    found = night(of, good=REPORT.encode(), plain=plain, packed=packed, bomb=bomb)
    assert found["good"] == ("loaded", None)
    for name, size in (("plain", "200,199"), ("packed", "200,200"), ("bomb", "more than 2,000,000")):
        assert found[name] == ("unreadable", f"too large: {size} bytes, where at most 200,000 are read")
    kept = {gzip.decompress(path.read_bytes()) for path in (of.home / "raw").rglob("*.gz")}
    assert kept == {REPORT.encode(), plain, plain + b"\n", b" " * 50_000_000}, "the bytes of all are kept"


def test_a_gzip_of_many_members_is_opened_piece_by_piece() -> None:
    members = gzip.compress(b"ab") * 3000
    assert lake.plain(members + b"\0" * 10_000 + members) == b"ab" * 6000
    assert lake.digest(members) == lake.digest(b"ab" * 3000)
    with pytest.raises(lake.LakeError, match="too early"):
        lake.plain(members[:-1])
    with pytest.raises(lake.LakeError, match="broken"):
        lake.plain(members + b"no member")


def test_what_is_too_large_has_the_digest_that_its_kept_form_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lake, "LARGEST", 1000)
    text = b"x" * 5000
    assert lake.digest(text) == lake.digest(gzip.compress(text))


def test_no_more_is_held_than_is_counted() -> None:
    bomb = gzip.compress(b" " * 30_000_000)
    with pytest.raises(lake.TooLarge):
        list(lake._opened(bomb, 10_000_000))
    assert max(map(len, lake._opened(bomb, 30_000_000))) < 8_000_000


def test_a_filing_that_is_too_large_comes_twice_and_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.edgar.BACKOFF", 0.02)
    monkeypatch.setattr("flows.lake.LARGEST", 4_000_000)
    tree = Tree(tmp_path / "archive")
    path = tree.add("0000000011-03-000001", "10-D", date(2003, 8, 4), 11, "TRUST A", REPORT.encode())
    assert path
    with serving(tree.root, [Fault("bomb", "filings", size=8_000_000)]) as server:
        told = home(tmp_path)
        of = replace(told, archive=server.address, identity="A a@b.example", a_second=200, pacers=tmp_path)
        of = replace(of, largest=4_000_000, today=date(2003, 8, 5))
        assert intake.fetch(of) is None
        assert [one.path for one in server.requests() if "/data/" in one.path] == [f"/Archives/{_path(of)}"] * 2
    stages.tables(of)
    (row,) = Ledger(of.store).frame.to_dicts()
    assert (
        row["state"] == "unreadable" and row["reason"] == "too large: 8,000,000 bytes, where at most 4,000,000 are read"
    )
    assert len(list((of.home / "raw").rglob("*.gz"))) == 1


def _path(of: Settings) -> str:
    (row,) = Ledger(of.store).frame.to_dicts()
    return str(row["path"])


TABLES = "<html><body>" + "<table><tr><td>" * 40 + "{text}" + "</td></tr></table>" * 40 + "</body></html>"


@pytest.mark.parametrize(
    ("bound", "text", "told"),
    [
        ("MOST_NUMBERS", REPORT + "1 2 3 " * 20, "67 numbers, where at most 50 are read"),
        ("MOST_TAGS", "<p>" * 60 + REPORT, "60 tags, where at most 50 are read"),
        ("DEEPEST", TABLES.replace("{text}", REPORT), "40 tables or blocks within each other, where at most 30"),
        ("DEEPEST", "<DIV>" * 31 + REPORT, "31 tables or blocks within each other, where at most 30"),
    ],
)
def test_a_filing_that_holds_too_much_ends_alone(
    monkeypatch: pytest.MonkeyPatch, bound: str, text: str, told: str
) -> None:
    monkeypatch.setattr(bounds, bound, 30 if bound == "DEEPEST" else 50)
    _, (bad, good) = read_batch([Submission(one.encode(), local=True) for one in (text, REPORT)])
    assert bad.state == "unreadable" and told in bad.reason
    assert [good] == read_batch([Submission(REPORT.encode(), local=True)])[1] and good.state == "read"


def test_blocks_side_by_side_are_not_within_each_other() -> None:
    assert bounds._depth("<div>1</div>" * 50 + "</div>" * 9 + "<table><tr><td><table></table></table>") == 2


def test_real_filings_keep_far_within_all_bounds(shared: Path) -> None:
    """The largest fill less than a fiftieth of each bound."""
    for path in [*shared.glob("edgar/Archives/edgar/data/*/*"), *shared.glob("filings/real/*")]:
        text = lake.plain(path.read_bytes(), Settings.largest // 50).decode("latin-1")
        assert bounds.count_numbers(text) < bounds.MOST_NUMBERS / 50
        assert text.count("<") < bounds.MOST_TAGS / 50 and bounds._depth(text) < bounds.DEEPEST / 50


@pytest.mark.parametrize(
    ("name", "value"), [("TIEOUT_LARGEST", "many"), ("TIEOUT_FILING_MEMORY", "3"), ("TIEOUT_LARGEST", "0MB")]
)
def test_a_size_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(settings.SettingsError, match=f"{name}.*100MB"):
        settings.load(home=tmp_path)


def test_sizes_go_from_run_to_run(tmp_path: Path) -> None:
    of = settings.load(home=tmp_path, largest="7MB", filing_memory="2GB")
    assert (of.largest, of.filing_memory) == (7_000_000, 2_000_000_000)
    told = settings.parameters(of)
    assert (told["largest"], told["filing_memory"]) == ("7MB", "2000MB")


# ---- processor time and memory of one filing


def long_report(lines: int) -> bytes:
    """A report whose reading takes long: a list of many lines."""
    rows = "".join(f"Whatnot of the month number {at:<12}{at}.00\n" for at in range(lines))
    return (REPORT + "\nCollateral Summary\n\n" + rows).encode()


@pytest.mark.parametrize(
    ("few", "told", "heavy"),
    [
        ({"filing_seconds": 1.0}, r"too slow: [0-9.]+ s of processor time, where 1\.0 s are allowed", False),
        ({"filing_memory": 60_000_000}, "too much memory: [0-9,]+ MB, where 60 MB are allowed", False),
        ({"filing_memory": 60_000_000}, "too much memory: [0-9,]+ MB, where 60 MB are allowed", True),
    ],
)
def test_a_filing_that_takes_too_much_ends_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: dict[str, float], told: str, heavy: bool
) -> None:
    if heavy:
        monkeypatch.setattr(allowance, "HEAVY", 100_000)
    plain = home(tmp_path)
    of = replace(plain, **few)  # type: ignore[arg-type]
    found = night(of, good=REPORT.encode(), bad=long_report(80_000), other=REPORT.replace("May", "June").encode())
    state, reason = found.pop("bad")
    assert state == "unreadable" and re.fullmatch(told, reason or ""), reason
    assert found == {"good": ("loaded", None), "other": ("loaded", None)}
    # What stands beside it is read as it is without it.
    beside = home(tmp_path / "beside")
    beside.home.parent.mkdir(exist_ok=True)
    night(beside, good=REPORT.encode(), other=REPORT.replace("May", "June").encode())
    assert facts_of(of) == facts_of(beside)


def facts_of(of: Settings) -> list[str]:
    rows = [pl.read_parquet(path) for path in (of.home / "facts" / "fact_collateral").rglob("*.parquet")]
    return sorted(str(row) for frame in rows for row in frame.iter_rows())


def test_what_took_too_much_is_tried_once_more_and_may_do_better(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(self: tables.Reader, *given: Any, **named: Any) -> None:
        while True:  # in this process alone: the other one has its own reader
            sum(range(1000))

    monkeypatch.setattr(tables.Reader, "start", slow)
    of = replace(home(tmp_path), filing_seconds=1.0)
    assert night(of, good=REPORT.encode()) == {"good": ("loaded", None)}


def test_the_allowance_grows_with_what_is_opened() -> None:
    watch = allowance._Watch(60.0, 3_000_000_000)
    allowed = []
    for opened in (0, 60_000_000, 100_000_000):
        watch.begin("a", opened)
        allowed.append(watch.allowed)
    assert allowed == [60.0, 60.0, 100.0]


def test_the_timer_is_gone_when_the_reading_is(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGPROF)
    with allowance.watched(home(tmp_path)):
        assert signal.getitimer(signal.ITIMER_PROF)[1] == allowance.TICK
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0) and signal.getsignal(signal.SIGPROF) == before
