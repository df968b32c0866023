"""A Dask cluster that reads in place of this machine's processes: the only file that knows Dask.

The workers get texts and give back tables; the store, the ledger and the source are this machine's alone, and so is the
limit of requests. They must run the same code, or one night would hold two readings of one report.
"""

import asyncio
import logging
import pickle
import platform
import threading
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

from flows import fingerprints
from flows.settings import SettingsError

PATIENCE = 10.0  # seconds to reach the scheduler
LONGEST = 3600.0  # seconds until a group of filings that was handed out must have come back
ALIKE = ("dask", "distributed", "polars", "pyarrow")  # packages that must be of the same version on all machines


class ClusterLost(Exception):
    """The scheduler stopped answering in the middle of the work; what was read until then is kept."""


@contextmanager
def connected(address: str) -> "Iterator[Cluster]":
    """Work on the cluster whose scheduler listens at `address`.

    Raises SettingsError where Dask is not installed, nothing answers, no worker is there or one runs other code.
    """
    try:
        import distributed
    except ImportError as error:
        raise SettingsError(
            f"--runner dask needs Dask ({error}): install it with `pip install 'tieout[dask]'`, here and on its workers"
        ) from error
    # What it says of closed connections, when a cluster ends, is no fault.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        client = distributed.Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"no scheduler of Dask answers at {address} ({_brief(error)}): start one with `dask scheduler`, "
            "or give another --address"
        ) from error
    with client:
        _compare(client, address)
        yield Cluster(client, address)


class Cluster(Executor):
    """An executor on a cluster. `width` is how many tasks its workers have room for."""

    def __init__(self, client: Any, address: str) -> None:
        self.client, self.address = client, address
        self.executor = client.get_executor(pure=False)
        self.width: int = sum(client.ncores().values())

    def submit(self, work: Callable[..., Any], /, *given: Any, **named: Any) -> Future[Any]:
        """Let a worker do `work`. What is given and made travels packed: it passes through the scheduler's memory."""
        answer: Future[Any] = Future()
        packed = zlib.compress(pickle.dumps((given, named)), 1)
        # Dask waits for ever where the last worker died and none comes back.
        watch = threading.Timer(LONGEST, self._give_up, [answer])
        watch.daemon = True
        watch.start()
        told = self.executor.submit(_worked, work, packed)
        told.add_done_callback(lambda done: (watch.cancel(), self._answered(done, answer)))
        return answer

    def _answered(self, told: Future[Any], answer: Future[Any]) -> None:
        from distributed import KilledWorker

        if answer.done():
            return
        try:
            answer.set_result(pickle.loads(zlib.decompress(told.result())))
        except KilledWorker as error:
            answer.set_exception(BrokenExecutor(f"a process of the cluster that worked on it died: {error}"))
        except (Exception, asyncio.CancelledError) as error:
            gone = isinstance(error, CancelledError | asyncio.CancelledError) or self.client.status != "running"
            answer.set_exception(self._lost(type(error).__name__) if gone else error)

    def _give_up(self, answer: Future[Any]) -> None:
        if not answer.done():
            answer.set_exception(self._lost(f"nothing for {LONGEST:g} s"))

    def _lost(self, why: str) -> ClusterLost:
        return ClusterLost(
            f"the cluster at {self.address} stopped answering ({why}): see to its scheduler and workers, "
            "then run the same command again to go on"
        )

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster as it is: it is not ours."""


def _worked(work: Callable[..., Any], packed: bytes) -> bytes:
    given, named = pickle.loads(zlib.decompress(packed))
    return zlib.compress(pickle.dumps(work(*given, **named)), 1)


def kit() -> dict[str, str]:
    """Return what must be the same on all machines, by name."""
    versions = {name: version(name) for name in ALIKE}
    python = ".".join(platform.python_version_tuple()[:2])
    return {"python": python, **versions, "reader": fingerprints.reader(), "builder": fingerprints.builder()}


def _compare(client: Any, address: str) -> None:
    """Refuse a cluster without workers, or with one that would read otherwise than we do."""
    try:
        found: dict[str, dict[str, str]] = client.run(kit)
    except Exception as error:
        raise SettingsError(
            f"the workers of {address} cannot run this code ({type(error).__name__}: {_brief(error)}): "
            "install the same tieout there"
        ) from error
    if not found:
        raise SettingsError(f"the cluster at {address} has no worker: start some with `dask worker {address}`")
    for worker, theirs in sorted(found.items()):
        differs = [
            f"{name} {theirs.get(name)}, here {ours}" for name, ours in kit().items() if theirs.get(name) != ours
        ]
        if differs:
            raise SettingsError(
                f"the worker {worker} would not read as this machine does: {'; '.join(differs)}: "
                "install the same versions there"
            )


def _brief(error: BaseException) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]
