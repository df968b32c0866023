-- id: X17
-- title: Pool loss is class loss
-- kind: reconciliation
-- grain: report
-- unit: money
-- severity: error
-- tolerance: 0.01
-- why: a loss that no class bears; one that overcollateralization may have borne is no error

SELECT report_id, 'all' AS scope_key, pool_loss AS expected, cls_loss AS actual, 0.01 AS tolerance,
       CASE WHEN oc_amount IS NOT NULL AND cls_loss < pool_loss THEN 'info' END AS severity
FROM v_deal_month_all
WHERE pool_loss IS NOT NULL AND cls_loss IS NOT NULL
