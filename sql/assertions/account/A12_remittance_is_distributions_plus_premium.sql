-- id: A12
-- title: Remittance is distributions plus premium
-- kind: reconciliation
-- grain: report
-- unit: money
-- severity: error
-- tolerance: 0.01
-- why: another party is paid

SELECT report_id, 'all' AS scope_key,
       cls_total + coalesce(insurer_premium, 0) AS expected,
       remittance_due AS actual, 0.01 AS tolerance
FROM v_deal_month_all
WHERE remittance_due IS NOT NULL
