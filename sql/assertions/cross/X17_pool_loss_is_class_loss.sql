-- id: X17
-- title: Pool loss is class loss
-- kind: reconciliation
-- grain: report
-- unit: money
-- severity: error
-- tolerance: 0.01
-- addends: members + 4
-- why: a loss that no class bears; one that overcollateralization may have borne is no error

SELECT report_id, 'all' AS scope_key, pool_loss AS expected, cls_loss AS actual, 0.01 AS tolerance,
       covers_each('fact_collateral', pool, 'realized_loss') || covers_each('fact_class_distribution', upper, 'realized_loss') AS covers,
       cls_loss >= pool_loss OR o.is_told AS complete,
       CASE WHEN oc_amount IS NOT NULL AND cls_loss < pool_loss THEN 'info' END AS severity
FROM v_report_total
JOIN v_deal_member USING (report_id)
LEFT JOIN v_oc_told AS o USING (report_id)
WHERE pool_loss IS NOT NULL AND cls_loss IS NOT NULL
