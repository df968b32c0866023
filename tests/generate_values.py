"""Write `sql/marts/70_fact_value.sql`, all values of all fact tables in one form: `python -m tests.generate_values`.

Columns can be turned into rows only by name, so the schemas name them.
"""

from pathlib import Path

from transforms import facts

FILE = Path(__file__).parents[1] / "sql" / "marts" / "70_fact_value.sql"
# About a value and no value: where it stands, how it is called, what it is counted in, and what footnotes say of all.
ASIDE = (
    "line_no", "section", "payee", "provider", "label", "unit", "denomination", "balance_denomination",
    "printed_scale", "method", "bucket_low_days", "bucket_high_days", "count_pct_denominator",
    "balance_pct_denominator",
)  # fmt: skip
# What a cell does not know of its member: the kind of its entry, and which of several statements is the first.
UNTOLD = ("report_id", "entry_type", "statement", "statement_seq", "loss_type")
_HEAD = """-- All values of all fact tables in one form. Written by `python -m tests.generate_values` from the schemas.

CREATE MACRO fact_value(reports) AS TABLE
WITH asked AS (SELECT unnest(reports) AS report_id)"""
_FOOT = """;
COMMENT ON MACRO TABLE fact_value IS 'A row per value in the facts of some reports: reports is a list of report_id.';
"""


def sql() -> str:
    """Return the statements that define the macro."""
    tables = [table for table in facts.TABLES if table.startswith("fact_")]
    return _HEAD + "\nUNION ALL".join(_table(table) for table in tables) + _FOOT


def values(table: str) -> list[str]:
    """Return the columns of a fact table that hold what is printed."""
    return [name for name in facts.polars_schema(table) if name not in (*facts.key(table), *ASIDE)]


def _table(table: str) -> str:
    key = [name for name in facts.key(table) if name != "report_id"]
    known = [name for name in key if name not in UNTOLD]
    cast = ", ".join(f"{name}::VARCHAR AS {name}" for name in values(table))
    return f"""
SELECT report_id, '{table}' AS fact, member, cell_member, column_name, value FROM (
  UNPIVOT (
    SELECT report_id, rtrim(concat_ws(' ', {", ".join(key)})) AS member,
           concat_ws(' ', {", ".join(known)}) AS cell_member, {cast}
    FROM {table} SEMI JOIN asked USING (report_id))
  ON {", ".join(values(table))} INTO NAME column_name VALUE value)"""


def main() -> None:
    """Write the file."""
    FILE.write_text(sql())
    print(f"written: {FILE.relative_to(FILE.parents[2])}")


if __name__ == "__main__":
    main()
