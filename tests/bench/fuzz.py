"""Bad input: real filings with noise in them; none may end but with a state and a reason of its own.

python -m tests.bench fuzz NUMBER [--seed SEED] [--processes NUMBER] [--only CASE]

Case K of a seed is the same whatever is drawn beside it: `--only K` reads it alone and shows where its reading failed.
"""

import re
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from pathlib import Path
from random import Random

import transforms
from flows import allowance, lake, settings, stages, workers
from flows.settings import Settings
from tests.mutation import noise, texts
from tests.places import SHARED, local_filings
from transforms import Submission
from transforms.errors import BrokenFacts, TieoutError

MOST = 24_000  # bytes of an input: cases are to be many, not large
AT_ONCE = 50  # cases that are read and built together
_FRONT, _END = 6_000, 1_500  # bytes of a larger one that stay: its header and the closing of it
_FILED = date(2003, 8, 4)
_ACCESSION = re.compile(rb"[0-9]{10}-[0-9]{2}-[0-9]{6}")
_FAILED = "the reader failed"
_OURS = ("transforms", "facts", "layouts", "flows")  # folders
_SHOWN = 70  # characters of a kind of reason


@dataclass(frozen=True)
class Case:
    """One filing made bad: its number, the input, the names of the mutators and the bytes as they come."""

    number: int
    name: str
    mutators: tuple[str, ...]
    raw: bytes

    @property
    def accession(self) -> str:
        """The number that it goes by."""
        return _numbered(self.number)


@dataclass(frozen=True)
class Ended:
    """How a case ended: state and kind of reason; of a crash the exception and its place in our code."""

    number: int
    name: str
    mutators: tuple[str, ...]
    state: str
    kind: str
    crash: str = ""


def main(number: int = 1000, *arguments: str | int) -> int:
    """Read so many cases, and print how they ended; 1 where one crashed."""
    given = dict(zip(arguments[::2], arguments[1::2], strict=True))
    options = {str(name).removeprefix("--"): int(told) for name, told in given.items()}
    only, seed = options.pop("only", None), options.get("seed", 0)
    start = time.perf_counter()
    ended = list(run([only] if only is not None else range(number), **options))
    seconds = time.perf_counter() - start
    for words in table(ended):
        print(words)
    print(f"{len(ended)} cases, {len(ended) / seconds:.1f} a second")
    if only is not None:
        print(failure(case(seed, only)))
    return 1 if any(one.crash for one in ended) else 0


def table(ended: Iterable[Ended]) -> Iterator[str]:
    """Lines that count outcomes by state and kind of reason, and list crashes by place, each with some cases."""
    ended = list(ended)
    for (state, kind), times in Counter((one.state, one.kind) for one in ended).most_common():
        yield f"{times:7}  {state:<13} {kind}"
    crashes: dict[str, list[Ended]] = {}
    for one in ended:
        if one.crash:
            crashes.setdefault(one.crash, []).append(one)
    yield f"{sum(map(len, crashes.values()))} crashes at {len(crashes)} places"
    for words, some in sorted(crashes.items()):
        shown = "; ".join(f"--only {one.number} ({one.name}: {', '.join(one.mutators)})" for one in some[:3])
        yield f"  {words}: {len(some)} times: {shown}"


# ---- cases ----


@cache
def inputs() -> dict[str, list[Path]]:
    """The shared filings that are made bad, by where they lie."""
    filings = SHARED / "filings"
    kinds = {
        "whole": local_filings(SHARED),
        "real": sorted(path for path in (filings / "real").iterdir() if path.is_file()),
        "small": sorted(path for path in (filings / "small").iterdir() if path.suffix not in (".md", ".tsv")),
        "archive": sorted(path for path in (SHARED / "edgar" / "Archives").rglob("*.txt*") if path.is_file()),
    }
    return {name: paths for name, paths in kinds.items() if paths}


def case(seed: int, number: int) -> Case:
    """A case of a seed."""
    draw = Random(f"{seed}:{number}")
    (name, raw), (_, other) = _drawn(draw), _drawn(draw)
    # No two filings of a batch have one number.
    raw = _ACCESSION.sub(_numbered(number).encode(), raw)
    found, mutators = noise.mutated(raw, other, draw)
    return Case(number, name, tuple(mutators), found)


def _drawn(draw: Random) -> tuple[str, bytes]:
    """A filing of any place, cut to what a case may be, its front and its end kept."""
    path = draw.choice(inputs()[draw.choice([*inputs()])])
    raw = _raw(path)
    if len(raw) > MOST:
        room = MOST - _FRONT - _END
        at = draw.randint(_FRONT, len(raw) - _END - room)
        raw = raw[:_FRONT] + raw[at : at + room] + raw[-_END:]
    return path.name, raw


_raw = cache(texts.raw)


def _numbered(number: int) -> str:
    return f"{number:010}-00-000001"


def submission(one: Case, of: Settings) -> Submission:
    """A case as the lake hands it to the reader."""
    raw, unread = one.raw, ""
    try:
        raw = lake.plain(raw, of.largest)
    except lake.TooLarge as error:
        raw, unread = b"", str(error)
    except lake.LakeError:
        pass
    return Submission(raw, one.name, one.accession, _FILED, local=one.number % 2 == 0, unread=unread)


# ---- reading ----


def run(numbers: Iterable[int], *, seed: int = 0, processes: int = 1) -> Iterator[Ended]:
    """Read cases in batches, in as many processes; those of a batch that fails are read alone."""
    numbers = list(numbers)
    groups = (numbers[start : start + AT_ONCE] for start in range(0, len(numbers), AT_ONCE))
    with tempfile.TemporaryDirectory() as home:
        work = partial(_read, settings.load(home=home), seed)
        for group, answer in workers.spread(work, groups, list, processes, None):
            if not isinstance(answer, Exception):
                yield from answer
                continue
            for number in group:
                alone = workers.alone(work, [number], answer)
                yield from [_of_error(case(seed, number), alone)] if isinstance(alone, Exception) else alone


def _read(of: Settings, seed: int, numbers: list[int]) -> list[Ended]:
    """Read and build cases as a night does. Raises what the reading of all of them raised."""
    cases = [case(seed, number) for number in numbers]
    with allowance.watched(of):
        ((_, cells, outcomes),) = stages.read_years([submission(one, of) for one in cases])
    broken: dict[str, str] = {}
    if any(outcome.state == "read" for outcome in outcomes):
        with allowance.watched(of, cells.nbytes):
            broken = stages.made_facts(transforms.build, cells)[1].broken
    told = {outcome.accession: outcome for outcome in outcomes}
    found = []
    for one in cases:
        outcome = told[one.accession]
        reason = broken.get(one.accession, outcome.reason)
        state = "broken facts" if one.accession in broken else outcome.state
        crash = _place(_error_of(one)) if reason.startswith(_FAILED) else ""
        found.append(Ended(one.number, one.name, one.mutators, state, kind(reason), crash))
    return found


def _of_error(one: Case, error: Exception) -> Ended:
    """What became of a case whose reading or building raised: only limits and broken facts are outcomes."""
    is_told = isinstance(error, allowance.Exceeded | BrokenFacts)
    crash = "" if is_told else _place(error)
    return Ended(one.number, one.name, one.mutators, type(error).__name__, kind(str(error)), crash)


def kind(reason: str) -> str:
    """A reason without what is of one filing: numbers, and what is quoted."""
    words = re.sub(r"'.*'|\".*\"", "'...'", reason.split(f"{_FAILED} in ")[-1], flags=re.S)
    return re.sub(r"[0-9][0-9,.]*", "#", words)[:_SHOWN]


def _error_of(one: Case) -> BaseException | None:
    """What reading a case raises, None where it is read."""
    with tempfile.TemporaryDirectory() as home:
        given = submission(one, settings.load(home=home))
    try:
        transforms.read(given.raw, accession=None if given.local else given.accession)
    except Exception as error:
        return error.__cause__ or error
    return None


def _place(error: BaseException | None) -> str:
    """The exception, and the last function of ours that it passed through: as good with other line numbers."""
    if error is None:
        return "none when read alone"
    if isinstance(error, TieoutError):
        return f"{type(error).__name__}: {kind(str(error))}"
    # What a process raised comes with its traceback as text alone.
    frames = [(frame.filename, frame.name) for frame in traceback.extract_tb(error.__traceback__)]
    frames += re.findall(r'File "([^"]+)", line [0-9]+, in (\w+)', str(error.__cause__ or ""))
    ours = [(file, name) for file, name in frames if Path(file).parent.name in _OURS]
    file, name = ours[-1] if ours else ("?", "?")
    return f"{type(error).__name__} in {'/'.join(Path(file).parts[-2:])}, {name}"


def failure(one: Case) -> str:
    """What went wrong with a case when it is read alone, with its traceback."""
    error = _error_of(one)
    return "".join(traceback.format_exception(error)) if error else ""
