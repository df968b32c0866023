-- id: X23
-- title: Opening overcollateralization is the opening balance of its class
-- kind: reconciliation
-- grain: report
-- unit: money
-- severity: warn
-- tolerance: 0.01
-- why: the class carries deferred interest since earlier months

SELECT report_id, 'prior' AS scope_key,
       pool_beg - rated_beg AS expected,
       occls_beg AS actual, 0.01 AS tolerance
FROM v_deal_month_all
WHERE occls_beg IS NOT NULL AND pool_beg IS NOT NULL
