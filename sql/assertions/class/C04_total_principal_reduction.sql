-- id: C04
-- title: Total principal reduction
-- kind: reconciliation
-- grain: report x class
-- unit: money
-- severity: error
-- tolerance: 0.01
-- addends: 4
-- why: accretion is shown elsewhere
-- generated: from the identities of fact_class_distribution in transforms/facts; change it there
SELECT f.report_id, d.class_name AS scope_key, f.expected, f.actual, f.tolerance,
       covers('fact_class_distribution', f.class_id, ['principal_distribution', 'accretion', 'realized_loss', 'total_principal_reduction']) AS covers
FROM (
  SELECT report_id, class_id,
         principal_distribution + coalesce(realized_loss, 0) - coalesce(accretion, 0) AS expected,
         total_principal_reduction AS actual,
         0.01 AS tolerance
  FROM fact_class_distribution
  WHERE total_principal_reduction IS NOT NULL
) AS f
JOIN dim_class AS d USING (class_id)
