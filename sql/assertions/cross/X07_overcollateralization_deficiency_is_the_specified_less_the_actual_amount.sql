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
       oc_deficiency_amount AS actual, 0.01 AS tolerance,
       -- Without a deficiency the two amounts may be anything.
       covers('fact_overcollateralization', concat_ws(' ', group_code, statement_seq),
              CASE WHEN oc_deficiency_amount > 0
                   THEN ['oc_deficiency_amount', 'oc_amount', CASE WHEN specified_oc_amount IS NULL THEN 'target_oc_amount'
                                                                   ELSE 'specified_oc_amount' END]
                   ELSE ['oc_deficiency_amount'] END) AS covers
FROM fact_overcollateralization
WHERE oc_deficiency_amount IS NOT NULL AND oc_amount IS NOT NULL
  AND coalesce(specified_oc_amount, target_oc_amount) IS NOT NULL
