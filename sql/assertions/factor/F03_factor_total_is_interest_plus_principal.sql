-- id: F03
-- title: Factor total is interest plus principal
-- kind: reconciliation
-- grain: report x class
-- unit: rate
-- severity: error
-- tolerance: 2 * power(10.0, -printed_scale)
-- why: a factor stands in the wrong column
-- generated: from the identities of fact_class_factor in transforms/facts; change it there
SELECT f.report_id, d.class_name AS scope_key, f.expected, f.actual, f.tolerance,
       covers('fact_class_factor', f.class_id, ['principal_distribution', 'interest_distribution', 'total_distribution']) AS covers
FROM (
  SELECT report_id, class_id,
         interest_distribution + principal_distribution AS expected,
         total_distribution AS actual,
         2 * power(10.0, -printed_scale) AS tolerance
  FROM fact_class_factor
  WHERE total_distribution IS NOT NULL
) AS f
JOIN dim_class AS d USING (class_id)
