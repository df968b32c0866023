-- id: C15
-- title: Residual class is retired
-- kind: reconciliation
-- grain: report x class
-- unit: money
-- severity: info
-- tolerance: 0.005
-- why: the residual keeps a face amount

SELECT f.report_id, d.class_name AS scope_key, 0 AS expected, f.ending_balance AS actual, 0.005 AS tolerance,
       covers('fact_class_distribution', f.class_id, ['ending_balance']) AS covers
FROM fact_class_distribution AS f
JOIN dim_class AS d USING (class_id)
WHERE d.is_residual AND f.ending_balance IS NOT NULL
