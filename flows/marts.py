"""The marts as tables: what their views come to, worked out once a night and only for deals that changed.

Users ask the views, under the same names: `sql/marts` defines them, and when the file is built each of them is put
over the table of `month` that holds its rows.
"""

from collections.abc import Iterable, Sequence
from typing import Any

# What analysts ask for by month. Others build on these, and are as fast.
KEPT = """
    view_name LIKE '%\\_month\\_all' ESCAPE '\\' AND view_name <> 'v_deal_month_all'
    OR view_name IN ('v_deal_month', 'v_calendar', 'v_report_closing', 'v_group_late')"""
READ_BY_OTHERS = ("v_report_closing", "v_group_late")
KEYS = (
    "deal_id", "distribution_date", "due_date", "report_id", "class_id", "group_code", "statement_seq", "status",
    "bucket", "loss_type", "trigger_code", "item_code", "account_name", "statement", "fee_code",
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
    found = connection.sql(f"""
        SELECT view_name FROM duckdb_views() WHERE schema_name = 'main' AND NOT internal AND ({KEPT}) ORDER BY 1""")
    return [name for (name,) in found.fetchall()]


def names(connection: Connection) -> list[str]:
    """Return the marts that are kept."""
    held = connection.sql("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'month' ORDER BY 1").fetchall()
    return [name for (name,) in held]


def _literal(text: str | None) -> str:
    return "NULL" if text is None else "'" + text.replace("'", "''") + "'"


def work_out(connection: Connection, shares: Iterable[int]) -> None:
    """Work the marts out anew for the deals that changed, a share of them after the other.

    Within a share the rows come as they are joined: sorting rows so wide would take as long as all the rest.
    """
    kept = names(connection)
    for mart in kept:
        connection.execute(f"DELETE FROM month.{mart} WHERE deal_id IN (FROM build.touched)")
    # Every join of a mart is written as it is best done, the many rows first. DuckDB 2.0.0 takes two keys of one table
    # for rarer than they are together, and puts the many into the hash table: eight times as long for classes.
    connection.execute("SET disabled_optimizers = 'join_order'")
    for _ in shares:
        for mart in READ_BY_OTHERS:
            _insert(connection, mart)
            connection.execute(f"CREATE OR REPLACE VIEW {mart} AS FROM warehouse.month.{mart}")
        # Few rows at a time would go through the log of the file; within a transaction they go into the file directly.
        connection.execute("BEGIN")
        for mart in kept:
            if mart not in READ_BY_OTHERS:
                _insert(connection, mart)
        connection.execute("COMMIT")
    connection.execute("RESET disabled_optimizers")


def _insert(connection: Connection, mart: str) -> None:
    connection.execute(f"INSERT INTO warehouse.month.{mart} BY NAME SELECT * FROM {mart}")


def note_years(connection: Connection, marts: Sequence[str]) -> None:
    """Note what each year of a mart holds, so that the next night knows which have changed."""
    counted = " UNION ALL ".join(
        f"SELECT '{mart}' AS mart, year({_date(connection, mart)}) AS year, count(*) AS rows, "
        f"sum(hash(m))::HUGEINT AS digest FROM {mart} AS m GROUP BY year"
        for mart in marts
    )
    connection.execute(f"CREATE OR REPLACE TABLE build.mart_year AS FROM ({counted}) ORDER BY ALL")


def years(connection: Connection) -> list[tuple[str, int, int, int]]:
    """Return mart, year, how many rows and a digest of them; nothing of a file from before they were noted."""
    noted = "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'mart_year' AND database_name = current_database()"
    if not connection.sql(noted).fetchall()[0][0]:
        return []
    found: list[tuple[str, int, int, int]] = connection.sql("FROM build.mart_year ORDER BY ALL").fetchall()
    return found


def of_year(connection: Connection, mart: str, year: int) -> str:
    """Return the query of the rows of one year, in an order that is always the same."""
    columns = connection.sql(f"FROM {mart} LIMIT 0").columns
    order = ", ".join(name for name in KEYS if name in columns)
    return f"FROM {mart} WHERE year({_date(connection, mart)}) = {year} ORDER BY {order}"


def _date(connection: Connection, mart: str) -> str:
    columns = connection.sql(f"FROM {mart} LIMIT 0").columns
    return "distribution_date" if "distribution_date" in columns else "due_date"
