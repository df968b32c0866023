-- id: C13
-- title: A balance grows only by accretion or write-up
-- kind: reconciliation
-- grain: report x class
-- unit: money
-- severity: warn
-- tolerance: 0.005
-- why: a write-up from recoveries, or a value in the wrong column

SELECT f.report_id, d.class_name AS scope_key, 0 AS expected,
       greatest(f.ending_balance - f.beginning_balance - coalesce(f.accretion, 0)
         - coalesce(f.subsequent_recovery, 0) - greatest(-coalesce(f.realized_loss, 0), 0), 0) AS actual,
       0.005 AS tolerance
FROM fact_class_distribution AS f
JOIN dim_class AS d USING (class_id)
WHERE f.ending_balance IS NOT NULL AND f.beginning_balance IS NOT NULL
