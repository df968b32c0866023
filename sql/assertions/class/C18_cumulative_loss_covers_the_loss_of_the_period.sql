-- id: C18
-- title: Cumulative loss covers the loss of the period
-- kind: reconciliation
-- grain: report x class
-- unit: money
-- severity: error
-- tolerance: 0.005
-- why: a restatement, or recoveries netted in one of the two

SELECT f.report_id, d.class_name AS scope_key, 0 AS expected,
       greatest(coalesce(f.realized_loss, 0) - f.cumulative_realized_loss, 0) AS actual,
       0.005 AS tolerance
FROM fact_class_distribution AS f
JOIN dim_class AS d USING (class_id)
WHERE f.cumulative_realized_loss IS NOT NULL
