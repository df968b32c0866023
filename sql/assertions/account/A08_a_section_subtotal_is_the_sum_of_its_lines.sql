-- id: A08
-- title: A section subtotal is the sum of its lines
-- kind: reconciliation
-- grain: report x account x group x section
-- unit: money
-- severity: error
-- tolerance: 0.005
-- addends: members + 4
-- why: a line was missed, or the sign of a deduction was dropped

SELECT a.report_id, concat_ws('/', a.group_code, a.section, a.entry_code) AS scope_key, s.amount AS expected,
       a.amount AS actual, 0.005 AS tolerance,
       covers_each('fact_account', list_append(s.members, concat_ws(' ', a.account, a.group_code, a.entry_type, a.entry_code)),
                   'amount') AS covers
FROM fact_account AS a
JOIN (
  SELECT report_id, account, group_code, section, sum(amount) AS amount,
         list(concat_ws(' ', account, group_code, entry_type, entry_code)) AS members
  FROM fact_account WHERE entry_type = 'SOURCE' GROUP BY ALL
) AS s USING (report_id, account, group_code, section)
WHERE a.entry_type = 'SUBTOTAL'
