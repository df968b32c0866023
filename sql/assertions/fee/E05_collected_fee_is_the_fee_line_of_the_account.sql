-- id: E05
-- title: Collected fee is the fee line of the account
-- kind: reconciliation
-- grain: report x group
-- unit: money
-- severity: error
-- tolerance: 0.005
-- why: a fee is taken elsewhere

SELECT f.report_id, f.group_code AS scope_key, abs(a.amount) AS expected, f.amount AS actual, 0.005 AS tolerance,
       covers('fact_fee', concat_ws(' ', f.group_code, f.statement, f.fee_code), ['amount'])
         || covers('fact_account', concat_ws(' ', a.account, a.group_code, a.entry_type, a.entry_code), ['amount']) AS covers
FROM fact_fee AS f
JOIN fact_account AS a USING (report_id, group_code)
WHERE f.fee_code = 'SERVICING_FEE_COLLECTED' AND a.entry_code = 'CURRENT_SERVICING_FEES'
