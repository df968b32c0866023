"""The clock: the only file that asks what time it is, and that waits. Simulated worlds put their own in its place."""

import time
from datetime import UTC, datetime

monotonic = time.monotonic  # seconds that no change of the wall clock moves
processor = time.thread_time  # seconds that this thread kept the processor busy
wall = time.time  # seconds of Unix time
wait = time.sleep  # so many seconds


def now() -> datetime:
    """Return the time, UTC."""
    return datetime.fromtimestamp(wall(), UTC)


def stamp() -> datetime:
    """Return the time, UTC, as tables keep it: without a zone."""
    return now().replace(tzinfo=None)
