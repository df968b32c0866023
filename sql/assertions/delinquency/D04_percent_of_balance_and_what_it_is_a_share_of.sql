-- id: D04
-- title: Percent of balance and what it is a share of
-- kind: reconciliation
-- grain: report x group x status x bucket
-- unit: rate
-- severity: warn
-- tolerance: half a unit of the last printed digit
-- why: the share is of another balance than the one recorded beside it

SELECT d.report_id, concat_ws(' ', d.group_code, d.status, d.bucket) AS scope_key,
       d.balance::DOUBLE / nullif(CASE d.balance_pct_denominator
         WHEN 'ENDING_ACTUAL_BALANCE' THEN c.ending_actual_balance
         WHEN 'ENDING_SCHEDULED_BALANCE' THEN c.ending_scheduled_balance
         -- A report takes one base throughout: what its other percents are shares of.
         ELSE CASE max(d.balance_pct_denominator) OVER (PARTITION BY d.report_id)
           WHEN 'ENDING_ACTUAL_BALANCE' THEN c.ending_actual_balance
           ELSE coalesce(c.ending_actual_balance, c.ending_scheduled_balance) END END, 0)::DOUBLE AS expected,
       d.balance_pct AS actual, 0.5 * power(10.0, -s.scale) AS tolerance,
       -- A balance over its share is the base.
       (1 + expected) * expected / nullif(d.balance::DOUBLE, 0) AS dollar_moves,
       [covered('fact_delinquency', concat_ws(' ', d.group_code, d.status, d.bucket), 'balance_pct', 1),
        covered('fact_delinquency', concat_ws(' ', d.group_code, d.status, d.bucket), 'balance',
                expected / nullif(d.balance::DOUBLE, 0))] AS covers,
       -- What no balance explains is of a base that is not printed.
       max(d.balance_pct_denominator) OVER (PARTITION BY d.report_id) IS NOT NULL AS complete
FROM fact_delinquency AS d
JOIN fact_collateral AS c
  ON c.report_id = d.report_id AND c.group_code = d.group_code AND c.statement_seq = 1
LEFT JOIN v_printed_scale AS s
  ON s.report_id = d.report_id AND s.canonical_table = 'fact_delinquency'
  AND s.canonical_column = 'balance_pct'
WHERE d.balance_pct IS NOT NULL AND d.balance IS NOT NULL
