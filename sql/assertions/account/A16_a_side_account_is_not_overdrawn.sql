-- id: A16
-- title: A side account is not overdrawn
-- kind: reconciliation
-- grain: report x account
-- unit: money
-- severity: error
-- tolerance: 0
-- why: a withdrawal was booked twice, or a sign was lost

SELECT report_id, account_name AS scope_key, 0 AS expected, least(ending_balance, 0) AS actual, 0 AS tolerance
FROM fact_other_account
WHERE ending_balance IS NOT NULL
