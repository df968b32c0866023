"""Mutations of real filings (--kind scale, digits, pieces, lines or layout): is what is read wrong ever called proven?

python -m tests.bench mutation NUMBER [--kind scale|digits|pieces|lines|layout] [--seed SEED] [--processes NUMBER]

Seed and processes are of the scales: another seed takes other mutants, the number of processes changes none.
"""

import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from functools import cache
from multiprocessing import get_context
from pathlib import Path

from flows.settings import prepare_workers
from tests.mutation import digits, filings, layout, lines, scale, texts, verdicts
from tests.mutation.scale import Filing
from tests.mutation.verdicts import Job, Told
from tests.places import SHARED

_FILINGS = 16  # of the many of one servicer, besides all others
_OTHER = "0001011438"


def main(number: int = 300, *arguments: str | int) -> int:
    """Measure one kind of mutation; 1 where a wrong value is proven or reaches a mart."""
    options = dict(zip(arguments[::2], arguments[1::2], strict=True))
    kind = str(options.pop("--kind", "scale"))
    if kind not in KINDS and kind != "scale":
        print(f"no kind {kind!r}; kinds: scale, {', '.join(KINDS)}", file=sys.stderr)
        return 2
    if kind == "scale":
        return scales(number, **{name.removeprefix("--"): int(told) for name, told in options.items()})
    return KINDS[kind](number)


def scales(number: int, *, seed: int = 0, processes: int = 2) -> int:
    """Print the shares of mutants in other scales that are read right."""
    paths = {path.name: path for path in _of_scales(seed)}
    start = time.perf_counter()
    prepare_workers()
    with ProcessPoolExecutor(processes, get_context("spawn"), initializer=_begin, initargs=(paths,)) as pool:
        tally = verdicts.measured([*paths], number, lambda jobs: _shared_out(jobs, pool), seed)
    for exact, words in ((True, "to the cent"), (False, "rounded")):
        made = tally.made[exact]
        print(f"{words}: {tally.right[exact]} of {made} right ({100 * tally.right[exact] / max(made, 1):.1f} %)")
    print(f"wrong and proven: {len(tally.wrong_and_proven)}; wrong and not doubtful: {len(tally.in_mart)}")
    print(f"no place or no room: {dict(tally.skipped)}; {time.perf_counter() - start:.0f} s")
    for words, times in tally.not_right.most_common(_SHOWN):
        print(f"  not right {times:4} {words}")
    for words, times in tally.first.most_common(_SHOWN):
        print(f"  to the cent {times:4} {words}")
    for words in tally.in_mart[:_SHOWN]:
        print(f"  wrong: {words}")
    return 1 if tally.wrong_and_proven or tally.in_mart else 0


def _of_scales(seed: int) -> list[Path]:
    paths = texts.of_known_layout(SHARED)
    single = [path for path in paths if path.suffix != ".gz" or path.name.startswith(_OTHER)]
    return [*single, *texts.sampled([path for path in paths if path not in single], _FILINGS, start=seed)]


def _shared_out(jobs: Sequence[Job], pool: Executor) -> Iterator[tuple[Job, list[Told]]]:
    """Let processes do the jobs, and tell on one line how far they are."""
    done = 0
    for future in as_completed([pool.submit(_judged, job) for job in jobs]):
        job, told = future.result()
        done += len(told)
        print(f"\r{done} of {sum(len(one.ways) for one in jobs)} mutants", end="", file=sys.stderr, flush=True)
        yield job, told
    print(file=sys.stderr)


_PATHS: dict[str, Path] = {}  # of the filings, in a process that judges


def _begin(paths: dict[str, Path]) -> None:
    _PATHS.update(paths)


@cache
def _unchanged(name: str) -> Filing:
    return scale.unchanged(name, texts.raw(_PATHS[name]))


def _judged(job: Job) -> tuple[Job, list[Told]]:
    return job, verdicts.judged(_unchanged(job.name), job.ways)


def single_digits(number: int) -> int:
    """Print by fact and column how many mutants of one digit were proven, counted and caught."""
    return _digits(filings.originals(SHARED, _STEP), number)


def of_pieces(number: int) -> int:
    """The same of the pieces of `filings/real`."""
    return _digits(filings.pieces(SHARED), number)


def _digits(originals: Sequence[filings.Original], number: int) -> int:
    start = time.perf_counter()
    told = digits.run(digits.draw(originals, number, seed=number), _PROCESSES)
    print(digits.table(told))
    print(f"{time.perf_counter() - start:.0f} s")
    print(
        f"misprints of the filings that a changed digit mends, not counted: {sum(row.mended for row in told.values())}"
    )
    missed = [defect for row in told.values() for defect in row.defects]
    for defect in missed:
        print(f"  proven and not caught: {defect}")
    return 1 if missed else 0


_SHOWN = 40  # lines of each list
_STEP = 4  # every fourth month of CarMax, each with the one before it
_PROCESSES = 2
KINDS = {"digits": single_digits, "pieces": of_pieces, "lines": lines.main, "layout": layout.main}
