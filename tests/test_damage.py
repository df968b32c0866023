"""Damage to a home is told in a line that names the file and the command, and healed by it."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from flows import cli, damage, fingerprints, intake, lake, lost, removal, repair, stages, summary, warehouse
from flows.archives import Received
from flows.ledger import UNREAD, Ledger
from flows.register import listings as tables_of_register
from flows.settings import Settings
from flows.store import LakeDamaged
from tests.damaging import LISTED, built, cut, files, gone, held, rows
from tests.homes import copied

Home = tuple[Settings, str]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home in which nothing is damaged, and the accession number of its local filing."""
    return built(tmp_path_factory.mktemp("whole"))


def told(of: Settings, capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """The command that `tieout verify` names for each damaged file, by its place below the home."""
    capsys.readouterr()
    code = cli.main(["verify", "--home", str(of.home)])
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith(str(of.home))]
    assert code == (cli.NO_STORAGE if lines else cli.WELL)
    return {line.removeprefix(f"{of.home}/").split()[0]: re.findall(r"`tieout (\w+)", line)[0] for line in lines}


def named(of: Settings, paths: Iterable[Path]) -> set[str]:
    return {str(path.relative_to(of.home)) for path in paths}


def is_as_before(of: Settings, before: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert rows(of) == rows(before)
    assert held(of) == held(before)
    assert told(of, capsys) == {}


def test_a_whole_home_is_told_to_be_so(whole: Home, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(whole[0], capsys) == {}


def test_raw_bytes_register_database_and_pointer_heal_by_the_next_night(
    whole: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    of = copied(whole[0], tmp_path)
    first, second, _ = files(of, "raw")
    cut(first)
    gone(second)
    cut(files(of, "CURRENT")[0])
    for path in files(of, "register"):
        gone(path)
    assert told(of, capsys) == {
        **dict.fromkeys(named(of, (first, second)), "nightly"),
        "register/indexes.parquet": "nightly",
        "register/listings": "rebuild",
        "marts/CURRENT": "rebuild",
    }
    cut(of.warehouse)
    assert told(of, capsys)["warehouse.duckdb"] == "rebuild"
    done = stages.nightly(of)
    assert done.exit_code == 0
    assert (of.home / "warehouse.damaged.duckdb").exists()
    assert [line for line in done.lines if line.startswith("Damaged: ") and "warehouse.damaged.duckdb" in line]
    assert not of.store.exists(lost.NOTED)
    is_as_before(of, whole[0], capsys)


def test_cells_facts_marts_and_register_heal_by_a_rebuild(
    whole: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    of = copied(whole[0], tmp_path)
    one, other, _ = files(of, "cells")
    some = [path for path in files(of, "facts") if path.name.split(".")[0] not in (one.stem, other.stem)]
    marts, register = files(of, "marts"), files(of, "register/listings")
    for path in (one, some[0], marts[0], register[0]):
        cut(path)
    for path in (other, some[1], marts[1]):
        gone(path)
    damaged = named(of, (one, other, *some[:2], *marts[:2], *register))
    assert told(of, capsys) == dict.fromkeys(damaged, "rebuild")
    with pytest.raises(LakeDamaged, match=r"register/listings/2003-Q2.parquet is cut .*: run `tieout rebuild`"):
        list(tables_of_register(of.store))
    done = stages.rebuild(of)
    assert done.exit_code == 0 and len([line for line in done.lines if line.startswith("Repair: ")]) > 6
    is_as_before(of, whole[0], capsys)


def test_ledger_and_database_heal_by_a_rebuild(whole: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    of, local = copied(whole[0], tmp_path), whole[1]
    ledger = files(of, "ledger")
    cut(ledger[0])
    gone(ledger[1])
    gone(of.warehouse)
    gone(files(of, "CURRENT")[0])
    found = told(of, capsys)
    assert set(found.values()) == {"rebuild"}
    assert found.keys() >= {*named(of, ledger[:1]), "ledger", "warehouse.duckdb"}
    done = stages.rebuild(of)
    assert done.exit_code == 0, done.lines
    assert Ledger(of.store).of([local])[local]["local"]
    is_as_before(of, whole[0], capsys)


def test_a_block_of_the_database_that_changed_is_found(whole: Home, tmp_path: Path) -> None:
    of = copied(whole[0], tmp_path)
    assert warehouse.wrong(of) is None
    content = bytearray(of.warehouse.read_bytes())
    content[len(content) // 2] ^= 1
    of.warehouse.write_bytes(content)
    assert "is cut short or changed" in (warehouse.wrong(of) or "")
    # The run that meets it sets it aside, and the same run again builds it.
    with pytest.raises(LakeDamaged, match="was set aside as warehouse.damaged.duckdb"), warehouse.sound(of):
        raise warehouse.WarehouseError("met")
    assert not of.warehouse.exists()


def test_raw_bytes_of_a_local_file_come_back_by_adding_it(
    whole: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    of, local = copied(whole[0], tmp_path), whole[1]
    raw = of.home / lake.raw_name(local)
    gone(raw)
    before = rows(of)
    (line,) = [one.line for one in damage.verify(of)]
    assert line.startswith(f"{raw} is gone: no archive has it, `tieout add ") and line.endswith("its facts stay")
    # Even other code that would read it again leaves what was read.
    with monkeypatch.context() as other:
        other.setattr(fingerprints, "reader", lambda: "another")
        stages.document(of)
        stages.tables(of)
        assert [row["state"] for row in Ledger(of.store).of([local]).values()] == ["loaded"]
        assert Ledger(of.store).of([local])[local]["batch"] == next(r["batch"] for r in before if r["local"])
    assert intake.add(of, [Path(next(row["path"] for row in before if row["local"]))]) == [local]
    assert damage.verify(of) == []


def test_a_filing_that_is_lost_before_it_was_read_stays_open(whole: Home, tmp_path: Path) -> None:
    of, local = copied(whole[0], tmp_path), whole[1]
    gone(of.home / lake.raw_name(local))
    row = Ledger(of.store).of([local])[local]
    Ledger(of.store).record([row | UNREAD | {"state": "fetched"}])
    stages.tables(of)
    row = Ledger(of.store).of([local])[local]
    assert row["state"] == "fetched" and "`tieout add " in row["reason"]


def test_other_bytes_that_the_source_has_by_now_are_read_as_new_ones(whole: Home, tmp_path: Path) -> None:
    of = copied(whole[0], tmp_path)
    gone(of.home / lake.raw_name(LISTED[0]))
    cut(of.home / lake.raw_name(LISTED[1]))
    book = Ledger(of.store)
    was = lake.received(whole[0].store, LISTED[1])

    class Source:
        def fetch(self, path: str, judge: object = None) -> Received:
            return Received(b"amended" if LISTED[0] in path else was, path)

    lost.note(of.store, [LISTED[1]])
    assert [row["accession_number"] for row, _ in lost.fetch_again(of.store, book, Source())] == [LISTED[0]]  # type: ignore[arg-type]
    assert lake.received(of.store, LISTED[1]) == was and lost.noted(of.store) == []


def test_what_a_person_removed_stays_removed_though_the_ledger_is_lost(whole: Home, tmp_path: Path) -> None:
    of = copied(whole[0], tmp_path)
    removal.remove(of, LISTED[0], "not public")
    reason = Ledger(of.store).of(LISTED[:1])[LISTED[0]]["reason"]
    for path in files(of, "ledger"):
        gone(path)
    with pytest.raises(LakeDamaged, match="ledger is gone: run `tieout rebuild`"):
        stages.fetch(of)
    repair.mend(of)
    row = Ledger(of.store).of(LISTED[:1])[LISTED[0]]
    assert (row["state"], row["reason"]) == ("removed", reason)
    assert Ledger(of.store).counts() == {"removed": 1, "fetched": 2}
    removal.undo(of, LISTED[0])
    repair.mend(of)
    assert Ledger(of.store).counts() == {"fetched": 3}


def test_a_file_of_the_ledger_that_is_missing_among_others_is_told(whole: Home, tmp_path: Path) -> None:
    of = copied(whole[0], tmp_path)
    book = Ledger(of.store)
    row = book.of(LISTED[:1])[LISTED[0]]
    for attempts in (5, 6):
        book.record([row | {"attempts": attempts}])
    gone(min(of.home.glob("ledger/*/changes/*")))
    with pytest.raises(LakeDamaged, match="ledger/03 lacks a file among others: run `tieout rebuild`"):
        Ledger(of.store)
    repair.mend(of)
    assert Ledger(of.store).of(LISTED[:1])[LISTED[0]]["attempts"] == 6


def test_a_rule_that_breaks_where_files_are_gone_names_the_remedy(whole: Home) -> None:
    failures = [warehouse.Failure(rule, "title", None, "filings", "2", "1") for rule in ("C26", "K03")]
    assert "`tieout rebuild`" in summary._refusals(whole[0], failures, None)[-1]
    assert not [line for line in summary._refusals(whole[0], failures[:1], None) if "rebuild" in line]
