"""The stages end to end: twice is once, bad input, other code, dying workers, small files."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

import transforms
from flows import fingerprints, intake, lake, ledger, stages, warehouse
from flows.ledger import Ledger
from flows.settings import Settings
from tests.homes import SAMPLE, archive, ask, content, copied, home
from transforms import Submission


@pytest.fixture(scope="module")
def done(sample_night: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home after one night on the sample."""
    return copied(sample_night, tmp_path_factory.mktemp("sample"))


def files(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file with the time it was written and its bytes."""
    return {
        str(path.relative_to(folder)): (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "writer.lock"
    }


def states(of: Settings) -> dict[str, tuple[str, str | None]]:
    """State and reason of every filing, by accession number."""
    return {row["accession_number"]: (row["state"], row["reason"]) for row in Ledger(of.store).frame.to_dicts()}


def read(of: Settings) -> None:
    """The stages up to the facts, for what a test sees in the ledger."""
    stages.fetch(of)
    stages.document(of)
    stages.tables(of)
    stages.facts(of)


def test_every_filing_of_the_sample_ends(done: Settings) -> None:
    assert {state for state, _ in states(done).values()} <= set(ledger.ENDED)
    held = warehouse.figures(done)
    assert held["reports"] >= 25 and held["printed"] > 10_000 and held["results"] > 1_000


def test_twice_is_once(done: Settings) -> None:
    before = files(done.home)
    summary = stages.nightly(done)
    assert summary.new == 0
    assert files(done.home) == before


def test_other_code_reads_everything_again(done: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    of = copied(done, tmp_path)
    batches = Ledger(of.store).batches()
    monkeypatch.setattr(fingerprints, "reader", lambda: "another")
    stages.document(of)
    put_back = stages.waiting(of)
    # The archive is not needed for it.
    summary = stages.rebuild(of)
    book = Ledger(of.store)
    # What was left unread for what its filer is has no bytes to be read again.
    read = book.select("code_fingerprint", where=pl.col("sha256").is_not_null())["code_fingerprint"]
    assert set(read) == {"another"}
    assert (put_back.reading, put_back.facts) == (len(read), 0)
    assert summary.changes is not None and (summary.changes.reread, summary.changes.loaded) == (len(read), 0)
    assert summary.changes.breaches.total == summary.changes.settled == 0
    assert warehouse.published(of) == summary.snapshot
    assert not batches & book.batches()
    left = {path.name.split(".")[0] for room in ("cells", "facts") for path in (of.home / room).rglob("*.parquet")}
    assert left == {batch.name for batch in book.batches()}
    ours, theirs = content(of.warehouse), content(done.warehouse)
    for table in ("raw_cell", "fact_class_distribution", "recon_result"):
        assert ours[table] == theirs[table]
    # Only the reader that read them, the last column, tells the reports apart.
    assert [row[:-1] for row in ours["report"]] == [row[:-1] for row in theirs["report"]]
    assert {row[-1] for row in ours["report"]} == {"another"}


def test_other_code_that_builds_reads_nothing_again(
    done: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = copied(done, tmp_path)
    monkeypatch.setattr(fingerprints, "builder", lambda: "another")
    monkeypatch.setattr(stages, "read_years", no_reading)
    # The archive is not needed for it.
    summary = stages.rebuild(replace(of, archive="http://127.0.0.1:9"))
    before, after = Ledger(done.store), Ledger(of.store)
    assert after.counts() == before.counts() and after.counts()["loaded"] > 20
    built = after.frame["batch"].count()
    assert summary.lines[0] == f"Read again: 0 filings; of {built} more only the facts were rebuilt"
    assert summary.changes is not None and summary.changes.reread == 0
    assert {batch.built for batch in after.batches()} == {"another"}
    assert {batch.cells for batch in after.batches()} == {batch.cells for batch in before.batches()}
    assert {name.split(".")[1] for name in of.store.names("facts")} == {"another"}
    assert content(of.warehouse) == content(done.warehouse)
    assert warehouse.published(of) != warehouse.published(done)


def no_reading(submissions: list[Submission]) -> list[stages.Reading]:
    """Nothing is to be read."""
    raise AssertionError(f"{len(submissions)} filings were read")


@pytest.mark.usefixtures("bucket_told")
def test_a_lake_in_a_bucket_makes_the_same_warehouse(bucket_address: str, tmp_path: Path) -> None:
    for number in range(2):
        (tmp_path / f"{number}.txt").write_bytes(sample_text(number))
    disk, bucket = home(tmp_path / "disk"), replace(home(tmp_path / "bucket"), lake=bucket_address)
    for of in (disk, bucket):
        intake.add(of, [tmp_path / f"{number}.txt" for number in range(2)])
        stages.nightly(of)
    assert content(bucket.warehouse) == content(disk.warehouse)
    assert warehouse.published(bucket) == warehouse.published(disk)
    rooms = ("raw", "cells", "facts")
    assert [bucket.store.names(room) for room in rooms] == [disk.store.names(room) for room in rooms]
    assert not [path for room in rooms for path in (bucket.home / room).rglob("*")]
    before = bucket.store.names("")
    assert stages.nightly(bucket).new == 0 and bucket.store.names("") == before
    # Another machine has no copies yet.
    shutil.rmtree(bucket.home / "cache")
    assert Ledger(bucket.store).counts() == Ledger(disk.store).counts()


# ---- bad input ----

SGML = b"""<SEC-DOCUMENT>0000000077-03-000001.txt : 20030501
<SEC-HEADER>0000000077-03-000001.hdr.sgml : 20030501
ACCESSION NUMBER:\t\t0000000077-03-000001
CONFORMED SUBMISSION TYPE:\t%s
FILED AS OF DATE:\t\t20030501
</SEC-HEADER>
<DOCUMENT>
<TYPE>%s
<SEQUENCE>1
<TEXT>
Nothing to report.
</TEXT>
</DOCUMENT>
</SEC-DOCUMENT>
"""
BAD = {
    "empty.txt": (b"", "unreadable"),
    "binary.txt": (bytes(range(256)) * 64, "unreadable"),
    "truncated.txt": ((SGML % (b"8-K", b"8-K"))[:-40], "unreadable"),
    "ten_k.txt": (SGML % (b"10-K", b"10-K"), "not_ours"),
    "page.html": (b"<html><body><p>Welcome to our page.</p></body></html>", "unrecognised"),
    "blank.txt": (b"\n" * 2_000_000, "unreadable"),
    "letter.txt": (b"Dear holders,\n\nnothing happened this month.\n", "unrecognised"),
    "broken.txt.gz": (b"\x1f\x8b\x08\x00broken", "unreadable"),
}


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, dict[str, str], stages.Summary]:
    """A home to which every bad file and one good report were added, after a night."""
    folder = tmp_path_factory.mktemp("bad")
    of = home(folder)
    good = sample_text()
    for name, (text, _) in BAD.items():
        (folder / name).write_bytes(text)
    (folder / "good.txt").write_bytes(good)
    names = [*BAD, "good.txt"]
    accessions = intake.add(of, [folder / name for name in names])
    return of, dict(zip(names, accessions, strict=True)), stages.nightly(of)


def sample_text(number: int = 0) -> bytes:
    """One report of the sample, as it would be received."""
    import gzip

    path = sorted((SAMPLE / "Archives/edgar/data").rglob("*.txt*"))[number]
    received = path.read_bytes()
    return gzip.decompress(received) if path.suffix == ".gz" else received


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_ends_with_state_and_reason(
    mixed: tuple[Settings, dict[str, str], stages.Summary], name: str
) -> None:
    of, accessions, summary = mixed
    state, reason = states(of)[accessions[name]]
    assert state == BAD[name][1] and reason
    rows = warehouse.query(of, f"SELECT state, reason FROM filing_state WHERE accession_number = '{accessions[name]}'")
    assert rows.to_pylist() == [{"state": state, "reason": reason}]
    if state != "not_ours":
        assert [line for line in summary.lines if accessions[name] in line and name in line and reason in line]


def test_the_night_goes_on_and_says_so(mixed: tuple[Settings, dict[str, str], stages.Summary]) -> None:
    of, accessions, summary = mixed
    assert states(of)[accessions["good.txt"]][0] == "loaded"
    assert summary.exit_code == 1
    again = stages.nightly(of)
    assert again.changes and not again.changes.anything and "Changed: nothing" in again.lines
    standing = [line for line in again.lines if not line.startswith(("Filings", "Changed"))]
    assert standing == [line for line in summary.lines if not line.startswith(("Filings", "Changed"))]


def test_what_was_added_twice_is_there_once(tmp_path: Path) -> None:
    of = home(tmp_path)
    (tmp_path / "a.txt").write_bytes(sample_text())
    first = intake.add(of, [tmp_path / "a.txt"])
    read(of)
    before = Ledger(of.store).frame
    assert intake.add(of, [tmp_path / "a.txt", tmp_path / "a.txt"]) == first * 2
    assert Ledger(of.store).frame.equals(before)


def test_a_file_whose_header_names_another_filing_is_left_out(tmp_path: Path) -> None:
    text = sample_text()
    own = transforms.read_batch([Submission(text)])[1][0].accession
    index = tmp_path / "a/Archives/edgar/full-index/2003/QTR2/master.idx"
    path = "edgar/data/1/0000000001-03-000009.txt"
    index.parent.mkdir(parents=True)
    index.write_text(f"1|T|8-K|2003-05-01|{path}\n")
    (tmp_path / "a/Archives/edgar/data/1").mkdir(parents=True)
    (tmp_path / "a/Archives" / path).write_bytes(text)
    of = home(tmp_path, tmp_path / "a")
    read(of)
    ((accession, (state, reason)),) = states(of).items()
    assert (accession, state) == ("0000000001-03-000009", "unreadable") and reason and own in reason


# ---- a reader that fails ----

POISON = b"POISON"
READ = stages.read_years


def failing(submissions: list[Submission]) -> list[stages.Reading]:
    """Read as ever, but raise at a certain text."""
    if any(POISON in one.raw for one in submissions):
        raise RuntimeError("a fault of ours")
    return READ(submissions)


def dying(submissions: list[Submission]) -> list[stages.Reading]:
    """Read as ever, but take the whole process down at a certain text."""
    if any(POISON in one.raw for one in submissions):
        os._exit(9)
    return READ(submissions)


def poisoned(tmp_path: Path, processes: int) -> tuple[Settings, list[str]]:
    """A home with four good reports and one that kills its reader."""
    of = home(tmp_path, processes=processes)
    texts = [sample_text(number) for number in range(4)] + [b"letter " + POISON]
    for number, text in enumerate(texts):
        (tmp_path / f"{number}.txt").write_bytes(text)
    return of, intake.add(of, [tmp_path / f"{number}.txt" for number in range(5)])


def test_a_fault_of_the_reader_costs_one_filing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    of, accessions = poisoned(tmp_path, 1)
    monkeypatch.setattr(stages, "read_years", failing)
    summary = stages.nightly(of)
    found = states(of)
    assert [found[name][0] for name in accessions] == ["loaded"] * 4 + ["unreadable"]
    assert "a fault of ours" in (found[accessions[4]][1] or "")
    assert summary.exit_code == 1


def test_a_reader_that_dies_costs_one_filing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    of, accessions = poisoned(tmp_path, 2)
    monkeypatch.setattr(stages, "read_years", dying)
    monkeypatch.setattr(stages, "BATCH", 2)
    read(of)
    found = states(of)
    assert [found[name][0] for name in accessions] == ["loaded"] * 4 + ["unreadable"]
    assert "process" in (found[accessions[4]][1] or "")


def test_facts_that_cannot_be_built_cost_one_filing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    of = home(tmp_path)
    for number in range(3):
        (tmp_path / f"{number}.txt").write_bytes(sample_text(number))
    accessions = intake.add(of, [tmp_path / f"{number}.txt" for number in range(3)])
    build = transforms.build

    def failing_build(cells: object) -> dict[str, pl.DataFrame]:
        frames = build(cells)  # type: ignore[arg-type]
        if accessions[1] in frames["filing"]["accession_number"]:
            raise ArithmeticError("no sum")
        return frames

    monkeypatch.setattr(transforms, "build", failing_build)
    read(of)
    found = states(of)
    assert [found[name][0] for name in accessions] == ["loaded", "unreadable", "loaded"]
    assert "no sum" in (found[accessions[1]][1] or "")


# ---- small files ----


def test_two_processes_in_another_home_make_the_same_of_small_batches_that_are_merged(
    done: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = home(tmp_path, SAMPLE, processes=2)
    monkeypatch.setattr(stages, "SMALL_BATCHES", 3)
    groups: list[int] = []

    def by_threes(_: Settings, rows: pl.DataFrame) -> list[list[stages.Row]]:
        groups.append(-(-rows.height // 3))
        return [three.to_dicts() for three in rows.iter_slices(3)]

    monkeypatch.setattr(stages, "_groups", by_threes)
    stages.nightly(of)
    years = Ledger(of.store).frame.filter(pl.col("batch").is_not_null())["year"].n_unique()
    assert sum(groups) > 2 * years
    assert len(Ledger(of.store).batches()) == years == len(list((of.home / "cells").rglob("*.parquet")))
    assert content(of.warehouse) == content(done.warehouse)


# ---- what a lake does not know of its deals yet ----


def test_a_deal_that_goes_over_to_another_form_stays_one(sample_night: Settings, tmp_path: Path) -> None:
    first, second = [name for name, (state, _) in sorted(states(sample_night).items()) if state == "loaded"][:2]
    texts = [lake.raw_bytes(sample_night.store, name) for name in (first, second)]
    texts[1] = texts[1].replace(b"SUBMISSION TYPE:\t8-K", b"SUBMISSION TYPE:\t10-D").replace(b"TYPE>8-K", b"TYPE>10-D")
    filed = [(first, "8-K", "2003-05-01", texts[0]), (second, "10-D", "2003-06-01", texts[1])]
    of = home(tmp_path, archive(tmp_path / "archive", filed))
    summary = stages.nightly(of)
    assert summary.snapshot and not summary.integrity
    # By its file number first, then by its own CIK: its CUSIPs tell that it is the same.
    assert ask(of, "SELECT count(*), count(DISTINCT deal_id) FROM report") == [(2, 1)]
    told = ask(of, "SELECT outcome, count(*) > 2 FROM recon_result WHERE rule_id = 'C30' GROUP BY ALL")
    assert told == [("tie", True)]
    assert ask(of, "SELECT count(*) FROM identity_conflict WHERE what = 'deal'") == [(0,)]
