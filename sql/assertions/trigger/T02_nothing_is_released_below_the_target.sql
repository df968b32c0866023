-- id: T02
-- title: Nothing is released below the target
-- kind: reconciliation
-- grain: report x group
-- unit: count
-- severity: warn
-- tolerance: 0
-- why: cash left the deal although the overcollateralization is short

-- Where no release is printed, extra principal shows that cash stayed in.
SELECT report_id, group_code || '/' || statement_seq AS scope_key, 1 AS expected,
       (CASE WHEN oc_reduction_amount IS NOT NULL THEN oc_reduction_amount <= 0
             ELSE nullif(extra_principal_distribution_amount > 0, false) END)::INTEGER AS actual,
       0 AS tolerance
FROM fact_overcollateralization
WHERE oc_amount < coalesce(target_oc_amount, specified_oc_amount)
