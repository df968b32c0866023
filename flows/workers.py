"""Processes: batches of filings read side by side, and what is left when one of them dies."""

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import chain, islice
from multiprocessing import connection, get_context, parent_process
from typing import Any, TypeVar

from flows import cluster
from flows.settings import DASK, Settings, prepare_workers

Item = TypeVar("Item")
Given = TypeVar("Given")
Made = TypeVar("Made")


@contextmanager
def crew(settings: Settings, given: Executor | None, idle: bool) -> Iterator[tuple[Executor | None, int]]:
    """Yield the executor to work with, None for processes of this machine, and how many work in it at once.

    It is the one given, else a cluster where the settings name one; nobody is bothered where there is no work (`idle`).
    """
    if given is not None or idle or settings.runner != DASK:
        yield given, settings.processes
        return
    with cluster.connected(settings.address or "") as executor:
        yield executor, executor.width


def spread(
    work: Callable[[Given], Made],
    groups: Iterable[list[Item]],
    load: Callable[[list[Item]], Given],
    processes: int,
    executor: Executor | None,
) -> Iterator[tuple[list[Item], Made | Exception]]:
    """Yield each group, in order, with what `work` made of it or the exception that it raised.

    Runs here, or in the executor, or in a process pool if there are several groups and processes. No more groups are
    loaded than are worked on, so memory does not grow with the night.
    """
    groups = iter(groups)
    waiting = deque(islice(groups, 2))
    if executor is None and (processes == 1 or len(waiting) < 2):
        for group in chain(waiting, groups):
            yield group, _tried(work, load(group))
        return
    while waiting:
        # A process that dies breaks its pool: the groups in it come back with the error, the rest get a new one.
        with _pool(executor, processes) as pool:
            running: deque[tuple[list[Item], Any]] = deque()
            broken = False
            while running or (waiting and not broken):
                while waiting and not broken and len(running) <= processes:
                    group = waiting.popleft()
                    waiting.extend(islice(groups, 1))
                    running.append((group, pool.submit(work, load(group))))
                group, future = running.popleft()
                answer = _tried(lambda future: future.result(), future)
                if isinstance(answer, cluster.ClusterLost):
                    raise answer
                broken = broken or isinstance(answer, BrokenExecutor)
                yield group, answer


def _tried(work: Callable[[Given], Made], given: Given) -> Made | Exception:
    """Return what `work` makes, or the exception, which the caller records with the filings it belongs to."""
    try:
        return work(given)
    except Exception as error:
        return error


def alone(work: Callable[[Given], Made], given: Given, failed: Exception) -> Made | Exception:
    """Try again with one filing; in a process of its own if the last one died of it."""
    if not isinstance(failed, BrokenExecutor):
        return _tried(work, given)
    with _pool(None, 1) as pool:
        return _tried(lambda future: future.result(), pool.submit(work, given))


@contextmanager
def _pool(executor: Executor | None, processes: int) -> Iterator[Executor]:
    if executor is not None:
        yield executor
        return
    prepare_workers()
    # Spawned, not forked: Polars and Arrow hold threads and locks that a fork would copy half-way.
    with ProcessPoolExecutor(processes, get_context("spawn"), initializer=_end_with_parent) as pool:
        yield pool


def _end_with_parent() -> None:
    """Make a worker leave when the run is killed: a pool's processes would wait for work for ever."""
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_leave_after, args=(parent.sentinel,), daemon=True).start()


def _leave_after(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)
