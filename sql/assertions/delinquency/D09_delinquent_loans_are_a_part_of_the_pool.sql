-- id: D09
-- title: Delinquent loans are a part of the pool
-- kind: reconciliation
-- grain: report x group
-- unit: count
-- severity: error
-- tolerance: 0
-- why: the figures are of another group or date

SELECT d.report_id, d.group_code AS scope_key, 0 AS expected,
       (coalesce(d.loan_count > c.ending_loan_count, false)
         OR coalesce(d.balance > greatest(c.ending_scheduled_balance, c.ending_actual_balance), false))::INTEGER
         AS actual,
       0 AS tolerance
FROM fact_delinquency AS d
JOIN fact_collateral AS c
  ON c.report_id = d.report_id AND c.group_code = d.group_code AND c.statement_seq = 1
WHERE d.status = 'TOTAL' AND d.bucket = 'TOTAL'
