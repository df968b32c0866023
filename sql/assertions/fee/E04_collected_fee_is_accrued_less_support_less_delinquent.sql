-- id: E04
-- title: Collected fee is accrued less support less delinquent
-- kind: reconciliation
-- grain: report x group
-- unit: money
-- severity: error
-- tolerance: 0.005
-- why: a fee line was missed

SELECT report_id, concat_ws('/', group_code, statement) AS scope_key,
       max(amount) FILTER (fee_code = 'SERVICING_FEE_ACCRUED')
         - coalesce(max(abs(amount)) FILTER (fee_code = 'SUPPORTED_PPIS'), 0)
         - coalesce(max(abs(amount)) FILTER (fee_code = 'SERVICING_FEE_DELINQUENT'), 0) AS expected,
       max(amount) FILTER (fee_code = 'SERVICING_FEE_COLLECTED') AS actual, 0.005 AS tolerance,
       covers_each('fact_fee', list(concat_ws(' ', group_code, statement, fee_code)) FILTER (fee_code IN (
         'SERVICING_FEE_ACCRUED', 'SUPPORTED_PPIS', 'SERVICING_FEE_DELINQUENT', 'SERVICING_FEE_COLLECTED')), 'amount')
         AS covers,
       count(amount) FILTER (fee_code = 'SUPPORTED_PPIS') > 0
         AND count(amount) FILTER (fee_code = 'SERVICING_FEE_DELINQUENT') > 0 AS complete
FROM fact_fee
GROUP BY report_id, group_code, statement
HAVING count(*) FILTER (fee_code = 'SERVICING_FEE_COLLECTED') > 0
