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
       occls_accretion AS actual, 0.01 AS tolerance,
       covers_each('fact_overcollateralization', oc, 'extra_principal_distribution_amount') || covers_each('fact_class_distribution', residual_cash, 'accretion') AS covers
FROM v_report_total
JOIN v_deal_member USING (report_id)
WHERE occls_accretion <> 0
