-- id: L01
-- title: Cumulative loss covers the loss of the period
-- kind: reconciliation
-- grain: report x group
-- unit: money
-- severity: error
-- tolerance: 0.01, and 0.005 within one report
-- why: a restatement, or recoveries; from the second month on the cumulative loss rolls

SELECT report_id, group_code || '/' || statement_seq AS scope_key, 0 AS expected,
       greatest(realized_loss - cumulative_realized_loss, 0) AS actual, 0.005 AS tolerance, [] AS covers
FROM fact_collateral
WHERE cumulative_realized_loss IS NOT NULL AND realized_loss IS NOT NULL
UNION ALL
SELECT f.report_id, f.group_code || '/' || f.statement_seq || ' since the month before',
       p.cumulative_realized_loss + f.realized_loss, f.cumulative_realized_loss, 0.01,
       covers('fact_collateral', concat_ws(' ', f.group_code, f.statement_seq), ['realized_loss', 'cumulative_realized_loss'])
FROM fact_collateral AS f
JOIN v_previous_pool AS p USING (report_id, group_code, statement_seq)
WHERE p.cumulative_realized_loss IS NOT NULL AND f.realized_loss IS NOT NULL
  AND f.cumulative_realized_loss IS NOT NULL
