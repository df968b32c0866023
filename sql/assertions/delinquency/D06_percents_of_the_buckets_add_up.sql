-- id: D06
-- title: Percents of the buckets add up
-- kind: reconciliation
-- grain: report x group x status x measure
-- unit: rate
-- severity: info
-- tolerance: half a unit of the last printed digit for each figure added
-- why: each figure is rounded on its own

SELECT d.report_id, concat_ws(' ', d.group_code, d.status, 'loan_count_pct') AS scope_key,
       sum(d.loan_count_pct) FILTER (d.bucket <> 'TOTAL') AS expected,
       max(d.loan_count_pct) FILTER (d.bucket = 'TOTAL') AS actual,
       count(d.loan_count_pct) * 0.5 * power(10.0, -max(s.scale)) AS tolerance
FROM fact_delinquency AS d
LEFT JOIN v_printed_scale AS s
  ON s.report_id = d.report_id AND s.canonical_table = 'fact_delinquency'
  AND s.canonical_column = 'loan_count_pct'
GROUP BY d.report_id, d.group_code, d.status
HAVING count(d.loan_count_pct) FILTER (d.bucket = 'TOTAL') > 0
UNION ALL
SELECT d.report_id, concat_ws(' ', d.group_code, d.status, 'balance_pct'),
       sum(d.balance_pct) FILTER (d.bucket <> 'TOTAL'),
       max(d.balance_pct) FILTER (d.bucket = 'TOTAL'),
       count(d.balance_pct) * 0.5 * power(10.0, -max(s.scale))
FROM fact_delinquency AS d
LEFT JOIN v_printed_scale AS s
  ON s.report_id = d.report_id AND s.canonical_table = 'fact_delinquency'
  AND s.canonical_column = 'balance_pct'
GROUP BY d.report_id, d.group_code, d.status
HAVING count(d.balance_pct) FILTER (d.bucket = 'TOTAL') > 0
