-- id: C03
-- title: Principal is scheduled plus unscheduled
-- kind: reconciliation
-- grain: report x class
-- unit: money
-- severity: error
-- tolerance: 0.01
-- addends: 3
-- why: a third kind of principal has a column of its own
-- generated: from the identities of fact_class_distribution in transforms/facts; change it there
SELECT f.report_id, d.class_name AS scope_key, f.expected, f.actual, f.tolerance,
       covers('fact_class_distribution', f.class_id, ['scheduled_principal', 'unscheduled_principal', 'principal_distribution']) AS covers
FROM (
  SELECT report_id, class_id,
         scheduled_principal + unscheduled_principal AS expected,
         principal_distribution AS actual,
         0.01 AS tolerance
  FROM fact_class_distribution
  WHERE scheduled_principal IS NOT NULL AND unscheduled_principal IS NOT NULL
) AS f
JOIN dim_class AS d USING (class_id)
