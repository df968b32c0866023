-- id: A14
-- title: Side account roll-forward
-- kind: reconciliation
-- grain: report x account
-- unit: money
-- severity: error
-- tolerance: 0.005
-- addends: 4
-- why: interest earned on the account is not shown
-- generated: from the identities of fact_other_account in transforms/facts; change it there
SELECT report_id, concat_ws('/', account_name) AS scope_key, expected, actual, tolerance,
       covers('fact_other_account', concat_ws(' ', account_name), ['beginning_balance', 'withdrawals', 'deposits', 'ending_balance']) AS covers
FROM (
  SELECT report_id, account_name,
         beginning_balance - withdrawals + deposits AS expected,
         ending_balance AS actual,
         0.005 AS tolerance
  FROM fact_other_account
  WHERE ending_balance IS NOT NULL
) AS f
