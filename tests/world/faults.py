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
REQUESTS, INDEXES = 8, 3  # of an undisturbed first night, and of one that has all filings, about
LONGEST = 6  # requests in a row that one fault befalls: more than a client asks for one file
STEPS = 250  # of the file system, of a night that starts with nothing, about
FEW = 4  # of a night that has nothing to do but to look
BEGUN = {WORKER: 0.6, SECOND: 0.0}  # share of the steps of a night after which a fault has surely happened, if it can
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
    """Draw the script of a world: two to four faults, over nights of which all but the last are broken off."""
    rng = Random(f"world/{seed}")
    kinds = [rng.choice(KINDS) for _ in range(rng.choice((2, 2, 2, 3, 3, 4)))]
    grown = rng.random() < 0.4
    nights: list[list[Fault]] = [[]]
    left = STEPS // 2 if grown else STEPS
    for kind in kinds:
        if nights[-1] and nights[-1][-1].kind in DISK:
            left = max(FEW, left - nights[-1][-1].at)
            nights.append([])
        nights[-1].append(_drawn(kind, rng, left, nights[-1], len(nights) == 1))
    return Script(seed, grown, tuple(map(tuple, nights)))


def _drawn(kind: str, rng: Random, left: int, before: list[Fault], is_first: bool) -> Fault:
    """Draw a fault of a night that has about so many steps left to do, after those `before` in it."""
    seed = rng.randrange(1 << 30)
    if kind in WIRE:
        form, lasts = rng.choice(WIRE[kind]), rng.randint(1, LONGEST)
        return Fault(kind, rng.randint(1, REQUESTS if is_first else INDEXES), lasts, form, seed=seed)
    if kind == WORKER:
        return Fault(kind, rng.randint(1, 2), form=PROCESS if rng.random() < 1 / 12 else "", seed=seed)
    if kind == CLOCK:
        return Fault(kind, rng.randint(1, 3), days=rng.choice(JUMPS), seed=seed)
    # What breaks a night off comes when the others have happened.
    share = max((BEGUN.get(one.kind, 0.3) for one in before), default=0.0)
    lasts = rng.choice((1, 1, 5, 1000)) if kind in (EIO, ENOSPC) else 1
    return Fault(kind, rng.randint(1 + int(share * left), left), lasts, seed=seed)
