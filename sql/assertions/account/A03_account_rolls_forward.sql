-- id: A03
-- title: Account rolls forward
-- kind: reconciliation
-- grain: report x account
-- unit: money
-- severity: error
-- tolerance: 0.005
-- why: a line was missed, or a sign was lost

SELECT report_id, concat_ws('/', account, group_code) AS scope_key,
       max(amount) FILTER (entry_type = 'BEGINNING')
         + coalesce(max(amount) FILTER (entry_type = 'TOTAL_DEPOSITS'), sum(amount) FILTER (entry_type = 'DEPOSIT'))
         - coalesce(max(amount) FILTER (entry_type = 'TOTAL_WITHDRAWALS'),
                    sum(amount) FILTER (entry_type = 'WITHDRAWAL')) AS expected,
       max(amount) FILTER (entry_type = 'ENDING') AS actual, 0.005 AS tolerance,
       -- Beside a printed total its lines are not looked at.
       covers_each('fact_account', list(concat_ws(' ', account, group_code, entry_type, entry_code))
                     FILTER (entry_type IN ('BEGINNING', 'TOTAL_DEPOSITS', 'TOTAL_WITHDRAWALS', 'ENDING')), 'amount')
         || CASE WHEN count(*) FILTER (entry_type = 'TOTAL_DEPOSITS') = 0
                 THEN covers_each('fact_account', list(concat_ws(' ', account, group_code, entry_type, entry_code))
                        FILTER (entry_type = 'DEPOSIT'), 'amount') ELSE [] END
         || CASE WHEN count(*) FILTER (entry_type = 'TOTAL_WITHDRAWALS') = 0
                 THEN covers_each('fact_account', list(concat_ws(' ', account, group_code, entry_type, entry_code))
                        FILTER (entry_type = 'WITHDRAWAL'), 'amount') ELSE [] END AS covers
FROM fact_account
GROUP BY report_id, account, group_code
HAVING count(*) FILTER (entry_type = 'ENDING') > 0
