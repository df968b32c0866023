"""The stages as Prefect's tasks: one task a stage, never one per filing."""

from typing import Any

from prefect import task
from prefect.artifacts import create_markdown_artifact, create_table_artifact

from flows import stages
from flows.settings import Settings
from flows.summary import Summary
from flows.warehouse import query

fetch = task(stages.fetch, name="fetch")
document = task(stages.document, name="document")
tables = task(stages.tables, name="tables")
facts = task(stages.facts, name="facts")
warehouse = task(stages.warehouse, name="warehouse")
assertions = task(stages.assertions, name="assertions")
reports = task(stages.reports, name="reports")

RECONCILIATION = """
    SELECT u.rule_id AS rule, u.name, u.kind, count(*) FILTER (q.outcome = 'tie') AS tie,
           count(*) FILTER (q.outcome = 'rounding') AS rounding, count(*) FILTER (q.outcome = 'breach') AS breach,
           count(*) FILTER (q.outcome = 'not_applicable') AS not_applicable
    FROM recon_rule AS u LEFT JOIN recon_result AS q USING (rule_id)
    GROUP BY u.rule_id, u.name, u.kind ORDER BY u.rule_id"""


@task(name="show")
def show(settings: Settings, summary: Summary) -> None:
    """Show the night and its reconciliation in Prefect's pages."""
    text = "\n".join(f"- {line.strip()}" for line in summary.lines)
    create_markdown_artifact(f"# The night\n\n{text}\n", key="night", description="How every filing stands.")
    if settings.warehouse.exists():
        rows: list[dict[str, Any]] = query(settings, RECONCILIATION).to_pylist()
        create_table_artifact(rows, key="reconciliation", description="Outcomes by rule, over all reports.")
