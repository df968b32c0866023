"""The data dictionary: every table and column in words, from the schemas."""

from collections.abc import Mapping
from typing import Any

import dataframely as dy

from transforms import facts

_HEAD = """# Data dictionary

Every table, view and macro of `warehouse.duckdb`, from the schemas in `transforms/facts` and the comments in `sql`.
Written by `python -m tests.generate_dictionary`; the same words stand in the database as comments.
NULL is "not printed"; 0.00 is a printed zero.
"""


def markdown() -> str:
    """Return the dictionary as Markdown: per table its meaning, its key, and a row per column."""
    return "\n".join([_HEAD, *(_table(name, schema) for name, schema in facts.TABLES.items())])


def _table(name: str, schema: type[dy.Schema]) -> str:
    keys = facts.key(name)
    lines = [f"## {name}", "", (schema.__doc__ or "").strip()]
    if keys:
        lines += ["", f"One row per {', '.join(f'`{key}`' for key in keys)}."]
    lines += ["", "| column | type | unit | meaning | printed as |", "|---|---|---|---|---|"]
    lines += [_column(column, declared) for column, declared in schema.columns().items()]
    return "\n".join([*lines, ""])


def _column(name: str, column: dy.Column) -> str:
    data: Mapping[str, Any] = column.metadata or {}
    labels = [*data.get("labels", ()), *(label for some in data.get("scoped", {}).values() for label in some)]
    printed = "; ".join(dict.fromkeys(labels))
    cells = [f"`{name}`", facts.duckdb_type(column.dtype), data.get("unit", ""), column.description or "", printed]
    return f"| {' | '.join(cells)} |"
