"""A back-fill of many simulated filings from a local server, through Prefect: time, memory and disk, by stage.

`python -m tests.bench backfill 20000 FOLDER` keeps the archive in FOLDER and takes it from there the next time. The
server of the archive and this process are not counted. What is held against the limit is the memory of tieout's own
processes, the one that runs Prefect's flow among them; Prefect's server, which may run anywhere, is told beside it.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from tests.bench._backfill_run import STAGES, WHOLE
from tests.edgar_server import Request, serving
from tests.memory import Sample, Watch
from tests.simulate import back_file

MOST_MEMORY = 10**9  # bytes
MOST_ORCHESTRATION = 0.10  # of the flow's time
MILLION = 1_000_000
PROCESSES = 2
PREFECT_SERVER = "prefect.server.api.server"  # in the command line of its process
READING = ("tables", "facts")
MB, GB = 10**6, 10**9
# What lies in a home, by folder or file.
KEPT = {"raw": "raw", "cells": "cells", "facts": "facts", "ledger": "ledger", "marts": "marts",
        "warehouse": "*.duckdb"}  # fmt: skip


class Span(NamedTuple):
    """One call of a stage, or of the whole flow, on the monotonic clock."""

    name: str
    start: float
    end: float


@dataclass(frozen=True)
class Run:
    """What was seen of a back-fill."""

    filings: int
    spans: list[Span]
    samples: list[Sample]
    requests: list[Request]
    disk: dict[str, int]
    said: str

    def seconds(self, *names: str) -> float:
        """Time of some stages."""
        return sum(span.end - span.start for span in self.spans if span.name in names)

    @property
    def orchestration(self) -> float:
        """Share of the flow's time in which no stage ran."""
        return 1 - self.seconds(*STAGES) / self.seconds(WHOLE)

    @property
    def start(self) -> float:
        """Seconds from the call of the flow to the first stage: Prefect starts its server."""
        begun = [span.start for span in self.spans if span.name != WHOLE]
        return min(begun) - next(span.start for span in self.spans if span.name == WHOLE)

    def sizes(self, name: str) -> list[int]:
        """Memory in every sample taken while a stage ran, oldest first."""
        spans = [span for span in self.spans if span.name == name]
        return [one.size - one.apart for one in self.samples if any(span.start <= one.at <= span.end for span in spans)]

    @property
    def peak(self) -> int:
        """The most memory that tieout's own processes ever held."""
        return max(sample.size - sample.apart for sample in self.samples)

    @property
    def peak_of_all(self) -> int:
        """The same together with Prefect's server."""
        return max(sample.size for sample in self.samples)

    def lines(self) -> Iterator[str]:
        """The table to print."""
        whole, size = self.seconds(WHOLE), sum(self.disk.values())
        yield f"{'stage':<12}{'seconds':>9}{'filings/s':>11}{'peak MB':>9}{'first third':>13}{'last third':>12}"
        for name in (*STAGES, WHOLE):
            seconds, sizes = self.seconds(name), self.sizes(name) or [0]
            third = (len(sizes) + 2) // 3
            peaks = (max(part) // MB for part in (sizes, sizes[:third], sizes[-third:]))
            speed = f"{self.filings / seconds:,.0f}" if seconds >= 0.05 else "-"
            yield "{:<12}{:>9.1f}{:>11}{:>9,}{:>13,}{:>12,}".format(name, seconds, speed, *peaks)
        yield (f"peak {self.peak / MB:,.0f} MB of all processes of tieout (at most {MOST_MEMORY / MB:,.0f}), "
               f"{self.peak_of_all / MB:,.0f} MB with Prefect's server")  # fmt: skip
        yield (f"of the flow's time {self.seconds(*READING) / whole:.1%} is reading (tables, facts); Prefect's share "
               f"is {self.orchestration:.1%}, {self.start:.0f} s of it before the first stage")  # fmt: skip
        indexes = sum("/data/" not in request.path for request in self.requests)
        yield (f"requests: {len(self.requests):,}, {indexes:,} of them for indexes; "
               f"{(len(self.requests) - indexes) / self.filings:.3f} a filing")  # fmt: skip
        each = ", ".join(f"{name} {one / self.filings / 1000:.1f}" for name, one in self.disk.items())
        yield f"disk, kB a filing: {each}; in all {size / self.filings / 1000:.1f}"
        yield (f"at this pace a million filings take {MILLION / self.filings * whole / 3600:.1f} h "
               f"and {MILLION / self.filings * size / GB:,.0f} GB")  # fmt: skip


def run(archive: Path, home: Path, filings: int) -> Run:
    """Serve an archive and fill an empty home from it."""
    noted = home.parent / "spans.jsonl"
    with serving(archive) as server:
        told = [home, server.address, noted, PROCESSES, *span(archive)]
        command = [sys.executable, "-m", "tests.bench._backfill_run", *told]
        child = subprocess.Popen([str(part) for part in command], stdout=subprocess.PIPE, text=True)
        with child, Watch(child.pid, apart=PREFECT_SERVER) as watch:
            said, _ = child.communicate()
        if child.returncode:
            raise SystemExit(f"the back-fill ended with code {child.returncode}; its message stands above")
    spans = [Span(*json.loads(line)) for line in noted.read_text().splitlines()]
    return Run(filings, spans, watch.samples, server.requests(), disk(home), said.strip())


def span(archive: Path) -> tuple[str, str]:
    """The first and the last quarter that an archive lists, as 1998-Q1."""
    folders = sorted((archive / "Archives/edgar/full-index").glob("*/QTR*"))
    first, last = (f"{folder.parent.name}-Q{folder.name[3:]}" for folder in (folders[0], folders[-1]))
    return first, last


def disk(home: Path) -> dict[str, int]:
    """Bytes of what a run keeps, by its kind."""
    found = {}
    for name, pattern in KEPT.items():
        parts = [part for top in home.glob(pattern) for part in (top, *top.rglob("*"))]
        found[name] = sum(part.stat().st_size for part in parts if part.is_file())
    return found


def main(count: int = 20_000, folder: str | None = None) -> int:
    """Measure a back-fill of so many filings; 1 where memory or Prefect takes more than its share.

    The home lies in the folder for temporary files (TMPDIR): a million filings need some fifty GB, 20,000 one.
    """
    if not isinstance(count, int) or count < back_file.SHORTEST:
        print(f"backfill: {count!r} filings: give a whole number from {back_file.SHORTEST}, then the folder")
        return 2
    with tempfile.TemporaryDirectory() as aside:
        archive = Path(folder or aside).absolute() / f"archive-{count}"
        if not (archive / "Archives").exists():
            print(f"writing {count:,} filings to {archive}", flush=True)
            back_file.write(archive, count)
        home = Path(aside) / "home"
        measured = run(archive, home, count)
    print(measured.said, *measured.lines(), sep="\n")
    return int(measured.peak > MOST_MEMORY or measured.orchestration > MOST_ORCHESTRATION)
