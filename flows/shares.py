"""A warehouse seen a few deals at a time, so that what is held in memory does not grow with their number.

A share is a schema beside the warehouse with the names of its tables and views. A rule or a mart finds the reports of
some deals there and no others, all of a deal's in one share; what it returns for each share together is what it
returns at once. Only deals in `build.touched` lie in shares: of others nothing has changed.

To rules, an amendment of some pages shows the other pages as its own: what it leaves standing is judged with what it
says. Marts look up themselves where the pages are.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from transforms import facts

CATALOG = "shares"
WHOLE = ("recon_rule", "recon_result", "report_repeat")  # of no report of the warehouse, or of no concern to a report

Connection = Any  # of DuckDB, which `warehouse` opens


def each(
    connection: Connection, views: Sequence[str], reports: int, *, put_down: Sequence[str] = (), whole: bool = False
) -> Iterator[int]:
    """Lay out one share of the catalog `warehouse` after the other, with the statements of its own `views`, to be seen.

    A share has about so many `reports`: a rule is planned once for each, which takes some 20 ms. There is one at least.
    The views of `put_down` are worked out once, and not by every statement that reads them. `whole` gives an amendment
    of some pages the other pages too. Whoever asks between two shares sees the warehouse again.
    """
    connection.execute(f"ATTACH ':memory:' AS {CATALOG}")
    connection.execute(f"""
        CREATE TABLE {CATALOG}.main.share_of AS
        WITH deal AS (
          SELECT deal_id, count(*) AS n FROM warehouse.report SEMI JOIN warehouse.build.touched USING (deal_id)
          GROUP BY deal_id
        )
        SELECT report_id, deal_id, place.share FROM warehouse.report JOIN (
          SELECT deal_id, ((sum(n) OVER (ORDER BY deal_id) - n) // {reports})::INTEGER AS share FROM deal
        ) AS place USING (deal_id)""")
    kept = _left(connection) if whole else set()
    numbers = connection.sql(f"SELECT DISTINCT share FROM {CATALOG}.main.share_of ORDER BY share").fetchall()
    sizes = "SELECT table_name, estimated_size FROM duckdb_tables() WHERE database_name = 'warehouse'"
    stored = dict(connection.sql(sizes).fetchall())
    spans = {
        table: _spans(connection, table) if stored[table] else {}
        for table in facts.TABLES if _of_deals(table) and table in stored
    }  # fmt: skip
    for (share,) in numbers or [(0,)]:
        connection.execute(f"CREATE SCHEMA {CATALOG}.share")
        connection.execute(f"USE {CATALOG}.share")
        for table in facts.TABLES:
            rest = f" UNION ALL {_left_standing(table, share)}" if (share, table) in kept else ""
            connection.execute(_own(table, share, spans.get(table)) + rest)
        for statements in views:
            connection.execute(statements)
        for view in put_down:
            connection.execute(f"CREATE TABLE {view}_rows AS FROM {view}")
            connection.execute(f"CREATE OR REPLACE VIEW {view} AS FROM {view}_rows")
        yield share
        connection.execute("USE warehouse")
        connection.execute(f"DROP SCHEMA {CATALOG}.share CASCADE")
    connection.execute(f"DETACH {CATALOG}")


def _of_deals(table: str) -> bool:
    return bool({"report_id", "deal_id"} & facts.polars_schema(table).keys()) and table not in WHOLE


def _key(table: str) -> str:
    return "report_id" if "report_id" in facts.polars_schema(table) else "deal_id"


def needed(files: Sequence[str], rules: Iterable[str]) -> list[str]:
    """Return the files of views, in order and without their comments, that these rules read or that those build on.

    A share is laid out for rules alone: the marts that only users read would cost it more than all the others.
    """
    words = {word for rule in rules for word in _words(rule)}
    kept: list[str] = []
    for file in reversed(files):
        if words.intersection(_DEFINED.findall(file)):
            kept.insert(0, _COMMENT.sub("", file))
            words.update(_words(file))
    return kept


_DEFINED = re.compile(r"^CREATE (?:VIEW|MACRO|TABLE IF NOT EXISTS) (\w+)", re.M)
_COMMENT = re.compile(r"^COMMENT ON .*$", re.M)
_SAID = re.compile(rf"--.*$|{_COMMENT.pattern}|'[^'\n]*'", re.M)


def _words(statements: str) -> list[str]:
    """Return the names in some statements, without what comments and texts say; a name in a text may be a table's."""
    named = [text.strip("'") for text in _SAID.findall(statements) if text.startswith("'")]
    return re.findall(r"\w+", _SAID.sub(" ", statements)) + named


def _spans(connection: Connection, table: str) -> dict[int, tuple[int, int, int]]:
    """Return how many rows each share has, and which is the first and the last: tables are in the order of deals."""
    found = connection.sql(f"""
        SELECT s.share, count(*), min(a.rowid), max(a.rowid) FROM warehouse.{table} AS a
        JOIN (SELECT DISTINCT share, {_key(table)} FROM {CATALOG}.main.share_of) AS s USING ({_key(table)})
        GROUP BY s.share""").fetchall()
    return {share: (rows, first, last) for share, rows, first, last in found}


def _own(table: str, share: int, spans: dict[int, tuple[int, int, int]] | None) -> str:
    """Return the statement that gives a share its rows of a table."""
    if not _of_deals(table):
        return f"CREATE VIEW {table} AS SELECT * FROM warehouse.{table}"
    if spans is not None:
        rows, first, last = spans.get(share, (0, 0, -1))
        # No join where none is needed: each one more takes DuckDB longer to plan a rule.
        if rows == last - first + 1:
            return f"CREATE VIEW {table} AS SELECT * FROM warehouse.{table} WHERE rowid BETWEEN {first} AND {last}"
    # What nights have added lies behind: it is looked for once, and not by each rule.
    return f"""
        CREATE TABLE {table} AS SELECT * FROM warehouse.{table} WHERE {_key(table)} IN (
          SELECT s.{_key(table)} FROM {CATALOG}.main.share_of AS s WHERE s.share = {share})"""


def _left(connection: Connection) -> set[tuple[int, str]]:
    """Return the shares and facts of which a report has something from an earlier version."""
    return set(
        connection.sql(f"""
        SELECT DISTINCT p.share, s.fact FROM warehouse.report_source AS s
        JOIN {CATALOG}.main.share_of AS p USING (report_id)""").fetchall()
    )


def _left_standing(table: str, share: int) -> str:
    """Select what reports do not state themselves and have from an earlier version, under their own id."""
    stated = " AND s.statement_code = f.statement_code" if table == "fact_line_item" else ""
    return (
        f"SELECT f.* REPLACE (s.report_id AS report_id) FROM warehouse.{table} AS f "
        f"JOIN warehouse.report_source AS s ON s.source_report_id = f.report_id AND s.fact = '{table}'{stated} "
        f"JOIN {CATALOG}.main.share_of AS p ON p.report_id = s.report_id AND p.share = {share}"
    )


def of_reports(grain: str) -> bool:
    """Tell whether a rule of this grain speaks of each report by itself and its deal, and may see a share at a time."""
    return grain.split()[0] == "report"
