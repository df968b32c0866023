"""The pace of asking: one file per source holds the next free slot, for all processes of the machine.

The SEC allows ten requests a second in all, however many processes ask, and answers too many with ten minutes of
refusals that every further request prolongs. A process takes the next slot under the file's lock, lets go of the lock
and sleeps until then, so nobody starves; a block that one process met stops them all.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flows import clock

# A request may reach the source this much sooner or later than the one before it, in seconds: so much more than a
# second lies between a request and the first that a window of one second must not hold.
SLACK = 0.08
WIDTH = 160  # characters of the file
BOOT = Path("/proc/sys/kernel/random/boot_id")


@dataclass
class State:
    """What the file says; times are of the machine's monotonic clock, which no change of the wall clock moves."""

    boot: str = ""
    next_slot: float = 0.0
    blocked_until: float = 0.0
    blocked_until_wall: float = 0.0  # the same in Unix time, for a machine that was started anew since


class Pacer:
    """Slots for requests to one source, `a_second` of them, shared by all who name the same file."""

    def __init__(self, file: Path, a_second: float) -> None:
        self.file, self.interval = file, (1 + SLACK) / a_second

    def take(self) -> None:
        """Wait for the next slot; return when the request may be sent at once."""
        while True:
            with self._state() as state:
                now = clock.monotonic()
                slot = max(now, state.next_slot, state.blocked_until)
                state.next_slot = slot + self.interval
            clock.wait(max(0.0, slot - now))
            # Slept too long, or blocked meanwhile: the slot is gone, and a late request would meet the next one.
            late = clock.monotonic() - slot
            if late < SLACK / 2 and self.blocked() <= 0:
                return

    def block(self, seconds: float) -> bool:
        """Stop everybody for `seconds` from now on. Returns False where they were stopped already."""
        with self._state() as state:
            now = clock.monotonic()
            new = state.blocked_until <= now
            if now + seconds > state.blocked_until:
                state.blocked_until, state.blocked_until_wall = now + seconds, clock.wall() + seconds
        return new

    def blocked(self) -> float:
        """Return for how many seconds nobody may ask; 0 or less if one may."""
        with self._state() as state:
            return state.blocked_until - clock.monotonic()

    @contextmanager
    def _state(self) -> Iterator[State]:
        """Yield the file's state under its lock, and write it back in one piece: a kill must not leave half of it."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        file = os.open(self.file, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            before = os.pread(file, WIDTH, 0).decode("ascii", "replace")
            state = _parsed(before)
            yield state
            after = f"{state.boot} {state.next_slot!r} {state.blocked_until!r} {state.blocked_until_wall!r}"
            if after != before.strip():
                os.pwrite(file, f"{after:<{WIDTH - 1}}\n".encode("ascii"), 0)
        finally:
            os.close(file)


def _parsed(text: str) -> State:
    """Return what a file says; one that is empty or cut off says nothing, and another boot's clock means nothing."""
    boot = BOOT.read_text().strip() if BOOT.exists() else "-"
    fields = text.split()
    try:
        told, next_slot, until, until_wall = fields[0], *map(float, fields[1:4])
    except (IndexError, ValueError):
        return State(boot)
    if told == boot:
        return State(boot, next_slot, until, until_wall)
    left = until_wall - clock.wall()
    # A clock that was set back must not make a block last for years.
    return State(boot, 0.0, clock.monotonic() + left if 0 < left <= 3600 else 0.0, until_wall)
