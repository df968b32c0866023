"""The lake in a folder and in a bucket: whole or absent, exact, and written by one at a time."""

import gzip
import hashlib
import os
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

from flows import lake
from flows import store as stores
from flows.lake import Batch
from flows.store import Access, Disk, Store
from tests.homes import frame

ACCESSION = "0000000001-06-000001"


def test_gzip_is_kept_as_it_came(store: Store) -> None:
    received = gzip.compress(b"some text", 1, mtime=7)
    lake.put_raw(store, ACCESSION, received)
    assert store.get(f"raw/06/{ACCESSION}.txt.gz") == received
    assert lake.raw_bytes(store, ACCESSION) == b"some text"
    assert lake.raw_size(store, ACCESSION) == len(received)


def test_the_same_text_makes_the_same_file(tmp_path: Path) -> None:
    text = b"some text\r\n\xa0"
    stores = [Disk(tmp_path / name) for name in ("one", "two")]
    digests = [lake.put_raw(store, ACCESSION, text) for store in stores]
    one, two = (store.get(lake.raw_name(ACCESSION)) for store in stores)
    assert one == two and gzip.decompress(one) == text
    assert {*digests, lake.digest(one), lake.digest(text)} == {hashlib.sha256(text).hexdigest()}


def test_other_bytes_of_a_submission_become_a_version_beside_the_first(store: Store) -> None:
    first, second, third = (lake.put_raw(store, ACCESSION, text) for text in (b"one", b"two", b"three"))
    # The same text in another gzip form is no version.
    assert lake.put_raw(store, ACCESSION, gzip.compress(b"two", 1, mtime=9)) == second
    assert lake.put_raw(store, ACCESSION, gzip.compress(b"one", 1, mtime=9)) == first
    assert len(store.names("raw")) == 3
    held = [lake.raw_bytes(store, ACCESSION, sha256) for sha256 in (None, first, second, third)]
    assert held == [b"one", b"one", b"two", b"three"]
    absent = hashlib.sha256(b"four").hexdigest()
    with pytest.raises(lake.LakeError, match=f"{absent}.*{ACCESSION}"):
        lake.raw_bytes(store, ACCESSION, absent)


@pytest.mark.parametrize(
    "name", ["../../x", "LOCAL-../../../etc", "0000000001-06-000001/..", "", "LOCAL-ABCDEF0123456789"]
)
def test_only_an_accession_number_becomes_a_name(store: Store, name: str) -> None:
    with pytest.raises(lake.LakeError, match="no accession number"):
        lake.put_raw(store, name, b"x")
    assert store.names("") == []


@pytest.mark.parametrize("cut", [lambda whole: whole[:-9], lambda whole: whole[:20] + b"\0\0\0\0" + whole[24:]])
def test_broken_gzip_is_an_error_and_still_has_a_digest(cut) -> None:  # type: ignore[no-untyped-def]
    broken = cut(gzip.compress(os.urandom(500)))
    with pytest.raises(lake.LakeError, match="gzip"):
        lake.plain(broken)
    assert lake.digest(broken) == hashlib.sha256(broken).hexdigest()


def test_a_bomb_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lake, "LARGEST", 1000)
    assert lake.plain(gzip.compress(b"x" * 1000)) == b"x" * 1000
    with pytest.raises(lake.LakeError, match="where at most 1,000 are read"):
        lake.plain(gzip.compress(b"x" * 1001))
    with pytest.raises(lake.LakeError, match="where at most 1,000 are read"):
        lake.plain(gzip.compress(b"x" * 600) + gzip.compress(b"x" * 600))


def test_a_failed_write_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk(tmp_path)
    disk.put("some/file", b"old")
    stores.write_bytes(tmp_path / "file", b"old")

    def stop(_: int) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(stores.os, "fsync", stop)
    with pytest.raises(OSError, match="disk full"):
        disk.put("some/file", b"new and longer")
    with pytest.raises(OSError, match="disk full"):
        stores.write_bytes(tmp_path / "file", b"new and longer")
    assert disk.get("some/file") == (tmp_path / "file").read_bytes() == b"old"
    assert disk.names("some") == ["some/file"]
    assert disk.tidy([]) == 1 and disk.tidy([]) == 0


def test_a_store_has_what_was_put_and_nothing_else(store: Store) -> None:
    store.put("a/b/one", b"1")
    store.put("a/two.gz", b"22")
    assert store.names("a") == ["a/b/one", "a/two.gz"] and store.names("b") == []
    assert (store.get("a/b/one"), store.get("a/two.gz")) == (b"1", b"22")
    assert [store.exists(name) for name in ("a/b/one", "a/b", "a", "x")] == [True, False, False, False]
    assert [store.size(name) for name in ("a/two.gz", "x")] == [2, 0]
    assert store.local("a/two.gz").read_bytes() == b"22"
    store.remove("a/two.gz")
    store.remove("never/there")
    assert store.names("a") == ["a/b/one"]
    for absent in (store.get, store.local, store.get_table):
        with pytest.raises(FileNotFoundError):
            absent("a/two.gz")


def test_copies_of_what_a_bucket_no_longer_needs_are_removed(
    object_storage: Access, bucket_address: str, tmp_path: Path
) -> None:
    of = stores.bucket(bucket_address, object_storage, tmp_path)
    for name in ("kept", "gone"):
        of.put(name, b"x")
    paths = [of.local(name) for name in ("kept", "gone")]
    assert all(path.is_relative_to(tmp_path) for path in paths)
    assert of.tidy(["kept"]) == 1
    assert [path.exists() for path in paths] == [True, False] and of.names("") == ["gone", "kept"]


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:9", None])
def test_a_bucket_that_cannot_be_used_is_named_with_its_remedy(
    object_storage: Access, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, endpoint: str | None
) -> None:
    """Nothing listens at the discard port; the server has no bucket of that name."""
    monkeypatch.setattr(stores, "TRIES", 1)
    access = replace(object_storage, endpoint=endpoint or object_storage.endpoint)
    with pytest.raises(stores.StoreError, match=rf"nowhere.*{access.endpoint}.*--lake"):
        stores.bucket("s3://nowhere/x", access, tmp_path)


@pytest.mark.parametrize("address", ["s3://", "s3://B", "s3://a", "s3://abc/../d", "s3://abc/d//e", "s3://abc/d e"])
def test_an_address_that_names_no_bucket_is_refused(address: str) -> None:
    with pytest.raises(stores.StoreError, match="s3://BUCKET/PREFIX"):
        stores.parts(address)


def test_a_batch_is_named_by_what_it_is_made_of() -> None:
    one = lake.batch(2003, "code", [("a", "1"), ("b", "2")])
    assert one == lake.batch(2003, "code", [("b", "2"), ("a", "1")])
    others = [lake.batch(2003, "code2", [("a", "1"), ("b", "2")]), lake.batch(2003, "code", [("a", "2"), ("b", "2")])]
    assert len({one.name, *(other.name for other in others)}) == 3


def test_cells_keep_their_metadata(store: Store) -> None:
    cells = pa.table({"a": [1]}).replace_schema_metadata({b"tieout": b'{"filings": []}'})
    lake.put_cells(store, Batch(2003, "b", "code"), cells)
    again = lake.get_cells(store, Batch(2003, "b", "code"))
    assert again.equals(cells) and again.schema.metadata == cells.schema.metadata


def test_a_fact_of_another_scale_is_refused(store: Store) -> None:
    right = frame("fact_fee", [{"fee_code": "X", "amount": Decimal("1.25")}])
    lake.put_facts(store, Batch(2003, "b", "code"), {"fact_fee": right})
    for wrong in (pl.Decimal(18, 6), pl.Float64):
        with pytest.raises(lake.LakeError, match=r"fact_fee: amount: .*declared Decimal\(precision=18, scale=2\)"):
            lake.put_facts(
                store, Batch(2003, "b", "code"), {"fact_fee": right.with_columns(pl.col("amount").cast(wrong))}
            )
    with pytest.raises(lake.LakeError, match="surprise: not declared"):
        lake.put_facts(store, Batch(2003, "b", "code"), {"fact_fee": right.with_columns(surprise=1)})
    with pytest.raises(lake.LakeError, match="fact_nothing"):
        lake.put_facts(store, Batch(2003, "b", "code"), {"fact_nothing": right})


def test_merged_facts_are_the_rows_of_their_parts(store: Store) -> None:
    parts = [Batch(2003, "b1", "code"), Batch(2003, "b2", "code")]
    for number, part in enumerate(parts):
        rows = [{"fee_code": "X", "report_id": f"r{number}", "amount": Decimal("0.10")}]
        lake.put_facts(store, part, {"fact_fee": frame("fact_fee", rows)})
    lake.merge_facts(store, Batch(2003, "m", "code"), parts)
    merged = lake.get_facts(store, "fact_fee", Batch(2003, "m", "code"))
    assert merged is not None and merged["report_id"].to_pylist() == ["r0", "r1"]
    assert merged.schema.field("amount").type == pa.decimal128(18, 2)


def test_sweeping_keeps_what_is_referred_to(store: Store) -> None:
    kept, gone = Batch(2003, "kept", "code"), Batch(2003, "gone", "code")
    for of in (kept, gone, replace(kept, built="older")):
        lake.put_facts(store, of, {"fact_fee": frame("fact_fee", [{"fee_code": "X"}])})
        lake.put_cells(store, of, pa.table({"a": [1]}))
    lake.put_raw(store, ACCESSION, b"text")
    assert lake.fact_files(store, [kept])["fact_fee"] == [store.local(kept.facts("fact_fee"))]
    # Two files of one table and one of cells, each with the list of its hashes.
    assert lake.sweep(store, [kept]) == 6
    hashed = [kept.cells_hashes, kept.facts_hashes]
    assert store.names("") == [kept.cells, kept.facts("fact_fee"), *hashed, lake.raw_name(ACCESSION)]


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


def test_a_lake_belongs_to_the_home_that_first_wrote_to_it(store: Store, tmp_path: Path) -> None:
    ours, others = tmp_path / "ours", tmp_path / "others"
    for _ in range(2):
        with lake.exclusive(ours, store), lake.exclusive(ours, store):
            pass
    with pytest.raises(lake.HomeBusy, match=f"{ours}.*remove.*{lake.OWNER}"), lake.exclusive(others, store):
        pass
    store.remove(lake.OWNER)
    with lake.exclusive(others, store):
        pass
    with pytest.raises(lake.HomeBusy, match=str(others)), lake.exclusive(ours, store):
        pass


def test_a_lake_inside_its_home_needs_no_mark(tmp_path: Path) -> None:
    with lake.exclusive(tmp_path, Disk(tmp_path)):
        assert [path.name for path in tmp_path.iterdir()] == ["writer.lock"]
