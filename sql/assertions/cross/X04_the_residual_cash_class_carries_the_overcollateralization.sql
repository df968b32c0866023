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
       occls_end AS actual, 0.01 AS tolerance
FROM v_deal_month_all
WHERE occls_end IS NOT NULL AND oc_amount IS NOT NULL
