-- id: F06
-- title: Every class has a factor row
-- kind: reconciliation
-- grain: report x remic
-- unit: count
-- severity: info
-- tolerance: 0
-- why: a residual was left out of the factor table

SELECT f.report_id, coalesce(d.remic, 'ALL') AS scope_key, count(*) AS expected, count(x.class_id) AS actual,
       0 AS tolerance
FROM fact_class_distribution AS f
JOIN dim_class AS d USING (class_id)
LEFT JOIN fact_class_factor AS x ON x.report_id = f.report_id AND x.class_id = f.class_id
WHERE EXISTS (FROM fact_class_factor AS any_factor WHERE any_factor.report_id = f.report_id)
GROUP BY f.report_id, coalesce(d.remic, 'ALL')
