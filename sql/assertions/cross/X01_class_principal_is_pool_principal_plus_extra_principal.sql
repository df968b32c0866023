-- id: X01
-- title: Class principal is pool principal plus extra principal
-- kind: reconciliation
-- grain: report
-- unit: money
-- severity: error
-- tolerance: 0.01
-- why: a residual face paid from a closing deposit, a turbo, prefunding

SELECT report_id, 'all' AS scope_key,
       coalesce(coll_principal, pool_sched + pool_unsched) + coalesce(extra_principal, 0) AS expected,
       cls_prin AS actual, 0.01 AS tolerance
FROM v_deal_month_all
WHERE coalesce(coll_principal, pool_sched) IS NOT NULL
