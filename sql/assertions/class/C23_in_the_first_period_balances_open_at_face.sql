-- id: C23
-- title: In the first period balances open at face
-- kind: reconciliation
-- grain: report
-- unit: count
-- severity: info
-- tolerance: 0
-- why: classifies: where the period is not known, a breach says that this is not the first distribution

SELECT f.report_id, count(*) || ' classes' AS scope_key, count(*) AS expected,
       count(*) FILTER (f.beginning_balance = f.original_face) AS actual, 0 AS tolerance
FROM fact_class_distribution AS f
JOIN report AS r USING (report_id)
WHERE f.original_face > 0 AND coalesce(r.period_no, 1) = 1
GROUP BY f.report_id
