-- id: X06
-- title: Classes add up to the pool, beginning
-- kind: reconciliation
-- grain: report x tier
-- unit: money
-- severity: error
-- tolerance: 0.01
-- addends: members + 4
-- why: as ending; in the first period also the face of the residuals

-- Where no class stands for the overcollateralization, its opening amount is not printed: a tie says that there is none,
-- anything else says nothing.
SELECT report_id, 'upper tier beginning' AS scope_key,
       pool_beg AS expected, cls_beg AS actual, 0.01 AS tolerance,
       covers_each('fact_collateral', pool, 'beginning_scheduled_balance') || covers_each('fact_class_distribution', upper_money, 'beginning_balance') AS covers,
       occls_beg IS NOT NULL AND s.untold_beginning = 0 AS complete
FROM v_report_total
JOIN v_deal_member USING (report_id)
JOIN v_class_sum AS s USING (report_id)
WHERE pool_beg IS NOT NULL AND cls_beg IS NOT NULL
UNION ALL
SELECT report_id, 'lower tier beginning', pool_beg, low_beg, 0.01,
       covers_each('fact_collateral', pool, 'beginning_scheduled_balance') || covers_each('fact_class_distribution', lower, 'beginning_balance'),
       true
FROM v_report_total
JOIN v_deal_member USING (report_id)
WHERE pool_beg IS NOT NULL AND low_beg IS NOT NULL
