"""Worlds drawn from a seed: whatever befell their nights, they end as an undisturbed one.

`python -m tests.world SEED` runs one of them again; `python -m tests.bench world 1000` is the same at length.
"""

import time
from collections.abc import Callable
from itertools import count
from pathlib import Path

from tests.world.faults import KINDS, draw
from tests.world.run import Worlds

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


def test_a_seed_draws_one_script_and_all_kinds_are_drawn() -> None:
    scripts = [draw(seed) for seed in range(300)]
    assert scripts == [draw(seed) for seed in range(300)]
    assert {fault.kind for script in scripts for night in script.nights for fault in night} == set(KINDS)
    assert all(sum(map(len, script.nights)) >= 2 for script in scripts)
