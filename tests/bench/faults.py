"""Two processes fetch one archive through a server that fails in every way that passes: nothing is lost or asked twice.

`python -m tests.bench faults 1000` fills pairs of empty homes until the server has had a thousand requests, eight a
second in all. The archive is that of real filings beside the checkout (TIEOUT_SHARED), else the sample.
"""

import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path

import polars as pl

from flows import edgar, intake, settings
from flows.indexes import Quarter
from flows.ledger import KEY, Ledger
from tests.edgar_server import PASSING, Fault, Request, busiest_second, serving
from tests.homes import SAMPLE

SHARE = 0.25  # of requests that fail
RUNS = 10  # over all quarters, after which what is still listed counts as lost
AT_ONCE = 2  # processes
A_SECOND = 8.0
UNHURRIED = 1000.0  # requests a second of the run with which the others are compared
BACKOFF = 0.05  # seconds, in place of the client's whole second
# A refusal without a time to wait is waited out for so long; Retry-After says a second.
BLOCKED, LATER = 0.5, 1.0

Ended = dict[str, tuple[str, str | None]]  # state and digest by accession number


@dataclass
class Run:
    """What two processes at a time made of an archive; `homes` holds how each ended, by who asked."""

    whole: Ended
    a_second: float
    requests: list[Request] = field(default_factory=list)
    strayed: list[Request] = field(default_factory=list)
    homes: dict[str, Ended] = field(default_factory=dict)
    seconds: float = 0.0

    def of(self, agent: str) -> list[Request]:
        """The requests of one home."""
        return [one for one in self.requests if one.agent == agent]

    def wrong(self) -> Iterator[str]:
        """What must not have happened."""
        for agent, ended in self.homes.items():
            if lost := self.whole.keys() - ended.keys():
                yield f"{agent}: {len(lost)} filings were never listed, {min(lost)} is one"
            other = [name for name, held in ended.items() if held != self.whole.get(name)]
            if other:
                yield f"{agent}: {len(other)} filings ended otherwise than undisturbed, {other[0]} {ended[other[0]]}"
            whole = Counter(one.path for one in self.of(agent) if is_whole(one))
            if again := [path for path, times in whole.items() if times > 1]:
                yield f"{agent}: {len(again)} filings were fetched again after they came whole, {again[0]}"
        if self.strayed:
            yield f"another host was asked {len(self.strayed)} times"
        if (most := busiest_second(self.requests)) > self.a_second:
            yield f"{most} requests in one second; {self.a_second:g} are allowed"

    def lines(self) -> Iterator[str]:
        """The figures to print."""
        filings = sum(is_filing(one) for one in self.requests)
        yield f"requests: {len(self.requests):,} in {self.seconds:.0f} s, {filings:,} of them for filings"
        befallen = Counter(one.fault for one in self.requests if one.fault)
        yield f"faults: {befallen.total():,} of {len(befallen)} kinds"
        yield from (f"  {name:<18}{times:>5}" for name, times in sorted(befallen.items()))
        for agent, ended in self.homes.items():
            own, states = self.of(agent), Counter(state for state, _ in ended.values())
            told = ", ".join(f"{number} {state}" for state, number in sorted(states.items()))
            same = sum(held == self.whole.get(name) for name, held in ended.items())
            yield (f"{agent}: {told}; {same} of {len(self.whole)} as undisturbed; {len(own)} requests, "
                   f"{busiest_second(own)} in its busiest second")  # fmt: skip
        yield f"busiest second of all: {busiest_second(self.requests)}; to another host: {len(self.strayed)}"


def is_filing(request: Request) -> bool:
    """Tell whether a filing was asked for, and no index."""
    return "/data/" in request.path


def is_whole(request: Request) -> bool:
    """Tell whether a filing was sent, and as it is."""
    return is_filing(request) and request.status == 200 and request.fault is None


def quarters(archive: Path) -> list[str]:
    """The quarters that an archive lists, as 1998-Q1."""
    folders = sorted((archive / "Archives/edgar/full-index").glob("*/QTR*"))
    return [f"{folder.parent.name}-Q{folder.name[3:]}" for folder in folders]


def fill(home: Path, address: str, who: str, a_second: float, named: Sequence[str], filings: int) -> Ended:
    """Fetch every quarter into an empty home, again and again until each of so many filings has ended.

    Homes beside each other keep one pace. Runs in a process of its own, whose patience is cut short.
    """
    edgar.BACKOFF = BACKOFF
    of = replace(
        settings.load(home, address, identity=who, processes=1),
        a_second=a_second, pacers=home.parent, blocked=BLOCKED,
    )  # fmt: skip
    settings.make_home(of.home)
    for _ in range(RUNS):
        for name in named:
            # A run that the source refused is made up for by the next.
            intake.fetch_quarter(of, Quarter.parse(name))
        ended = endings(of.home)
        if len(ended) >= filings and not any(state == "listed" for state, _ in ended.values()):
            break
    return ended


def endings(home: Path) -> Ended:
    """State and digest of every filing in a home."""
    told = Ledger(settings.load(home).store).frame.select(KEY, "state", pl.col("sha256"))
    return {name: (state, sha256) for name, state, sha256 in told.iter_rows()}


def run(archive: Path, folder: Path, requests: int, a_second: float = A_SECOND, seed: int = 0) -> Run:
    """Fill pairs of homes in `folder` until so many requests were answered."""
    named = quarters(archive)
    mix = [Fault(name, seconds=LATER) for name in PASSING]
    with ProcessPoolExecutor(AT_ONCE, get_context("spawn")) as pool:
        with serving(archive) as server:
            first = folder / "undisturbed" / "home"
            whole = pool.submit(fill, first, server.address, "whole w@example.org", UNHURRIED, named, 0).result()
        told = Run(whole, a_second)
        # Every request is another attempt at its path: each pair of homes meets faults of its own.
        with serving(archive, mix=mix, share=SHARE, seed=seed) as server:
            start = time.monotonic()
            while len(server.requests()) < requests:
                names = [f"home {len(told.homes) + 1 + at} ann@example.org" for at in range(AT_ONCE)]
                running = {
                    who: pool.submit(fill, folder / who.split("@")[0], server.address, who, a_second, named, len(whole))
                    for who in names
                }
                told.homes |= {who: future.result() for who, future in running.items()}
            told.seconds = time.monotonic() - start
    told.requests, told.strayed = server.requests(), server.strayed()
    return told


def real() -> Path:
    """The archive of real filings, the sample where there is none."""
    shared = Path(os.environ.get("TIEOUT_SHARED") or SAMPLE.parents[2] / "shared") / "edgar"
    return shared if (shared / "Archives").is_dir() else SAMPLE


def main(count: int = 1000, seed: int = 0) -> int:
    """Fetch until so many requests were answered; 1 where anything went wrong."""
    archive = real()
    with tempfile.TemporaryDirectory() as folder:
        told = run(archive, Path(folder), count, seed=seed)
    wrong = list(told.wrong())
    name = "the sample" if archive == SAMPLE else "real filings"
    print(f"archive: {name}, {len(told.whole)} filings, {A_SECOND:g} requests a second in all", *told.lines(), sep="\n")
    print(*(wrong or ["nothing lost, nothing asked twice"]), sep="\n")
    return int(bool(wrong))
