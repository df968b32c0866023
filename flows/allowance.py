"""What the reading of one filing may take of this process: processor time and memory, watched while it is read.

Neither is the same twice, so a filing that takes more is read once more in a process of its own before it is given up.
A timer of the processor's time looks four times a second, or oftener, and ends the reading from within. In a process
that does nothing but read, the kernel holds somewhat wider bounds as well, for code that no timer can interrupt.
"""

import resource
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import parent_process
from pathlib import Path
from types import FrameType
from typing import overload

from flows import clock
from flows.settings import Settings
from transforms import Submission

MB = 1_000_000
FREE = 60 * MB  # bytes opened that the least time is enough for
TICK = 0.25  # seconds of processor time between two looks
WIDER = 1.5  # times as much memory the kernel gives, and so many seconds more:
GRACE = 30
HEAVY = 5 * MB  # bytes opened from which a filing is read in a process of its own, which may be killed
_PAGE = resource.getpagesize()


class Exceeded(Exception):
    """The reading of a filing took more than it may; the message has limit and measurement. `whose` is its number."""

    def __init__(self, told: str, whose: str | None = None) -> None:
        super().__init__(told, whose)
        self.told, self.whose = told, whose

    def __str__(self) -> str:
        return self.told


class _Stop(BaseException):
    """Ends a reading from within: the reader catches every Exception as its own fault."""


class _Watch:
    """The reading under way."""

    def __init__(self, seconds: float, memory: int) -> None:
        self.seconds, self.memory = seconds, memory
        self.is_on, self.told, self.whose = True, "", None
        self.begin(None, 0)

    def begin(self, whose: str | None, opened: int) -> None:
        """Let a filing of so many bytes begin, or a batch."""
        self.whose = whose
        self.allowed = self.seconds * max(1.0, opened / FREE)
        self.started, self.held = clock.processor(), _resident()
        if parent_process() is not None:
            _bound_time(self.allowed + GRACE)

    def look(self, *_: int | FrameType | None) -> None:
        """End the reading if it has taken more than it may."""
        if not self.is_on:
            return
        used, grown = clock.processor() - self.started, _resident() - self.held
        if used > self.allowed:
            self.told = f"too slow: {used:,.1f} s of processor time, where {self.allowed:,.1f} s are allowed"
        elif grown > self.memory:
            self.told = f"too much memory: {grown / MB:,.0f} MB, where {self.memory / MB:,.0f} MB are allowed"
        else:
            return
        # Once: what is left now is to come back out of the reader.
        self.is_on = False
        raise _Stop


_watch: _Watch | None = None


@contextmanager
def watched(settings: Settings, opened: int = 0) -> Iterator[None]:
    """Hold what runs within to the allowance of one filing, or of each filing of `ByFiling`. Raises Exceeded.

    Only the main thread of a process can be interrupted: elsewhere nothing is watched.
    """
    global _watch
    if _watch is not None or threading.current_thread() is not threading.main_thread():
        yield
        return
    watch = _Watch(settings.filing_seconds, settings.filing_memory)
    watch.begin(None, opened)
    before = signal.signal(signal.SIGPROF, watch.look)
    tick = min(TICK, settings.filing_seconds / 4)
    try:
        with _bounded_memory(settings.filing_memory):
            _watch = watch
            signal.setitimer(signal.ITIMER_PROF, tick, tick)
            yield
    except _Stop:
        raise Exceeded(watch.told, watch.whose) from None
    except MemoryError:
        if parent_process() is None:
            raise
        told = f"too much memory: none was left, where {settings.filing_memory / MB:,.0f} MB are allowed"
        raise Exceeded(told, watch.whose) from None
    finally:
        watch.is_on, _watch = False, None
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
        _bound_time(None)


class ByFiling(Sequence[Submission]):
    """Submissions, each with an allowance of its own from the moment at which it is taken up."""

    def __init__(self, submissions: Sequence[Submission]) -> None:
        self.all = submissions

    def __len__(self) -> int:
        return len(self.all)

    @overload
    def __getitem__(self, at: int) -> Submission: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Submission]: ...
    def __getitem__(self, at: int | slice) -> Submission | Sequence[Submission]:
        return self.all[at]

    def __iter__(self) -> Iterator[Submission]:
        for submission in self.all:
            if _watch is not None:
                _watch.begin(submission.accession, len(submission.raw))
            yield submission
        if _watch is not None:
            # What is done with all of them at once.
            _watch.begin(None, sum(len(submission.raw) for submission in self.all))


def is_heavy(submissions: Sequence[Submission]) -> bool:
    """Tell whether submissions must be read where the kernel bounds what they take, and a kill ends no run."""
    if threading.current_thread() is not threading.main_thread():
        return True
    return any(len(submission.raw) > HEAVY for submission in submissions)


def _resident() -> int:
    """Return the bytes of memory that this process holds; 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_bytes().split()[1]) * _PAGE
    except (OSError, IndexError):
        return 0


def _data() -> int:
    """Return the bytes that count against a bound of the kernel's; 0 where the system does not say."""
    with suppress(OSError, IndexError):
        return int(Path("/proc/self/statm").read_bytes().split()[5]) * _PAGE
    return 0


@contextmanager
def _bounded_memory(memory: int) -> Iterator[None]:
    """Let the kernel refuse memory far beyond what is allowed, in a process that does nothing but read."""
    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    held = _data()
    if parent_process() is None or not held:
        yield
        return
    most = held + int(WIDER * memory)
    resource.setrlimit(resource.RLIMIT_DATA, (most if hard < 0 else min(most, hard), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


def _bound_time(seconds: float | None) -> None:
    """Let the kernel end this process after so many more seconds of processor time; None takes the bound away."""
    if parent_process() is None:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = hard if seconds is None else int(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (most if hard < 0 else min(most, hard), hard))
