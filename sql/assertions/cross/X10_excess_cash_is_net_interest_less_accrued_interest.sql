-- id: X10
-- title: Excess cash is net interest less accrued interest
-- kind: reconciliation
-- grain: report
-- unit: money
-- severity: warn
-- tolerance: 0.01
-- why: fees taken afterwards

SELECT report_id, 'all' AS scope_key,
       pool_net_int - cls_accrued AS expected,
       excess_cash AS actual, 0.01 AS tolerance
FROM v_deal_month_all
WHERE excess_cash IS NOT NULL AND pool_net_int IS NOT NULL
