-- id: X05
-- title: Classes add up to the pool, ending
-- kind: reconciliation
-- grain: report x tier
-- unit: money
-- severity: error
-- tolerance: 0.01
-- addends: members + 4
-- why: a mistyped overcollateralization, or a residual-cash class above it

-- Overcollateralization that no class stands for is no class balance. Where none is printed, there may still be some.
SELECT report_id, 'upper tier ending' AS scope_key,
       pool_end - CASE WHEN occls_end IS NULL THEN coalesce(oc_amount, 0) ELSE 0 END AS expected,
       cls_end AS actual, 0.01 AS tolerance,
       covers_each('fact_collateral', pool, 'ending_scheduled_balance') || covers_each('fact_class_distribution', upper_money, 'ending_balance')
         || CASE WHEN occls_end IS NULL THEN covers_each('fact_overcollateralization', oc, 'oc_amount') ELSE [] END AS covers,
       (oc_amount IS NOT NULL OR occls_end IS NOT NULL) AND s.untold_ending = 0 AS complete
FROM v_report_total
JOIN v_deal_member USING (report_id)
JOIN v_class_sum AS s USING (report_id)
WHERE pool_end IS NOT NULL AND cls_end IS NOT NULL
UNION ALL
SELECT report_id, 'lower tier ending', pool_end, low_end, 0.01,
       covers_each('fact_collateral', pool, 'ending_scheduled_balance') || covers_each('fact_class_distribution', lower, 'ending_balance'),
       true
FROM v_report_total
JOIN v_deal_member USING (report_id)
WHERE pool_end IS NOT NULL AND low_end IS NOT NULL
