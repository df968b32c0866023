-- id: D02
-- title: Statuses add up to their total
-- kind: reconciliation
-- grain: report x group x bucket x measure
-- unit: money
-- severity: error
-- tolerance: 0.005 dollars; counts are exact
-- why: a loan is counted under two statuses

SELECT report_id, concat_ws(' ', group_code, bucket, 'loan_count') AS scope_key,
       sum(loan_count) FILTER (status <> 'TOTAL') AS expected,
       max(loan_count) FILTER (status = 'TOTAL') AS actual, 0.005 AS tolerance
FROM fact_delinquency
GROUP BY report_id, group_code, bucket
HAVING count(loan_count) FILTER (status = 'TOTAL') > 0
UNION ALL
SELECT report_id, concat_ws(' ', group_code, bucket, 'balance'),
       sum(balance) FILTER (status <> 'TOTAL'),
       max(balance) FILTER (status = 'TOTAL'), 0.005
FROM fact_delinquency
GROUP BY report_id, group_code, bucket
HAVING count(balance) FILTER (status = 'TOTAL') > 0
