"""Which files beside the database its printed values lie in, asked of an open database. See `outside`."""

from typing import Any

TABLE = "raw_cell"
FOLDER = "raw_cell"  # below the home

Connection = Any  # of DuckDB


def is_outside(connection: Connection) -> bool:
    """Tell whether the cells of the current database lie in files."""
    found = connection.sql(f"""
        SELECT count(*) FROM duckdb_views() WHERE view_name = '{TABLE}' AND database_name = current_database()""")
    return bool(found.fetchall()[0][0])


def files(connection: Connection) -> list[str]:
    """Return the names of the files that the current database reads."""
    return [name for (name,) in connection.sql("FROM build.cell_file ORDER BY ALL").fetchall()]
