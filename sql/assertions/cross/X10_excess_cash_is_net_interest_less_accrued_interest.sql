-- id: X10
-- title: Excess cash is net interest less accrued interest
-- kind: reconciliation
-- grain: report
-- unit: money
-- severity: warn
-- tolerance: 0.01
-- addends: members + 4
-- why: fees taken afterwards

SELECT report_id, 'all' AS scope_key,
       pool_net_int - cls_accrued AS expected,
       excess_cash AS actual, 0.01 AS tolerance,
       covers_each('fact_collateral', pool, 'net_interest') || covers_each('fact_class_distribution', upper, 'accrued_interest')
         || covers_each('fact_overcollateralization', oc, 'excess_cash_amount') AS covers,
       rated_accrued IS NOT NULL AS complete
FROM v_report_total
JOIN v_deal_member USING (report_id)
WHERE excess_cash IS NOT NULL AND pool_net_int IS NOT NULL
