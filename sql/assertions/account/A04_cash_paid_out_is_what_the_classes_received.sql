-- id: A04
-- title: Cash paid out is what the classes received
-- kind: reconciliation
-- grain: report
-- unit: money
-- severity: error
-- tolerance: 0.01
-- why: a residual face paid from outside the account, or holders without certificates

SELECT report_id, 'all' AS scope_key,
       cls_total AS expected,
       acct_distribution AS actual, 0.01 AS tolerance
FROM v_deal_month_all
WHERE acct_distribution IS NOT NULL
