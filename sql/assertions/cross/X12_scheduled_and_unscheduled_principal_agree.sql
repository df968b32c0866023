-- id: X12
-- title: Scheduled and unscheduled principal agree
-- kind: reconciliation
-- grain: report x kind
-- unit: money
-- severity: info
-- tolerance: 0.01
-- why: the administrator books all principal in one of the two

SELECT report_id, 'scheduled' AS scope_key, pool_sched AS expected, cls_sched AS actual, 0.01 AS tolerance,
       covers_each('fact_collateral', pool, 'scheduled_principal') || covers_each('fact_class_distribution', upper, 'scheduled_principal') AS covers
FROM v_report_total
JOIN v_deal_member USING (report_id)
WHERE pool_sched IS NOT NULL AND cls_sched IS NOT NULL
UNION ALL
SELECT report_id, 'unscheduled', pool_unsched, cls_unsched, 0.01,
       covers_each('fact_collateral', pool, 'unscheduled_principal') || covers_each('fact_class_distribution', upper, 'unscheduled_principal')
FROM v_report_total
JOIN v_deal_member USING (report_id)
WHERE pool_unsched IS NOT NULL AND cls_unsched IS NOT NULL
