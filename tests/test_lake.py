"""Bytes and Parquet on disk: whole or absent, exact, and written by one at a time."""

import gzip
import hashlib
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

from flows import lake, ledger
from flows.lake import Batch
from flows.ledger import Ledger
from tests.homes import frame

ACCESSION = "0000000001-06-000001"


def test_gzip_is_kept_as_it_came(tmp_path: Path) -> None:
    received = gzip.compress(b"some text", 1, mtime=7)
    lake.put_raw(tmp_path, ACCESSION, received)
    assert lake.raw_path(tmp_path, ACCESSION).read_bytes() == received
    assert lake.raw_bytes(tmp_path, ACCESSION) == b"some text"


def test_the_same_text_makes_the_same_file(tmp_path: Path) -> None:
    for name in ("one", "two"):
        lake.put_raw(tmp_path / name, ACCESSION, b"some text\r\n\xa0")
    one, two = (lake.raw_path(tmp_path / name, ACCESSION).read_bytes() for name in ("one", "two"))
    assert one == two and gzip.decompress(one) == b"some text\r\n\xa0"
    assert lake.digest(one) == lake.digest(b"some text\r\n\xa0") == hashlib.sha256(b"some text\r\n\xa0").hexdigest()


@pytest.mark.parametrize(
    "name", ["../../x", "LOCAL-../../../etc", "0000000001-06-000001/..", "", "LOCAL-ABCDEF0123456789"]
)
def test_only_an_accession_number_becomes_a_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(lake.LakeError, match="no accession number"):
        lake.put_raw(tmp_path, name, b"x")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("cut", [lambda whole: whole[:-9], lambda whole: whole[:20] + b"\0\0\0\0" + whole[24:]])
def test_broken_gzip_is_an_error_and_still_has_a_digest(cut) -> None:  # type: ignore[no-untyped-def]
    broken = cut(gzip.compress(os.urandom(500)))
    with pytest.raises(lake.LakeError, match="gzip"):
        lake.plain(broken)
    assert lake.digest(broken) == hashlib.sha256(broken).hexdigest()


def test_a_bomb_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lake, "LARGEST", 1000)
    assert lake.plain(gzip.compress(b"x" * 1000)) == b"x" * 1000
    with pytest.raises(lake.LakeError, match="1000"):
        lake.plain(gzip.compress(b"x" * 1001))
    with pytest.raises(lake.LakeError, match="1000"):
        lake.plain(gzip.compress(b"x" * 600) + gzip.compress(b"x" * 600))


def test_a_failed_write_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    lake.write_bytes(path, b"old")

    def stop(_: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(lake.os, "fsync", stop)
    with pytest.raises(OSError, match="disk full"):
        lake.write_bytes(path, b"new and longer")
    assert path.read_bytes() == b"old"


def test_a_batch_is_named_by_what_it_is_made_of() -> None:
    one = lake.batch(2003, "code", [("a", "1"), ("b", "2")])
    assert one == lake.batch(2003, "code", [("b", "2"), ("a", "1")])
    others = [lake.batch(2003, "code2", [("a", "1"), ("b", "2")]), lake.batch(2003, "code", [("a", "2"), ("b", "2")])]
    assert len({one.name, *(other.name for other in others)}) == 3


def test_cells_keep_their_metadata(tmp_path: Path) -> None:
    cells = pa.table({"a": [1]}).replace_schema_metadata({b"tieout": b'{"filings": []}'})
    lake.put_cells(tmp_path, Batch(2003, "b"), cells)
    again = lake.get_cells(tmp_path, Batch(2003, "b"))
    assert again.equals(cells) and again.schema.metadata == cells.schema.metadata


def test_a_fact_of_another_scale_is_refused(tmp_path: Path) -> None:
    right = frame("fact_fee", [{"fee_code": "X", "amount": Decimal("1.25")}])
    lake.put_facts(tmp_path, Batch(2003, "b"), {"fact_fee": right})
    for wrong in (pl.Decimal(18, 6), pl.Float64):
        with pytest.raises(lake.LakeError, match=r"fact_fee: amount: .*declared Decimal\(precision=18, scale=2\)"):
            lake.put_facts(tmp_path, Batch(2003, "b"), {"fact_fee": right.with_columns(pl.col("amount").cast(wrong))})
    with pytest.raises(lake.LakeError, match="surprise: not declared"):
        lake.put_facts(tmp_path, Batch(2003, "b"), {"fact_fee": right.with_columns(surprise=1)})
    with pytest.raises(lake.LakeError, match="fact_nothing"):
        lake.put_facts(tmp_path, Batch(2003, "b"), {"fact_nothing": right})


def test_merged_facts_are_the_rows_of_their_parts(tmp_path: Path) -> None:
    parts = [Batch(2003, "b1"), Batch(2003, "b2")]
    for number, part in enumerate(parts):
        rows = [{"fee_code": "X", "report_id": f"r{number}", "amount": Decimal("0.10")}]
        lake.put_facts(tmp_path, part, {"fact_fee": frame("fact_fee", rows)})
    lake.merge_facts(tmp_path, Batch(2003, "m"), parts)
    merged = lake.get_facts(tmp_path, "fact_fee", Batch(2003, "m"))
    assert merged is not None and merged["report_id"].to_pylist() == ["r0", "r1"]
    assert merged.schema.field("amount").type == pa.decimal128(18, 2)


def test_sweeping_keeps_what_is_referred_to(tmp_path: Path) -> None:
    for name in ("kept", "gone"):
        lake.put_facts(tmp_path, Batch(2003, name), {"fact_fee": frame("fact_fee", [{"fee_code": "X"}])})
        lake.put_cells(tmp_path, Batch(2003, name), pa.table({"a": [1]}))
    lake.put_raw(tmp_path, ACCESSION, b"text")
    raw = lake.raw_path(tmp_path, ACCESSION)
    raw.with_name(raw.name + lake.ASIDE).write_bytes(b"half")
    assert lake.sweep(tmp_path, [Batch(2003, "kept")]) == 3
    left = sorted(path.name for path in tmp_path.rglob("*") if path.is_file())
    assert left == [raw.name, "kept.parquet", "kept.parquet"]


HOLD = """
import sys, time
from pathlib import Path
from flows.lake import exclusive
with exclusive(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_home_has_one_writer_and_a_killed_one_lets_go(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None and other.stdout.readline() == "held\n"
        with pytest.raises(lake.HomeBusy, match=str(other.pid)), lake.exclusive(tmp_path):
            pass
        other.kill()
    with lake.exclusive(tmp_path), lake.exclusive(tmp_path):
        pass


# ---- the ledger ----


def row(accession: str, state: str, **more: object) -> dict[str, object]:
    return dict.fromkeys(ledger.SCHEMA) | {"accession_number": accession, "state": state, "local": False} | more


def test_the_last_row_of_a_filing_is_its_row(tmp_path: Path) -> None:
    book = Ledger(tmp_path)
    book.record([row("a", "listed"), row("b", "listed")])
    book.record([row("a", "fetched", reason="x")])
    for one in (book, Ledger(tmp_path)):
        assert one.frame.select("accession_number", "state", "reason").rows() == [
            ("a", "fetched", "x"),
            ("b", "listed", None),
        ]


def test_what_says_nothing_new_is_not_recorded(tmp_path: Path) -> None:
    book = Ledger(tmp_path)
    assert book.record([row("a", "listed", ciks=[1, 2])]) == 1
    before = book.frame["updated_at"].to_list()
    assert book.record([row("a", "listed", ciks=[1, 2], attempts=5)]) == 0
    assert Ledger(tmp_path).frame["updated_at"].to_list() == before
    assert book.record([row("a", "listed", ciks=[1, 3])]) == 1


def test_a_fold_that_is_killed_half_way_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book = Ledger(tmp_path)
    for number in range(4):
        book.record([row("a", "listed", reason=str(number)), row(f"b{number}", "listed")])
    before = book.frame
    unlink, calls = Path.unlink, []

    def killed(path: Path, **more: bool) -> None:
        calls.append(path)
        if len(calls) == 3:
            raise KeyboardInterrupt
        unlink(path, **more)

    monkeypatch.setattr(Path, "unlink", killed)
    with pytest.raises(KeyboardInterrupt):
        Ledger(tmp_path).fold(at=2)
    monkeypatch.undo()
    assert Ledger(tmp_path).frame.equals(before)
    Ledger(tmp_path).fold(at=1)
    assert Ledger(tmp_path).frame.equals(before) and not list((tmp_path / "ledger/changes").glob("*"))
    again = Ledger(tmp_path)
    again.record([row("a", "fetched")])
    assert Ledger(tmp_path).frame.filter(accession_number="a")["state"].to_list() == ["fetched"]
