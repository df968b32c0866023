"""One back-fill through Prefect, in a process of its own, with a line for each stage that has run.

python -m tests.bench._backfill_run HOME ADDRESS LINES PROCESSES FIRST LAST
"""

import functools
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TextIO

from flows import settings, stages
from flows.settings import Settings
from flows.summary import Summary

# The functions of `flows.stages` that do the work, by the name of the stage; a back-fill fetches by quarter.
WORK = {
    "fetch": "fetch", "fetch_quarter": "fetch", "document": "document", "tables": "tables", "facts": "facts",
    "warehouse": "warehouse", "assertions": "assertions", "reports": "reports",
}  # fmt: skip
STAGES = tuple(dict.fromkeys(WORK.values()))
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


def hurried(load: Callable[..., Settings]) -> Callable[..., Settings]:
    """Load settings that ask as fast as they can."""
    return lambda *arguments, **options: replace(load(*arguments, **options), a_second=A_SECOND)


def flow(of: Settings, first: str, last: str) -> Summary:
    """Run the flow of a back-fill, else the nightly one, which fills what it finds empty."""
    if find_spec("flows.backfill") is None:
        from flows import nightly

        return nightly.nightly(of)
    from flows import backfill

    told: Summary = backfill.backfill(first, last, home=str(of.home), archive=of.archive, processes=of.processes)
    return told


def main(home: str, address: str, lines: str, processes: str, first: str, last: str) -> int:
    """Run the flow on what is served at an address, and say how it ended."""
    os.environ["EDGAR_IDENTITY"] = IDENTITY
    settings.load = hurried(settings.load)
    of = settings.load(home, address, processes=int(processes))
    settings.prepare_prefect(of.home)
    with Path(lines).open("a") as out:
        # Before the flows are imported: they make their tasks of what stands there.
        for name in WORK.keys() & vars(stages).keys():
            setattr(stages, name, timed(WORK[name], getattr(stages, name), out))
        ended: Summary = timed(WHOLE, flow, out)(of, first, last)
    print(ended.lines[0])
    print(f"published: {ended.snapshot or 'nothing'}", *ended.integrity[:3], sep="; ")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
