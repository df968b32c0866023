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
       remittance_due AS actual, 0.01 AS tolerance,
       covers_each('fact_class_distribution', upper, 'total_distribution') || covers_entry('fact_account', entries, 'TOTAL_REMITTANCE_DUE')
         || covers('fact_enhancement', 'INSURER_PREMIUM_PAID', ['amount']) AS covers,
       insurer_premium IS NOT NULL AND s.untold_total = 0 AS complete
FROM v_report_total
JOIN v_deal_member USING (report_id)
LEFT JOIN v_class_sum AS s USING (report_id)
WHERE remittance_due IS NOT NULL
