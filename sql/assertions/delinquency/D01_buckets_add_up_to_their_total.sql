-- id: D01
-- title: Buckets add up to their total
-- kind: reconciliation
-- grain: report x group x status x measure
-- unit: money
-- severity: error
-- tolerance: 0.005 dollars; counts are exact
-- why: a row was lost, or buckets overlap

SELECT report_id, concat_ws(' ', group_code, status, 'loan_count') AS scope_key,
       sum(loan_count) FILTER (bucket <> 'TOTAL') AS expected,
       max(loan_count) FILTER (bucket = 'TOTAL') AS actual, 0.005 AS tolerance
FROM fact_delinquency
GROUP BY report_id, group_code, status
HAVING count(loan_count) FILTER (bucket = 'TOTAL') > 0
UNION ALL
SELECT report_id, concat_ws(' ', group_code, status, 'balance'),
       sum(balance) FILTER (bucket <> 'TOTAL'),
       max(balance) FILTER (bucket = 'TOTAL'), 0.005
FROM fact_delinquency
GROUP BY report_id, group_code, status
HAVING count(balance) FILTER (bucket = 'TOTAL') > 0
