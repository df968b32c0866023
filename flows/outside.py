"""Printed values in files beside the database, where they are too many to lie in it.

`raw_cell` is then a view over `home/raw_cell/`: one file for each build, with the cells of the reports that came with
it. A file never changes; what the database reads of them is named in `build.cell_file`. Rows, columns and the way from
a value to its cell are the same as where the cells lie inside.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from flows.cellfiles import TABLE, files
from flows.store import rename, to_disk
from transforms import facts

Connection = Any  # of DuckDB, which `warehouse` opens


def prepare(connection: Connection) -> None:
    """Take the table of cells out of an empty database, and note that there is no file yet."""
    connection.execute(f"DROP TABLE {TABLE}")
    connection.execute("CREATE TABLE build.cell_file (file VARCHAR)")
    connection.execute("CREATE TABLE build.cell_report (report_id VARCHAR)")
    _show(connection, Path())


def put(connection: Connection, folder: Path, name: str) -> None:
    """Write the cells of the reports that come and lie in no file yet, from `lake_raw_cell`, to a file of this name."""
    connection.execute("""
        CREATE TEMP TABLE unwritten AS
        SELECT report_id, batch, place FROM come ANTI JOIN build.cell_report USING (report_id)""")
    ((some,),) = connection.sql("SELECT count(*) FROM unwritten").fetchall()
    if some:
        folder.mkdir(parents=True, exist_ok=True)
        columns = ", ".join(f"a.{column}" for column in facts.polars_schema(TABLE))
        # Written aside first: a file that is there is whole.
        aside = folder / f"{name}.aside"
        connection.execute(f"""
            COPY (
              SELECT {columns} FROM lake_{TABLE} AS a
              JOIN unwritten AS k ON k.report_id = a.report_id AND k.batch = a.batch
              ORDER BY (k.place << 32) + a.row
            ) TO '{_quoted(aside)}' (FORMAT parquet, COMPRESSION zstd)""")
        to_disk(aside)
        rename(aside, folder / f"{name}.parquet")
        connection.execute("INSERT INTO build.cell_file VALUES (?)", [f"{name}.parquet"])
        connection.execute("INSERT INTO build.cell_report SELECT report_id FROM unwritten ORDER BY ALL")
    connection.execute("DROP TABLE unwritten")
    _show(connection, folder)


def _show(connection: Connection, folder: Path) -> None:
    """Put the view over the files. A report that is none any more leaves its cells there, unseen."""
    named = files(connection)
    if named:
        paths = ", ".join(f"'{_quoted(folder / name)}'" for name in named)
        source = f"FROM read_parquet([{paths}], hive_partitioning = false) SEMI JOIN report USING (report_id)"
    else:
        columns = facts.polars_schema(TABLE).items()
        source = "SELECT " + ", ".join(f"NULL::{facts.duckdb_type(kind)} AS {name}" for name, kind in columns)
        source += " WHERE false"
    connection.execute(f"CREATE OR REPLACE VIEW {TABLE} AS {source}")
    for comment in facts.comments(TABLE):
        connection.execute(comment.replace("COMMENT ON TABLE", "COMMENT ON VIEW", 1))


def prune(folder: Path, kept: Iterable[str]) -> None:
    """Remove files that no database reads that somebody may still hold open."""
    kept = set(kept)
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name not in kept:
            path.unlink()


def _quoted(path: Path) -> str:
    return str(path.resolve()).replace("'", "''")
