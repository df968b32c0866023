-- id: E03
-- title: A fixed fee is a round rate of the balance
-- kind: reconciliation
-- grain: report x group x fee
-- unit: money
-- severity: info
-- tolerance: 0.01
-- why: a fee on a part of the loans, or a rate that steps up; a round rate that differs from the one a month before is a
--   step

-- The annual rate is computed, and must have at most three significant digits. Fees that are sums over servicers are
-- averages of rates and never round, so only the fees of one party are tested.
WITH charged AS (
  SELECT f.report_id, f.group_code, f.fee_code, f.amount, c.beginning_scheduled_balance::DOUBLE AS balance,
         12 * f.amount::DOUBLE / c.beginning_scheduled_balance::DOUBLE AS rate,
         round(rate, 2 - floor(log10(rate))::INTEGER) AS round_rate
  FROM fact_fee AS f
  JOIN fact_collateral AS c
    ON c.report_id = f.report_id AND c.group_code = f.group_code AND c.statement_seq = 1
  WHERE f.statement = 'FEE' AND f.fee_code IN ('SERVICING_FEE_ACCRUED', 'MASTER_SERVICING_FEE', 'TRUSTEE_FEE')
    AND f.amount > 0 AND c.beginning_scheduled_balance > 0
)
SELECT report_id, concat_ws('/', group_code, fee_code) AS scope_key,
       round(round_rate * balance / 12, 2) AS expected, amount AS actual, 0.01 AS tolerance, [] AS covers
FROM charged
UNION ALL
SELECT n.report_id, concat_ws('/', n.group_code, n.fee_code) || ' at the rate before',
       round(p.round_rate * n.balance / 12, 2), n.amount, 0.01,
       covers('fact_fee', concat_ws(' ', n.group_code, 'FEE', n.fee_code), ['amount'])
FROM v_previous_report AS v
JOIN charged AS n USING (report_id)
JOIN charged AS p
  ON p.report_id = v.previous_report_id AND p.group_code = n.group_code AND p.fee_code = n.fee_code
WHERE abs(p.round_rate * p.balance / 12 - p.amount::DOUBLE) < 0.015
