-- id: C02
-- title: Total distribution is interest plus principal
-- kind: reconciliation
-- grain: report x class
-- unit: money
-- severity: error
-- tolerance: 0.01
-- addends: 4
-- why: a premium or carry-over was paid that stands in neither column
-- generated: from the identities of fact_class_distribution in transforms/facts; change it there
SELECT f.report_id, d.class_name AS scope_key, f.expected, f.actual, f.tolerance,
       covers('fact_class_distribution', f.class_id, ['interest_distribution', 'principal_distribution', 'total_distribution', 'prepayment_premium']) AS covers
FROM (
  SELECT report_id, class_id,
         interest_distribution + principal_distribution + coalesce(prepayment_premium, 0) AS expected,
         total_distribution AS actual,
         0.01 AS tolerance
  FROM fact_class_distribution
  WHERE total_distribution IS NOT NULL
) AS f
JOIN dim_class AS d USING (class_id)
