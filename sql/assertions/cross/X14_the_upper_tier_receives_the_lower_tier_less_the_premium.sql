-- id: X14
-- title: The upper tier receives the lower tier less the premium
-- kind: reconciliation
-- grain: report
-- unit: money
-- severity: error
-- tolerance: 0.01
-- addends: members + 4
-- why: cash leaks between the tiers

-- What the collections lose before they reach the lower tier was paid there.
SELECT report_id, 'total' AS scope_key,
       insurer_premium - coalesce(total_sources - low_total, 0) AS expected,
       low_total - cls_total AS actual, 0.01 AS tolerance,
       covers_each('fact_class_distribution', lower, 'total_distribution') || covers_each('fact_class_distribution', upper, 'total_distribution')
         || covers('fact_enhancement', 'INSURER_PREMIUM_PAID', ['amount']) || covers_entry('fact_account', entries, 'TOTAL_SOURCES') AS covers,
       s.untold_total = 0 AS complete
FROM v_report_total
JOIN v_deal_member USING (report_id)
LEFT JOIN v_class_sum AS s USING (report_id)
WHERE low_total IS NOT NULL AND insurer_premium IS NOT NULL
