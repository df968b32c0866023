"""A run that is killed, anywhere and for real, is simply run again.

`python -m tests.bench kills 50` kills back-fills as often as it is told, at random moments.
"""

from pathlib import Path

from flows.settings import Settings
from tests.bench import kills
from tests.homes import SAMPLE, copied
from tests.killing import again, kill, litter, settled, start

# Moments that a draw seldom meets, told by what is on disk by then; fetching and reading are what takes the time.
MOMENTS: dict[str, str] = {
    "while the database is built": "warehouse.duckdb.next",
    "while the marts are published": "marts/*/*",
}


def test_a_night_killed_and_killed_again_is_run_again(sample_night: Settings, tmp_path: Path) -> None:
    of = settled(tmp_path / "home", str(SAMPLE))
    for moment, files in MOMENTS.items():

        def there(_: float, files: str = files) -> bool:
            return any(of.home.glob(files))

        assert kill(start("night", of), there), f"the night was over {moment}"
    again("night", of, sample_night)


def test_a_back_fill_killed_again_ends_as_a_night(sample_night: Settings, tmp_path: Path) -> None:
    told = kills.run(tmp_path, 2, undisturbed=sample_night)
    assert sum(len(one.after) for one in told) == 2
    assert told[0].line().startswith("home 1: killed after ")


def test_what_a_killed_run_could_leave_is_found(sample_night: Settings, tmp_path: Path) -> None:
    of = copied(sample_night, tmp_path)
    assert litter(of) == []
    raw = min((of.home / "raw").rglob("*.gz"))
    left = [of.home / "aside/1", raw.with_name("0000000001-03-000001.txt.gz"), of.home / "warehouse.duckdb.next"]
    for path in left:
        path.parent.mkdir(exist_ok=True)
        path.touch()
    raw.rename(raw.with_name("0000000002-03-000002.txt.gz"))
    assert len(litter(of)) == 5
