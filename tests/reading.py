"""Readers as processes of their own, without our code: what each sees of a warehouse until it is told to stop.

    python -m tests.reading kept|opened|pointed HOME

`kept` holds the database open, `opened` opens it anew for each look, `pointed` reads the Parquet marts that `CURRENT`
names. Each says `ready` after the first look, goes on until its standard input ends, and prints what it saw as JSON.
"""

import json
import select
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

# A word and figures of several tables, all from one snapshot or not.
SNAPSHOT = "SELECT snapshot_id, (SELECT count(*) FROM report), (SELECT count(*) FROM v_report_first) FROM snapshot"
PAUSE = 0.03  # seconds between two looks, so that nights are not kept from going on
Seen = tuple[Any, ...]


def main(kind: str, home: Path) -> None:
    """Look until standard input ends."""
    looks: dict[str, Callable[[Path], tuple[Callable[[], Seen], Callable[[], Any]]]] = {
        "kept": kept,
        "opened": opened,
        "pointed": pointed,
    }
    look, last = looks[kind](home)
    seen, times = [look()], 1
    print("ready", flush=True)
    while not select.select([sys.stdin], [], [], PAUSE)[0]:
        now = look()
        times += 1
        if now != seen[-1]:
            seen.append(now)
    print(json.dumps({"seen": seen, "times": times, "last": last()}))


def kept(home: Path) -> tuple[Callable[[], Seen], Callable[[], Any]]:
    """Three connections to one file, of which the last is first asked at the end, for every row of every table."""
    first = duckdb.connect(str(home / "warehouse.duckdb"), read_only=True)
    second, third = first.cursor(), first.cursor()

    def look() -> Seen:
        one, two = (connection.sql(SNAPSHOT).fetchall() for connection in (first, second))
        return tuple(one + two)

    return look, lambda: sums(third)


def opened(home: Path) -> tuple[Callable[[], Seen], Callable[[], Any]]:
    """One connection a look."""

    def look() -> Seen:
        with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
            ((row,),) = [connection.sql(SNAPSHOT).fetchall()]
        return tuple(row)

    return look, look


def pointed(home: Path) -> tuple[Callable[[], Seen], Callable[[], Any]]:
    """The rows of two marts of the snapshot that the pointer names."""
    marts = home / "marts"

    def look() -> Seen:
        name = (marts / "CURRENT").read_text().strip()
        rows = [
            duckdb.sql(f"SELECT count(*) FROM '{marts}/{name}/{mart}/*.parquet'").fetchall()[0][0]
            for mart in ("v_deal_month", "v_class_month")
        ]
        return (name, *rows)

    return look, look


def sums(connection: duckdb.DuckDBPyConnection) -> dict[str, list[Any]]:
    """Rows of every table, and a sum over all that they hold."""
    tables = "SELECT schema_name || '.' || table_name FROM duckdb_tables() ORDER BY 1"
    names = [name for (name,) in connection.sql(tables).fetchall()]
    return {
        name: [str(value) for value in connection.sql(f"SELECT count(*), sum(hash(t)) FROM {name} AS t").fetchall()[0]]
        for name in names
    }


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
