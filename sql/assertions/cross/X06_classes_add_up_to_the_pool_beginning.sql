-- id: X06
-- title: Classes add up to the pool, beginning
-- kind: reconciliation
-- grain: report x tier
-- unit: money
-- severity: error
-- tolerance: 0.01
-- why: as ending; in the first period also the face of the residuals

-- Where no class stands for the overcollateralization, its opening amount is not printed and nothing can be said.
SELECT report_id, 'upper tier beginning' AS scope_key,
       CASE WHEN occls_beg IS NOT NULL OR coalesce(oc_amount, 0) = 0 THEN pool_beg END AS expected,
       cls_beg AS actual, 0.01 AS tolerance,
       covers_each('fact_collateral', pool, 'beginning_scheduled_balance') || covers_each('fact_class_distribution', upper_money, 'beginning_balance') AS covers
FROM v_report_total
JOIN v_deal_member USING (report_id)
WHERE pool_beg IS NOT NULL AND cls_beg IS NOT NULL
UNION ALL
SELECT report_id, 'lower tier beginning', pool_beg, low_beg, 0.01,
       covers_each('fact_collateral', pool, 'beginning_scheduled_balance') || covers_each('fact_class_distribution', lower, 'beginning_balance')
FROM v_report_total
JOIN v_deal_member USING (report_id)
WHERE pool_beg IS NOT NULL AND low_beg IS NOT NULL
