-- id: A09
-- title: Total sources are principal and interest less withdrawals
-- kind: reconciliation
-- grain: report x account x group
-- unit: money
-- severity: error
-- tolerance: 0.005
-- addends: members + 4
-- why: a section was missed

SELECT report_id, concat_ws('/', account, group_code) AS scope_key,
       max(amount) FILTER (entry_code = 'TOTAL_PRINCIPAL') + max(amount) FILTER (entry_code = 'TOTAL_INTEREST')
         - coalesce(max(amount) FILTER (entry_code = 'PERMITTED_WITHDRAWALS'), 0) AS expected,
       max(amount) FILTER (entry_code = 'TOTAL_SOURCES') AS actual, 0.005 AS tolerance,
       covers_each('fact_account', list(concat_ws(' ', account, group_code, entry_type, entry_code))
                     FILTER (entry_code IN ('TOTAL_PRINCIPAL', 'TOTAL_INTEREST', 'PERMITTED_WITHDRAWALS', 'TOTAL_SOURCES')),
                   'amount') AS covers,
       count(*) FILTER (entry_code = 'PERMITTED_WITHDRAWALS') > 0 AS complete
FROM fact_account
GROUP BY report_id, account, group_code
HAVING count(*) FILTER (entry_code = 'TOTAL_SOURCES') > 0
