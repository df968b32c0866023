-- id: A10
-- title: Group columns of an account add up
-- kind: reconciliation
-- grain: report x line
-- unit: money
-- severity: error
-- tolerance: 0.005
-- vetoes: yes
-- addends: members + 4
-- why: a column is shifted

SELECT report_id, concat_ws('/', account, entry_type, entry_code) AS scope_key,
       sum(amount) FILTER (group_code <> 'ALL') AS expected, max(amount) FILTER (group_code = 'ALL') AS actual,
       0.005 AS tolerance,
       covers_each('fact_account', list(concat_ws(' ', account, group_code, entry_type, entry_code)), 'amount') AS covers,
       count(*) FILTER (group_code <> 'ALL') = any_value(n) AS complete
FROM fact_account
JOIN (
  SELECT report_id, account, count(DISTINCT group_code) FILTER (group_code <> 'ALL') AS n
  FROM fact_account GROUP BY ALL
) USING (report_id, account)
GROUP BY report_id, account, entry_type, entry_code
HAVING count(*) FILTER (group_code <> 'ALL') > 0 AND count(*) FILTER (group_code = 'ALL') > 0
