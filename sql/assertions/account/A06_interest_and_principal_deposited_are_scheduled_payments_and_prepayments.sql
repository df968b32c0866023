-- id: A06
-- title: Interest and principal deposited are scheduled payments and prepayments
-- kind: reconciliation
-- grain: report
-- unit: money
-- severity: warn
-- tolerance: 0.01
-- why: advances or liquidations are booked in the line

SELECT report_id, 'all' AS scope_key,
       pool_pi + pool_unsched AS expected,
       acct_pi AS actual, 0.01 AS tolerance,
       covers_each('fact_collateral', pool, 'pi_constant') || covers_each('fact_collateral', pool, 'unscheduled_principal')
         || covers_entry('fact_account', entries, 'PAYMENTS_OF_INTEREST_AND_PRINCIPAL') AS covers
FROM v_report_total
JOIN v_deal_member USING (report_id)
WHERE acct_pi IS NOT NULL AND pool_pi IS NOT NULL
