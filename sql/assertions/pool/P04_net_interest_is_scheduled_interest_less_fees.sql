-- id: P04
-- title: Net interest is scheduled interest less fees
-- kind: reconciliation
-- grain: report x group
-- unit: money
-- severity: error
-- tolerance: 0.01
-- addends: members + 4
-- why: a fee line was missed, or a special fee is taken elsewhere

-- A fee does not tell its statement: of a group with several, it is not known whose fees are printed.
SELECT c.report_id, c.group_code || '/' || c.statement_seq AS scope_key,
       c.scheduled_interest - f.fees AS expected, c.net_interest AS actual, 0.01 AS tolerance,
       covers('fact_collateral', concat_ws(' ', c.group_code, c.statement_seq), ['scheduled_interest', 'net_interest'])
         || covers_each('fact_fee', f.members, 'amount') AS covers,
       count(*) OVER (PARTITION BY c.report_id, c.group_code) = 1 AS complete
FROM fact_collateral AS c
LEFT JOIN (
  SELECT report_id, group_code, sum(amount) AS fees, list(concat_ws(' ', group_code, statement, fee_code)) AS members
  FROM fact_fee WHERE statement = 'COLLATERAL' GROUP BY ALL
) AS f USING (report_id, group_code)
WHERE c.net_interest IS NOT NULL
