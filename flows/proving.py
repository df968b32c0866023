"""Proof, value by value, once the rules have run: which values of a report a tie confirms.

A value is proven if an identity or rule would have broken, had it been read or printed otherwise. Each rule lists in
`covers` the values that its row confirms. What a rule cannot see, its tolerance carried over to the value, it does not
cover: it must see a change of the value's fourth significant digit, or of its last printed one where that is larger.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl

from transforms import assertions, facts

Connection = Any  # of DuckDB, which `warehouse` opens

# What a column counts, by the unit that its schema declares.
KINDS = {
    "USD": "money", "COUNT": "count", "PCT": "rate", "RATIO": "rate", "USD_PER_DENOM": "factor", "MONTHS": "months",
    "DATE": "date", "TEXT": "text", "FLAG": "flag", "UNKNOWN": "figure",
}  # fmt: skip


def prepare(connection: Connection) -> None:
    """Make the temporary tables that hold what rows of rules cover, and what is told of columns and facts."""
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE covering (
          report_id VARCHAR, rule_id VARCHAR, fact VARCHAR, member VARCHAR, column_name VARCHAR,
          seen DOUBLE, breaks BOOLEAN, vetoes BOOLEAN)""")
    columns = ", ".join(f"{name} {kind}" for name, kind in assertions.ROWS.items())
    connection.execute(f"CREATE OR REPLACE TEMP TABLE met ({columns})")
    for told, table in (("proved_column", "report_column_proof"), ("proved_fact", "report_proof")):
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {told} AS FROM {table} LIMIT 0")
    prepare_measures(connection)


def prepare_measures(connection: Connection) -> None:
    """Make the temporary table `measure`: what each column of a fact counts."""
    kinds = [
        (table, name, KINDS[(column.metadata or {}).get("unit", "UNKNOWN")])
        for table in facts.TABLES if table.startswith("fact_")
        for name, column in facts.TABLES[table].columns().items()
    ]  # fmt: skip
    schema = ["fact", "column_name", "kind"]
    connection.register("measured", pl.DataFrame(kinds, schema=schema, orient="row").to_arrow())
    connection.execute("CREATE OR REPLACE TEMP TABLE measure AS SELECT * FROM measured")
    connection.unregister("measured")


def run(connection: Connection, rule: assertions.Rule) -> None:
    """Keep aside what one rule meets in what is seen, until all have run."""
    for part in assertions.parts(rule):
        connection.execute(f"INSERT INTO met BY NAME {assertions.rows_sql(part)}")


def settle(connection: Connection, rules: Sequence[assertions.Rule]) -> None:
    """Judge what the rules that have run met: keep the results, and what they cover."""
    if rules:
        # For all rules at once: to plan this costs as much as to plan a rule.
        judged = assertions.results_sql(rules, "met", proof=True)
        connection.execute(f"CREATE OR REPLACE TEMP TABLE judged_row AS {judged}")
        connection.execute("INSERT INTO warehouse.recon_result SELECT * EXCLUDE (covers, vetoes) FROM judged_row")
        # A row that ties within its tolerance sees what is more than that tolerance and its own difference.
        connection.execute("""
            INSERT INTO covering
            SELECT report_id, rule_id, c.fact, c.member, c.column_name,
                   (tolerance + abs(diff))::DOUBLE / nullif(abs(c.moves), 0), outcome = 'breach', vetoes
            FROM (SELECT report_id, rule_id, outcome, tolerance, diff, vetoes, unnest(covers) AS c FROM judged_row
                  WHERE outcome <> 'not_applicable')""")
        connection.execute("DROP TABLE judged_row")
        connection.execute("DELETE FROM met")


# The values of the reports that are seen, each with how finely it is printed and the rules that cover it.
VALUES = """
WITH value AS (
  SELECT v.report_id, v.fact, v.member, v.cell_member, v.column_name, try_cast(v.value AS DOUBLE) AS amount, m.kind,
         -- Its fourth significant digit, or its last printed one where that is larger. A factor of zero has none: its
         -- fourth decimal, since a cent of the amount comes to less than nine decimals show.
         greatest(CASE WHEN try_cast(v.value AS DOUBLE) <> 0
                       THEN power(10, floor(log10(abs(try_cast(v.value AS DOUBLE)))) - 3)
                       WHEN m.kind = 'factor' THEN 0.0001 END,
                  power(10.0, -coalesce(s.scale, CASE m.kind WHEN 'money' THEN 2 ELSE 0 END))) AS unit
  FROM fact_value((SELECT list(report_id) FROM report)) AS v
  JOIN measure AS m USING (fact, column_name)
  LEFT JOIN v_printed_scale AS s
    ON s.report_id = v.report_id AND s.canonical_table = v.fact AND s.canonical_column = v.column_name
),
-- A member without any balance has no rate, term or factor to prove.
bare AS (
  SELECT report_id, CASE WHEN starts_with(fact, 'fact_class_') THEN 'class' ELSE fact END AS part, member
  FROM value
  WHERE kind IN ('money', 'factor') AND (contains(column_name, 'balance') OR contains(column_name, 'notional'))
  GROUP BY ALL HAVING bool_and(amount = 0)
),
covered AS (
  SELECT report_id, fact, member, column_name,
         list_sort(list(DISTINCT rule_id) FILTER (NOT breaks AND seen <= unit * 1.000001)) AS rules,
         min(seen) FILTER (NOT breaks AND seen <= unit * 1.000001) AS seen,
         list_sort(list(DISTINCT rule_id) FILTER (breaks)) AS failed,
         coalesce(bool_or(breaks AND vetoes), false) AS vetoed
  FROM (
    SELECT v.*, c.rule_id, c.breaks, c.seen, c.vetoes
    FROM value AS v JOIN covering AS c USING (report_id, fact, member, column_name)
    UNION ALL
    -- What a cell tells of its member.
    SELECT v.*, c.rule_id, c.breaks, c.seen, c.vetoes
    FROM value AS v
    JOIN (SELECT * REPLACE (substr(member, 2) AS member) FROM covering WHERE member[1] = '@') AS c
      ON c.report_id = v.report_id AND c.fact = v.fact AND c.member = v.cell_member AND c.column_name = v.column_name
  ) AS x
  GROUP BY ALL
)
SELECT v.report_id, v.fact, v.member, v.column_name, v.kind, v.amount, c.rules, c.failed, c.seen,
       CASE WHEN d.report_id IS NOT NULL THEN 'doubtful'
            WHEN v.kind IN ('date', 'text') THEN 'not_applicable'
            WHEN v.kind IN ('rate', 'months', 'factor') AND b.member IS NOT NULL THEN 'not_applicable'
            WHEN c.vetoed THEN 'plausible'
            WHEN len(c.rules) > 0 THEN 'proven'
            ELSE 'plausible' END AS proof
FROM value AS v
LEFT JOIN covered AS c USING (report_id, fact, member, column_name)
LEFT JOIN bare AS b
  ON b.report_id = v.report_id AND b.member = v.member
  AND b.part = CASE WHEN starts_with(v.fact, 'fact_class_') THEN 'class' ELSE v.fact END
LEFT JOIN (SELECT * FROM report_column_proof WHERE proof = 'doubtful') AS d
  ON d.report_id = v.report_id AND d.fact = v.fact AND d.column_name = v.column_name AND d.member IN ('', v.member)
-- What an amendment leaves standing is proven where it is stated.
SEMI JOIN report_proof AS p ON p.report_id = v.report_id AND p.fact = v.fact"""

# One row for all members of a column that agree.
COLUMNS = """
SELECT report_id, fact, CASE WHEN agree THEN '' ELSE member END AS member, column_name, any_value(proof) AS proof,
       nullif(array_to_string(list_sort(list_distinct(flatten(list(coalesce(rules, []))))), ','), '') AS rules
FROM (SELECT *, min(proof) OVER w = max(proof) OVER w AS agree FROM proved
      WINDOW w AS (PARTITION BY report_id, fact, column_name))
GROUP BY ALL"""

# A fact is as sure as the least of its money columns that apply; without one, as the least of its numbers.
FACTS = """
WITH told AS (
  SELECT report_id, fact, kind = 'money' AS is_money,
         bool_or(proof = 'plausible') AS some_plausible, bool_or(proof = 'proven') AS some_proven,
         list(DISTINCT column_name ORDER BY column_name) FILTER (proof = 'plausible') AS open,
         list_distinct(flatten(list(coalesce(rules, [])))) AS rules,
         list_distinct(flatten(list(coalesce(failed, [])))) AS failed
  FROM proved WHERE kind NOT IN ('date', 'text', 'flag') AND proof <> 'not_applicable'
  GROUP BY ALL
),
taken AS (
  SELECT *, some_proven AND NOT some_plausible AS is_proven FROM told
  QUALIFY row_number() OVER (PARTITION BY report_id, fact ORDER BY is_money DESC) = 1
)
SELECT p.report_id, p.fact,
       CASE WHEN p.proof = 'doubtful' THEN 'doubtful' WHEN t.is_proven THEN 'proven' ELSE 'plausible' END AS proof,
       concat_ws('; ',
         CASE WHEN p.proof = 'doubtful' THEN regexp_extract(p.reason, '^[^;]*') END,
         CASE WHEN len(t.failed) > 0 THEN array_to_string(list_sort(t.failed), ', ') || ' fails as printed' END,
         CASE WHEN len(t.rules) > 0 THEN 'covered by ' || array_to_string(list_sort(t.rules), ', ') END,
         CASE WHEN len(t.open) > 0 THEN 'not covered: ' || array_to_string(t.open, ', ')
              WHEN t.report_id IS NULL AND p.proof <> 'doubtful' THEN 'nothing to cover' END,
         nullif(array_to_string(regexp_extract_all(p.reason, 'column ''.*?'' read as \\w+ by [\\w+]+'), '; '), ''))
         AS reason
FROM report_proof AS p LEFT JOIN taken AS t USING (report_id, fact)"""


def prove(connection: Connection) -> None:
    """Tell how far each value of the reports that are seen is proven; call it after their rules."""
    connection.execute(f"CREATE OR REPLACE TEMP TABLE proved AS {VALUES}")
    connection.execute(f"INSERT INTO proved_column BY NAME {COLUMNS}")
    connection.execute(f"INSERT INTO proved_fact BY NAME {FACTS}")
    connection.execute("DELETE FROM covering")


def keep(connection: Connection) -> None:
    """Put what was told of all reports that were seen in the place of what their filings told alone."""
    for table, told in (("report_column_proof", "proved_column"), ("report_proof", "proved_fact")):
        connection.execute(f"DELETE FROM {table} WHERE report_id IN (SELECT report_id FROM proved_fact)")
        connection.execute(f"INSERT INTO {table} BY NAME FROM {told} ORDER BY ALL")


def read() -> Iterable[str]:
    """Return the statements that read the views of a share."""
    return (VALUES,)
