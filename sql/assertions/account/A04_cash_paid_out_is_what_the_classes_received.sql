-- id: A04
-- title: Cash paid out is what the classes received
-- kind: reconciliation
-- grain: report
-- unit: money
-- severity: error
-- tolerance: 0.01
-- addends: members + 4
-- why: a residual face paid from outside the account, or holders without certificates

SELECT report_id, 'all' AS scope_key,
       cls_total AS expected,
       acct_distribution AS actual, 0.01 AS tolerance,
       covers_each('fact_class_distribution', upper, 'total_distribution') || covers_entry('fact_account', entries, 'DISTRIBUTION_INTEREST_AND_PRINCIPAL') AS covers,
       s.untold_total = 0 AS complete
FROM v_report_total
JOIN v_deal_member USING (report_id)
LEFT JOIN v_class_sum AS s USING (report_id)
WHERE acct_distribution IS NOT NULL
