"""The marts as tables: what their views come to, worked out once a night and only for deals that changed.

Users ask the views, under the same names: `sql/marts` defines them, and when the file is built each of them is put
over the table of `month` that holds its rows.
"""

from collections.abc import Sequence
from typing import Any

# What analysts ask for by month. Others build on these, and are as fast.
KEPT = ("%\\_month\\_all", "v\\_deal\\_month", "v\\_calendar")
KEYS = (
    "deal_id", "distribution_date", "due_date", "report_id", "class_id", "group_code", "statement_seq", "status",
    "bucket", "loss_type", "trigger_code", "item_code", "account_name",
)  # fmt: skip

Connection = Any  # of DuckDB, which `warehouse` opens


def prepare(connection: Connection) -> None:
    """Put the views that are kept over tables, which are empty. Their comments stay."""
    connection.execute("CREATE SCHEMA month")
    for view in _views(connection):
        said = connection.sql(f"SELECT comment FROM duckdb_views() WHERE view_name = '{view}'").fetchall()[0][0]
        columns = connection.sql(f"""
            SELECT column_name, comment FROM duckdb_columns()
            WHERE table_name = '{view}' AND schema_name = 'main' AND comment IS NOT NULL""").fetchall()
        connection.execute(f"CREATE TABLE month.{view} AS FROM {view} LIMIT 0")
        connection.execute(f"CREATE OR REPLACE VIEW {view} AS FROM month.{view}")
        for place, what in (("VIEW", view), ("TABLE", f"month.{view}")):
            connection.execute(f"COMMENT ON {place} {what} IS {_literal(said)}")
            for name, comment in columns:
                connection.execute(f"COMMENT ON COLUMN {what}.{name} IS {_literal(comment)}")


def _views(connection: Connection) -> list[str]:
    like = " OR ".join(f"view_name LIKE '{pattern}' ESCAPE '\\'" for pattern in KEPT)
    found = connection.sql(f"""
        SELECT view_name FROM duckdb_views() WHERE schema_name = 'main' AND NOT internal AND ({like}) ORDER BY 1""")
    return [name for (name,) in found.fetchall()]


def names(connection: Connection) -> list[str]:
    """Return the marts that are kept."""
    held = connection.sql("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'month' ORDER BY 1").fetchall()
    return [name for (name,) in held]


def _literal(text: str | None) -> str:
    return "NULL" if text is None else "'" + text.replace("'", "''") + "'"


def work_out(connection: Connection, shares: Sequence[str]) -> None:
    """Work the marts out anew for the deals that changed, a share of them after the other."""
    for mart in names(connection):
        columns = connection.sql(f"FROM warehouse.month.{mart} LIMIT 0").columns
        order = ", ".join(name for name in KEYS if name in columns)
        connection.execute(f"DELETE FROM warehouse.month.{mart} WHERE deal_id IN (FROM warehouse.build.touched)")
        for share in shares:
            connection.execute(f"USE {share}")
            connection.execute(f"INSERT INTO warehouse.month.{mart} BY NAME SELECT * FROM {mart} ORDER BY {order}")
    connection.execute("USE warehouse")
