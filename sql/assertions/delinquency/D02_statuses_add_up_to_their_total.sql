-- id: D02
-- title: Statuses add up to their total
-- kind: reconciliation
-- grain: report x group x bucket x measure
-- unit: money
-- severity: error
-- tolerance: 0.01; counts are exact
-- addends: members + 4
-- why: a loan is counted under two statuses

SELECT report_id, concat_ws(' ', group_code, bucket, measure) AS scope_key,
       sum(amount) FILTER (status <> 'TOTAL') AS expected,
       max(amount) FILTER (status = 'TOTAL') AS actual, CASE measure WHEN 'balance' THEN 0.01 ELSE 0 END AS tolerance,
       covers_each('fact_delinquency', list(concat_ws(' ', group_code, status, bucket)), measure) AS covers
FROM (UNPIVOT fact_delinquency ON loan_count, balance INTO NAME measure VALUE amount)
GROUP BY report_id, group_code, bucket, measure
HAVING count(*) FILTER (status = 'TOTAL') > 0
