-- id: X09
-- title: Class interest is net pool interest plus penalties
-- kind: reconciliation
-- grain: report
-- unit: money
-- severity: error
-- tolerance: 0.01
-- why: flows of a hedge or reserve

SELECT m.report_id, 'all' AS scope_key,
       coalesce(m.coll_interest,
                m.pool_net_int + coalesce(m.pool_ppp, 0) - coalesce(s.non_supported_shortfall, 0)) AS expected,
       coalesce(m.low_int, m.cls_int) AS actual, 0.01 AS tolerance
FROM v_deal_month_all AS m
LEFT JOIN fact_interest_shortfall AS s ON s.report_id = m.report_id AND s.group_code = 'ALL'
WHERE coalesce(m.coll_interest, m.pool_net_int) IS NOT NULL
