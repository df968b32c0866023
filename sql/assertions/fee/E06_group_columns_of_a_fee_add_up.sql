-- id: E06
-- title: Group columns of a fee add up
-- kind: reconciliation
-- grain: report x line
-- unit: money
-- severity: error
-- tolerance: 0.005
-- vetoes: yes
-- addends: members + 4
-- why: a column is shifted

SELECT report_id, concat_ws('/', statement, fee_code) AS scope_key,
       sum(amount) FILTER (group_code <> 'ALL') AS expected, max(amount) FILTER (group_code = 'ALL') AS actual,
       0.005 AS tolerance,
       covers_each('fact_fee', list(concat_ws(' ', group_code, statement, fee_code)), 'amount') AS covers,
       count(*) FILTER (group_code <> 'ALL') = any_value(n) AS complete
FROM fact_fee
JOIN (
  SELECT report_id, statement, count(DISTINCT group_code) FILTER (group_code <> 'ALL') AS n
  FROM fact_fee GROUP BY ALL
) USING (report_id, statement)
GROUP BY report_id, statement, fee_code
HAVING count(*) FILTER (group_code <> 'ALL') > 0 AND count(*) FILTER (group_code = 'ALL') > 0
