"""Back-fills over HTTP, killed at random moments, again and again: in the end each home is what an undisturbed one is.

`python -m tests.bench kills 50` kills as often as it is told, up to four times a home.
"""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random

from flows.settings import Settings
from tests.edgar_server import serving
from tests.homes import SAMPLE
from tests.killing import RUNS, again, kill, settled, start

MOST = 4  # kills of one home
SHORT = 4.0  # seconds that a run takes at least


@dataclass(frozen=True)
class Killed:
    """A home, the seconds after which its runs were killed, and those of the first undisturbed one."""

    number: int
    after: list[float]
    over: int  # runs that ended before their moment

    def line(self) -> str:
        """What to print of it."""
        moments = ", ".join(f"{moment:.1f}" for moment in self.after) or "-"
        return f"home {self.number}: killed after {moments} s; {self.over} over before that; the same in the end"


def run(
    folder: Path, times: int, name: str = "backfill", seed: int = 0, undisturbed: Settings | None = None
) -> list[Killed]:
    """Kill a run so often, at random moments, and compare what each home holds in the end with the undisturbed one.

    Without one it is made first, and moments are drawn from its length. Raises AssertionError where a home differs.
    """
    told: list[Killed] = []
    with serving(SAMPLE) as server:
        whole, length = undisturbed or settled(folder / "whole" / "home", server.address), SHORT
        if undisturbed is None:
            begun = time.monotonic()
            kill(start(name, whole), lambda _: False)
            length = time.monotonic() - begun
        left = times
        while left:
            rng = Random(f"{seed}/{len(told)}")
            of = settled(folder / str(len(told)) / "home", server.address)
            wanted, after, over = min(left, rng.randint(1, MOST)), list[float](), 0
            while len(after) < wanted:
                moment, begun = rng.uniform(0.05, 0.9) * length, time.monotonic()
                if kill(start(name, of), lambda passed, moment=moment: passed > moment):
                    after.append(moment)
                else:
                    over += 1
                    # A whole run is that short by now: the machine has less to do than it had.
                    length = length if after else time.monotonic() - begun
                    break
            again(name, of, whole)
            left -= len(after)
            told.append(Killed(len(told) + 1, after, over))
            print(told[-1].line(), flush=True)
    return told


def main(times: int = 50, name: str = "backfill") -> int:
    """Kill so many runs; an error says where a home did not end as one undisturbed."""
    if name not in RUNS:
        print(f"kills: {name!r} is no run; there are {', '.join(RUNS)}")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        told = run(Path(folder), times, name)
    print(f"{sum(len(one.after) for one in told)} runs killed in {len(told)} homes; "
          "every table row for row as undisturbed, every file in its place")  # fmt: skip
    return 0
