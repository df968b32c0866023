-- id: A05
-- title: The fee taken from the account is the net servicing fee
-- kind: reconciliation
-- grain: report
-- unit: money
-- severity: error
-- tolerance: 0.005
-- why: a fee is taken elsewhere

SELECT report_id, 'all' AS scope_key,
       fee_net AS expected,
       acct_fee AS actual, 0.005 AS tolerance,
       covers_entry('fact_fee', fees, 'NET_SERVICING_FEE') || covers_entry('fact_account', entries, 'SERVICE_FEE') AS covers
FROM v_report_total
JOIN v_deal_member USING (report_id)
WHERE acct_fee IS NOT NULL AND fee_net IS NOT NULL
