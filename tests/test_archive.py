"""Listing and fetching: index files of every shape, and folders. Servers: test_faults.py."""

import gzip
from datetime import date
from pathlib import Path

import pytest

from flows import archives, edgar, indexes, settings, stages
from flows.indexes import Listing, Quarter
from flows.ledger import Ledger
from flows.register import Register
from tests.homes import home

INDEX = """Description:           Master Index of EDGAR Dissemination Feed
Last Data Received:    June 30, 2003

CIK|Company Name|Form Type|Date Filed|{head}
--------------------------------------------------------------------------------
"""


def folder(root: Path, lines: list[str], head: str = "Filename", end: str = "\n", quarter: str = "2003/QTR2") -> Path:
    """Write one index file of an archive."""
    index = root / "Archives/edgar/full-index" / quarter / "master.idx"
    index.parent.mkdir(parents=True, exist_ok=True)
    index.write_bytes((INDEX.format(head=head) + "\n".join(lines) + "\n").replace("\n", end).encode("latin-1"))
    return root


FILE = "edgar/data/1/0000000001-06-000001.txt"
Q2 = Quarter(2003, 2)


def listed(root: Path) -> tuple[list[Listing], list[str]]:
    found = archives.Folder(root).full_index(Q2)
    assert found and found.text
    return indexes.parse(found.name, found.text, settings.FORMS)


def test_one_filing_of_several_filers_is_listed_once(tmp_path: Path) -> None:
    line = "|10-D|2006-03-27|edgar/data/11/0000000011-06-000001.txt"
    found, strange = listed(folder(tmp_path, [f"11|TRUST A{line}", f"12|DEPOSITOR INC{line}", f"11|TRUST A{line}"]))
    assert strange == []
    assert [(one.accession, one.ciks, one.company) for one in found] == [("0000000011-06-000001", (11, 12), "TRUST A")]


@pytest.mark.parametrize(
    ("filed", "head", "end"), [("2006-03-27", "Filename", "\n"), ("20060327", "File Name", "  \r\n")]
)
def test_both_dialects_of_the_index_are_read(tmp_path: Path, filed: str, head: str, end: str) -> None:
    line = f"11|A | B \xc9 TRUST|8-K/A|{filed}|edgar/data/11/000000001106000001/0000000011-06-000001.txt"
    (one,), _ = listed(folder(tmp_path, [line], head, end))
    assert (one.company, one.form_type, one.filed_date) == ("A | B \xc9 TRUST", "8-K/A", date(2006, 3, 27))


def test_a_real_daily_index_is_read(shared: Path) -> None:
    text = (shared / "edgar/index-samples/2024-01-02.master.idx").read_text("latin-1")
    found, strange = indexes.parse("daily", text, ("4", "8-K"))
    lines = [line for line in text.splitlines() if line.split("|")[2:3] in (["4"], ["8-K"])]
    assert strange == [] and len(lines) > len(found) > 0, "one row per filer, one listing per filing"
    assert {line.rsplit("/", 1)[1].removesuffix(".txt") for line in lines} == {one.accession for one in found}
    assert indexes.reaches_to(text) == date(2024, 1, 2) == found[0].filed_date


def test_only_the_exact_forms_are_listed(tmp_path: Path) -> None:
    forms = ["8-K", "8-K12G3", "10-D", "10-DT", "10-K", "8-K/A", "10-D/A", "ABS-EE"]
    lines = [f"1|T|{form}|2006-03-27|edgar/data/1/0000000001-06-{number:06d}.txt" for number, form in enumerate(forms)]
    found, _ = listed(folder(tmp_path, lines))
    assert sorted(one.form_type for one in found) == ["10-D", "10-D/A", "8-K", "8-K/A"]


@pytest.mark.parametrize(
    "path",
    [
        "edgar/data/1/../../../../etc/passwd",
        "/etc/passwd.txt",
        "edgar/data/1/0000000001-06-00001.txt",
        "edgar/data/x/y.txt",
        "http://elsewhere.example/edgar/data/1/0000000001-06-000001.txt",
    ],
)
def test_a_path_that_is_no_submission_is_named_and_never_opened(tmp_path: Path, path: str) -> None:
    root = folder(tmp_path, [f"1|T|8-K|2006-03-27|{path}", f"1|T|8-K|2003-05-01|{FILE}"])
    found, strange = listed(root)
    assert [one.path for one in found] == [FILE] and len(strange) == 1 and path in strange[0] and "line 6" in strange[0]
    of = home(tmp_path, root)
    assert stages.fetch(of) is None
    assert Ledger(of.store).frame["path"].to_list() == [FILE], "one strange line costs no other filing"
    assert Register(of.store, of.archive, date(2006, 4, 1)).strange() == strange


def test_a_line_of_an_index_is_bounded(tmp_path: Path) -> None:
    found, strange = listed(
        folder(tmp_path, [f"1|{'T' * 100_000}|8-K|2003-05-01|{FILE}", f"{'1' * 20}|T|8-K|2003-05-01|{FILE}"])
    )
    assert found == [] and len(strange) == 2 and max(map(len, strange)) < 300


@pytest.mark.parametrize(
    "line",
    [
        f"\u00b2|T|8-K|2003-05-02|{FILE}", f"|T|8-K|2003-05-02|{FILE}", f"7_7|T|8-K|2003-05-02|{FILE}",
        f"{'7' * 5000}|T|8-K|2003-05-02|{FILE}", f"1|T|8-K|2003-5-2|{FILE}", f"1|T|8-K|2003-02-30|{FILE}",
        "1|T|8-K|2003-05", "what is this?",
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_read_is_counted_and_shown(tmp_path: Path, line: str) -> None:
    of = home(tmp_path, folder(tmp_path, [line, f"1|T\x85 & \x1cT|8-K|2003-05-01|{FILE}"]))
    (tmp_path / "Archives" / FILE).parent.mkdir(parents=True)
    (tmp_path / "Archives" / FILE).write_bytes(b"text")
    assert stages.fetch(of) is None
    (row,) = Ledger(of.store).frame.to_dicts()
    assert (row["state"], row["company"]) == ("fetched", "T\x85 & \x1cT"), "a name may hold what parts lines elsewhere"
    (told,) = Register(of.store, of.archive, date(2006, 4, 1)).strange()
    assert "line 6" in told and line[:20] in told and len(told) < 300
    lines = stages.reports(of).lines
    assert "Index files: 1 lines or files that cannot be read" in lines and any(told in one for one in lines)


def test_digits_of_unicode_are_no_day() -> None:
    cell = "\u0662\u0660\u0660\u0663"
    for filed in (f"{cell}-05-01", f"{cell}0501"):
        found, strange = indexes.parse("master", f"CIK|\n1|T|8-K|{filed}|{FILE}\n", settings.FORMS)
        assert found == [] and len(strange) == 1
    assert indexes.reaches_to(f"Last Data Received: May 1, {cell}\n") is None


def test_a_line_of_another_form_is_none_of_ours(tmp_path: Path) -> None:
    assert listed(folder(tmp_path, ["\u00b2|T|10-K|2003-05-02|nowhere", ""])) == ([], [])


def test_a_listed_file_may_lie_gzipped(tmp_path: Path) -> None:
    root = folder(tmp_path, [f"1|T|8-K|2006-03-27|{FILE}"])
    path = root / "Archives" / f"{FILE}.gz"
    path.parent.mkdir(parents=True)
    path.write_bytes(gzip.compress(b"text"))
    assert archives.Folder(root).fetch(FILE).body == path.read_bytes()


def test_a_listed_file_that_is_not_there_is_withdrawn_after_three_nights(tmp_path: Path) -> None:
    of = home(tmp_path, folder(tmp_path, [f"1|T|8-K|2006-03-27|{FILE}"]))
    states = []
    for _ in range(4):
        assert stages.fetch(of) is None
        (row,) = Ledger(of.store).frame.to_dicts()
        states.append((row["state"], row["attempts"]))
        assert "is listed and not in" in row["reason"]
    assert states == [("listed", 1), ("listed", 2), ("withdrawn", 3), ("withdrawn", 3)]


def test_what_came_before_a_refusal_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [f"1|T|10-D|2006-03-2{day}|edgar/data/1/0000000001-06-00000{day}.txt" for day in range(1, 6)]
    root = folder(tmp_path, lines)

    def fetch(self: archives.Folder, path: str, judge: object = None) -> archives.Received:
        if path.endswith("4.txt"):
            raise archives.SourceError("blocked")
        return archives.Received(b"some text", path)

    monkeypatch.setattr(archives.Folder, "fetch", fetch)
    of = home(tmp_path, root)
    assert stages.fetch(of) == "blocked"
    states = Ledger(of.store).frame["state"].to_list()
    assert states[:4] == ["fetched"] * 3 + ["listed"], "and the fifth, if it was under way"


def test_quarters_are_counted_as_people_do() -> None:
    assert [str(one) for one in Quarter.parse("1999-Q3").to(Quarter.parse("2000QTR1"))] == [
        "1999-Q3", "1999-Q4", "2000-Q1",
    ]  # fmt: skip
    one = Quarter.of(date(2004, 2, 29))
    assert (one.first, one.last, str(one.before), one.folder) == (
        date(2004, 1, 1), date(2004, 3, 31), "2003-Q4", "2004/QTR1",
    )  # fmt: skip
    for text in ("1999-Q5", "1999", "99-Q1", ""):
        with pytest.raises(ValueError, match="no quarter such as 1996-Q1"):
            Quarter.parse(text)


# ---- settings ----


def test_edgar_asks_for_an_identity(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("EDGAR_IDENTITY", raising=False)
    for identity in (None, "Ann Lee"):
        with pytest.raises(settings.SettingsError, match="EDGAR_IDENTITY"):
            settings.load(home=tmp_path, archive="edgar", identity=identity)
    monkeypatch.setenv("EDGAR_IDENTITY", "Ann Lee ann@example.org")
    assert settings.load(home=tmp_path, archive="edgar").identity == "Ann Lee ann@example.org"


def test_an_identity_does_not_choose_edgar(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("TIEOUT_ARCHIVE", raising=False)
    monkeypatch.setenv("EDGAR_IDENTITY", "Ann Lee ann@example.org")
    assert settings.load(home=tmp_path).archive_is_sample


def test_arguments_win_over_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "Archives").mkdir()
    monkeypatch.setenv("TIEOUT_HOME", "/nowhere")
    monkeypatch.setenv("TIEOUT_ARCHIVE", "/nowhere")
    told = settings.load(home=tmp_path, archive=tmp_path, processes=3)
    assert (told.home, told.archive, told.processes) == (tmp_path, str(tmp_path), 3)


@pytest.mark.parametrize(("name", "value", "told"), [
    ("TIEOUT_ARCHIVE", "/nowhere/at/all", "Archives/"), ("TIEOUT_PROCESSES", "many", "whole number"),
])  # fmt: skip
def test_a_wrong_setting_is_named_with_its_remedy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(settings.SettingsError, match=told) as error:
        settings.load(home=tmp_path)
    assert value in str(error.value) and name in str(error.value)


@pytest.mark.parametrize("rate", ["0", "-1", "fast", "inf", "nan"])
def test_a_pace_that_is_none_is_refused(tmp_path: Path, rate: str) -> None:
    with pytest.raises(settings.SettingsError, match="TIEOUT_RATE"):
        settings.load(home=tmp_path, rate=rate)  # type: ignore[arg-type]


def test_edgar_is_never_asked_faster_than_the_sec_allows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    who = {"home": tmp_path, "identity": "Ann Lee ann@example.org"}
    assert settings.load(archive="edgar", **who).a_second == 8.0
    assert settings.load(archive="edgar", rate=10, **who).a_second == 10.0
    for name in ("edgar", "https://www.sec.gov", "http://www.sec.gov/"):
        with pytest.raises(settings.SettingsError, match="at most 10"):
            settings.load(archive=name, rate=10.5, **who)
    monkeypatch.setenv("TIEOUT_RATE", "11")
    with pytest.raises(settings.SettingsError, match="at most 10"):
        settings.load(archive="edgar", **who)
    assert settings.load(archive="http://127.0.0.1:1", **who).a_second == 11.0, "a mirror of one's own is nobody else's"


def test_all_hosts_of_the_sec_share_one_pace(tmp_path: Path) -> None:
    of = home(tmp_path)
    files = {edgar.pacer(of, root).file for root in ("https://www.sec.gov", "https://data.sec.gov", "https://sec.gov")}
    assert len(files) == 1
    assert edgar.pacer(of, "http://user@mirror.example:8000/../../x").file.name == "mirror.example_8000.pacer"


def test_forms_are_told_with_commas(tmp_path: Path) -> None:
    assert settings.load(home=tmp_path, forms="10-d, ABS-EE,10-D").forms == ("10-D", "ABS-EE")
    with pytest.raises(settings.SettingsError, match="TIEOUT_FORMS"):
        settings.load(home=tmp_path, forms="8-K;../10-D")
