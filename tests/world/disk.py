"""The file system of a world: every step by which a run changes its home is counted, and may fail or be its last.

The doors are Python's `open` and `os`, for all files below the home, and DuckDB's statements that write a file. What a
killed machine may lose is kept in mind until it is forced to disk: bytes of a file, a new name, an old name.
"""

import builtins
import errno
import io
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from unittest import mock

import duckdb

from tests.world.faults import EIO, ENOSPC, KILLED, LOST, SECOND, TORN, Fault

WRITES = ("write", "database")
REAL_OPEN = io.open
LOCK = "writer.lock"  # says nothing that a run builds on
# Statements of DuckDB's that write a file, and how they begin.
STATEMENTS = ("CHECKPOINT", "COPY", "COMMIT", "ATTACH", "CREATE OR REPLACE TABLE", "INSERT INTO build.filing")


class Killed(BaseException):
    """The run is killed at this moment; what happens to its home afterwards never happened."""


@dataclass(frozen=True)
class Renamed:
    """A name given or taken and not yet forced to disk; `kept` holds what had the name before."""

    source: Path | None  # the name that it had until then; None where a name was only taken
    target: Path
    kept: Path | None


class Disk:
    """The steps of a run on the files of its home."""

    def __init__(self, home: Path, aside: Path, met: Callable[[Fault], None], second: Callable[[], None]) -> None:
        self.home, self.aside, self.met, self.second = home, aside, met, second
        self.frozen = aside / "frozen"  # the home at the moment of a kill
        self.steps: list[tuple[str, str]] = []  # kind and name of each step of a night
        self.faults: list[Fault] = []
        self.is_quiet = True
        self._renamed: list[Renamed] = []
        self._unsynced: set[Path] = set()
        self._made: set[Path] = set()  # folders whose names are not forced to disk

    def night(self, faults: list[Fault]) -> None:
        """Begin a night, in which these faults happen at their steps."""
        self.steps, self.faults = [], faults
        self._renamed, self._unsynced, self._made = [], set(), set()
        shutil.rmtree(self.aside, ignore_errors=True)
        self.aside.mkdir(parents=True)
        self.is_quiet = False

    def restore(self) -> None:
        """Put the home back as it was when the run was killed."""
        shutil.rmtree(self.home)
        self.frozen.rename(self.home)

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Let what happens meanwhile be none of the run's steps."""
        before, self.is_quiet = self.is_quiet, True
        try:
            yield
        finally:
            self.is_quiet = before

    # ---- steps ----

    def step(self, kind: str, path: Path, partly: Callable[[float], None] | None = None) -> None:
        """Count a step; raise what befalls it. `partly` does the first part of a write."""
        if self.is_quiet:
            return
        self.steps.append((kind, str(path.relative_to(self.home))))
        number = len(self.steps)
        for fault in self.faults:
            if self._befalls(fault, number, kind):
                self._happen(fault, path, partly)

    def _befalls(self, fault: Fault, number: int, kind: str) -> bool:
        if fault.kind == ENOSPC:
            # A disk is full for some time, and only for those who write.
            return kind in WRITES and number >= fault.at and self._first(fault, number) + fault.lasts > number
        if fault.kind == TORN:
            return kind == "write" and number >= fault.at
        if fault.kind == LOST:
            return number > fault.at and bool(self._renamed) and self._renamed[-1].source is not None
        if fault.kind == EIO:
            return fault.at <= number < fault.at + fault.lasts
        return number == fault.at

    def _first(self, fault: Fault, number: int) -> int:
        kinds = enumerate(self.steps[fault.at - 1 : number], fault.at)
        return next(place for place, (kind, _) in kinds if kind in WRITES)

    def _happen(self, fault: Fault, path: Path, partly: Callable[[float], None] | None) -> None:
        rng = Random(fault.seed)
        if fault.kind == SECOND:
            self.met(fault)
            with self.quiet():
                self.second()
            return
        self.met(fault)
        if fault.kind in (EIO, ENOSPC):
            if partly and fault.kind == ENOSPC:
                partly(rng.random())
            code = errno.EIO if fault.kind == EIO else errno.ENOSPC
            if self.steps[-1][0] == "database":
                raise duckdb.IOException(f'IO Error: Could not write file "{path}": {os.strerror(code)}')
            raise OSError(code, os.strerror(code), str(path))
        if fault.kind == TORN and partly:
            partly(rng.random())
        self.kill(None if fault.kind == KILLED else rng)

    def kill(self, power: Random | None = None) -> None:
        """Kill the run; where the machine loses `power`, what was not forced to disk may be lost. Raises Killed."""
        with self.quiet():
            shutil.copytree(self.home, self.frozen, symlinks=True)
            if power:
                self._lose(power)
        self.is_quiet = True
        raise Killed

    def _lose(self, rng: Random) -> None:
        """Lose of the frozen home what a machine may lose: the last name given for certain, of all else a half."""
        for number, renamed in enumerate(reversed(self._renamed)):
            target = self._cold(renamed.target)
            if (number and rng.random() < 0.5) or not target.parent.is_dir():
                continue
            if renamed.source and target.exists():
                source = self._cold(renamed.source)
                source.parent.mkdir(parents=True, exist_ok=True)
                target.rename(source)
            if renamed.kept and not target.exists():
                shutil.copy2(renamed.kept, target)
        for path in sorted(self._made):
            if rng.random() < 0.5:
                shutil.rmtree(self._cold(path), ignore_errors=True)
        for path in sorted(self._unsynced):
            file = self._cold(path)
            if file.is_file() and path.name != LOCK:
                os.truncate(file, int(rng.random() * file.stat().st_size))

    def _cold(self, path: Path) -> Path:
        return self.frozen / path.relative_to(self.home)

    # ---- what is on disk for good ----

    def wrote(self, path: Path) -> None:
        """Note that a file has bytes that are not forced to disk."""
        self._unsynced.add(path)

    def synced(self, path: Path) -> None:
        """Note that a file's bytes, or a folder's names, are forced to disk."""
        self._unsynced.discard(path)
        self._renamed = [one for one in self._renamed if one.target.parent != path]
        self._made = {one for one in self._made if one.parent != path}

    def made(self, path: Path) -> None:
        """Note a folder that is new."""
        self._made.add(path)

    def losable(self) -> list[Path]:
        """What a machine that lost its power now could have lost."""
        return sorted({*self._made, *self._unsynced, *(one.target for one in self._renamed)})

    def keep(self, path: Path) -> Path | None:
        """Keep what has a name that is about to be given to something else, or to nothing."""
        if not path.is_file():
            return None
        kept = self.aside / f"kept-{len(self.steps)}"
        with self.quiet():
            os.link(path, kept)
        return kept

    def renamed(self, source: Path | None, target: Path, kept: Path | None) -> None:
        """Note a name that is given, or taken, and not forced to disk."""
        self._renamed.append(Renamed(source, target, kept))
        if source and source in self._unsynced:
            self._unsynced.discard(source)
            self._unsynced.add(target)

    def of(self, path: Any, folder: int | None = None) -> Path | None:
        """Return a path of the home as such, None for any other."""
        if isinstance(path, int):
            path = REAL_READLINK(f"/proc/self/fd/{path}")
        elif folder is not None:
            path = Path(REAL_READLINK(f"/proc/self/fd/{folder}")) / os.fsdecode(path)
        whole = _absolute(path)
        return whole if whole.is_relative_to(self.home) and whole.name != LOCK else None


REAL_READLINK = os.readlink


def _absolute(path: Any) -> Path:
    """A path from the root on; links are not followed, which would take a look at the disk for each part."""
    return Path.cwd() / os.fsdecode(path)


class _File:
    """A file opened for writing, whose writes are steps."""

    def __init__(self, file: Any, path: Path, disk: Disk) -> None:
        self._file, self._path, self._disk = file, path, disk

    def write(self, content: Any) -> int:
        """Write, or a part of it."""

        def partly(share: float) -> None:
            self._file.write(content[: int(len(content) * share)])
            self._file.flush()
            self._disk.wrote(self._path)

        self._disk.step("write", self._path, partly)
        self._disk.wrote(self._path)
        written: int = self._file.write(content)
        return written

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> "_File":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


@contextmanager
def mounted(disk: Disk) -> Iterator[None]:
    """Let all that this process does to files of the home go through `disk`."""
    with ExitStack() as stack:
        for module, name, door in _doors(disk):
            stack.enter_context(mock.patch.object(module, name, door))
        yield


def _doors(disk: Disk) -> Iterator[tuple[Any, str, Any]]:
    def opened(file: Any, mode: str = "r", *arguments: Any, **options: Any) -> Any:
        path = None if isinstance(file, int) or not set(mode) & set("wax+") else disk.of(file)
        held = REAL_OPEN(file, mode, *arguments, **options)
        return held if path is None else _File(held, path, disk)

    yield io, "open", opened
    yield builtins, "open", opened
    for name in ("rename", "replace"):
        yield os, name, _naming(disk, getattr(os, name))
    for name in ("unlink", "remove"):
        yield os, name, _removing(disk, getattr(os, name))
    yield os, "link", _linking(disk, os.link)
    yield os, "fsync", _forcing(disk, os.fsync)
    yield os, "sendfile", _sending(disk, os.sendfile)
    for name in ("mkdir", "rmdir"):
        yield os, name, _folder(disk, name, getattr(os, name))
    yield duckdb, "connect", lambda *given, **options: Connection(REAL_CONNECT(*given, **options), disk)


REAL_CONNECT = duckdb.connect


def _naming(disk: Disk, real: Callable[..., None]) -> Callable[..., None]:
    def rename(source: Any, target: Any, **options: Any) -> None:
        path = disk.of(target)
        if path is None or disk.is_quiet:
            return real(source, target, **options)
        disk.step("rename", path)
        kept = disk.keep(path)
        real(source, target, **options)
        return disk.renamed(_absolute(source), path, kept)

    return rename


def _removing(disk: Disk, real: Callable[..., None]) -> Callable[..., None]:
    def unlink(path: Any, *, dir_fd: int | None = None) -> None:
        whole = disk.of(path, dir_fd)
        if whole is None or disk.is_quiet or not os.path.lexists(whole):
            return real(path, dir_fd=dir_fd)
        disk.step("unlink", whole)
        kept = disk.keep(whole)
        real(path, dir_fd=dir_fd)
        return disk.renamed(None, whole, kept)

    return unlink


def _linking(disk: Disk, real: Callable[..., None]) -> Callable[..., None]:
    def link(source: Any, target: Any, **options: Any) -> None:
        path = disk.of(target)
        if path is not None:
            disk.step("link", path)
        real(source, target, **options)

    return link


def _forcing(disk: Disk, real: Callable[..., None]) -> Callable[..., None]:
    def fsync(file: Any) -> None:
        path = disk.of(file if isinstance(file, int) else file.fileno())
        if path is not None:
            disk.step("fsync", path)
        # Nothing here needs to outlive the machine.
        if path is None:
            real(file)
        else:
            disk.synced(path)

    return fsync


def _sending(disk: Disk, real: Callable[..., int]) -> Callable[..., int]:
    def sendfile(target: int, *arguments: Any, **options: Any) -> int:
        path = disk.of(target)
        if path is not None:
            disk.step("write", path)
            disk.wrote(path)
        return real(target, *arguments, **options)

    return sendfile


def _folder(disk: Disk, name: str, real: Callable[..., None]) -> Callable[..., None]:
    def change(path: Any, *arguments: Any, dir_fd: int | None = None) -> None:
        whole = disk.of(path, dir_fd)
        if whole is not None and whole.is_dir() == (name == "rmdir") and whole != disk.home:
            disk.step(name, whole)
        real(path, *arguments, dir_fd=dir_fd)
        if whole is not None and whole != disk.home and name == "mkdir" and not disk.is_quiet:
            disk.made(whole)

    return change


class Connection:
    """A connection to DuckDB whose statements that write a file are steps."""

    def __init__(self, real: Any, disk: Disk) -> None:
        self._real, self._disk = real, disk

    def execute(self, statement: str, *arguments: Any, **options: Any) -> Any:
        """Run a statement."""
        begun = statement.lstrip()
        if begun.startswith(STATEMENTS) and "READ_ONLY" not in begun:
            file = self._file(begun)
            if file is not None:
                self._disk.step("database", file)
                self._disk.wrote(file)
        return self._real.execute(statement, *arguments, **options)

    def _file(self, statement: str) -> Path | None:
        """The file that a statement writes: that of COPY and ATTACH by name, else the one built aside."""
        if statement.startswith(("COPY", "ATTACH")):
            named = statement.split(" TO '")[-1] if statement.startswith("COPY") else statement.partition("'")[2]
            return self._disk.of(named.partition("'")[0]) if "'" in named else None
        aside = self._disk.home / "warehouse.duckdb.next"
        return aside if aside.exists() else None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def __enter__(self) -> "Connection":
        self._real.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._real.__exit__(*error)
