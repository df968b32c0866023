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
FROM v_previous_report AS v
JOIN fact_collateral AS f USING (report_id)
JOIN fact_collateral AS p
  ON p.report_id = v.previous_report_id AND p.group_code = f.group_code AND p.statement_seq = f.statement_seq
