-- id: D05
-- title: Percent of balance against the balance not chosen
-- kind: reconciliation
-- grain: report x group x status x bucket
-- unit: rate
-- severity: info
-- tolerance: half a unit of the last printed digit
-- why: a breach confirms the choice of D04: the other balance does not explain the printed percent

SELECT d.report_id, concat_ws(' ', d.group_code, d.status, d.bucket) AS scope_key,
       d.balance::DOUBLE / nullif(CASE d.balance_pct_denominator
         WHEN 'ENDING_SCHEDULED_BALANCE' THEN c.ending_actual_balance
         ELSE c.ending_scheduled_balance END, 0)::DOUBLE AS expected,
       d.balance_pct AS actual, 0.5 * power(10.0, -s.scale) AS tolerance,
       (1 + expected) * expected / d.balance::DOUBLE AS dollar_moves  -- a balance over its share is the base
FROM fact_delinquency AS d
JOIN fact_collateral AS c
  ON c.report_id = d.report_id AND c.group_code = d.group_code AND c.statement_seq = 1
LEFT JOIN v_printed_scale AS s
  ON s.report_id = d.report_id AND s.canonical_table = 'fact_delinquency'
  AND s.canonical_column = 'balance_pct'
WHERE d.balance_pct IS NOT NULL AND d.balance > 0
  AND c.ending_actual_balance IS NOT NULL AND c.ending_scheduled_balance IS NOT NULL
