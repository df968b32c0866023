-- id: P12
-- title: Repeated collateral statements agree
-- kind: reconciliation
-- grain: report x group x measure
-- unit: rate
-- severity: error
-- tolerance: 0
-- why: one of the two statements is shifted or stale

WITH long AS (
  SELECT report_id, 'fact_collateral' AS fact, group_code, statement_seq, measure, amount FROM (
    UNPIVOT (SELECT * EXCLUDE (collateral_description, actual_balance_as_of_date) FROM fact_collateral)
    ON COLUMNS(* EXCLUDE (report_id, group_code, statement_seq)) INTO NAME measure VALUE amount)
  UNION ALL
  SELECT report_id, 'fact_overcollateralization', group_code, statement_seq, measure, amount FROM (
    UNPIVOT fact_overcollateralization
    ON COLUMNS(* EXCLUDE (report_id, group_code, statement_seq)) INTO NAME measure VALUE amount)
)
SELECT a.report_id, a.group_code || '/' || b.statement_seq || '.' || a.measure AS scope_key, a.amount AS expected,
       b.amount AS actual, 0 AS tolerance,
       covers_each(a.fact, [concat_ws(' ', a.group_code, a.statement_seq), concat_ws(' ', b.group_code, b.statement_seq)],
                   a.measure) AS covers
FROM long AS a
JOIN long AS b USING (report_id, fact, group_code, measure)
WHERE a.statement_seq = 1 AND b.statement_seq > 1
