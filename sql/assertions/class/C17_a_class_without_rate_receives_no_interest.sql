-- id: C17
-- title: A class without rate receives no interest
-- kind: reconciliation
-- grain: report x class
-- unit: money
-- severity: info
-- tolerance: 0.005
-- why: the class is paid from excess cash or penalties

SELECT f.report_id, d.class_name AS scope_key, 0 AS expected, f.interest_distribution AS actual, 0.005 AS tolerance,
       covers('fact_class_distribution', f.class_id, ['interest_distribution']) AS covers
FROM fact_class_distribution AS f
JOIN dim_class AS d USING (class_id)
WHERE f.pass_through_rate = 0 AND f.interest_distribution IS NOT NULL
