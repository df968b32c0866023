"""Worlds drawn from a seed: whatever befell their nights, they end as an undisturbed one.

`python -m tests.world SEED` runs one of them again; `python -m tests.bench world 1000` is the same at length.
"""

import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

import duckdb

from flows import store, warehouse
from flows.ledger import Ledger
from tests import homes
from tests.world.disk import Disk, mounted
from tests.world.faults import KINDS, draw
from tests.world.run import Worlds, ledger_digest

SECONDS = 20.0  # in which as many worlds are run as fit
LEAST = 2


def test_worlds_end_as_an_undisturbed_one(tmp_path: Path, record_property: Callable[[str, object], None]) -> None:
    until = time.monotonic() + SECONDS
    worlds = Worlds(tmp_path.resolve())
    told = []
    for seed in count(1):
        told.append(worlds.run(draw(seed)))
        assert told[-1].wrong is None, "\n".join([f"python -m tests.world {seed}", *told[-1].lines, told[-1].wrong])
        longest = (SECONDS - (until - time.monotonic())) / (len(told) + 2)
        if len(told) >= LEAST and time.monotonic() + longest > until:
            break
    assert sum(one.met.total() for one in told) >= LEAST * len(told) / 2, "faults happen"
    record_property("worlds", len(told))


def test_what_is_put_is_forced_to_disk_with_every_name_that_leads_to_it(tmp_path: Path) -> None:
    home = tmp_path.resolve() / "home"
    home.mkdir()
    disk = Disk(home, tmp_path.resolve() / "aside", lambda _: None, lambda: None)
    disk.night([])
    with mounted(disk):
        store.Disk(home).put("ledger/93/changes/1.parquet", b"rows")
        store.write_bytes(home / "marts" / "CURRENT", b"name")
    assert [kind for kind, _ in disk.steps].count("rename") == 2
    assert disk.losable() == [], "a machine that loses its power may lose this"


def test_marts_half_written_on_the_way_to_another_snapshot_are_removed(tmp_path: Path) -> None:
    of = homes.home(tmp_path)
    half = of.home / "marts" / "before.aside" / "v_class_month"
    half.mkdir(parents=True)
    (half / "1993.parquet").touch()
    whole = of.home / "marts" / "after"
    whole.mkdir()
    with duckdb.connect() as connection:
        warehouse._export(connection, of, whole)
    assert [path.name for path in whole.parent.iterdir()] == ["after"]


def test_another_row_is_another_hash(tmp_path: Path) -> None:
    of = homes.home(tmp_path)
    homes.load(of, {"report": []})
    rows = Ledger(of.store).frame.to_dicts()
    before = ledger_digest(of)
    assert Ledger(of.store).record([rows[0] | {"attempts": 7}]) == 1
    assert ledger_digest(of) == before, "how often a filing was tried is history"
    assert Ledger(of.store).record([rows[0] | {"reason": "another"}]) == 1
    assert ledger_digest(of) != before


def test_a_seed_draws_one_script_and_all_kinds_are_drawn() -> None:
    scripts = [draw(seed) for seed in range(300)]
    assert scripts == [draw(seed) for seed in range(300)]
    assert {fault.kind for script in scripts for night in script.nights for fault in night} == set(KINDS)
    assert all(sum(map(len, script.nights)) >= 2 for script in scripts)
