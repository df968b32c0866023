-- id: A15
-- title: An account opens with its last closing balance
-- kind: reconciliation
-- grain: report x account
-- unit: money
-- severity: error
-- tolerance: 0.01
-- why: a movement between two periods that no report shows

SELECT f.report_id, concat_ws(' ', f.account, f.group_code) AS scope_key, p.amount AS expected, f.amount AS actual,
       0.01 AS tolerance,
       covers('fact_account', concat_ws(' ', f.account, f.group_code, f.entry_type, f.entry_code), ['amount']) AS covers
FROM v_previous_report AS v
JOIN fact_account AS f ON f.report_id = v.report_id AND f.entry_type = 'BEGINNING'
JOIN fact_account AS p
  ON p.report_id = v.previous_report_id AND p.account = f.account AND p.group_code = f.group_code
  AND p.entry_type = 'ENDING'
UNION ALL
SELECT f.report_id, f.account_name, p.ending_balance, f.beginning_balance, 0.01,
       covers('fact_other_account', f.account_name, ['beginning_balance'])
FROM v_previous_report AS v
JOIN fact_other_account AS f USING (report_id)
JOIN fact_other_account AS p ON p.report_id = v.previous_report_id AND p.account_name = f.account_name
