-- id: C14
-- title: Balance lies between zero and face
-- kind: reconciliation
-- grain: report x class
-- unit: money
-- severity: warn
-- tolerance: 0.005
-- why: an accrual or residual-cash class may grow beyond its face; any other is in the wrong column

SELECT f.report_id, d.class_name AS scope_key, 0 AS expected,
       greatest(f.ending_balance - f.original_face, 0) + greatest(-f.ending_balance, 0) AS actual,
       0.005 AS tolerance,
       CASE WHEN d.class_type IN ('ACCRUAL', 'OC_RESIDUAL_CASH') THEN 'info' END AS severity
FROM fact_class_distribution AS f
JOIN dim_class AS d USING (class_id)
WHERE f.ending_balance IS NOT NULL AND f.original_face IS NOT NULL
