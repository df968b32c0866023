"""The worker processes of a world: their work is done in this process, in turn, and one of them may die of it."""

import os
import signal
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any

from tests.world.disk import Disk
from tests.world.faults import PROCESS, Fault


class Inline(Executor):
    """An executor whose work is done when it is given."""

    def __init__(self, *_: Any, **__: Any) -> None:
        pass

    def submit(self, work: Callable[..., Any], /, *given: Any, **options: Any) -> "Future[Any]":
        """Do it."""
        future: Future[Any] = Future()
        try:
            future.set_result(work(*given, **options))
        except Exception as error:
            future.set_exception(error)
        return future


class Died(BaseException):
    """A worker process is killed at this moment."""


class Hands:
    """The pools of a night. At the piece of work that a fault names a worker dies, having done some or all of it."""

    def __init__(self, disk: Disk, met: Callable[[Fault], None]) -> None:
        self.disk, self.met = disk, met
        self.given = 0
        self.faults: list[Fault] = []

    def night(self, faults: list[Fault]) -> None:
        """Begin a night, in which these faults kill workers."""
        self.given, self.faults = 0, faults

    def pool(self, *given: Any, **options: Any) -> Executor:
        """Stand in for a pool of processes; where a fault is of a real one, have a real one."""
        is_real = any(fault.form == PROCESS for fault in self.faults)
        return _Processes(self, *given, **options) if is_real else _Pool(self)

    def take(self) -> Fault | None:
        """Count a piece of work. Returns the fault that befalls it."""
        self.given += 1
        fault = next((one for one in self.faults if one.at == self.given), None)
        if fault:
            self.met(fault)
        return fault


class _Processes(ProcessPoolExecutor):
    """Real processes, of which those that work when their time has come are killed."""

    def __init__(self, hands: Hands, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self._hands = hands

    def submit(self, work: Callable[..., Any], /, *given: Any, **options: Any) -> "Future[Any]":
        fault = self._hands.take()
        future = super().submit(work, *given, **options)
        for number in list(self._processes) if fault else ():
            os.kill(number, signal.SIGKILL)
        return future


class _Pool(Executor):
    def __init__(self, hands: Hands) -> None:
        self._hands = hands
        self._broken = False

    def submit(self, work: Callable[..., Any], /, *given: Any, **options: Any) -> "Future[Any]":
        if self._broken:
            raise BrokenProcessPool("A child process terminated abruptly, the process pool is not usable anymore")
        future: Future[Any] = Future()
        fault = self._hands.take()
        try:
            if fault:
                self._dying(fault.seed % 12, work, *given, **options)
            future.set_result(work(*given, **options))
        except Died:
            self._broken = True
            future.set_exception(BrokenProcessPool("A process in the process pool was terminated abruptly"))
        except Exception as error:
            future.set_exception(error)
        return future

    def _dying(self, after: int, work: Callable[..., Any], *given: Any, **options: Any) -> None:
        """Die after so many steps of the work, at the latest when all is done and nothing of it told."""
        disk, real = self._hands.disk, self._hands.disk.step
        left = after

        def step(*told: Any) -> None:
            nonlocal left
            left -= 1
            if left < 0:
                raise Died
            real(*told)

        disk.step = step  # type: ignore[method-assign]
        try:
            work(*given, **options)
        except BrokenExecutor:
            raise
        finally:
            disk.step = real  # type: ignore[method-assign]
        raise Died
