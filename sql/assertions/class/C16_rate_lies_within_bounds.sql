-- id: C16
-- title: Rate lies within bounds
-- kind: reconciliation
-- grain: report x class
-- unit: rate
-- severity: warn
-- tolerance: 0
-- why: a percentage taken for a fraction, a shifted column; inverse floaters do print high rates

SELECT f.report_id, d.class_name AS scope_key, 0 AS expected,
       CASE WHEN f.pass_through_rate BETWEEN 0 AND 0.25 THEN 0 ELSE f.pass_through_rate END AS actual,
       0 AS tolerance,
       CASE WHEN abs(f.pass_through_rate) > 1 THEN 'error' END AS severity
FROM fact_class_distribution AS f
JOIN dim_class AS d USING (class_id)
WHERE f.pass_through_rate IS NOT NULL
