-- id: P18
-- title: The average rate announced is the one that follows
-- kind: reconciliation
-- grain: report x group
-- unit: rate
-- severity: info
-- tolerance: 0.0000001
-- why: the pool changed between the two computations

SELECT f.report_id, f.group_code || '/' || f.statement_seq AS scope_key, p.next_wac_gross AS expected,
       f.wac_gross AS actual, 0.0000001 AS tolerance,
       covers('fact_collateral', concat_ws(' ', f.group_code, f.statement_seq), ['wac_gross']) AS covers
FROM fact_collateral AS f
JOIN v_previous_pool AS p USING (report_id, group_code, statement_seq)
WHERE p.next_wac_gross IS NOT NULL
