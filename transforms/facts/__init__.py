"""The tables of the warehouse, each declared once.

From a schema come its Polars and Arrow types, the DuckDB table with its comments, its key, the labels the reader
matches and the identities that prove a reading.
"""

from functools import cache

import dataframely as dy
import polars as pl

from transforms.facts import cash, classes, items, parties, pool, provenance, quality, reports
from transforms.facts.identity import Identity

__all__ = [
    "IDENTITIES", "TABLES", "Frames", "Identity", "comments", "ddl", "duckdb_type", "figures", "key", "polars_schema",
    "references",
]  # fmt: skip

# Tables by their name in the model, as they are built.
Frames = dict[str, pl.DataFrame]

TABLES: dict[str, type[dy.Schema]] = {
    "filing": provenance.Filing,
    "filing_filer": provenance.FilingFiler,
    "document": provenance.Document,
    "dim_deal": parties.Deal,
    "dim_deal_identifier": parties.DealIdentifier,
    "dim_deal_alias": parties.DealAlias,
    "dim_group": parties.Group,
    "dim_class": parties.Class,
    "dim_class_alias": parties.ClassAlias,
    "dim_class_identifier": parties.ClassIdentifier,
    "identity_join": parties.IdentityJoin,
    "identity_conflict": parties.IdentityConflict,
    "identity_decision": parties.IdentityDecision,
    "report": reports.Report,
    "report_statement": reports.ReportStatement,
    "report_source": reports.ReportSource,
    "raw_cell": reports.RawCell,
    "fact_class_distribution": classes.ClassDistribution,
    "fact_class_total": classes.ClassTotal,
    "fact_class_factor": classes.ClassFactor,
    "fact_collateral": pool.Collateral,
    "fact_delinquency": pool.Delinquency,
    "fact_account": cash.Account,
    "fact_fee": cash.Fee,
    "fact_interest_shortfall": pool.InterestShortfall,
    "fact_other_account": cash.OtherAccount,
    "fact_overcollateralization": pool.Overcollateralization,
    "fact_trigger": items.Trigger,
    "fact_loss": pool.Loss,
    "fact_enhancement": items.Enhancement,
    "fact_line_item": items.LineItem,
    "fact_advance": cash.Advance,
    "fact_modification": items.Modification,
    "fact_repurchase": items.Repurchase,
    "fact_loan_event": items.LoanEvent,
    "report_party": reports.ReportParty,
    "recon_rule": quality.ReconRule,
    "recon_result": quality.ReconResult,
    "report_proof": quality.ReportProof,
    "report_column_proof": quality.ReportColumnProof,
    "filing_state": quality.FilingState,
    "filing_listing": quality.FilingListing,
    "report_repeat": quality.ReportRepeat,
    "printed_formula": quality.PrintedFormula,
}

IDENTITIES: tuple[Identity, ...] = classes.IDENTITIES + pool.IDENTITIES + cash.IDENTITIES


@cache
def polars_schema(table: str) -> dict[str, pl.DataType]:
    """Return the Polars type of each column of `table`, in order."""
    return {name: column.dtype for name, column in TABLES[table].columns().items()}


def key(table: str) -> list[str]:
    """Return the columns whose values together name a row of `table`; empty where a table has no key."""
    return TABLES[table].primary_key()


_TARGETS = {
    "report_id": "report",
    "class_id": "dim_class",
    "deal_id": "dim_deal",
    "document_id": "document",
    "accession_number": "filing",
}
_FOUND_ABOUT_ALL = ("filing_state", "filing_listing", "recon_rule", "recon_result")


def references(table: str) -> dict[str, str]:
    """Return the columns of `table` that name a row of another one, each with that table."""
    if table in _FOUND_ABOUT_ALL:
        return {}
    return {
        column: target
        for column, target in _TARGETS.items()
        if column in polars_schema(table)
        and table != target
        # A repetition is named there because it is no report of its own.
        and (table, column) != ("report_repeat", "report_id")
    }


def figures(table: str) -> list[str]:
    """Return the columns of a fact that hold figures and days, its key left out."""
    schema = polars_schema(table)
    return [
        column
        for column, dtype in schema.items()
        if column not in key(table) and (dtype.is_numeric() or dtype.is_temporal())
    ]


def ddl(table: str) -> str:
    """Return the DuckDB CREATE TABLE of `table`, without keys: the published file carries no index."""
    columns = ", ".join(
        f"{name} {duckdb_type(column.dtype)}{'' if column.nullable else ' NOT NULL'}"
        for name, column in TABLES[table].columns().items()
    )
    return f"CREATE TABLE {table} ({columns})"


def comments(table: str) -> list[str]:
    """Return the DuckDB COMMENT statements of `table` and its columns: meaning, and unit where there is one."""
    statements = [f"COMMENT ON TABLE {table} IS {_literal((TABLES[table].__doc__ or '').strip())}"]
    for name, column in TABLES[table].columns().items():
        unit = (column.metadata or {}).get("unit", "")
        meaning = (column.description or "") + (f" [{unit}]" if unit and unit not in ("TEXT", "FLAG") else "")
        statements.append(f"COMMENT ON COLUMN {table}.{name} IS {_literal(meaning)}")
    return statements


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def duckdb_type(dtype: pl.DataType) -> str:
    """Return the type a column has in DuckDB."""
    if isinstance(dtype, pl.Decimal):
        return f"DECIMAL({dtype.precision},{dtype.scale})"
    return {
        pl.String: "VARCHAR",
        pl.Int16: "SMALLINT",
        pl.Int32: "INTEGER",
        pl.Int64: "BIGINT",
        pl.Date: "DATE",
        pl.Datetime: "TIMESTAMP",
        pl.Boolean: "BOOLEAN",
    }[dtype.base_type()]
