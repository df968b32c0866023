"""A lake of a million reports' facts: build, rules, publication, the twenty questions, and a night on top of it.

`python -m tests.bench scale 1000000` takes the number of reports: ten class rows and fifty of delinquency for each.
What building costs is told as a multiple of the time in which DuckDB alone reads the tables of the file from Parquet
and writes them again.
"""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb

from flows import settings, warehouse
from flows.ledger import Ledger
from flows.settings import Settings
from tests.bench._scale_lake import MONTHS, Size, write
from tests.memory import Watch
from tests.schema import SQL

MEMORY = "6GB"  # of the database
MOST_MEMORY = 8 * 10**9  # bytes of all processes
MOST_TIMES = 3.0  # what reading and writing take
MOST_SECONDS = 1.0  # of a question
GB = 10**9


class Clock:
    """Seconds by step, told as they are known."""

    def __init__(self) -> None:
        self.of: dict[str, float] = {}

    def __call__(self, name: str, step: Callable[[], object]) -> None:
        began = time.monotonic()
        step()
        self.of[name] = time.monotonic() - began
        print(f"  {name:<36} {self.of[name]:9.1f} s", flush=True)


def main(reports: int = 20_000, folder: str | None = None) -> int:
    """Measure at a size. Returns 1 where a limit is passed."""
    size = Size(reports)
    with _room(folder) as room, Watch(os.getpid(), every=0.5) as watch:
        of = replace(
            settings.load(home=room / "home", archive=_nothing(room), processes=2), memory=MEMORY, seconds=3600.0
        )
        clock = Clock()
        print(f"{reports:,} reports of {size.deals:,} deals, database limited to {MEMORY}")
        clock("written as Parquet (not judged)", lambda: write(of, size, range(MONTHS - 1)))
        night(of, clock, "")
        times = clock.of["build"] / _alone(of, room, clock)
        slowest = _questions(of, clock)
        before = mart_files(of)
        # The night brings the last month of a hundredth of the deals.
        clock(
            "a night's filings",
            lambda: write(of, replace(size, reports=size.reports // 100), range(MONTHS - 1, MONTHS)),
        )
        night(of, clock, "night: ")
        kept = [name for name, inode in mart_files(of).items() if before.get(name) == inode]
        peak = max(sample.size for sample in watch.samples)
    print(f"build: {times:.2f}x reading and writing the same (at most {MOST_TIMES:g}x)")
    print(f"slowest question: {slowest[1]}, {slowest[0]:.2f} s (at most {MOST_SECONDS:g} s)")
    print(f"peak memory: {peak / GB:.2f} GB (at most {MOST_MEMORY / GB:g} GB)")
    print(f"mart files that the night left as they were: {len(kept)} of {len(before)}")
    return int(times > MOST_TIMES or slowest[0] > MOST_SECONDS or peak > MOST_MEMORY)


@contextmanager
def _room(folder: str | None) -> Iterator[Path]:
    if folder:
        shutil.rmtree(folder, ignore_errors=True)
        Path(folder).mkdir(parents=True)
        yield Path(folder)
    else:
        with tempfile.TemporaryDirectory() as made:
            yield Path(made)


def _nothing(room: Path) -> Path:
    (room / "archive/Archives").mkdir(parents=True)
    return room / "archive"


def night(of: Settings, clock: Callable[[str, Callable[[], object]], None], name: str) -> None:
    """Build, judge and publish, each under the clock. Raises SystemExit where integrity failed."""
    clock(f"{name}build", lambda: warehouse.build(of, Ledger(of.store)))
    clock(f"{name}rules", lambda: warehouse.judge(of))
    clock(f"{name}marts", lambda: warehouse.work_out(of))
    failed = warehouse.failures(of)
    if failed:
        raise SystemExit(f"integrity: {failed[:3]}")
    clock(f"{name}publication", lambda: warehouse.publish(of))


def _alone(of: Settings, room: Path, clock: Clock) -> float:
    """Return the seconds in which DuckDB alone reads what the file holds from Parquet, and writes it to a file."""
    with duckdb.connect(str(of.warehouse), read_only=True, config={"memory_limit": MEMORY}) as connection:
        held = connection.sql(
            "SELECT schema_name, table_name FROM duckdb_tables() WHERE table_name NOT IN ('recon_result', 'recon_rule')"
        ).fetchall()
        for schema, table in held:
            file = room / f"{schema}.{table}.parquet"
            connection.execute(f"COPY {schema}.{table} TO '{file}' (FORMAT parquet, COMPRESSION zstd)")
        rows = {
            f"{schema}.{table}": connection.sql(f"SELECT count(*) FROM {schema}.{table}").fetchall()[0][0]
            for schema, table in held
        }
        rows["results"] = connection.sql("SELECT count(*) FROM recon_result").fetchall()[0][0]
    names = (
        "main.report",
        "main.fact_class_distribution",
        "main.fact_delinquency",
        "month.v_class_month_all",
        "results",
    )
    print("  " + ", ".join(f"{name} {rows.get(name, 0):,}" for name in names))
    print(f"  warehouse.duckdb {of.warehouse.stat().st_size / GB:.2f} GB")

    def copy() -> None:
        with duckdb.connect(config={"memory_limit": MEMORY}) as connection:
            connection.execute(f"ATTACH '{room / 'alone.duckdb'}' AS alone (STORAGE_VERSION 'v1.5.0'); USE alone")
            for schema, table in held:
                connection.execute(f"CREATE TABLE {schema}_{table} AS FROM '{room / f'{schema}.{table}.parquet'}'")
            connection.execute("CHECKPOINT")

    clock("DuckDB reads and writes the same", copy)
    for file in [*room.glob("*.parquet"), room / "alone.duckdb"]:
        file.unlink()
    return clock.of["DuckDB reads and writes the same"]


def _questions(of: Settings, clock: Clock) -> tuple[float, str]:
    """Ask the twenty questions as they are written, each three times. Returns the slowest one of the best times."""
    best: dict[str, float] = {}
    for file in sorted((SQL / "examples").glob("*.sql")):
        for _ in range(3):
            began = time.monotonic()
            try:
                rows = warehouse.query(of, file.read_text()).num_rows
            except warehouse.WarehouseError as error:
                rows = f"FAILED {str(error)[:80]}"
            best[file.stem] = min(best.get(file.stem, 1e9), time.monotonic() - began)
        print(
            f"    {file.stem:<34} {best[file.stem]:6.2f} s {rows if isinstance(rows, str) else format(rows, ',')} rows",
            flush=True,
        )
    return max((seconds, name) for name, seconds in best.items())


def mart_files(of: Settings) -> dict[str, int]:
    """Return the mart files of the published snapshot, by what each is a file of, with its inode."""
    folder = of.home / "marts" / (of.home / "marts" / "CURRENT").read_text().strip()
    return {str(path.relative_to(folder)): path.stat().st_ino for path in folder.rglob("*.parquet")}


if __name__ == "__main__":
    sys.exit(main())
