-- id: E01
-- title: Net fee is the sum of fees less what they support
-- kind: reconciliation
-- grain: report x group
-- unit: money
-- severity: error
-- tolerance: 0.005
-- addends: members + 4
-- why: a fee line was missed

SELECT report_id, group_code AS scope_key,
       sum(CASE fee_code WHEN 'SUPPORTED_PPIS' THEN -abs(amount) ELSE amount END)
         FILTER (fee_code <> 'NET_SERVICING_FEE') AS expected,
       max(amount) FILTER (fee_code = 'NET_SERVICING_FEE') AS actual, 0.005 AS tolerance,
       covers_each('fact_fee', list(concat_ws(' ', group_code, statement, fee_code)), 'amount') AS covers
FROM fact_fee
WHERE statement = 'FEE'
GROUP BY report_id, group_code
HAVING count(*) FILTER (fee_code = 'NET_SERVICING_FEE') > 0
