-- id: A08
-- title: A section subtotal is the sum of its lines
-- kind: reconciliation
-- grain: report x account x group x section
-- unit: money
-- severity: error
-- tolerance: 0.005
-- why: a line was missed, or the sign of a deduction was dropped

SELECT a.report_id, concat_ws('/', a.group_code, a.section, a.entry_code) AS scope_key, s.amount AS expected,
       a.amount AS actual, 0.005 AS tolerance
FROM fact_account AS a
JOIN (
  SELECT report_id, account, group_code, section, sum(amount) AS amount
  FROM fact_account WHERE entry_type = 'SOURCE' GROUP BY ALL
) AS s USING (report_id, account, group_code, section)
WHERE a.entry_type = 'SUBTOTAL'
