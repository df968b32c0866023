"""Questions of users, each answered by a process of its own that can reach the published file and nothing else.

`answering` is what runs in it. Three things bound it: what DuckDB refuses, what the operating system refuses, and a
watcher here that kills it. Where the kernel has no Landlock (before Linux 5.13, or elsewhere) the first two are kinds
of statements, DuckDB's own settings and limits of the process; without /proc the resident memory is not watched.
"""

import fcntl
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pyarrow as pa

from flows import bounds, cellfiles, clock
from flows.bounds import WarehouseError
from flows.settings import Settings, bare

PROGRAM = """\
import json, sys
sys.path[:] = json.loads(sys.argv[1])
sys.modules["numpy"] = None
from flows import answering
answering.main({})
"""  # Arrow takes NumPy where it is there, and needs it for nothing here: a third of the start, and 30 MB
LOOKS = 0.005  # seconds between two looks at what the process holds
STARTS = 4.0  # seconds that it may take to start; what it takes beyond that is taken from the question's time
PREFIX = "tieout-question-"
LEFT_BEHIND = 60.0  # seconds after which a folder that nobody holds was left by a process that was killed
Ending = dict[str, Any]


def ask(settings: Settings, question: str) -> pa.Table:
    """Answer one question of a user from the published warehouse, within the bounds of the settings.

    Raises WarehouseError: with DuckDB's own words, or with the limit that the question exceeds. OSError where there is
    no room for its folder.
    """
    try:
        file = settings.warehouse.open("rb")
    except FileNotFoundError:
        raise bounds.absent(settings) from None
    with file, _scratch() as (folder, lock), _Answering(settings, folder, [file.fileno(), lock]) as answering:
        return answering.table(question)


@contextmanager
def _scratch() -> Iterator[tuple[Path, int]]:
    """Make a folder for what one question puts on the disk, with the lock that shows that somebody uses it."""
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    try:
        lock = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield folder, lock
        finally:
            os.close(lock)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _sweep() -> None:
    """Remove the folders of questions whose processes were killed all at once."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError), ExitStack() as stack:
            if clock.wall() - folder.stat().st_mtime < LEFT_BEHIND:
                continue
            lock = os.open(folder, os.O_RDONLY)
            stack.callback(os.close, lock)
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder)


class _Answering:
    """The process, from its start to its end, and the thread that watches it."""

    def __init__(self, settings: Settings, folder: Path, kept: list[int]) -> None:
        self.settings = settings
        self.folder = folder
        self.file, *_ = kept
        self.stopped: WarehouseError | None = None  # why the watcher killed it
        self.ending: Ending = {}
        self.told, telling = os.pipe()
        root = Path(__file__).resolve().parents[1]
        paths = [*(str(Path(path).absolute()) for path in sys.path), str(root)]
        with (folder / "problems").open("wb") as problems:
            self.process = subprocess.Popen(
                # Isolated: neither the folder that tieout is called in nor the environment decides what it imports.
                [sys.executable, "-I", "-S", "-c", PROGRAM.format(telling), json.dumps(paths)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=problems,
                cwd=folder,
                env=bare(),
                pass_fds=[*kept, telling],
                process_group=0,  # Ctrl-C is for us; we end it
            )
        os.close(telling)
        self.watcher = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> "_Answering":
        self.watcher.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self.watcher.join()
        os.close(self.told)
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(OSError):
                pipe.close()

    def table(self, question: str) -> pa.Table:
        """Return the whole answer, or raise WarehouseError."""
        job = {
            "question": question,
            "file": self.file,
            "cells": str(self.settings.home / cellfiles.FOLDER),
            "scratch": str(self.folder),
            **{name: getattr(self.settings, name) for name in ("memory", "spill", "seconds")},
        }
        table = None
        with suppress(BrokenPipeError):
            self.process.stdin.write(json.dumps(job).encode() + b"\n")
            self.process.stdin.flush()
        # An answer that breaks off has its reason in how the process ended.
        with suppress(pa.ArrowInvalid, OSError):
            table = bounds.whole(pa.ipc.open_stream(self.process.stdout), self.settings.answer)
        self.process.wait()
        self.watcher.join()
        if problem := self._problem():
            raise problem
        if table is None:
            raise WarehouseError("the answer broke off: ask again")
        return table

    def _watch(self) -> None:
        """Kill the process where it holds or takes more than it may; end when it has ended."""
        deadline = clock.monotonic() + STARTS + self.settings.seconds
        most: float = float("inf")
        told = b""
        news = select.poll()
        news.register(self.told, select.POLLIN)
        while True:
            if news.poll(LOOKS * 1000):
                part = os.read(self.told, 1 << 16)
                if not part:
                    return
                told += part
                while b"\n" in told:
                    line, _, told = told.partition(b"\n")
                    what = json.loads(line)
                    if "resident" in what:
                        most = what["resident"] or most
                        deadline = min(deadline, clock.monotonic() + self.settings.seconds)
                    else:
                        self.ending = what
            if _resident(self.process.pid) > most:
                self._stop(self._too_large(""))
            elif clock.monotonic() > deadline:
                self._stop(self._too_long())

    def _stop(self, why: WarehouseError) -> None:
        self.stopped = self.stopped or why
        self.process.kill()

    def _too_large(self, words: str) -> WarehouseError:
        return WarehouseError(f"{bounds.too_large(self.settings, words)}, or allow more with --memory")

    def _too_long(self) -> WarehouseError:
        return WarehouseError(f"{bounds.too_long(self.settings)}, or allow more with --seconds")

    def _problem(self) -> WarehouseError | None:
        """Return what is wrong with how the process ended; None where it is well."""
        code = self.process.returncode
        match self.ending:
            case _ if self.stopped:
                return self.stopped
            case {"end": "done"}:
                return None
            case {"end": "memory", "words": words}:
                return self._too_large(words)
            case {"end": "unreadable", "words": words}:
                return bounds.unreadable(words.replace(f"/dev/fd/{self.file}", str(self.settings.warehouse)))
            case {"words": words}:
                return WarehouseError(words)
        if code == -signal.SIGXCPU:
            return self._too_long()
        if code < 0:
            name = signal.Signals(-code).name
            return WarehouseError(f"the database ended with {name} at this question: ask it in a simpler form")
        last = (self.folder / "problems").read_text(errors="replace").strip().splitlines()[-1:]
        return WarehouseError(
            f"the process that answers ended: {' '.join(last) or f'code {code}'}; install tieout again"
        )


def _resident(process: int) -> int:
    """Return how many bytes of a process lie in memory; 0 where nothing tells, or it has ended."""
    try:
        return int(Path(f"/proc/{process}/statm").read_bytes().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0
