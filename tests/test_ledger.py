"""The ledger in a folder and in a bucket: the last row counts, partitions, what is killed, and what is old."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from flows import ledger
from flows import store as stores
from flows.ledger import Ledger
from flows.store import Disk, Store

NAMES = ("0000000001-98-000001", "0000000001-98-000002", "0000000001-03-000001", "LOCAL-0123456789abcdef")


def row(accession: str, state: str, **more: object) -> dict[str, object]:
    """A row that says nothing else."""
    return dict.fromkeys(ledger.SCHEMA) | {"accession_number": accession, "state": state, "local": False} | more


def told(of: Ledger) -> list[tuple[object, ...]]:
    """State and reason of each filing."""
    return of.frame.select("accession_number", "state", "reason").rows()


def test_the_last_row_of_a_filing_is_its_row(store: Store) -> None:
    book = Ledger(store)
    book.record([row("a", "listed"), row("b", "listed")])
    book.record([row("a", "fetched", reason="x")])
    for one in (book, Ledger(store)):
        assert told(one) == [("a", "fetched", "x"), ("b", "listed", None)]


def test_the_last_of_two_rows_told_at_once_counts(store: Store) -> None:
    assert Ledger(store).record([row("a", "listed"), row("a", "fetched")]) == 1
    assert told(Ledger(store)) == [("a", "fetched", None)]


def test_what_says_nothing_new_is_not_recorded(store: Store) -> None:
    book = Ledger(store)
    assert book.record([row("a", "listed", ciks=[1, 2])]) == 1
    before = book.frame["updated_at"].to_list()
    assert book.record([row("a", "listed", ciks=[1, 2], fetched_at=datetime(2003, 5, 1))]) == 0
    assert Ledger(store).frame["updated_at"].to_list() == before
    assert book.record([row("a", "listed", ciks=[1, 3])]) == 1
    assert book.record([row("a", "listed", ciks=[1, 3], attempts=5)]) == 1, "a try in vain is news"


def test_a_row_lies_in_the_partition_of_its_number(store: Store) -> None:
    Ledger(store).record(row(name, "listed", year=2020) for name in NAMES)
    assert {name.split("/")[1] for name in store.names("ledger")} == {"98", "03", "LOCAL"}
    assert [row[0] for row in told(Ledger(store))] == sorted(NAMES)


def test_only_the_partitions_that_are_asked_for_are_loaded(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    Ledger(store).record(row(name, "loaded" if "-98-" in name else "listed") for name in NAMES)
    read: list[tuple[str, bool]] = []
    whole = ledger.read_table

    def watched(path: Path, columns: list[str] | None = None) -> object:
        read.append((path.parts[-3], columns == list(ledger.SCHEMA)))
        return whole(path, columns)

    monkeypatch.setattr(ledger, "read_table", watched)
    book = Ledger(store)
    assert book.of([NAMES[2], "0000000001-55-000001"]).keys() == {NAMES[2]}
    assert read == [("03", True)]
    assert book.counts() == {"loaded": 2, "listed": 2}
    assert [name for name, complete in read if complete] == ["03"]
    assert [one["accession_number"] for one in book.rows("loaded")] == [NAMES[0], NAMES[1]]
    assert {name for name, complete in read if complete} == {"03", "98"}
    book.forget()
    read.clear()
    book.of([NAMES[2]])
    assert read == [("03", True)]


def test_no_more_partitions_are_held_than_there_is_room_for(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "LOADED", 1)
    book = Ledger(store)
    for state in ("listed", "fetched", "read"):
        for name in NAMES:
            book.record([row(name, state, reason=f"{state} {name}")])
            assert len(book._loaded) <= 1
    assert told(book) == told(Ledger(store)) == [(name, "read", f"read {name}") for name in sorted(NAMES)]


def test_counts_follow_what_is_recorded(store: Store) -> None:
    book = Ledger(store)
    book.record(row(name, "listed") for name in NAMES)
    assert book.counts() == {"listed": 4}
    book.record([row(NAMES[0], "fetched")])
    assert book.counts() == Ledger(store).counts() == {"listed": 3, "fetched": 1}


def test_changes_are_folded_before_they_are_many(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "FOLDED_AT", 5)
    book = Ledger(store)
    most = 0
    for number in range(23):
        book.record([row(NAMES[number % 4], "listed", reason=str(number))])
        most = max(most, len(store.names("ledger/98")))
    assert most == 5
    last = [str(number) for number in (20, 21, 22, 19)]
    assert told(book) == told(Ledger(store)) == sorted(zip(NAMES, ["listed"] * 4, last, strict=True))


def test_a_fold_that_is_killed_half_way_changes_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    book = Ledger(store)
    for number in range(4):
        book.record([row("a", "listed", reason=str(number)), row(f"b{number}", "listed")])
    before, hash_before = book.frame, book.digest()
    remove, calls = type(store).remove, []

    def killed(self: Store, name: str) -> None:
        calls.append(name)
        if len(calls) == 3:
            raise KeyboardInterrupt
        remove(self, name)

    monkeypatch.setattr(type(store), "remove", killed)
    with pytest.raises(KeyboardInterrupt):
        Ledger(store).fold(at=2)
    monkeypatch.undo()
    assert Ledger(store).frame.equals(before)
    again = Ledger(store)
    again.record([row("a", "fetched")])
    assert Ledger(store).of(["a"])["a"]["state"] == "fetched"
    Ledger(store).fold(at=1)
    assert len(store.names("ledger")) == 1
    assert Ledger(store).frame.drop("updated_at").equals(again.frame.drop("updated_at"))
    again.record([row("a", "listed", reason="3")])
    assert Ledger(store).digest() == hash_before


def test_the_digest_tells_what_the_rows_say_and_not_when(store: Store, tmp_path: Path) -> None:
    other = Disk(tmp_path / "other")
    for one, order in ((store, NAMES), (other, NAMES[::-1])):
        for name in order:
            Ledger(one).record([row(name, "listed", attempts=len(order))])
    assert Ledger(store).digest() == Ledger(other).digest()
    seen = {Ledger(store).digest()}
    for more in ({"ciks": []}, {"ciks": [1]}, {"ciks": [1, 2]}, {"ciks": [12]}, {"doubtful": ["x"]}, {"reason": "x"}):
        Ledger(other).record([row(NAMES[0], "listed", **more)])
        seen.add(Ledger(other).digest())
    assert len(seen) == 7


def old(folder: Path, files: Sequence[tuple[str, Sequence[dict[str, object]]]]) -> None:
    """A ledger as it was before there were partitions, with fewer columns."""
    for name, rows in files:
        frame = pl.DataFrame(rows, schema=ledger.SCHEMA, orient="row").drop("facts_fingerprint", "sics")
        stores.write_bytes(folder / name, stores.parquet(frame.to_arrow()))


@pytest.mark.parametrize("killed_at", [None, 1, 2])
def test_a_ledger_of_one_file_is_moved_into_its_partitions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, killed_at: int | None
) -> None:
    disk = Disk(tmp_path)
    files = [
        ("ledger/filings.parquet", [row(name, "listed") for name in NAMES]),
        ("ledger/changes/000000001.parquet", [row(NAMES[0], "fetched")]),
        ("ledger/changes/000000002.parquet", [row(NAMES[0], "read"), row(NAMES[3], "fetched")]),
    ]
    old(tmp_path, files)
    remove, calls = Disk.remove, []

    def killed(self: Disk, name: str) -> None:
        calls.append(name)
        if len(calls) == killed_at:
            raise KeyboardInterrupt
        remove(self, name)

    if killed_at:
        monkeypatch.setattr(Disk, "remove", killed)
        with pytest.raises(KeyboardInterrupt):
            Ledger(disk)
        monkeypatch.undo()
    Ledger(disk)
    assert told(Ledger(disk)) == sorted(zip(NAMES, ["read", "listed", "listed", "fetched"], [None] * 4, strict=True))
    assert all(len(name.split("/")) == 4 for name in disk.names("ledger"))
