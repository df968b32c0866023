-- id: D07
-- title: Percents of the statuses add up
-- kind: reconciliation
-- grain: report x group x bucket x measure
-- unit: rate
-- severity: info
-- tolerance: half a unit of the last printed digit for each figure added
-- why: each figure is rounded on its own

SELECT d.report_id, concat_ws(' ', d.group_code, d.bucket, d.measure) AS scope_key,
       sum(d.share) FILTER (d.status <> 'TOTAL') AS expected,
       max(d.share) FILTER (d.status = 'TOTAL') AS actual,
       count(*) * 0.5 * power(10.0, -max(s.scale)) AS tolerance,
       covers_each('fact_delinquency', list(concat_ws(' ', d.group_code, d.status, d.bucket)), d.measure) AS covers
FROM (UNPIVOT fact_delinquency ON loan_count_pct, balance_pct INTO NAME measure VALUE share) AS d
LEFT JOIN v_printed_scale AS s
  ON s.report_id = d.report_id AND s.canonical_table = 'fact_delinquency' AND s.canonical_column = d.measure
GROUP BY d.report_id, d.group_code, d.bucket, d.measure
HAVING count(*) FILTER (d.status = 'TOTAL') > 0
