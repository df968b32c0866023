-- id: A13
-- title: Delinquent interest less advances is the delinquent servicing fee
-- kind: reconciliation
-- grain: report x group
-- unit: money
-- severity: warn
-- tolerance: 0.005
-- why: the servicer advances a part only

SELECT a.report_id, a.group_code AS scope_key, abs(f.amount) AS expected, abs(a.amount) - abs(b.amount) AS actual,
       0.005 AS tolerance,
       covers_each('fact_account', [concat_ws(' ', a.account, a.group_code, a.entry_type, a.entry_code),
                                    concat_ws(' ', b.account, b.group_code, b.entry_type, b.entry_code)], 'amount')
         || covers('fact_fee', concat_ws(' ', f.group_code, f.statement, f.fee_code), ['amount']) AS covers
FROM fact_account AS a
JOIN fact_account AS b USING (report_id, account, group_code)
JOIN fact_fee AS f USING (report_id, group_code)
WHERE a.entry_code = 'DELINQUENT_INTEREST' AND b.entry_code = 'INTEREST_ADVANCED'
  AND f.fee_code = 'SERVICING_FEE_DELINQUENT'
