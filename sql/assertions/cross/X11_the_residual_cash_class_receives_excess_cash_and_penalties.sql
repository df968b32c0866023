-- id: X11
-- title: The residual-cash class receives excess cash and penalties
-- kind: reconciliation
-- grain: report
-- unit: money
-- severity: warn
-- tolerance: 0.01
-- why: cash went to extra principal, or stays in the trust

SELECT report_id, 'OC class' AS scope_key,
       excess_cash + coalesce(pool_ppp, 0) AS expected,
       occls_int AS actual, 0.01 AS tolerance
FROM v_deal_month_all
WHERE excess_cash IS NOT NULL AND occls_int IS NOT NULL
