"""A warehouse seen a few deals at a time, so that what a rule holds in memory does not grow with their number.

A share is a schema beside the warehouse with the names of its tables and views. A rule finds the reports of some deals
there and no others, all of a deal's in one share; what it returns for each share together is what it returns at once.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from transforms import facts

REPORTS = 4_000  # of a share, about; a rule is planned once for each, which takes some 20 ms
CATALOG = "shares"
WHOLE = ("recon_rule", "recon_result", "report_repeat")  # of no report of the warehouse, or of no concern to a report

Connection = Any  # of DuckDB, which `warehouse` opens


def lay_out(connection: Connection, views: Sequence[str]) -> list[str]:
    """Make the shares of the catalog `warehouse`, with the statements of its own `views`. Returns what to USE for each.

    There is one share at least.
    """
    connection.execute(f"ATTACH ':memory:' AS {CATALOG}")
    connection.execute(f"""
        CREATE TABLE {CATALOG}.main.share_of AS
        WITH deal AS (SELECT deal_id, count(*) AS n FROM warehouse.report GROUP BY deal_id)
        SELECT report_id, deal_id, place.share FROM warehouse.report JOIN (
          SELECT deal_id, ((sum(n) OVER (ORDER BY deal_id) - n) // {REPORTS})::INTEGER AS share FROM deal
        ) AS place USING (deal_id)""")
    deals = connection.sql(f"""
        SELECT share, min(deal_id), max(deal_id) FROM {CATALOG}.main.share_of
        GROUP BY share ORDER BY share""").fetchall()
    spans = {table: _spans(connection, table) for table in facts.TABLES if _of_reports(table)}
    made = []
    for share, first, last in deals or [(0, "", "")]:
        made.append(f"{CATALOG}.share_{share}")
        connection.execute(f"CREATE SCHEMA {made[-1]}")
        connection.execute(f"USE {made[-1]}")
        for table in facts.TABLES:
            where = _where(table, share, (first, last), spans)
            connection.execute(f"CREATE VIEW {table} AS SELECT * FROM warehouse.{table}{where}")
        for statements in views:
            connection.execute(statements)
    connection.execute("USE warehouse")
    return made


def needed(files: Sequence[str], rules: Iterable[str]) -> list[str]:
    """Return the files of views, in order, that these rules read or that what they read builds on.

    A share is laid out for rules alone: the marts that only users read would cost it more than all the others.
    """
    words = {word for rule in rules for word in _words(rule)}
    kept: list[str] = []
    for file in reversed(files):
        if words.intersection(_DEFINED.findall(file)):
            kept.insert(0, file)
            words.update(_words(file))
    return kept


_DEFINED = re.compile(r"^CREATE (?:VIEW|MACRO|TABLE IF NOT EXISTS) (\w+)", re.M)
_SAID = re.compile(r"--.*$|^COMMENT ON .*$|'[^'\n]*'", re.M)


def _words(statements: str) -> list[str]:
    """Return the names in some statements, without what comments and texts say; a name in a text may be a table's."""
    named = [text.strip("'") for text in _SAID.findall(statements) if text.startswith("'")]
    return re.findall(r"\w+", _SAID.sub(" ", statements)) + named


def _of_reports(table: str) -> bool:
    return "report_id" in facts.polars_schema(table) and table not in WHOLE


def _spans(connection: Connection, table: str) -> dict[int, tuple[int, int, int]]:
    """Return how many rows each share has, and which is the first and the last: tables are in the order of deals."""
    found = connection.sql(f"""
        SELECT s.share, count(*), min(a.rowid), max(a.rowid) FROM warehouse.{table} AS a
        JOIN {CATALOG}.main.share_of AS s USING (report_id) GROUP BY s.share""").fetchall()
    return {share: (rows, first, last) for share, rows, first, last in found}


def _where(table: str, share: int, deals: tuple[str, str], spans: dict[str, dict[int, tuple[int, int, int]]]) -> str:
    """Return which rows a share has of a table. No join: each one more takes DuckDB longer to plan a rule."""
    if "deal_id" in facts.polars_schema(table):
        first, last = (deal.replace("'", "''") for deal in deals)
        return f" WHERE deal_id BETWEEN '{first}' AND '{last}'"
    if table not in spans:
        return ""
    rows, begin, end = spans[table].get(share, (0, 0, -1))
    if rows == end - begin + 1:
        return f" WHERE rowid BETWEEN {begin} AND {end}"
    return f" WHERE report_id IN (SELECT s.report_id FROM {CATALOG}.main.share_of AS s WHERE s.share = {share})"


def of_reports(grain: str) -> bool:
    """Tell whether a rule of this grain speaks of each report by itself and its deal, and may see a share at a time."""
    return grain.split()[0] == "report"
