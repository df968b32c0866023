"""Write `data/dictionary.md` from the schemas and the comments of views: `python -m tests.generate_dictionary`."""

import re
from pathlib import Path

import duckdb

from flows import comments
from tests.schema import make
from transforms import facts
from transforms.facts.dictionary import markdown

FILE = Path(__file__).parents[1] / "data" / "dictionary.md"
# What the parameters of macros stand for, under one name in all of them.
PARAMETERS = {
    "twin": "the name of a mart's twin, as 'v_loss_month_all'",
    "ts": "a moment, as TIMESTAMP '2003-06-30'",
    "accepted": "the proofs that count, as `undoubted()` or `any_proof()`",
    "fact_table": "the name of a fact table, as 'fact_loss'",
    "term": "the name of one of its columns",
    "report": "a report_id",
    "reports": "a list of report_id",
    "rate": "a rate, as a fraction",
    "months": "the months of that period",
    "earlier": "a date",
    "later": "a date",
    "buckets": "the sum of the buckets of a status, NULL without any",
    "total": "its printed total",
    "fact": "the name of a fact table",
    "member": "a row of it within its report, as in v_value_cell",
    "members": "a list of such rows",
    "cell_member": "such a row as far as a cell tells it, as in v_cell_member",
    "column_name": "the name of one of its columns",
    "column_names": "a list of such names",
    "moves": "by how much the difference of a rule moves when the value moves by one",
    "entries": "entries of v_deal_member",
    "entry_code": "the code of one of them",
    "amount": "a value",
    "one": "a whole number",
    "other": "another one",
    "value": "a value",
    "scale": "decimals that it is printed to",
    "n": "a number of days",
    "is_interest": "whether the value grows with the days, as interest does, or falls, as balance and rate do",
    "class_id": "a class",
    "interest_column": "the name of the column that holds its interest",
    "balance_column": "the name of the column that holds its balance",
    "balance": "its opening balance or notional amount",
    "interest": "its interest, accrued or paid",
    "least_days": "the fewest days that come into question",
    "most_days": "the most days that do",
    "accrual_days": "the days that are printed, NULL without any",
    "doubts": "columns that are doubted, as in doubted()",
}
_SOURCES = re.compile(r" ?Columns as in [a-z_, ]+\.")
_TWIN = re.compile(r"Columns as in (v_[a-z_]+)\.")
_UNIT = re.compile(r" \[([^]]+)\]$")


def warehouse() -> duckdb.DuckDBPyConnection:
    """Return an empty warehouse with every comment."""
    connection = duckdb.connect()
    make(connection)
    for table in facts.TABLES:
        for comment in facts.comments(table):
            connection.execute(comment)
    comments.inherit(connection)
    return connection


def text() -> str:
    """Return the dictionary: tables, then views, then macros."""
    connection = warehouse()
    views = connection.sql("""
        SELECT table_name, comment FROM duckdb_tables() UNION ALL
        SELECT view_name, comment FROM duckdb_views() WHERE NOT internal ORDER BY ALL""").fetchall()
    told = [_view(connection, name, comment) for name, comment in views if name not in facts.TABLES]
    parts = [markdown(), *told, _macros(connection)]
    return "\n".join(parts)


def _view(connection: duckdb.DuckDBPyConnection, name: str, comment: str) -> str:
    lines = [f"## {name}", "", _SOURCES.sub("", comment), ""]
    twin = _TWIN.search(comment)
    if twin and name.startswith(twin[1]):
        return "\n".join([*lines, f"Columns as in `{twin[1]}`.", ""])
    lines += ["| column | type | unit | meaning |", "|---|---|---|---|"]
    rows = connection.execute(
        "SELECT column_name, data_type, comment FROM duckdb_columns() WHERE table_name = $1 ORDER BY column_index",
        [name],
    ).fetchall()
    for column, kind, told in rows:
        unit = _UNIT.search(told)
        lines.append(f"| `{column}` | {kind} | {unit[1] if unit else ''} | {_UNIT.sub('', told)} |")
    return "\n".join([*lines, ""])


def macros(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, list[str], str]]:
    """Return the name, the parameters and the comment of every macro."""
    return connection.sql("""
        SELECT function_name, parameters, comment FROM duckdb_functions()
        WHERE NOT internal AND function_type IN ('macro', 'table_macro') ORDER BY function_name""").fetchall()


def _macros(connection: duckdb.DuckDBPyConnection) -> str:
    lines = [
        "## Macros",
        "",
        "Those of tables stand after FROM, as in `FROM class_month_asof(TIMESTAMP '2003-06-30')`.",
    ]
    lines += ["", "| parameter | stands for |", "|---|---|"]
    lines += [f"| `{name}` | {meaning} |" for name, meaning in PARAMETERS.items()]
    lines += ["", "| macro | meaning |", "|---|---|"]
    lines += [f"| `{name}({', '.join(given)})` | {comment} |" for name, given, comment in macros(connection)]
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    FILE.write_text(text())
    print(f"written: {FILE.relative_to(FILE.parents[1])}")
