"""How much memory a process takes together with all those that it started, as it goes. Linux only."""

import threading
import time
from pathlib import Path
from typing import NamedTuple

PROC = Path("/proc")
EVERY = 0.2  # seconds


class Sample(NamedTuple):
    """Memory at one moment: `at` on the monotonic clock, the bytes of all processes, shared pages counted once."""

    at: float
    size: int
    apart: int = 0  # of it, what processes take that are counted apart


def tree(root: int) -> list[int]:
    """The process and its descendants."""
    children: dict[int, list[int]] = {}
    for folder in PROC.glob("[0-9]*"):
        try:
            # The name in brackets may hold anything; the parent is the second field after it.
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue  # it has ended meanwhile
        children.setdefault(parent, []).append(int(folder.name))
    found = [root]
    for process in found:
        found += children.get(process, [])
    return found


def proportional(process: int) -> int:
    """Bytes of a process, each page shared out over those who hold it; 0 where it has ended."""
    try:
        lines = (PROC / str(process) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


def called(process: int) -> str:
    """The command line of a process; nothing where it has ended."""
    try:
        return (PROC / str(process) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


class Watch:
    """Samples of a process and its descendants, taken in a thread: `with Watch(pid) as watch: ...; watch.samples`."""

    def __init__(self, root: int, every: float = EVERY, apart: str | None = None) -> None:
        """Watch the tree below `root`; processes whose command line holds the text `apart` are also counted apart."""
        self.root, self.every, self.apart, self.samples = root, every, apart, list[Sample]()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while True:
            sizes = {process: proportional(process) for process in tree(self.root)}
            apart = sum(size for process, size in sizes.items() if self.apart and self.apart in called(process))
            self.samples.append(Sample(time.monotonic(), sum(sizes.values()), apart))
            if self._over.wait(self.every):
                return
