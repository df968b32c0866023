-- id: F04
-- title: Factor fits its field
-- kind: reconciliation
-- grain: report x class
-- unit: count
-- severity: warn
-- tolerance: 0
-- why: the printed field holds nine digits before the point and keeps only the low ones: never fill dollars from such
--   a factor

SELECT f.report_id, d.class_name AS scope_key, 0 AS expected,
       (greatest(abs(f.interest_distribution), abs(f.principal_distribution), abs(f.total_distribution))::DOUBLE
         / f.original_face::DOUBLE * x.denomination::DOUBLE >= 1e9)::INTEGER AS actual,
       0 AS tolerance
FROM fact_class_factor AS x
JOIN fact_class_distribution AS f USING (report_id, class_id)
JOIN dim_class AS d USING (class_id)
WHERE f.original_face > 0
