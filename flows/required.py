"""Which tables a statement cannot do without: where one of them has no row, the statement returns none.

DuckDB takes longer to plan a rule than to run it on the few reports of a night. A night of car loans has no account
statement: what speaks of accounts is not planned.
"""

import json
import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

Connection = Any  # of DuckDB, which `warehouse` opens
Node = dict[str, Any]
Names = frozenset[str]

NONE: Names = frozenset()
EITHER = ("INNER", "SEMI")  # joins that return nothing where one side is empty
FIRST = ("LEFT", "ANTI")  # joins that return nothing where their first side is empty
_VIEW = re.compile(r"^CREATE VIEW (\w+) AS\n(.*?);$", re.MULTILINE | re.DOTALL)


def tables(connection: Connection, selects: Iterable[str], files: Iterable[str]) -> dict[str, Names]:
    """Return for each SELECT the tables of which each must have a row, or it returns none.

    `files` are the texts that define the views which it may read; `connection` only parses. What is not understood,
    such as a function that returns rows, counts as never empty: that costs time and loses nothing.
    """
    asked = _Required(connection, files)
    return {select: asked.of(select) for select in selects}


def present(connection: Connection, names: Iterable[str]) -> Names:
    """Return which of some tables and views have a row."""
    asked = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (FROM {name})" for name in sorted(names))
    return frozenset(name for (name,) in connection.sql(asked).fetchall()) if asked else NONE


class _Required:
    def __init__(self, connection: Connection, files: Iterable[str]) -> None:
        self._connection = connection
        self._views = {name: select for text in files for name, select in _VIEW.findall(text)}
        self._known: dict[str, Names] = {}
        found = connection.sql("SELECT function_name FROM duckdb_functions() WHERE function_type = 'aggregate'")
        self._aggregates = {name for (name,) in found.fetchall()}

    def of(self, select: str) -> Names:
        if select not in self._known:
            ((told,),) = self._connection.execute("SELECT json_serialize_sql($1)", [select]).fetchall()
            parsed = json.loads(told)
            self._known[select] = NONE if parsed["error"] else self._query(parsed["statements"][0]["node"], {})
        return self._known[select]

    def _query(self, node: Node, outer: Mapping[str, Names]) -> Names:
        named = dict(outer)
        for entry in node["cte_map"]["map"]:
            named[entry["key"]] = self._query(entry["value"]["query_node"], named)
        if node["type"] == "SET_OPERATION_NODE":
            sides = [self._query(side, named) for side in node["children"]]
            return sides[0] if node["setop_type"] == "EXCEPT" else frozenset.intersection(*sides)
        if node["type"] != "SELECT_NODE" or self._is_one_row(node):
            return NONE
        return self._source(node["from_table"], named)

    def _is_one_row(self, node: Node) -> bool:
        """Tell whether a SELECT may return a row of nothing: a sum over all, or a grand total beside the groups."""
        groups = node["group_sets"]
        if groups:
            return any(not group for group in groups)
        if node["aggregate_handling"] == "FORCE_AGGREGATES":  # GROUP BY ALL
            return all(self._aggregated(one) for one in node["select_list"])
        return node["having"] is not None or any(self._aggregated(one) for one in node["select_list"])

    def _aggregated(self, part: Any) -> bool:
        """Tell whether an expression holds an aggregate; those of a subquery are its own."""
        if isinstance(part, list):
            return any(map(self._aggregated, part))
        if not isinstance(part, dict) or part.get("class") == "SUBQUERY":
            return False
        if part.get("class") == "FUNCTION" and part.get("function_name") in self._aggregates:
            return True
        return any(map(self._aggregated, part.values()))

    def _source(self, node: Node, named: Mapping[str, Names]) -> Names:
        kind = node["type"]
        if kind == "JOIN":
            sides = partial(self._source, named=named)
            if node["join_type"] in EITHER:
                return sides(node["left"]) | sides(node["right"])
            return sides(node["left"]) if node["join_type"] in FIRST else NONE
        if kind == "SUBQUERY":
            return self._query(node["subquery"]["node"], named)
        return self._table(node["table_name"], named) if kind == "BASE_TABLE" else NONE

    def _table(self, name: str, named: Mapping[str, Names]) -> Names:
        if name in named:
            return named[name]
        return self.of(self._views[name]) if name in self._views else frozenset({name})
