-- id: E08
-- title: Classes bear the non-supported shortfall
-- kind: reconciliation
-- grain: report
-- unit: money
-- severity: error
-- tolerance: 0.01
-- addends: members + 4
-- why: the shortfall of the classes includes the Relief Act

-- The printed total is taken where there is one, else the classes are added.
SELECT s.report_id, 'all' AS scope_key, s.non_supported_shortfall AS expected,
       coalesce(t.non_supported_interest_shortfall, c.non_supported) AS actual, 0.01 AS tolerance,
       covers('fact_interest_shortfall', s.group_code, ['non_supported_shortfall'])
         || CASE WHEN t.non_supported_interest_shortfall IS NOT NULL
                 THEN covers('fact_class_total', t.scope, ['non_supported_interest_shortfall']) ELSE [] END AS covers
FROM fact_interest_shortfall AS s
LEFT JOIN fact_class_total AS t ON t.report_id = s.report_id AND t.scope = 'ALL'
LEFT JOIN v_class_sum AS c ON c.report_id = s.report_id
WHERE s.group_code = 'ALL' AND s.non_supported_shortfall IS NOT NULL
