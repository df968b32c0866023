"""Processes: batches of filings read side by side, and what is left when one of them dies."""

import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import chain, islice
from multiprocessing import connection, parent_process
from multiprocessing.context import SpawnContext, SpawnProcess
from types import ModuleType
from typing import Any, TypeVar

from flows import cluster
from flows.allowance import Exceeded
from flows.settings import DASK, Settings, prepare_workers

Item = TypeVar("Item")
Given = TypeVar("Given")
Made = TypeVar("Made")

_pools: list["_Pool"] = []  # that is kept for the whole of a run, if there is one


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


@contextmanager
def kept(processes: int) -> Iterator[None]:
    """Keep the processes that `spread` starts until this ends: each takes seconds to start, and a back-fill has
    hundreds of short spells of work. They start with the first spell that needs several."""
    if _pools:
        yield
        return
    _pools.append(_Pool(processes))
    try:
        yield
    finally:
        _pools.pop().end()


def spread(
    work: Callable[[Given], Made],
    groups: Iterable[list[Item]],
    load: Callable[[list[Item]], Given],
    processes: int,
    executor: Executor | None,
    apart: Callable[[Given], bool] = lambda given: False,
) -> Iterator[tuple[list[Item], Made | Exception]]:
    """Yield each group, in order, with what `work` made of it or the exception that it raised.

    Runs here, or in the executor, or in a process pool if there are several groups and processes. No more groups are
    loaded than are worked on, so memory does not grow with the night. What is `apart` never runs here.
    """
    groups = iter(groups)
    waiting = deque(islice(groups, 2))
    started = any(pool.is_started for pool in _pools)
    if executor is None and (processes == 1 or len(waiting) < (1 if started else 2)):
        for group in chain(waiting, groups):
            given = load(group)
            yield group, in_process(work, given) if apart(given) else _tried(work, given)
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
                if isinstance(answer, BrokenExecutor) and not broken:
                    broken = True
                    _discard()
                yield group, answer


def _tried(work: Callable[[Given], Made], given: Given) -> Made | Exception:
    """Return what `work` makes, or the exception, which the caller records with the filings it belongs to."""
    try:
        return work(given)
    except Exception as error:
        return error


def alone(work: Callable[[Given], Made], given: Given, failed: Exception) -> Made | Exception:
    """Try again with one filing; in a process of its own if the last one died of it, or had no memory left.

    `work` reads and builds, and writes nothing: what it raises is the filing's. An error of the machine is raised.
    """
    apart = BrokenExecutor, MemoryError, Exceeded
    if not isinstance(failed, apart):
        answer = _tried(work, given)
        if not isinstance(answer, apart):
            return _of_filing(answer)
    return _of_filing(in_process(work, given))


def in_process(work: Callable[[Given], Made], given: Given) -> Made | Exception:
    """Return what `work` makes in a process of its own, or the exception; a process that dies ends nothing else."""
    pool = _Pool(1)
    try:
        return _tried(lambda future: future.result(), pool.executor().submit(work, given))
    finally:
        pool.end()


def _of_filing(answer: Made | Exception) -> Made | Exception:
    """Raise what the operating system says: a reader opens nothing but its own code and declarations."""
    if isinstance(answer, OSError) and answer.errno is not None:
        raise answer
    return answer


@contextmanager
def _pool(executor: Executor | None, processes: int) -> Iterator[Executor]:
    if executor is not None:
        yield executor
    elif _pools:
        yield _pools[0].executor()
    else:
        pool = _Pool(processes)
        try:
            yield pool.executor()
        finally:
            pool.end()


def _discard() -> None:
    """Let the next spell of work have processes anew."""
    for pool in _pools:
        pool.end()


class _Pool:
    """Processes of this machine, started when they are asked for, and again after an end."""

    def __init__(self, processes: int) -> None:
        self.processes = processes
        self._executor: ProcessPoolExecutor | None = None

    @property
    def is_started(self) -> bool:
        return self._executor is not None

    def executor(self) -> Executor:
        if self._executor is None:
            prepare_workers()
            self._executor = ProcessPoolExecutor(self.processes, _Spawn(), initializer=_end_with_parent)
        return self._executor

    def end(self) -> None:
        if self._executor is not None:
            self._executor.shutdown()
            self._executor = None


class _Bare(SpawnProcess):
    """A process that does not import what was started: a flow that Prefect runs would bring Prefect along."""

    def start(self) -> None:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            super().start()
        finally:
            sys.modules["__main__"] = main


class _Spawn(SpawnContext):
    """Spawned, not forked: Polars and Arrow hold threads and locks that a fork would copy half-way."""

    Process = _Bare


def _end_with_parent() -> None:
    """Make a worker leave when the run is killed: a pool's processes would wait for work for ever."""
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_leave_after, args=(parent.sentinel,), daemon=True).start()


def _leave_after(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)
