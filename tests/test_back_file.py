"""The large simulated archive: every filing is what the index says of it, and equal arguments give equal files."""

from itertools import pairwise
from pathlib import Path

import pytest

from flows import indexes, settings
from tests.simulate.back_file import KINDS, LONGEST, SHORTEST, Lot, entries, lots, main, write
from transforms import Submission, read_batch


@pytest.mark.parametrize(("place", "form", "state"), [
    (0, "8-K", "read"), (2, "10-D", "read"), (4, "8-K", "not_ours"), (8, "8-K", "read"),
])  # fmt: skip
def test_every_filing_is_what_its_line_says(place: int, form: str, state: str) -> None:
    lot = Lot(7, place, 4)
    made = list(entries(lot))
    given = [Submission(one.content, one.row.path, Path(one.row.path).stem, one.row.filed) for one in made]
    _, outcomes = read_batch(given)
    assert [outcome.state for outcome in outcomes] == [state] * 4, [outcome.reason for outcome in outcomes]
    assert [outcome.accession for outcome in outcomes] == [one.accession for one in given]
    assert {one.row.form for one in made} == {form}
    assert all(f"CENTRAL INDEX KEY:\t\t\t{one.row.cik:010}".encode() in one.content for one in made)
    assert [one.row for one in entries(lot)] == [one.row for one in made], "another draw"


def test_a_deal_reports_month_by_month_under_one_name() -> None:
    for place in (0, 2):
        rows = [one.row for one in entries(Lot(7, place, 8))]
        gaps = [(after.filed - before.filed).days for before, after in pairwise(rows)]
        assert len({(row.cik, row.company) for row in rows}) == 1
        assert all(24 <= gap <= 38 for gap in gaps), gaps


def test_lots_hold_as_many_filings_as_asked_for() -> None:
    shared = list(lots(2000))
    assert sum(lot.count for lot in shared) == 2000 and {lot.kind for lot in shared} == set(KINDS)
    assert all(SHORTEST <= lot.count <= LONGEST for lot in shared[:-1])


def test_the_archive_lists_each_filing_once_and_does_not_depend_on_the_processes(tmp_path: Path) -> None:
    quarters = write(tmp_path / "one", 30, processes=1)
    assert write(tmp_path / "two", 30, processes=2) == quarters and sum(quarters.values()) == 30
    files = [sorted(path.relative_to(root) for path in root.rglob("*.*")) for root in tmp_path.iterdir()]
    assert files[0] == files[1]
    assert all((tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes() for file in files[0])
    listed = 0
    for name in quarters:
        text = (tmp_path / "one/Archives/edgar/full-index" / name / "master.idx").read_text()
        found, strange = indexes.parse(name, text, settings.FORMS)
        assert not strange and all((tmp_path / "one/Archives" / f"{one.path}.gz").is_file() for one in found)
        listed += len(found)
    assert listed == 30


def test_a_folder_that_holds_an_archive_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "Archives").mkdir()
    with pytest.raises(SystemExit):
        main([str(tmp_path), "10"])
    assert "holds an archive already" in capsys.readouterr().err
