"""A back-fill of the real archive over HTTP, twice: every listed filing once, then nothing but indexes."""

import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from flows import indexes, settings, stages, warehouse
from flows.indexes import Quarter
from tests.edgar_server import Request, serving
from tests.homes import content
from tests.places import SHARED


@dataclass(frozen=True)
class Found:
    """What two runs over the same archive did."""

    listed: set[str]  # accession numbers in its index files, found by a search for text
    fetched: Counter[str]  # times that each was sent whole
    states: dict[str, int]
    unbalanced: int  # breaches of the rule that listed filings are ended or open
    first: list[Request]
    second: list[Request]
    same: bool  # every row of the warehouse after the second run
    seconds: float  # of the first


def measure(folder: Path, root: Path, first: Quarter, last: Quarter) -> Found:
    """Back-fill some quarters of the archive at `root` into a home in `folder`, twice."""
    files = [root / "Archives/edgar/full-index" / one.folder / "master.idx" for one in first.to(last)]
    lines = [line for file in files if file.exists() for line in file.read_text("latin-1").splitlines()]
    listed = {match[1] for line in lines if (match := indexes.FILE_NAME.fullmatch(line.rpartition("|")[2]))}
    with serving(root) as server:
        of = settings.load(home=folder / "home", archive=server.address, identity="Ann Lee ann@example.org")
        of = replace(of, a_second=500.0, pacers=folder)
        start = time.monotonic()
        summary = stages.backfill(of, str(first), str(last))
        seconds = time.monotonic() - start
        asked, rows = server.requests(), content(of.warehouse)
        stages.backfill(of, str(first), str(last))
        again = server.requests()[len(asked) :]
    balance = "SELECT count(*) AS n FROM recon_result WHERE rule_id = 'K03' AND outcome = 'breach'"
    fetched = Counter(one.path.rpartition("/")[2].removesuffix(".txt") for one in asked if "/data/" in one.path)
    unbalanced = warehouse.query(of, balance)["n"].to_pylist()[0]
    same = content(of.warehouse) == rows
    return Found(listed, fetched, summary.states, unbalanced, asked, again, same, seconds)


def wrong(found: Found) -> list[str]:
    """What should not be."""
    problems = {
        "a listed filing was not fetched, or one that is not listed was": found.listed != set(found.fetched),
        "a filing was fetched twice": set(found.fetched.values()) - {1},
        "a filing is open": {"listed", "fetched", "read"} & {state for state, count in found.states.items() if count},
        "the ledger does not balance": found.unbalanced,
        "the second run asked for more than indexes": any("-index/" not in one.path for one in found.second),
        "the second run was sent an index that it knew": any(one.status not in (304, 404) for one in found.second),
        "the second run changed a row": not found.same,
    }
    return [problem for problem, holds in problems.items() if holds]


def main() -> int:
    """Measure all quarters of the real archive."""
    root = SHARED / "edgar"
    if not root.is_dir():
        print(f"no real archive at {root}: set TIEOUT_SHARED")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), root, Quarter(1993, 1), Quarter(2026, 4))
    print(f"{len(found.listed)} filings listed, {sum(found.fetched.values())} fetched in {found.seconds:.0f} s")
    print(f"states: {', '.join(f'{count} {state}' for state, count in sorted(found.states.items()))}")
    print(f"first run: {len(found.first)} requests; second: {len(found.second)}, ", end="")
    print(
        ", ".join(
            f"{count} answered {status}"
            for status, count in sorted(Counter(one.status for one in found.second).items())
        )
    )
    for problem in wrong(found):
        print(f"WRONG: {problem}")
    return 1 if wrong(found) else 0


if __name__ == "__main__":
    sys.exit(main())
