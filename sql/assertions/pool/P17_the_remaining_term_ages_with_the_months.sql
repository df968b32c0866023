-- id: P17
-- title: The remaining term ages with the months
-- kind: reconciliation
-- grain: report x group
-- unit: count
-- severity: info
-- tolerance: 0
-- why: many loans were paid off or modified, or the term was read from another line

SELECT f.report_id, f.group_code || '/' || f.statement_seq AS scope_key, 0 AS expected,
       (f.wam_months - p.wam_months NOT BETWEEN -3 AND 1)::INTEGER AS actual, 0 AS tolerance
FROM fact_collateral AS f
JOIN v_previous_pool AS p USING (report_id, group_code, statement_seq)
WHERE f.wam_months IS NOT NULL OR p.wam_months IS NOT NULL
