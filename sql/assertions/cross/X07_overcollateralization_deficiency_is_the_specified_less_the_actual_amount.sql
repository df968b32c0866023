-- id: X07
-- title: Overcollateralization deficiency is the specified less the actual amount
-- kind: reconciliation
-- grain: report x group
-- unit: money
-- severity: error
-- tolerance: 0.01
-- why: the deficiency was taken before the distribution

SELECT report_id, group_code || '/' || statement_seq AS scope_key,
       greatest(coalesce(specified_oc_amount, target_oc_amount) - oc_amount, 0) AS expected,
       oc_deficiency_amount AS actual, 0.01 AS tolerance
FROM fact_overcollateralization
WHERE oc_deficiency_amount IS NOT NULL AND oc_amount IS NOT NULL
  AND coalesce(specified_oc_amount, target_oc_amount) IS NOT NULL
