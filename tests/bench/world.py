"""Simulated worlds: nights disturbed by faults that a seed draws, or by each step that fails once, end as undisturbed.

`python -m tests.bench world 1000` runs as many worlds with at least two faults, in two processes, and counts which
faults happened; `python -m tests.bench world steps` has every write, rename, unlink and fsync of one night fail once.
"""

import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import count, islice
from multiprocessing import get_context
from pathlib import Path

from flows.settings import prepare_workers
from tests.world.faults import EIO, KINDS, Fault, Script, draw
from tests.world.run import Told, Worlds

AT_ONCE = 2  # processes
LEAST = 2  # faults of a world that counts
SAID = 10  # worlds between two tables
_held: list[Worlds] = []


def start(folder: str) -> None:
    """Make what the worlds of this process begin with."""
    _held.append(Worlds(Path(tempfile.mkdtemp(dir=folder)).resolve()))


def one(script: Script) -> Told:
    """Run a world in the process that holds what it begins with."""
    return _held[0].run(script)


def steps(_: int = 0) -> list[tuple[str, str]]:
    """The steps of an undisturbed night."""
    return _held[0].steps


def each_step(first: int, last: int) -> Iterable[Script]:
    """Scripts in which one step after the other fails once."""
    return (Script(number, False, ((Fault(EIO, number),),)) for number in range(first, last + 1))


class Tally:
    """What came of the worlds so far."""

    def __init__(self) -> None:
        self.begun = time.monotonic()
        self.met: Counter[str] = Counter()
        self.worlds = self.few = self.nights = 0
        self.wrong: list[Told] = []

    def take(self, told: Told, least: int = LEAST) -> None:
        """Count a world."""
        self.met += told.met
        self.nights += told.nights
        if told.wrong:
            self.wrong.append(told)
        if told.met.total() >= least:
            self.worlds += 1
        else:
            self.few += 1

    def lines(self) -> Iterator[str]:
        """The figures to print."""
        hours = (time.monotonic() - self.begun) / 3600
        yield f"{self.worlds:,} worlds of at least {LEAST} faults, {self.few:,} of fewer; {self.nights:,} nights"
        yield f"{(self.worlds + self.few) / hours:,.0f} worlds an hour in {AT_ONCE} processes, for {hours:.2f} hours"
        yield from (f"  {kind:<14}{self.met[kind]:>6}" for kind in KINDS)
        yield f"{len(self.wrong)} of them ended otherwise than undisturbed"


def told(scripts: Iterable[Script], folder: str) -> Iterator[Told]:
    """Run worlds in processes, which go on as long as somebody asks."""
    prepare_workers()
    with ProcessPoolExecutor(AT_ONCE, get_context("spawn"), start, (folder,)) as pool:
        waiting, given = [], iter(scripts)
        for script in islice(given, 2 * AT_ONCE):
            waiting.append(pool.submit(one, script))
        while waiting:
            yield waiting.pop(0).result()
            waiting.extend(pool.submit(one, script) for script in islice(given, 1))


def drawn(worlds: int, first: int, folder: str) -> Tally:
    """Run worlds from a seed on until there are so many with faults enough."""
    tally = Tally()
    for ended in told(map(draw, count(first)), folder):
        tally.take(ended)
        if ended.wrong:
            print(f"world {ended.seed}", *ended.lines, ended.wrong, sep="\n", flush=True)
        if tally.worlds >= worlds:
            break
        if (tally.worlds + tally.few) % SAID == 0:
            print(*tally.lines(), sep="\n", flush=True)
    return tally


def enumerated(folder: str, first: int) -> tuple[int, int, list[Told]]:
    """Have each step from the first on fail once. Returns how many there are, how many were tried, what differed."""
    prepare_workers()
    with ProcessPoolExecutor(AT_ONCE, get_context("spawn"), start, (folder,)) as pool:
        number = len(pool.submit(steps).result())
        scripts = list(each_step(first, number))
        wrong = []
        for place, ended in enumerate(pool.map(one, scripts), 1):
            if ended.wrong or not ended.met:
                wrong.append(ended)
                print(f"step {ended.seed}", *ended.lines, ended.wrong or "did not fail", sep="\n", flush=True)
            if place % SAID == 0:
                print(f"{place} of {len(scripts)} steps, {len(wrong)} wrong", flush=True)
    return number, len(scripts), wrong


def main(worlds: int | str = 1000, first: int = 1) -> int:
    """Run so many worlds, or every step, from a seed or step on; 1 where one ended otherwise than undisturbed."""
    with tempfile.TemporaryDirectory() as folder:
        if worlds == "steps":
            number, tried, wrong = enumerated(folder, first)
            print(f"{tried} of {number} steps of a night failed once, {len(wrong)} of them ended otherwise")
            return int(bool(wrong))
        tally = drawn(int(worlds), first, folder)
    print(*tally.lines(), sep="\n")
    return int(bool(tally.wrong))
