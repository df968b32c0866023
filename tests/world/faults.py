"""What can go wrong in a world, and the script of one: which fault happens in which night when, drawn from a seed."""

from dataclasses import dataclass, field
from random import Random

# Of the network: what an answer is made into (`tests.edgar_faults`), by kind.
WIRE = {
    "403": ("block_403",),
    "429": ("too_many_429", "too_many_429_bare"),
    "503": ("error_503", "error_503_later"),
    "cut body": ("reset_within", "truncated", "short_length", "chunked_cut"),
    "wrong body": ("html_200", "corrupt_gzip", "corrupt_crc"),
}
# Of the file system, at one write, rename, unlink or fsync; the last three end the run.
EIO, ENOSPC, TORN, LOST, KILLED = "EIO", "ENOSPC", "torn write", "lost rename", "killed run"
DISK = (EIO, ENOSPC, TORN, LOST, KILLED)
WORKER, CLOCK, SECOND = "killed worker", "clock jump", "second run"
PROCESS = "process"  # a worker that is a process of its own, which takes seconds to start: one in twelve
KINDS = (*WIRE, *DISK, WORKER, CLOCK, SECOND)
REQUESTS = 8  # of an undisturbed first night, about: which one a fault befalls
LONGEST = 6  # requests in a row that one fault befalls: more than a client asks for one file
STEPS = 150  # of the file system, of a night that starts with nothing, about
JUMPS = (-400, -30, -1, 1, 8, 40, 400)  # days


@dataclass(frozen=True)
class Fault:
    """One fault: its kind, and the step at which it happens; `lasts` so many steps more."""

    kind: str
    at: int  # request, step of the file system or piece of work of a night, from 1
    lasts: int = 1
    form: str = ""  # which of `WIRE`
    days: int = 0  # by which the clock jumps
    seed: int = 0  # of what is drawn when it happens


@dataclass(frozen=True)
class Script:
    """What befalls a world, night by night; after those named here, nothing does."""

    seed: int
    grown: bool  # whether it begins with a home that holds an earlier night's filings
    nights: tuple[tuple[Fault, ...], ...] = field(default=())

    @property
    def has_workers(self) -> bool:
        """Whether filings are read by worker processes."""
        return any(fault.kind == WORKER for night in self.nights for fault in night)


def draw(seed: int) -> Script:
    """Draw the script of a world: two to four faults, over one to three nights."""
    rng = Random(f"world/{seed}")
    kinds = [rng.choice(KINDS) for _ in range(rng.choice((2, 2, 2, 3, 3, 4)))]
    nights: list[list[Fault]] = [[]]
    for kind in kinds:
        # What ends a run is the last of its night.
        if nights[-1] and (nights[-1][-1].kind in DISK or rng.random() < 0.3):
            nights.append([])
        nights[-1].append(_drawn(kind, rng, len(nights)))
    return Script(seed, rng.random() < 0.4, tuple(map(tuple, nights)))


def _drawn(kind: str, rng: Random, night: int) -> Fault:
    seed = rng.randrange(1 << 30)
    if kind in WIRE:
        return Fault(
            kind, rng.randint(1, max(2, REQUESTS // night)), rng.randint(1, LONGEST), rng.choice(WIRE[kind]), seed=seed
        )
    if kind == WORKER:
        return Fault(kind, rng.randint(1, 2), form=PROCESS if rng.random() < 1 / 12 else "", seed=seed)
    if kind == CLOCK:
        return Fault(kind, rng.randint(1, 4), days=rng.choice(JUMPS), seed=seed)
    # A later night has less to do: most was done before.
    return Fault(
        kind, rng.randint(1, STEPS // night), rng.choice((1, 1, 5, 1000)) if kind in (EIO, ENOSPC) else 1, seed=seed
    )
