-- id: E02
-- title: Both statements print the same fee
-- kind: reconciliation
-- grain: report x fee
-- unit: money
-- severity: error
-- tolerance: 0.005
-- why: one of the two is stale

SELECT a.report_id, concat_ws('/', a.group_code, a.fee_code) AS scope_key, a.amount AS expected, b.amount AS actual,
0.005 AS tolerance,
       covers_each('fact_fee', [concat_ws(' ', a.group_code, a.statement, a.fee_code),
                                concat_ws(' ', b.group_code, b.statement, b.fee_code)], 'amount') AS covers
FROM fact_fee AS a
JOIN fact_fee AS b USING (report_id, group_code, fee_code)
WHERE a.statement = 'FEE' AND b.statement = 'COLLATERAL'
