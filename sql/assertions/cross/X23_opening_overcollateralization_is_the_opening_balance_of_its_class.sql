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
       occls_beg AS actual, 0.01 AS tolerance,
       covers_each('fact_collateral', pool, 'beginning_scheduled_balance') || covers_each('fact_class_distribution', rated, 'beginning_balance')
         || covers_each('fact_class_distribution', residual_cash, 'beginning_balance') AS covers,
       s.untold_beginning = 0 AS complete
FROM v_report_total
JOIN v_deal_member USING (report_id)
LEFT JOIN v_class_sum AS s USING (report_id)
WHERE occls_beg IS NOT NULL AND pool_beg IS NOT NULL
