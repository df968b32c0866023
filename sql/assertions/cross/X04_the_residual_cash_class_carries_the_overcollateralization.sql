-- id: X04
-- title: The residual-cash class carries the overcollateralization
-- kind: reconciliation
-- grain: report
-- unit: money
-- severity: warn
-- tolerance: 0.01
-- why: the class accretes unpaid interest beyond the overcollateralization

SELECT report_id, 'OC class' AS scope_key,
       oc_amount AS expected,
       occls_end AS actual, 0.01 AS tolerance,
       covers_each('fact_overcollateralization', oc, 'oc_amount') || covers_each('fact_class_distribution', residual_cash, 'ending_balance') AS covers
FROM v_report_total
JOIN v_deal_member USING (report_id)
WHERE occls_end IS NOT NULL AND oc_amount IS NOT NULL
