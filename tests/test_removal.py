"""Filings taken out of the warehouse and back, and the bundled sample that never meets real ones."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from flows import cli, intake, lake, removal, sample, settings, stages
from flows.audit import NotFound
from flows.ledger import Ledger
from flows.settings import Settings, SettingsError
from tests.homes import SAMPLE, ask, content, copied, home
from tests.test_cli import tieout

AMENDMENT = "SELECT accession_number, deal_id, distribution_date FROM report WHERE version_no = 2"
NO_REPORT = b"Dear holders | nothing happened.\n"


def state(of: Settings, accession: str) -> tuple[str, str | None]:
    row = Ledger(of.store).of([accession])[accession]
    return row["state"], row["reason"]


def test_an_amendment_that_is_removed_leaves_the_first_filing_in_force(sample_night: Settings, tmp_path: Path) -> None:
    of = copied(sample_night, tmp_path)
    ((accession, deal, day),) = ask(of, AMENDMENT)
    month = f"SELECT version_no, cls_total FROM {{}} WHERE deal_id = '{deal}' AND distribution_date = DATE '{day}'"
    first = ask(of, month.format("v_deal_month_first"))
    assert removal.remove(of, accession, "filed for another trust") == [accession]
    assert removal.remove(of, accession, "again") == [], "it is removed already, for the first reason"
    told, reason = state(of, accession)
    assert told == "removed" and reason is not None and reason.startswith("filed for another trust (removed by ")
    assert ask(of, month.format("v_deal_month")) != first, "the published warehouse is as it was"

    summary = stages.nightly(of)
    assert summary.exit_code == 0 and summary.states == {"loaded": 24, "not_ours": 1, "removed": 1}
    assert any(f"removed {accession}: filed for another trust" in line for line in summary.lines)
    assert ask(of, month.format("v_deal_month")) == first
    for table, rows in content(of.warehouse).items():
        if table not in ("filing_state", "filing_listing"):
            # K04 says of every filing whether it is loaded.
            assert accession not in str([row for row in rows if "K04" not in row]), table
    assert lake.raw_bytes(of.store, accession)

    assert stages.nightly(of).changes is not None and state(of, accession) == (told, reason), "it stays removed"
    assert removal.undo(of, accession) == [accession]
    assert stages.rebuild(of).states["loaded"] == 25
    assert ask(of, month.format("v_deal_month")) == ask(sample_night, month.format("v_deal_month"))


def test_a_deal_goes_and_comes_back_by_any_of_its_names(sample_night: Settings, tmp_path: Path) -> None:
    of = copied(sample_night, tmp_path)
    ((deal, name),) = ask(of, "SELECT deal_id, deal_name FROM dim_deal ORDER BY 1 LIMIT 1")
    filings = ask(of, f"SELECT DISTINCT accession_number FROM report WHERE deal_id = '{deal}' ORDER BY 1")
    ((cusip,),) = ask(of, f"""SELECT min(id_value) FROM dim_class_identifier JOIN dim_class USING (class_id)
                              WHERE deal_id = '{deal}' AND id_type = 'CUSIP'""")  # fmt: skip
    removed = removal.remove(of, name.lower(), "private")
    assert [(number,) for number in removed] == filings and len(filings) > 1
    stages.rebuild(of)
    assert ask(of, f"SELECT count(*) FROM dim_deal WHERE deal_id = '{deal}'") == [(0,)]
    assert removal.remove(of, name, "again") == []
    assert removal.undo(of, cusip) == removed
    with pytest.raises(NotFound, match="nothing was"):
        removal.undo(of, cusip)
    stages.rebuild(of)
    assert ask(of, f"SELECT DISTINCT accession_number FROM report WHERE deal_id = '{deal}' ORDER BY 1") == filings


def test_what_is_removed_comes_back_by_no_index_and_no_file(sample_night: Settings, tmp_path: Path) -> None:
    of = copied(sample_night, tmp_path)
    ((accession,),) = ask(of, "SELECT min(accession_number) FROM report")
    removal.remove(of, accession, "private")
    row = Ledger(of.store).of([accession])[accession]
    for changed in (intake._withdrawn(row, "gone", "x.idx"), intake._returned(row)):
        assert (changed["state"], changed["reason"]) == ("removed", row["reason"])
    book = Ledger(of.store)
    raw = lake.raw_bytes(of.store, accession, row["sha256"])
    of.store.remove(sample.MARK)
    book.record([one | {"fetched_from": None} for one in book.rows(*("loaded", "not_ours"))])
    (tmp_path / "again.txt").write_bytes(raw)
    with pytest.raises(SettingsError, match=f"tieout remove --undo {accession}"):
        intake.add(of, [tmp_path / "again.txt"])
    stages.document(of)
    assert Ledger(of.store).counts()["removed"] == 1, "another reader does not read it again"


@pytest.mark.parametrize(("words", "told"), [
    (["no such deal", "--why", "x"], "no deal is known as no such deal"),
    (["0000000000-00-000000", "--why", "x"], "no filing 0000000000-00-000000 is known"),
    (["--undo", "no such deal"], "nothing goes by no such deal"),
    (["QHB 2003-5"], "--why TEXT"),
    (["QHB 2003-5", "--why", "  "], "--why TEXT"),
    (["--sample", "QHB 2003-5"], "--sample alone"),
    ([], "--why TEXT"),
])  # fmt: skip
def test_what_cannot_be_removed_is_told_in_one_line(sample_night: Settings, words: list[str], told: str) -> None:
    done = tieout("remove", *words, home=sample_night.home)
    assert done.returncode == cli.WRONG_USAGE and told in done.stderr and done.stderr.count("\n") == 1


def test_a_filing_of_several_deals_is_removed_by_its_number_alone(sample_night: Settings, tmp_path: Path) -> None:
    import duckdb

    of = copied(sample_night, tmp_path)
    with duckdb.connect(str(of.warehouse)) as connection:
        numbers = connection.sql("SELECT DISTINCT deal_id FROM report ORDER BY 1 LIMIT 2").fetchall()
        ((name,),) = connection.sql(f"SELECT deal_name FROM dim_deal WHERE deal_id = '{numbers[0][0]}'").fetchall()
        connection.execute(f"""
            UPDATE report SET accession_number = (
              SELECT min(accession_number) FROM report WHERE deal_id = '{numbers[0][0]}')
            WHERE report_id = (SELECT min(report_id) FROM report WHERE deal_id = '{numbers[1][0]}')""")
        connection.execute(f"UPDATE dim_deal SET deal_name = 'SAME' WHERE deal_id <> '{numbers[0][0]}'")
    with pytest.raises(NotFound, match="reports on other deals too .*accession numbers"):
        removal.remove(of, name, "private")
    with pytest.raises(NotFound, match="is the name of 2 deals: give the number in brackets"):
        removal.remove(of, "SAME", "private")
    assert "removed" not in Ledger(of.store).counts()


# ---- the sample and real filings ----


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder where nobody has told a home or an archive."""
    monkeypatch.chdir(tmp_path)
    for name in ("TIEOUT_HOME", "TIEOUT_ARCHIVE", "TIEOUT_LAKE"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def test_the_sample_lies_in_a_home_of_its_own_and_readers_say_so(here: Path, sample_night: Settings) -> None:
    assert tieout("check").returncode == cli.WRONG_USAGE, "there is neither"
    shutil.copytree(sample_night.home, here / "data/sample-home")
    done = tieout("nightly", "--no-prefect")
    assert done.returncode == 0 and "bundled sample" in done.stdout.splitlines()[0]
    assert not (here / "data/home").exists()
    for words in (["check"], ["sql", "SELECT count(*) AS n FROM report"], ["status", "--json"]):
        done = tieout(*words)
        assert done.stderr.splitlines() == ["Home: data/sample-home, of the bundled sample. Yours: --home FOLDER"]
        assert "data/sample-home" not in done.stdout and done.stdout
    assert tieout("check", home=here / "data/sample-home").stderr == "", "a home that is named is not told"

    (here / "letter.txt").write_bytes(NO_REPORT)
    assert tieout("add", here / "letter.txt").returncode == 0
    assert (here / "data/home/ledger").is_dir(), "what is added goes into the usual home"
    done = tieout("nightly", "--no-prefect")
    assert done.stdout.splitlines()[0].startswith("Archive: none, only what this home holds.")
    assert "Filings: 1, 1 of them new: 1 unrecognised" in done.stdout
    assert "no back" not in done.stdout and tieout("backfill", "--no-prefect").returncode == cli.WRONG_USAGE
    assert tieout("sql", "FROM report").stderr == "", "the usual home is there"


def test_a_home_with_the_sample_refuses_real_filings_until_it_is_emptied(
    sample_night: Settings, tmp_path: Path
) -> None:
    of = copied(sample_night, tmp_path)
    archive = tmp_path / "real"
    (archive / "Archives").mkdir(parents=True)
    (tmp_path / "letter.txt").write_bytes(NO_REPORT)
    real = ["nightly", "--no-prefect", "--archive", archive]
    for words in (real, ["add", tmp_path / "letter.txt"], ["backfill", "--no-prefect", "--archive", archive]):
        done = tieout(*words, home=of.home)
        assert done.returncode == cli.WRONG_USAGE and done.stderr.count("\n") == 1, words
        assert "--home" in done.stderr and "tieout remove --sample" in done.stderr
    assert tieout("remove", "--sample", home=of.home).returncode == 0
    assert not of.warehouse.exists() and Ledger(of.store).counts() == {} and of.store.names("raw") == []
    assert tieout("remove", "--sample", home=of.home).returncode == cli.WRONG_USAGE, "there is none any more"
    assert tieout("add", tmp_path / "letter.txt", home=of.home).returncode == 0
    with pytest.raises(SettingsError, match="holds real filings, which the bundled sample never meets"):
        stages.nightly(replace(of, archive=str(SAMPLE)))


def test_a_home_of_an_older_tieout_in_which_both_met_keeps_the_real_ones(
    sample_night: Settings, tmp_path: Path
) -> None:
    of = copied(sample_night, tmp_path)
    of.store.remove(sample.MARK)
    Ledger(of.store).record([settings_row(of)])
    assert sample.holds_sample(of.store, Ledger(of.store)), "where its bytes came from tells it"
    assert sample.remove(of)
    assert stages.nightly(replace(of, archive_is_sample=True)).states == {"listed": 1, "removed": 26}
    assert ask(of, "SELECT count(*) FROM report") == [(0,)]


def settings_row(of: Settings) -> dict[str, object]:
    """A filing that was listed elsewhere, and not fetched."""
    row = Ledger(of.store).rows("loaded")[0]
    return dict.fromkeys(row) | {
        "accession_number": "0000000001-03-000001", "state": "listed", "local": False, "attempts": 0, "path": "x",
        "form_type": "10-D", "ciks": [1],
    }  # fmt: skip


def test_where_nothing_is_told_the_home_follows_what_is_done(here: Path) -> None:
    archive = here / "archive"
    (archive / "Archives").mkdir(parents=True)
    usual, own = here / "data/home", here / "data/sample-home"

    def told(does: str, **others: Path) -> Path:
        return settings.load(does=does, **others).home

    assert [told(does) for does in (settings.ASKS, settings.ADDS, settings.READS)] == [own, usual, usual]
    assert told(settings.ASKS, archive=archive) == usual
    home(own.parent / "x")
    (own / "ledger").mkdir(parents=True)
    assert [told(does) for does in (settings.ASKS, settings.ADDS, settings.READS)] == [own, usual, own]
    (usual / "ledger").mkdir(parents=True)
    assert {told(does) for does in (settings.ASKS, settings.ADDS, settings.READS)} == {usual}
