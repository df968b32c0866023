-- id: X13
-- title: Notional amount is the pool balance
-- kind: reconciliation
-- grain: report x side
-- unit: money
-- severity: warn
-- tolerance: 0.01
-- why: the pool balance is printed from the certificates

SELECT report_id, 'beginning' AS scope_key, pool_beg AS expected, occls_beg_notional AS actual, 0.01 AS tolerance,
       covers_each('fact_collateral', pool, 'beginning_scheduled_balance') || covers_each('fact_class_distribution', residual_cash, 'beginning_notional') AS covers
FROM v_report_total
JOIN v_deal_member USING (report_id)
WHERE pool_beg IS NOT NULL AND occls_beg_notional IS NOT NULL
UNION ALL
SELECT report_id, 'ending', pool_end, occls_end_notional, 0.01,
       covers_each('fact_collateral', pool, 'ending_scheduled_balance') || covers_each('fact_class_distribution', residual_cash, 'ending_notional')
FROM v_report_total
JOIN v_deal_member USING (report_id)
WHERE pool_end IS NOT NULL AND occls_end_notional IS NOT NULL
