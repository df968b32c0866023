-- id: A01
-- title: Total deposits add up
-- kind: reconciliation
-- grain: report x account
-- unit: money
-- severity: error
-- tolerance: 0.005
-- addends: members + 4
-- why: a line was missed

SELECT report_id, concat_ws('/', account, group_code) AS scope_key,
       sum(amount) FILTER (entry_type = 'DEPOSIT') AS expected,
       max(amount) FILTER (entry_type = 'TOTAL_DEPOSITS') AS actual, 0.005 AS tolerance,
       covers_each('fact_account', list(concat_ws(' ', account, group_code, entry_type, entry_code))
                     FILTER (entry_type IN ('DEPOSIT', 'TOTAL_DEPOSITS')), 'amount') AS covers
FROM fact_account
GROUP BY report_id, account, group_code
HAVING count(*) FILTER (entry_type = 'TOTAL_DEPOSITS') > 0
