"""Simulated filings read by one process and by a Dask cluster of two: the same rows, and in which time."""

import tempfile
import time
from pathlib import Path

from distributed import LocalCluster

from flows import settings, stages, warehouse
from flows.settings import Settings
from tests.homes import content

# A worker that dies fails its group at once, as a pool's process does.
ONCE = {"distributed.scheduler.allowed-failures": 0}


def night(of: Settings) -> float:
    """Run a night. Returns the seconds it took to read, facts included; the rest is the same in both."""
    start, reading = time.monotonic(), 0.0
    for stage in (stages.fetch, stages.document, stages.tables, stages.facts, stages.warehouse, stages.assertions):
        begun = time.monotonic()
        stage(of)
        if stage in (stages.tables, stages.facts):
            reading += time.monotonic() - begun
    summary = stages.reports(of)
    print(
        f"  {summary.lines[0]}",
        *summary.integrity,
        f"  read in {reading:.1f} s, all in {time.monotonic() - start:.1f} s",
        sep="\n",
    )
    return reading


def _built(of: Settings) -> Path:
    """The warehouse that a night built, published or not."""
    return of.warehouse if of.warehouse.exists() else warehouse.rejected(of)


def differences(one: Path, other: Path) -> list[str]:
    """Name the tables of two warehouses whose rows differ."""
    ours, theirs = content(one), content(other)
    print(f"  {len(ours)} tables, {sum(map(len, ours.values())):,} rows")
    return sorted(name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name))


def main(count: int = 2_000) -> int:
    """Read `count` filings both ways and compare every row. Returns 1 where one differs."""
    import dask

    from tests.simulate import back_file

    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        back_file.write(root / "archive", count)
        told = {"archive": root / "archive", "processes": 1}
        print(f"{count:,} filings, one process:")
        alone = settings.load(home=root / "alone", **told)
        one = night(alone)
        environment: dict[str, str] = {}
        settings.prepare_workers(environment)
        with (
            dask.config.set(ONCE),
            LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0", env=environment) as cluster,
        ):
            print("two workers of a Dask cluster:")
            spread = settings.load(home=root / "spread", runner="dask", address=cluster.scheduler_address, **told)
            two = night(spread)
        wrong = differences(*(_built(of) for of in (alone, spread)))
    print(f"read {one / two:.2f} times as fast; {f'rows differ in {wrong}' if wrong else 'all rows are equal'}")
    return int(bool(wrong))
