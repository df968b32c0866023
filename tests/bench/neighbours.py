"""Filings alone, behind refused ones and in seeded batches, with 1, 2 and 4 processes: is anything not the same?"""

from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context

from tests.neighbours import Difference, behind, differences, digests, filings, is_refused, seeded
from tests.places import SHARED

PROCESSES = (1, 2, 4)


def main(batches: int = 200, behind_refused: int = 1_000_000) -> int:
    """Print every filing that gives something else with neighbours than alone; 1 if there is one.

    Each number of processes reads a third of the `batches`; before them come at most so many batches in which every
    filing stands behind a refused one.
    """
    of = filings(SHARED)
    with ProcessPoolExecutor(max(PROCESSES), get_context("spawn")) as pool:
        alone = {
            accession: digest
            for found in pool.map(digests, [[one] for one in of])
            for accession, digest in found.items()
        }
        refused = [one for one, ended in zip(of, pool.map(is_refused, of), strict=True) if ended]
        print(f"{len(of)} filings, {len(refused)} of them refused", flush=True)
        chosen = list(islice(behind(of, refused), behind_refused))
        met = _told(differences(chosen, alone, pool), f"{sum(map(len, chosen)) // 2} filings behind a refused one")
    drawn = list(seeded(of, batches, seed=15))
    for at, processes in enumerate(PROCESSES):
        own = drawn[at :: len(PROCESSES)]
        with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
            met += _told(differences(own, alone, pool), f"{len(own)} batches in {processes} processes")
    return 1 if met else 0


def _told(found: Iterable[Difference], what: str) -> int:
    met = 0
    for one in found:
        met += 1
        print(f"  differs: {one}", flush=True)
    print(f"{what}: {met} differences", flush=True)
    return met
