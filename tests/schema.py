"""An empty warehouse in memory: the tables of the schemas, the marts and the views, as the project declares them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import duckdb

from transforms.assertions import Rule, ordered, parse, result_sql
from transforms.facts import TABLES, ddl, key, polars_schema

Row = dict[str, Any]

SQL = Path(__file__).parents[1] / "sql"
ASSERTIONS = SQL / "assertions"
# The folders whose files create views; file by file, in the order of their names, they build on each other.
VIEWS = ("marts", "views")
RESULT = ("rule_id", "report_id", "scope_key", "expected", "actual", "diff", "tolerance", "severity", "outcome")


def rules() -> list[Rule]:
    """Return every rule of the project, in order."""
    return ordered(parse(file.read_text(), str(file)) for file in sorted(ASSERTIONS.glob("*/*.sql")))


@cache
def _empty() -> duckdb.DuckDBPyConnection:
    """The empty warehouse, made once: its views are most of what it costs."""
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    make(connection)
    return connection


def make(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables, the marts and the views."""
    for table in TABLES:
        connection.execute(ddl(table))
    for statements in views():
        connection.execute(statements)


def views() -> list[str]:
    """The statements that create the views, file by file, in the order in which they build on each other."""
    files = [file for folder in VIEWS for file in (SQL / folder).glob("*.sql")]
    return [file.read_text() for file in sorted(files, key=lambda file: file.name)]


def connect() -> duckdb.DuckDBPyConnection:
    """Return a connection to an empty warehouse. It is a transaction that ends with it: nobody else sees its rows."""
    return _empty().cursor().execute("BEGIN")


def judge(connection: duckdb.DuckDBPyConnection, chosen: Iterable[Rule]) -> list[Row]:
    """Run the rules and return their results, one dictionary per row."""
    return [
        dict(zip(RESULT, row, strict=True))
        for rule in chosen
        for row in connection.sql(f"SELECT {', '.join(RESULT)} FROM ({result_sql(rule)})").fetchall()
    ]


def snake(label: str) -> str:
    """Return a label as a code: capitals with underscores."""
    return re.sub(r"[^A-Z0-9]+", "_", label.upper()).strip("_")


# ---- small rows: a fixture names only what its rule looks at ----

DEFAULTS: dict[str, Row] = {
    "filing": {"accession_number": "a", "form_type": "8-K", "is_amendment": False},
    "filing_filer": {"accession_number": "a", "filer_seq": 1},
    "document": {"document_id": "a:1", "accession_number": "a"},
    "dim_deal": {"deal_id": "d", "deal_name": "Deal"},
    "dim_deal_alias": {"deal_id": "d", "first_seen_accession": "a"},
    "dim_class": {
        "deal_id": "d",
        "tier": "UPPER",
        "group_code": "ALL",
        "class_type": "REGULAR",
        "is_notional": False,
        "is_residual": False,
        "is_certificated": True,
    },
    "dim_class_identifier": {"id_type": "CUSIP"},
    "report": {
        "report_id": "r",
        "document_id": "a:1",
        "accession_number": "a",
        "deal_id": "d",
        "distribution_date": date(2020, 1, 25),
        "version_no": 1,
        "known_from": datetime(2020, 1, 30),
        "known_to": datetime(9999, 12, 31),
    },
    "raw_cell": {
        "table_code": "T01",
        "line_no": 1,
        "col_start": 0,
        "col_end": 1,
        "raw_text": "1.00",
        "unit": "USD",
        "scale": 1,
    },
    "fact_class_total": {"scope": "ALL"},
    "fact_class_factor": {"denomination": 1000, "printed_scale": 6},
    "fact_account": {"account": "CERTIFICATE_ACCOUNT"},
    "fact_fee": {"statement": "FEE"},
    "fact_line_item": {"statement_code": "OTHER"},
    "fact_loss": {"loss_type": "TOTAL"},
}
MEMBERS: Row = {"report_id": "r", "group_code": "ALL", "statement_seq": 1}
ROOTS = ("filing", "document", "dim_deal", "report")


def fill(connection: duckdb.DuckDBPyConnection, rows: Mapping[str, Sequence[Row]]) -> None:
    """Insert rows with the columns they leave out, and what they belong to: one filing, deal, report, their classes."""
    listed = {table: [complete(table, row) for row in members] for table, members in rows.items()}
    classes = {row["class_id"] for members in listed.values() for row in members if "class_id" in row}
    known = {row["class_id"] for row in listed.get("dim_class", [])}
    for table in ROOTS:
        listed.setdefault(table, [complete(table, {})])
    listed.setdefault("dim_class", [])
    listed["dim_class"] += [complete("dim_class", {"class_id": name}) for name in sorted(classes - known)]
    for table, members in listed.items():
        insert(connection, table, members)


def complete(table: str, row: Row) -> Row:
    """Return a row with the defaults of its table."""
    columns = polars_schema(table) if table in TABLES else row
    full = {name: value for name, value in MEMBERS.items() if name in columns and name in key(table)}
    full |= DEFAULTS.get(table, {}) | row
    if table == "raw_cell":
        full |= {"report_id": full.get("report_id", "r"), "cell_id": row.get("cell_id", str(next(_NUMBERS)))}
    if table == "dim_class":
        full |= {"class_name": full.get("class_name", full["class_id"])}
        full |= {"class_name_norm": full.get("class_name_norm", full["class_name"])}
    return full


_NUMBERS = count()


def insert(connection: duckdb.DuckDBPyConnection, table: str, members: Sequence[Row]) -> None:
    """Insert rows, each naming only the columns it fills."""
    for row in members:
        holes = ", ".join("?" for _ in row)
        connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({holes})", list(row.values()))
