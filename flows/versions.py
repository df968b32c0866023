"""Which report of a deal and date is which version: asked of the lake, before any fact is loaded.

`told` holds the reports of the deals in question as their filings tell them; `report` gets those that are versions,
`report_repeat` those that repeat one word for word, and `kept` names the reports whose facts are loaded.
"""

from typing import Any

from transforms import facts

FOREVER = "TIMESTAMP '9999-12-31 00:00:00'"
# Where the reports lie that share a deal and a date: only of them cells and balances are compared.
CONCERNED = """
    SELECT DISTINCT batch FROM (
      SELECT batch FROM told QUALIFY count(*) OVER (PARTITION BY deal_id, distribution_date) > 1)"""
Connection = Any  # of DuckDB, which `warehouse` opens


def date(connection: Connection) -> None:
    """Move a report that prints the date of an earlier one and opens with what that one closes at to its own month.

    Its date is the one its filing states, if that lies in the month due, else the printed one some months later.
    """
    connection.execute("""
        CREATE TEMP TABLE same_date AS
        SELECT report_id, batch, deal_id, distribution_date FROM told
        QUALIFY count(*) OVER (PARTITION BY deal_id, distribution_date) > 1""")
    connection.execute("""
        CREATE TEMP TABLE follower AS
        WITH balance AS (
          SELECT s.*, f.class_id AS item, f.beginning_balance AS opens, f.ending_balance AS closes
          FROM same_date AS s JOIN lake_fact_class_distribution AS f USING (report_id, batch)
          UNION ALL
          SELECT s.*, f.group_code, f.beginning_scheduled_balance, f.ending_scheduled_balance
          FROM same_date AS s JOIN lake_fact_collateral AS f USING (report_id, batch) WHERE f.statement_seq = 1
        ),
        follows AS (
          SELECT a.report_id AS earlier, b.report_id AS later
          FROM balance AS a JOIN balance AS b USING (deal_id, distribution_date, item)
          WHERE a.report_id <> b.report_id
          GROUP BY a.report_id, b.report_id
          HAVING bool_and(a.closes = b.opens) AND bool_or(a.opens <> a.closes)
        ),
        -- Two copies of one month are one step before.
        opened AS (
          SELECT report_id, string_agg(item || ' ' || opens, ',' ORDER BY item) AS opening
          FROM balance GROUP BY report_id
        )
        SELECT later AS report_id, count(DISTINCT opening)::INTEGER AS months FROM (
          WITH RECURSIVE chain AS (
            SELECT earlier, later FROM follows
            UNION
            SELECT c.earlier, f.later FROM chain AS c JOIN follows AS f ON f.earlier = c.later
          )
          FROM chain WHERE earlier <> later) AS c JOIN opened AS m ON m.report_id = c.earlier
        GROUP BY later""")
    connection.execute("""
        UPDATE told SET distribution_date = due.distribution_date FROM (
          SELECT t.report_id, coalesce(
                   max(stated) FILTER (abs(stated - (t.distribution_date + to_months(months))::DATE) <= 15),
                   (t.distribution_date + to_months(any_value(months)))::DATE) AS distribution_date
          FROM told AS t JOIN follower AS l USING (report_id) JOIN filing AS f USING (accession_number),
               unnest([f.period_of_report, f.event_date]) AS dates(stated)
          GROUP BY t.report_id, t.distribution_date) AS due
        WHERE told.report_id = due.report_id""")


def order(connection: Connection) -> None:
    """Order the reports of a deal and date into versions; what repeats an earlier one word for word is none."""
    connection.execute("DELETE FROM report WHERE deal_id IN (FROM build.touched)")
    connection.execute("DELETE FROM report_repeat WHERE report_id IN (SELECT report_id FROM told)")
    connection.execute("""
        INSERT INTO report_repeat
        WITH several AS (
          SELECT *, row_number() OVER (PARTITION BY deal_id, distribution_date ORDER BY known_from, report_id) AS place
          FROM told QUALIFY count(*) OVER (PARTITION BY deal_id, distribution_date) > 1
        ),
        content AS (
          SELECT s.report_id,
                 md5(string_agg(concat_ws('|', c.table_code, c.row_label, c.column_label, c.raw_text), chr(10)
                                ORDER BY c.line_no, c.col_start)) AS hash,
                 count(*)::INTEGER AS cells
          FROM several AS s
          JOIN lake_raw_cell AS c ON c.report_id = s.report_id AND c.batch = s.batch
          WHERE c.table_code <> 'HEADER' GROUP BY s.report_id
        ),
        ranked AS (SELECT * FROM several JOIN content USING (report_id))
        SELECT b.report_id, arg_min(a.report_id, a.place) AS repeats_report_id, b.accession_number, b.cells
        FROM ranked AS b
        JOIN ranked AS a USING (deal_id, distribution_date, hash)
        WHERE a.place < b.place AND NOT b.is_amendment
        GROUP BY b.report_id, b.accession_number, b.cells ORDER BY b.report_id""")
    connection.execute(
        "CREATE TEMP TABLE kept AS SELECT report_id, batch, deal_id, distribution_date, known_from FROM told "
        "ANTI JOIN report_repeat USING (report_id)"
    )
    _keep_statements(connection)
    # A month that opens with an amendment lacks its original: version 1 stays free for it.
    connection.execute(f"""
        INSERT INTO report
        SELECT {", ".join(f"a.{name}" for name in facts.polars_schema("report"))} FROM (
          SELECT t.* REPLACE (
            row_number() OVER w + CASE WHEN first(is_amendment) OVER w THEN 1 ELSE 0 END AS version_no,
            coalesce(lead(known_from) OVER w, {FOREVER}) AS known_to,
            lag(report_id) OVER w AS supersedes_report_id,
            CASE WHEN report_id IN (SELECT report_id FROM report_source) THEN 'PARTIAL'
                 WHEN lag(report_id) OVER w IS NOT NULL THEN 'FULL' END AS amendment_scope)
          FROM told AS t ANTI JOIN report_repeat USING (report_id)
          WINDOW w AS (PARTITION BY deal_id, distribution_date ORDER BY known_from, report_id
                       ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
        ) AS a
        ORDER BY deal_id, distribution_date, version_no, report_id""")


def _keep_statements(connection: Connection) -> None:
    """Note in `report_source` what a later version does not state: it stays as the newest version before it told.

    A report states a fact that it was read into, whatever the proof of the reading. Line items have no page of their
    own, so each of their statements counts for itself.
    """
    connection.execute("DELETE FROM report_source WHERE report_id IN (SELECT report_id FROM told)")
    connection.execute("""
        INSERT INTO report_source
        WITH several AS (
          SELECT *, row_number() OVER (PARTITION BY deal_id, distribution_date ORDER BY known_from, report_id) AS place
          FROM kept QUALIFY count(*) OVER (PARTITION BY deal_id, distribution_date) > 1
        ),
        stated AS (
          SELECT s.*, p.fact, NULL AS statement_code
          FROM several AS s JOIN lake_report_proof AS p USING (report_id, batch) WHERE p.fact <> 'fact_line_item'
          UNION
          SELECT s.*, 'fact_line_item', l.statement_code
          FROM several AS s JOIN lake_fact_line_item AS l USING (report_id, batch)
        )
        SELECT v.report_id, e.fact, e.statement_code, arg_max(e.report_id, e.place) AS source_report_id
        FROM several AS v JOIN stated AS e USING (deal_id, distribution_date)
        WHERE e.place <= v.place
        GROUP BY v.report_id, e.fact, e.statement_code
        HAVING max(e.place) < any_value(v.place)
        ORDER BY ALL""")
