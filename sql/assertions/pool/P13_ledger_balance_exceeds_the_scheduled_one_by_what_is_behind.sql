-- id: P13
-- title: Ledger balance exceeds the scheduled one by what is behind
-- kind: reconciliation
-- grain: report x group
-- unit: count
-- severity: info
-- tolerance: 0
-- why: payments ahead of schedule

-- Where no delinquency is printed, only a ledger balance below the scheduled one says something.
SELECT c.report_id, c.group_code || '/' || c.statement_seq AS scope_key, 1 AS expected,
       (c.ending_actual_balance - c.ending_scheduled_balance
         BETWEEN 0 AND d.balance::DOUBLE)::INTEGER AS actual,
       0 AS tolerance
FROM fact_collateral AS c
LEFT JOIN fact_delinquency AS d
  ON d.report_id = c.report_id AND d.group_code = c.group_code AND d.status = 'TOTAL' AND d.bucket = 'TOTAL'
WHERE c.ending_actual_balance IS NOT NULL AND c.ending_scheduled_balance IS NOT NULL
