-- id: A07
-- title: Penalties deposited are the penalties of the pool
-- kind: reconciliation
-- grain: report
-- unit: money
-- severity: error
-- tolerance: 0.005
-- why: penalties are kept by the servicer

SELECT report_id, 'all' AS scope_key,
       pool_ppp AS expected,
       acct_ppp AS actual, 0.005 AS tolerance,
       covers_each('fact_collateral', pool, 'prepayment_penalties') || covers_entry('fact_account', entries, 'PREPAYMENT_PENALTIES') AS covers
FROM v_report_total
JOIN v_deal_member USING (report_id)
WHERE acct_ppp IS NOT NULL AND pool_ppp IS NOT NULL
