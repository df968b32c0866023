"""What the columns of views mean: what a view takes through from tables means there what it means in them.

A view names in its own comment where its columns come from, `Columns as in a, b.`: a column without words of its own
has those of the first of these tables and views that knows it. So each meaning and unit stands in one place.
"""

import re
from functools import cache
from typing import Any

Connection = Any  # of DuckDB, which `warehouse` opens

_SOURCES = re.compile(r"Columns as in ([a-z_, ]+)\.")


def inherit(connection: Connection) -> None:
    """Give each column of a view of the current database that has no comment the one of the column it comes from."""
    own = _comments(connection)
    views = dict(
        connection.sql("""
            SELECT view_name, comment FROM duckdb_views()
            WHERE NOT internal AND database_name = current_database()""").fetchall()
    )

    @cache
    def meaning(relation: str, column: str) -> str | None:
        """Return what a column means in a relation, in its own words or in those of where it comes from."""
        told = own.get((relation, column))
        if told is not None or (relation, column) not in own:
            return told
        found = _SOURCES.search(views.get(relation) or "")
        names = found[1].split(", ") if found else []
        return next((words for name in names if (words := meaning(name, column)) is not None), None)

    for (relation, column), told in own.items():
        if relation in views and told is None and (words := meaning(relation, column)) is not None:
            connection.execute(f"COMMENT ON COLUMN {relation}.{column} IS '{words.replace(chr(39), 2 * chr(39))}'")


def _comments(connection: Connection) -> dict[tuple[str, str], str | None]:
    rows = connection.sql("""
        SELECT table_name, column_name, comment FROM duckdb_columns()
        WHERE NOT internal AND database_name = current_database()""").fetchall()
    return {(relation, column): comment or None for relation, column, comment in rows}
