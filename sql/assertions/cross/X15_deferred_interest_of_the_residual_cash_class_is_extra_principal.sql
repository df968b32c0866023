-- id: X15
-- title: Deferred interest of the residual-cash class is extra principal
-- kind: reconciliation
-- grain: report
-- unit: money
-- severity: warn
-- tolerance: 0.01
-- why: the class also accretes interest that was not turned into principal

SELECT report_id, 'OC class' AS scope_key,
       extra_principal AS expected,
       occls_accretion AS actual, 0.01 AS tolerance
FROM v_deal_month_all
WHERE occls_accretion <> 0
