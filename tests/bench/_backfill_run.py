"""One back-fill through Prefect, in a process of its own, with a line for each stage that has run.

python -m tests.bench._backfill_run HOME ADDRESS LINES PROCESSES
"""

import functools
import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TextIO

from flows import settings, stages

STAGES = ("fetch", "document", "tables", "facts", "warehouse", "assertions", "reports")
WHOLE = "flow"
IDENTITY = "Ann Lee ann@example.org"
A_SECOND = 1000.0  # requests: the archive is our own


def timed(name: str, work: Callable[..., Any], lines: TextIO) -> Callable[..., Any]:
    """Note begin and end of each call."""

    @functools.wraps(work)
    def run(*arguments: Any, **options: Any) -> Any:
        start = time.monotonic()
        try:
            return work(*arguments, **options)
        finally:
            lines.write(json.dumps([name, start, time.monotonic()]) + "\n")
            lines.flush()

    return run


def main(home: str, address: str, lines: str, processes: str) -> int:
    """Run the flow on what is served at an address; the last line printed says how it ended."""
    of = replace(settings.load(home, address, IDENTITY, int(processes)), a_second=A_SECOND)
    settings.prepare_prefect(of.home)
    with Path(lines).open("a") as out:
        # Before the flows are imported: they make their tasks of what stands there.
        for name in STAGES:
            setattr(stages, name, timed(name, getattr(stages, name), out))
        from flows import nightly

        ended = timed(WHOLE, nightly.nightly, out)(of)
    print(ended.lines[0])
    print(f"published: {ended.snapshot or 'nothing'}", *ended.integrity[:3], sep="; ")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
