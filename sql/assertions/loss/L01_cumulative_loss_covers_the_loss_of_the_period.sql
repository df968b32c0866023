-- id: L01
-- title: Cumulative loss covers the loss of the period
-- kind: reconciliation
-- grain: report x group
-- unit: money
-- severity: error
-- tolerance: 0.005
-- why: a restatement, or recoveries

SELECT report_id, group_code || '/' || statement_seq AS scope_key, 0 AS expected,
       greatest(realized_loss - cumulative_realized_loss, 0) AS actual, 0.005 AS tolerance
FROM fact_collateral
WHERE cumulative_realized_loss IS NOT NULL AND realized_loss IS NOT NULL
