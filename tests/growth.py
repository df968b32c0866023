"""How time grows with size. No test asserts a time, which is another on every machine: only how many times longer."""

import gc
import time
from collections.abc import Callable, Iterable
from typing import TypeVar

Given = TypeVar("Given")
RUNS = 3


def quickest(work: Callable[[Given], object], given: Iterable[Given]) -> float:
    """Return the processor seconds of the quickest run: what else the machine does only lengthens the others.

    No garbage is collected meanwhile: that takes as long as the process is full of what other tests hold.
    """
    seconds = []
    gc.disable()
    try:
        for one in given:
            start = time.process_time()
            work(one)
            seconds.append(time.process_time() - start)
    finally:
        gc.enable()
    return min(seconds)


def growth(work: Callable[[Given], object], made: Callable[[int, int], Given], small: int, large: int) -> float:
    """Return how many times faster than its size the time of some work grows: 1 is linear, a square has large / small.

    `made` gives what is worked on, of a size and for a run: no two runs get the same, because some answers are kept.
    """
    few, many = (quickest(work, [made(size, run) for run in range(RUNS)]) for size in (small, large))
    return many / few / (large / small)
