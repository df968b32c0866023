-- id: X01
-- title: Class principal is pool principal plus extra principal
-- kind: reconciliation
-- grain: report
-- unit: money
-- severity: error
-- tolerance: 0.01
-- addends: members + 4
-- why: a residual face paid from a closing deposit, a turbo, prefunding

-- What one class accretes is paid to others as principal. Extra principal that is not printed is none only where there is
-- no overcollateralization.
SELECT m.report_id, 'all' AS scope_key,
       coalesce(m.coll_principal, m.pool_sched + m.pool_unsched) + coalesce(m.extra_principal, 0)
         + coalesce(s.accreted, 0) AS expected,
       m.cls_prin AS actual, 0.01 AS tolerance,
       covers_each('fact_class_distribution', k.upper, 'principal_distribution')
         || CASE WHEN m.coll_principal IS NOT NULL THEN covers_entry('fact_account', k.entries, 'TOTAL_PRINCIPAL')
                 ELSE covers_each('fact_collateral', k.pool, 'scheduled_principal')
                      || covers_each('fact_collateral', k.pool, 'unscheduled_principal') END
         || covers_each('fact_overcollateralization', k.oc, 'extra_principal_distribution_amount') AS covers,
       (m.extra_principal IS NOT NULL OR o.is_none) AND s.untold_principal = 0 AS complete
FROM v_report_total AS m
LEFT JOIN v_class_sum AS s USING (report_id)
JOIN v_deal_member AS k USING (report_id)
LEFT JOIN v_oc_told AS o USING (report_id)
WHERE coalesce(m.coll_principal, m.pool_sched) IS NOT NULL
