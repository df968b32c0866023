"""Bytes to facts: time as a multiple of one `re.finditer` pass over the numbers, cells per second, peak memory.

The pass and the reading are measured in turns in one process of one thread, and the best of each counts, so that what
else the machine does disturbs both alike. The gain of a second process is measured last, as a ratio too.
"""

import os
import re
import resource
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from tests.places import SHARED
from tests.simulate import simulate
from transforms import Submission, build, read_batch
from transforms.building import assemble
from transforms.proof import prove

FILING = SHARED / "filings" / "thornburg-2003-2_8-K-A.txt"
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
BATCH = 200
ROUNDS = 5
# One thread; and memory that is given back is kept for five seconds, since the next batch asks for as much again.
WORKER = {"POLARS_MAX_THREADS": "1", "_RJEM_MALLOC_CONF": "dirty_decay_ms:5000,muzzy_decay_ms:5000,narenas:1"}
_T = TypeVar("_T")


@dataclass(frozen=True)
class Cost:
    """What a batch cost: seconds per filing to read, build, prove, and of one pass over its numbers; cells; peak."""

    read: float
    build: float
    proof: float
    reference: float
    cells: int
    filings: int
    peak: int

    @property
    def multiple(self) -> float:
        """How many passes over the numbers one filing costs, from bytes to typed facts."""
        return (self.read + self.build) / self.reference

    def line(self, what: str) -> str:
        """The cost in one line."""
        each = self.read + self.build
        return (
            f"{what}: {each * 1e3:.2f} ms a filing = {self.multiple:.1f}x a pass over its numbers "
            f"({self.reference * 1e3:.3f} ms): reading {self.read / self.reference:.1f}x, facts "
            f"{self.build / self.reference:.1f}x; their proof {self.proof / self.reference:.1f}x more; "
            f"{self.cells / self.filings / each:,.0f} cells/s; "
            f"peak {self.peak / 2**20:.0f} MB"
        )


def material() -> tuple[str, bytes]:
    """The filing to copy and its name: the real one, else a simulated one."""
    if FILING.is_file():
        return f"copies of {FILING.name}", FILING.read_bytes()
    return f"copies of a simulated report (no {FILING})", simulate(0).raw


def copies(raw: bytes, count: int = BATCH) -> list[bytes]:
    """Filings that differ in the blank lines at their end, so that no two are one."""
    return [raw + b"\n" * at for at in range(count)]


def measure(raws: Sequence[bytes], rounds: int = ROUNDS) -> Cost:
    """Measure one batch. Call it in a process of its own with POLARS_MAX_THREADS=1."""
    batch = [Submission(raw, local=True) for raw in raws]
    texts = [raw.decode() for raw in raws]
    read_batch(batch[:2])
    references, reads, builds, proofs = [], [], [], []
    for _ in range(rounds):
        references.append(_timed(lambda: [sum(1 for _ in NUMBER.finditer(text)) for text in texts])[0] / len(raws))
        taken, (table, _) = _timed(lambda: read_batch(batch))
        reads.append(taken / len(raws))
        taken, (built, cells) = _timed(lambda table=table: assemble(table))
        builds.append(taken / len(raws))
        proofs.append(_timed(lambda built=built, cells=cells: prove(built, cells))[0] / len(raws))
        count = cells.height
        del table, built, cells
    return Cost(min(reads), min(builds), min(proofs), min(references), count, len(raws), peak())


def _timed(work: Callable[[], _T], clock: Callable[[], float] = time.process_time) -> tuple[float, _T]:
    """Seconds of processor time, which other processes lengthen less, or of another clock."""
    start = clock()
    result = work()
    return clock() - start, result


def peak() -> int:
    """The most bytes this process ever held."""
    status = Path("/proc/self/status")
    if status.exists():
        # getrusage would count what the parent held when it started this process.
        return 1024 * int(re.search(r"VmHWM:\s+(\d+)", status.read_text())[1])  # type: ignore[index]
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _one_batch(raws: Sequence[bytes]) -> int:
    table, _ = read_batch([Submission(raw, local=True) for raw in raws])
    build(table)
    return table.num_rows


def workers(count: int) -> ProcessPoolExecutor:
    """Fresh processes of one thread each."""
    os.environ |= WORKER
    return ProcessPoolExecutor(count, mp_context=get_context("spawn"))


def gain(raws: Sequence[bytes], batches: int = 6) -> float:
    """How many times faster two processes get through some batches than one."""
    seconds = []
    for count in (1, 2):
        with workers(count) as pool:
            list(pool.map(_one_batch, [raws[:2]] * 8 * count))  # starts every process and imports into it
            seconds.append(_timed(lambda pool=pool: list(pool.map(_one_batch, [raws] * batches)), time.perf_counter)[0])
    return seconds[0] / seconds[1]


def main(size: int = BATCH, rounds: int = ROUNDS) -> int:
    """Print the cost of a batch of copies, of a batch of simulated reports, and the gain of a second process."""
    name, raw = material()
    raws = copies(raw, size)
    for what, some in ((name, raws), ("simulated reports", [simulate(seed).raw for seed in range(size)])):
        with workers(1) as pool:
            print(pool.submit(measure, some, rounds).result().line(f"{size} {what}"))
    print(f"two processes: {gain(raws):.2f} times one")
    return 0
