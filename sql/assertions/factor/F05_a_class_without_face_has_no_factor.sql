-- id: F05
-- title: A class without face has no factor
-- kind: reconciliation
-- grain: report x class
-- unit: count
-- severity: info
-- tolerance: 0
-- why: zero is printed where the factor is not defined, although the class has a balance

SELECT f.report_id, d.class_name AS scope_key, 0 AS expected,
       coalesce(f.original_face = 0 AND f.ending_balance > 0 AND x.ending_balance = 0, false)::INTEGER AS actual,
       0 AS tolerance
FROM fact_class_factor AS x
JOIN fact_class_distribution AS f USING (report_id, class_id)
JOIN dim_class AS d USING (class_id)
