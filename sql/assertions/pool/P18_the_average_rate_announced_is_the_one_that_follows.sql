-- id: P18
-- title: The average rate announced is the one that follows
-- kind: reconciliation
-- grain: report x group
-- unit: rate
-- severity: info
-- tolerance: 0.0000001
-- why: the pool changed between the two computations

SELECT f.report_id, f.group_code || '/' || f.statement_seq AS scope_key, p.next_wac_gross AS expected,
       f.wac_gross AS actual, 0.0000001 AS tolerance
FROM v_previous_report AS v
JOIN fact_collateral AS f USING (report_id)
JOIN fact_collateral AS p
  ON p.report_id = v.previous_report_id AND p.group_code = f.group_code AND p.statement_seq = f.statement_seq
