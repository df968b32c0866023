-- id: P16
-- title: The pool opens with its last closing balance
-- kind: reconciliation
-- grain: report x group x measure
-- unit: money
-- severity: error
-- tolerance: 0.01
-- why: a restated month, loans bought in between, or a report with the date of another month

WITH pair AS (
  SELECT f.*, p.ending_scheduled_balance AS closed_at, p.ending_loan_count AS closed_with
  FROM fact_collateral AS f
  JOIN v_previous_pool AS p USING (report_id, group_code, statement_seq)
)
SELECT report_id, group_code || '/' || statement_seq || ' balance' AS scope_key, closed_at AS expected,
       beginning_scheduled_balance AS actual, 0.01 AS tolerance,
       covers('fact_collateral', concat_ws(' ', group_code, statement_seq), ['beginning_scheduled_balance']) AS covers
FROM pair
WHERE beginning_scheduled_balance IS NOT NULL
UNION ALL
SELECT report_id, group_code || '/' || statement_seq || ' loans', closed_with, beginning_loan_count, 0,
       covers('fact_collateral', concat_ws(' ', group_code, statement_seq), ['beginning_loan_count'])
FROM pair
WHERE beginning_loan_count IS NOT NULL
