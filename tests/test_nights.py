"""Night after night over an archive that grows: what is listed late, amended, taken back, corrected or not there."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows import discovery, intake, stages
from flows.indexes import Quarter
from flows.ledger import Ledger
from flows.settings import Settings
from tests.edgar_server import serving
from tests.growing import Tree
from tests.homes import ask, home
from tests.simulate.archive import Entry, entries

ENTRIES = {entry.filing.accession: entry for entry in entries() if entry.filing.form.startswith("8-K")}
TRUST = [entry for entry in ENTRIES.values() if entry.truth.get("deal") and entry.filing.filed.year == 2003]
AMENDMENT = next(entry for entry in TRUST if entry.filing.form == "8-K/A")
DAY = AMENDMENT.filing.filed  # of the second night
EARLY = [entry for entry in TRUST if entry.filing.filed < DAY - timedelta(days=7)]
RECENT = [entry for entry in TRUST if DAY - timedelta(days=7) <= entry.filing.filed < DAY]


def put(tree: Tree, entry: Entry, **how: Any) -> None:
    """File a sample filing into an archive."""
    made = entry.filing
    file = tree.late if how.pop("late", False) else tree.add
    file(
        made.accession,
        made.form,
        made.filed,
        [one.cik for one in made.filers],
        made.filers[0].name,
        entry.content,
        **how,
    )


def states(of: Settings) -> Counter[str]:
    """How many filings are in each state."""
    return Counter(Ledger(of.store).frame["state"].to_list())


def on(of: Settings, day: date) -> Settings:
    """The settings on another day."""
    return replace(of, today=day)


def test_two_nights_over_an_index_that_grows(tmp_path: Path) -> None:
    assert len(EARLY) > 3, "the sample has months enough"
    tree = Tree(tmp_path / "archive")
    late, gone = EARLY[-1], next(one for one in reversed(EARLY[:-1]) if Quarter.of(one.filing.filed) == Quarter.of(DAY))
    for entry in EARLY[:-1]:
        put(tree, entry)
    with serving(tree.root) as server:
        of = replace(home(tmp_path), archive=server.address, identity="A a@b.example", a_second=200, pacers=tmp_path)
        stages.backfill(on(of, DAY - timedelta(days=7)), str(Quarter.of(EARLY[0].filing.filed)), str(Quarter.of(DAY)))
        first = stages.nightly(on(of, DAY - timedelta(days=1)))
        assert (first.states, first.exit_code) == ({"loaded": len(EARLY) - 1}, 0), first.lines

        put(tree, late, late=True, day=DAY - timedelta(days=2))
        put(tree, AMENDMENT)
        tree.remove(gone.filing.accession)
        before = len(server.requests())
        second = stages.nightly(on(of, DAY))
        asked = [request.path for request in server.requests()[before:]]

    own = {one.filing.accession for one in (late, AMENDMENT)}
    fetched = {path.rsplit("/", 1)[1].removesuffix(".txt") for path in asked if "/data/" in path}
    assert fetched == own, "only what is new was fetched"
    assert second.states == {"loaded": len(EARLY), "withdrawn": 1}
    rows = Ledger(of.store).of([*own, gone.filing.accession])
    assert [rows[name]["state"] for name in (*own, gone.filing.accession)] == ["loaded", "loaded", "withdrawn"]
    kept = ask(of, f"SELECT count(*) FROM report WHERE accession_number = '{gone.filing.accession}'")
    assert kept == [(1,)], "what was withdrawn stays known"
    amended = ask(of, "SELECT max(version_no) FROM report WHERE accession_number = "
                      f"'{AMENDMENT.filing.accession}'")  # fmt: skip
    assert amended == [(2,)]
    assert second.integrity == []


@pytest.fixture
def small(tmp_path: Path) -> tuple[Tree, Settings]:
    """An archive of three days in one week, and a home that has read it."""
    tree = Tree(tmp_path / "archive")
    for number, day in enumerate((3, 4, 5), 1):
        tree.add(f"0000000011-03-00000{number}", "10-D", date(2003, 11, day), 11, "TRUST", f"text {number}".encode())
    of = on(home(tmp_path, tree.root), date(2003, 11, 5))
    assert intake.fetch(of) is None
    assert states(of) == {"fetched": 3}
    return tree, of


def test_a_filing_entered_late_into_an_older_day_is_found(small: tuple[Tree, Settings]) -> None:
    tree, of = small
    tree.late("0000000011-03-000009", "10-D", date(2003, 11, 3), 11, "TRUST", b"late", day=date(2003, 11, 3))
    intake.fetch(on(of, date(2003, 11, 9)))
    assert states(of) == {"fetched": 4}


def test_an_index_that_comes_late_is_read_when_it_comes(small: tuple[Tree, Settings]) -> None:
    tree, of = small
    tree.add("0000000011-03-000007", "10-D", date(2003, 11, 7), 11, "TRUST", b"seven")
    intake.fetch(on(of, date(2003, 11, 7)))
    tree.add("0000000011-03-000006", "10-D", date(2003, 11, 6), 11, "TRUST", b"six")
    intake.fetch(on(of, date(2003, 11, 8)))
    assert states(of) == {"fetched": 5}


def test_weeks_without_a_night_are_made_up_for(small: tuple[Tree, Settings]) -> None:
    tree, of = small
    tree.add("0000000011-03-000020", "10-D", date(2003, 11, 20), 11, "TRUST", b"twenty")
    tree.add("0000000011-04-000001", "10-D", date(2004, 2, 2), 11, "TRUST", b"february")
    intake.fetch(on(of, date(2004, 7, 1)))
    assert states(of) == {"fetched": 5}


def test_what_is_taken_back_and_listed_again_is_read_again(small: tuple[Tree, Settings]) -> None:
    tree, of = small
    tree.remove("0000000011-03-000002")
    intake.fetch(on(of, date(2003, 11, 6)))
    assert states(of) == {"fetched": 3}, "the index of a day is never rewritten: only a full index tells"
    intake.fetch(on(of, date(2003, 11, 12)))
    stages.tables(of)
    assert states(of) == {"unrecognised": 2, "withdrawn": 1}, "what came before it was taken back is read as well"
    row = Ledger(of.store).of(["0000000011-03-000002"])["0000000011-03-000002"]
    assert row["withdrawn_in"] == "edgar/full-index/2003/QTR4/master.idx" and row["sha256"]
    tree.add("0000000011-03-000002", "10-D", date(2003, 11, 4), 11, "TRUST", b"text 2")
    intake.fetch(on(of, date(2003, 11, 19)))
    assert states(of) == {"unrecognised": 2, "fetched": 1}


def test_a_full_index_that_lost_most_of_its_lines_is_not_believed(tmp_path: Path) -> None:
    tree = Tree(tmp_path / "archive")
    names = [f"0000000011-03-{number:06}" for number in range(60)]
    for number, name in enumerate(names):
        tree.add(name, "10-D", date(2003, 10, 1) + timedelta(days=number), 11, "TRUST", b"text")
    of = home(tmp_path, tree.root)
    intake.fetch(on(of, date(2003, 11, 30)))
    assert states(of) == {"fetched": 60}
    for name in names[:40]:
        tree.remove(name)
    intake.fetch(on(of, date(2003, 12, 10)))
    assert states(of) == {"fetched": 60}
    (doubt,) = discovery.register(of).strange()
    assert "20 of 60" in doubt and "broken" in doubt


def test_a_run_killed_between_register_and_ledger_is_followed_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = Tree(tmp_path / "archive")
    tree.add("0000000011-03-000001", "10-D", date(2003, 11, 3), (11, 12), "TRUST", b"text")
    of = on(home(tmp_path, tree.root), date(2003, 11, 5))
    with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
        killed.setattr(intake, "_list", _interrupt)
        intake.fetch(of)
    assert states(of) == {}
    # And the next night finds nobody at home.
    gone = replace(of, archive="http://127.0.0.1:9", pacers=tmp_path, a_second=100)
    monkeypatch.setattr("flows.edgar.BACKOFF", 0.0)
    summary = stages.nightly(gone)
    assert summary.exit_code == 4 and summary.integrity == [], summary.lines
    (row,) = Ledger(of.store).frame.to_dicts()
    assert (row["state"], row["ciks"], row["listed_in"][:10]) == ("listed", [11, 12], "edgar/dail")


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def test_another_archive_takes_nothing_back(small: tuple[Tree, Settings], tmp_path: Path) -> None:
    _, of = small
    other = Tree(tmp_path / "other")
    other.add("0000000022-03-000001", "10-D", date(2003, 11, 28), 22, "OTHER TRUST", b"other")
    intake.fetch(replace(on(of, date(2003, 11, 30)), archive=str(other.root)))
    assert states(of) == {"fetched": 4}


def test_a_corrected_line_corrects_the_ledger(small: tuple[Tree, Settings]) -> None:
    tree, of = small
    tree.quarters["2003/QTR4"] = [row._replace(form="10-D/A", company="TRUST 2") for row in tree.quarters["2003/QTR4"]]
    tree.list([], date(2003, 11, 5))
    tree._full("2003/QTR4")
    intake.fetch(on(of, date(2003, 11, 20)))
    frame = Ledger(of.store).frame
    assert set(frame["form_type"]) == {"10-D/A"} and set(frame["company"]) == {"TRUST 2"}
    assert states(of) == {"fetched": 3}


# ---- whose filing it is ----

HEAD = (
    "<SEC-DOCUMENT>{0}.txt : 20031103\n<SEC-HEADER>{0}.hdr.sgml : 20031103\nACCESSION NUMBER:\t\t{0}\n"
    "CONFORMED SUBMISSION TYPE:\t8-K\n\nFILER:\n\n\tCOMPANY DATA:\t\n\t\tCENTRAL INDEX KEY:\t\t\t{1}\n"
    "\t\tSTANDARD INDUSTRIAL CLASSIFICATION:\t{2}\n</SEC-HEADER>\n<DOCUMENT>\n<TYPE>8-K\n<SEQUENCE>1\n<TEXT>\n{3}\n"
    "</TEXT>\n</DOCUMENT>\n</SEC-DOCUMENT>\n"
)
GAUGES, BANK, TRUSTS = "GAUGES [3829]", "STATE BANKS [6022]", "ASSET-BACKED SECURITIES [6189]"


def eight_k(tree: Tree, number: int, cik: int, industry: str, text: str = "A dividend.", day: int = 3) -> str:
    """File an 8-K. Returns its accession number."""
    accession = f"00000000{cik}-03-{number:06}"
    content = HEAD.format(accession, cik, industry, text).encode()
    tree.add(accession, "8-K", date(2003, 11, day), cik, "SOMEBODY", content)
    return accession


def test_an_old_corporate_8_k_costs_one_request_and_the_next_of_its_quarter_none(tmp_path: Path) -> None:
    tree = Tree(tmp_path / "archive")
    gauges = [eight_k(tree, number, 11, GAUGES, "word " * 200_000) for number in range(5)]
    banks = [eight_k(tree, number, 12, BANK) for number in range(2)]
    report = eight_k(tree, 7, 12, BANK, "Statement to Certificateholders, Distribution Date November 25, 2003")
    trust = eight_k(tree, 8, 13, TRUSTS)
    with serving(tree.root) as server:
        of = on(replace(home(tmp_path), archive=server.address, identity="A a@b.example", pacers=tmp_path,
                        a_second=200), date(2003, 12, 5))  # fmt: skip
        assert intake.fetch(of) is None
        asked = [request.path.rsplit("/", 1)[1] for request in server.requests() if "/data/" in request.path]
    assert [name for name in asked if name.startswith(gauges[0][:10])] == [f"{gauges[0]}.txt"]
    others = [name for name in asked if not name.startswith(gauges[0][:10])]
    assert sorted(others) == sorted(f"{name}.txt" for name in (*banks, report, trust)), "a bank may have trusts"
    rows = Ledger(of.store).of([*gauges, *banks, report, trust])
    assert {rows[name]["state"] for name in (*gauges, *banks)} == {"not_ours"}
    assert {rows[name]["state"] for name in (report, trust)} == {"fetched"}
    assert "SIC 3829" in rows[gauges[4]]["reason"] and "SIC 6022" in rows[banks[0]]["reason"]
    assert not of.store.exists(f"raw/03/{gauges[0]}.txt.gz"), "nothing of it is kept"


STATEMENT = "Statement to Certificateholders, Distribution Date November 25, 2003"


def test_a_report_of_a_company_whose_first_filing_was_corporate_is_looked_into(tmp_path: Path) -> None:
    tree = Tree(tmp_path / "archive")
    news = [eight_k(tree, 1, cik, GAUGES) for cik in range(11, 49)]
    of = home(tmp_path, tree.root)
    intake.fetch(on(of, date(2003, 11, 4)))
    assert states(of) == {"not_ours": len(news)}
    # On the day, and days later; most under the industry that the company had before.
    reports = [
        eight_k(tree, 2, cik, TRUSTS if cik % 3 else GAUGES, STATEMENT, day=3 + cik % 5) for cik in range(11, 49)
    ]
    more = [eight_k(tree, 3, cik, GAUGES, day=8) for cik in range(11, 49)]
    intake.fetch(on(of, date(2003, 11, 9)))
    rows = Ledger(of.store).of([*reports, *more])
    assert {rows[name]["state"] for name in reports} == {"fetched"}
    assert {rows[name]["state"] for name in more} == {"not_ours"}


def test_of_old_filings_of_a_company_one_a_quarter_is_looked_into(tmp_path: Path) -> None:
    tree = Tree(tmp_path / "archive")
    first = [eight_k(tree, number, 11, GAUGES, day=number) for number in (3, 4, 5)]
    later = "0000000011-04-000006"
    tree.add(later, "8-K", date(2004, 2, 4), 11, "SOMEBODY", HEAD.format(later, 11, GAUGES, STATEMENT).encode())
    of = on(home(tmp_path, tree.root), date(2005, 1, 5))
    stages.backfill(of, "2003-Q4", "2004-Q1")
    rows = Ledger(of.store).of([*first, later])
    assert [rows[name]["sha256"] is not None for name in (*first, later)] == [False] * 3 + [True]
    # One look for the quarter: the others tell nothing of their own.
    assert [rows[name]["sics"] is not None for name in first] == [True, False, False]


def test_a_filer_that_turns_out_to_have_trusts_is_looked_at_again(tmp_path: Path) -> None:
    tree = Tree(tmp_path / "archive")
    first = [eight_k(tree, number, 11, GAUGES) for number in range(2)]
    of = home(tmp_path, tree.root)
    intake.fetch(on(of, date(2003, 11, 4)))
    assert states(of) == {"not_ours": 2}
    tree.add("0000000011-03-000009", "10-D", date(2003, 11, 4), 11, "SOMEBODY", b"a report")
    intake.fetch(on(of, date(2003, 11, 5)))
    assert {row["state"] for row in Ledger(of.store).of(first).values()} == {"fetched"}


def test_a_back_fill_ends_without_filings_left_for_their_filer(tmp_path: Path) -> None:
    tree = Tree(tmp_path / "archive")
    first = [eight_k(tree, number, 11, GAUGES) for number in range(2)]
    tree.add("0000000011-04-000009", "10-D", date(2004, 2, 4), 11, "SOMEBODY", b"a report")
    of = on(home(tmp_path, tree.root), date(2004, 3, 5))
    stages.backfill(of, "2003-Q4", "2004-Q1")
    assert set(states(of)) <= {"unrecognised", "not_ours"}
    assert all(row["sha256"] for row in Ledger(of.store).of(first).values()), "looked at again, and kept"


def test_other_forms_are_listed_when_asked_for(small: tuple[Tree, Settings]) -> None:
    tree, of = small
    tree.add("0000000011-03-000011", "ABS-EE", date(2003, 11, 5), 11, "TRUST", b"loans")
    intake.fetch(on(of, date(2003, 11, 6)))
    assert states(of) == {"fetched": 3}
    intake.fetch(replace(on(of, date(2003, 11, 6)), forms=(*of.forms, "ABS-EE")))
    assert states(of) == {"fetched": 4}, "an index read for fewer forms is read again"
