-- id: D01
-- title: Buckets add up to their total
-- kind: reconciliation
-- grain: report x group x status x measure
-- unit: money
-- severity: error
-- tolerance: 0.01; counts are exact
-- addends: members + 4
-- why: a row was lost, or buckets overlap

SELECT report_id, concat_ws(' ', group_code, status, measure) AS scope_key,
       sum(amount) FILTER (bucket <> 'TOTAL') AS expected,
       max(amount) FILTER (bucket = 'TOTAL') AS actual, CASE measure WHEN 'balance' THEN 0.01 ELSE 0 END AS tolerance,
       covers_each('fact_delinquency', list(concat_ws(' ', group_code, status, bucket)), measure) AS covers
FROM (UNPIVOT fact_delinquency ON loan_count, balance INTO NAME measure VALUE amount)
GROUP BY report_id, group_code, status, measure
HAVING count(*) FILTER (bucket = 'TOTAL') > 0
