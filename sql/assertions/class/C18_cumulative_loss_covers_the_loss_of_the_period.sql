-- id: C18
-- title: Cumulative loss covers the loss of the period
-- kind: reconciliation
-- grain: report x class
-- unit: money
-- severity: error
-- tolerance: 0.01, and 0.005 within one report
-- why: a restatement, or recoveries netted in one of the two; from the second month on the cumulative loss rolls

SELECT f.report_id, d.class_name AS scope_key, 0 AS expected,
       greatest(coalesce(f.realized_loss, 0) - f.cumulative_realized_loss, 0) AS actual,
       0.005 AS tolerance, [] AS covers
FROM fact_class_distribution AS f
JOIN dim_class AS d USING (class_id)
WHERE f.cumulative_realized_loss IS NOT NULL
UNION ALL
SELECT f.report_id, p.class_name || ' since the month before',
       p.cumulative_realized_loss + f.realized_loss, f.cumulative_realized_loss, 0.01,
       covers('fact_class_distribution', f.class_id, ['realized_loss', 'cumulative_realized_loss'])
FROM fact_class_distribution AS f
JOIN v_previous_class AS p USING (report_id, class_id)
WHERE p.cumulative_realized_loss IS NOT NULL AND f.realized_loss IS NOT NULL
  AND f.cumulative_realized_loss IS NOT NULL
