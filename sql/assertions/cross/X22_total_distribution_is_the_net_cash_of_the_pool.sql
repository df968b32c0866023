-- id: X22
-- title: Total distribution is the net cash of the pool
-- kind: reconciliation
-- grain: report
-- unit: money
-- severity: error
-- tolerance: 0.01
-- addends: members + 4
-- why: principal or interest from outside the pool

SELECT m.report_id, 'all' AS scope_key,
       m.pool_sched + m.pool_unsched + m.pool_net_int + coalesce(m.pool_ppp, 0)
         - coalesce(s.non_supported_shortfall, c.non_supported, 0) + coalesce(m.swap_net, 0) AS expected,
       m.cls_total AS actual, 0.01 AS tolerance,
       covers_each('fact_class_distribution', k.upper, 'total_distribution')
         || covers_each('fact_collateral', k.pool, 'scheduled_principal')
         || covers_each('fact_collateral', k.pool, 'unscheduled_principal')
         || covers_each('fact_collateral', k.pool, 'net_interest')
         || covers_each('fact_collateral', k.pool, 'prepayment_penalties')
         || CASE WHEN s.non_supported_shortfall IS NOT NULL
                 THEN covers('fact_interest_shortfall', 'ALL', ['non_supported_shortfall'])
                 ELSE covers_each('fact_class_distribution', k.upper, 'non_supported_interest_shortfall') END AS covers,
       -- Where no class takes what is left over, it is not printed where that goes.
       (m.occls_int IS NOT NULL OR o.is_none OR actual >= expected) AND c.untold_total = 0 AS complete
FROM v_report_total AS m
LEFT JOIN fact_interest_shortfall AS s ON s.report_id = m.report_id AND s.group_code = 'ALL'
-- A shortfall that no statement prints is what the classes bear.
LEFT JOIN v_class_sum AS c ON c.report_id = m.report_id
JOIN v_deal_member AS k ON k.report_id = m.report_id
LEFT JOIN v_oc_told AS o ON o.report_id = m.report_id
WHERE m.pool_net_int IS NOT NULL
