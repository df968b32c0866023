"""A world: nights on a small archive until they end, and what the home holds by then."""

import hashlib
import logging
import random
import shutil
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import duckdb
import pyarrow.parquet as pq
import urllib3.util.connection
import urllib3.util.retry

from flows import clock, intake, lake, settings, stages, store, workers
from flows.ledger import OPEN, Ledger
from flows.settings import Settings
from flows.summary import Summary
from tests import homes
from tests.world import archive
from tests.world.disk import REAL_CONNECT, Disk, Killed, mounted
from tests.world.faults import CLOCK, DISK, SECOND, WIRE, WORKER, Fault, Script
from tests.world.wire import ADDRESS, Wire
from tests.world.workers import Hands, Inline

MOST = 12  # nights after which a world should have ended
# What depends on how a filing came to where it stands: the batch it lies in, how often it was tried.
HISTORY = ("batch", "attempts", "fetched_at", "updated_at")
DAY = 86_400.0  # seconds from night to night


@dataclass
class Told:
    """How a world ended: which faults happened, and what is wrong, None where nothing is."""

    seed: int
    met: Counter[str] = field(default_factory=Counter)
    nights: int = 0
    wrong: str | None = None
    lines: list[str] = field(default_factory=list)  # what happened, night by night


class Clock:
    """Time that passes by waiting alone, and jumps when it is told to."""

    def __init__(self, begin: datetime) -> None:
        self._begin, self._wrong, self._passed = begin.replace(tzinfo=UTC).timestamp(), 0.0, 1000.0

    def wall(self) -> float:
        """Unix time, as it is told."""
        return self._begin + self._passed + self._wrong

    def monotonic(self) -> float:
        """Seconds that no jump moves."""
        return self._passed

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self._passed += seconds

    def jump(self, days: int) -> None:
        """Set the wall clock wrong by so many days more."""
        self._wrong += timedelta(days=days).total_seconds()

    def right(self) -> None:
        """Set the wall clock right."""
        self._wrong = 0.0


class World:
    """One home, its archive, and the doors through which a run of this process sees them."""

    def __init__(self, folder: Path, root: Path) -> None:
        self.folder, self.told = folder, Told(0)
        self.home = folder / "home"
        self.clock = Clock(datetime.combine(archive.TODAY, datetime.min.time()) + timedelta(hours=12))
        self.wire = Wire(root, self._met)
        self.disk = Disk(self.home, folder / "aside", self._met, self._second)
        self.hands = Hands(self.disk, self._met)
        self._seen: set[int] = set()

    def _met(self, fault: Fault) -> None:
        """Count a fault when it first happens."""
        if id(fault) not in self._seen:
            self._seen.add(id(fault))
            self.told.met[fault.kind] += 1
            where = self.disk.steps[-1] if fault.kind in (*DISK, SECOND) else ""
            self.told.lines.append(f"  {fault.kind} {fault.form} at {fault.at} {where}")

    def settings(self, processes: int = 1) -> Settings:
        """The settings of every night."""
        of = settings.load(self.home, ADDRESS, "Ann Lee ann@example.org", processes)
        return replace(of, pacers=self.folder, a_second=1000.0, kept=2)

    def _second(self) -> None:
        """Run a second run beside the first: it is refused where the first has begun, else it does all of the work."""
        with mock.patch.object(lake, "_held", {}), mock.patch.object(workers, "_pools", []):
            try:
                stages.nightly(self.settings())
            except lake.HomeBusy:
                self.told.lines.append("  the second run was refused")

    def night(self, of: Settings, script: tuple[Fault, ...]) -> Summary | BaseException:
        """Run one night with its faults. Returns its summary, or what ended it."""
        self.wire.night([one for one in script if one.kind in WIRE])
        self.disk.night([one for one in script if one.kind in (*DISK, SECOND)])
        self.hands.night([one for one in script if one.kind == WORKER])
        jumps = [one for one in script if one.kind == CLOCK]
        try:
            return stages.nightly(of, self._jumping(jumps))
        except Killed as killed:
            self.disk.restore()
            return killed
        except Exception as error:
            return error
        finally:
            self.disk.is_quiet = True
            lake._held.clear()
            workers._pools.clear()

    def _jumping(self, jumps: list[Fault]) -> Any:
        """A callback for the stages that sets the clock when its time has come."""
        calls = 0

        def progress(*_: Any) -> None:
            nonlocal calls
            calls += 1
            for fault in jumps:
                if fault.at == calls:
                    self._met(fault)
                    self.clock.jump(fault.days)

        return progress


@contextmanager
def entered(world: World, processes: int = 1) -> Iterator[World]:
    """Let this process see a world's clock, network, files and workers."""
    with ExitStack() as stack:
        put = lambda where, name, value: stack.enter_context(mock.patch.object(where, name, value))  # noqa: E731
        put(clock, "wall", world.clock.wall)
        put(clock, "monotonic", world.clock.monotonic)
        put(clock, "wait", world.clock.wait)
        put(urllib3.util.retry, "time", SimpleNamespace(sleep=world.clock.wait, time=world.clock.wall))
        put(urllib3.util.connection, "create_connection", world.wire.connect)
        for module in (intake, stages, store):
            put(module, "ThreadPoolExecutor", Inline)
        put(workers, "ProcessPoolExecutor", world.hands.pool)
        # Each block is a warning on the screen.
        put(logging.getLogger("tieout.edgar"), "disabled", True)
        if processes > 1:
            # Work for several: so few filings would be read by one.
            put(stages, "BATCH", 3)
            put(stages, "LEAST", 1)
        stack.enter_context(mounted(world.disk))
        yield world


def _torn(of: Settings) -> str | None:
    """Return what is wrong with what is published after a night that failed, None where it is whole or nothing is."""
    if not of.warehouse.exists():
        return None
    try:
        with REAL_CONNECT(str(of.warehouse), read_only=True) as connection:
            connection.sql("SELECT snapshot_id, (SELECT count(*) FROM report) FROM snapshot").fetchall()
    except duckdb.Error as error:
        return f"the published warehouse cannot be read: {error}"
    current = of.home / "marts" / "CURRENT"
    if current.exists() and not (of.home / "marts" / current.read_text().strip()).is_dir():
        return "CURRENT names marts that are not there"
    return None


def _is_over(summary: Summary) -> bool:
    return summary.exit_code == 0 and not summary.states.keys() & set(OPEN)


def digest(of: Settings) -> dict[str, str]:
    """The hash of each table of the database, of the ledger, and of each mart."""
    with mock.patch.object(homes, "CLOCKS", (*homes.CLOCKS, *HISTORY)):
        found = {f"table {name}": _hash(rows) for name, rows in homes.content(of.warehouse).items()}
    found["ledger"] = ledger_digest(of)
    folder = of.home / "marts" / (of.home / "marts" / "CURRENT").read_text().strip()
    for mart in sorted(path for path in folder.iterdir() if path.is_dir()):
        tables = [pq.read_table(file, partitioning=None) for file in sorted(mart.glob("*.parquet"))]
        found[f"mart {mart.name}"] = _hash(sorted(repr(row) for table in tables for row in table.to_pylist()))
    return found


def ledger_digest(of: Settings) -> str:
    """The hash of the ledger's rows, without their history."""
    return _hash(Ledger(of.store).frame.drop(HISTORY).to_dicts())


def _hash(rows: Any) -> str:
    return hashlib.sha256(repr(rows).encode()).hexdigest()


class Worlds:
    """The worlds of one process, below one folder: what they begin with, and what the undisturbed one holds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.early = archive.write(folder / "early", 3)
        self.whole = archive.write(folder / "whole")
        self.begun = self._undisturbed("begun", self.early)
        self.steps: list[tuple[str, str]] = []
        undisturbed = self._undisturbed("undisturbed", self.whole)
        self.expected = digest(undisturbed.settings())

    def _undisturbed(self, name: str, root: Path) -> World:
        (self.folder / name).mkdir()
        world = World(self.folder / name, root)
        with entered(world):
            summary = world.night(world.settings(), ())
        if not isinstance(summary, Summary):
            raise summary
        if summary.exit_code:
            raise AssertionError(summary.lines)
        self.steps = world.disk.steps
        return world

    def run(self, script: Script) -> Told:
        """Run a world to its end and compare it with the undisturbed one."""
        folder = self.folder / "world"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        world = World(folder, self.whole)
        world.told.seed = script.seed
        if script.grown:
            shutil.copytree(self.begun.home, world.home)
        random.seed(script.seed)
        try:
            processes = 2 if script.has_workers else 1
            with entered(world, processes):
                self._nights(world, script, world.settings(processes))
                if world.told.wrong is None:
                    world.told.wrong = self._differing(world)
        except Exception:
            world.told.wrong = traceback.format_exc()
        return world.told

    def _nights(self, world: World, script: Script, of: Settings) -> None:
        told = world.told
        for number in range(MOST):
            faults = script.nights[number] if number < len(script.nights) else ()
            if number:
                world.clock.wait(DAY)
            if not faults:
                world.clock.right()
            told.nights += 1
            told.lines.append(f"night {told.nights}")
            ended = world.night(of, faults)
            if isinstance(ended, Summary):
                told.lines.append(f"  ended with {ended.exit_code}: {ended.states}")
            else:
                told.lines.append(f"  ended by {type(ended).__name__}: {ended}")
                told.wrong = _torn(of)
                if told.wrong:
                    return
            if number + 1 >= len(script.nights) and isinstance(ended, Summary) and _is_over(ended):
                return
        told.wrong = f"it has not ended after {MOST} nights: {told.lines[-1].strip()}"

    def _differing(self, world: World) -> str | None:
        found = digest(world.settings())
        names = sorted(found.keys() | self.expected.keys())
        other = [name for name in names if found.get(name) != self.expected.get(name)]
        if other:
            return f"other than undisturbed: {', '.join(other)}"
        left = [
            name for name in world.settings().store.names("") if "aside" in name or name.endswith((".next", ".wal"))
        ]
        return f"left behind: {', '.join(left)}" if left else None
