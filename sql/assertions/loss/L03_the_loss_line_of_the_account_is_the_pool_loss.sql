-- id: L03
-- title: The loss line of the account is the pool loss
-- kind: reconciliation
-- grain: report
-- unit: money
-- severity: warn
-- tolerance: 0.01
-- why: later expenses or recoveries are booked in the line

SELECT report_id, 'all' AS scope_key, pool_loss AS expected, acct_loss AS actual, 0.01 AS tolerance,
       covers_each('fact_collateral', pool, 'realized_loss') || covers_entry('fact_account', entries, 'REALIZED_LOSS_GAIN') AS covers
FROM v_report_total
JOIN v_deal_member USING (report_id)
WHERE acct_loss IS NOT NULL AND pool_loss IS NOT NULL
