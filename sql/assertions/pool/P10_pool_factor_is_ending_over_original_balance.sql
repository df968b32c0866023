-- id: P10
-- title: Pool factor is ending over original balance
-- kind: reconciliation
-- grain: report x group
-- unit: rate
-- severity: error
-- tolerance: half a unit of the last printed digit
-- why: prefunding, or a factor of another base; the scope names the base that fits best

-- The original pool balance is rarely printed, so the faces of the classes are tried as well. They prove a
-- factor, but none that they do not explain is wrong for that.
WITH face AS (
  SELECT f.report_id, coalesce(d.tier, 'UPPER') AS tier, d.group_code, sum(f.original_face) AS amount, count(*) AS n
  FROM fact_class_distribution AS f JOIN dim_class AS d USING (class_id)
  WHERE NOT coalesce(d.is_notional, false)
  GROUP BY ALL
),
base AS (
  SELECT report_id, group_code, tier || ' tier face' AS name, amount, n FROM face WHERE group_code <> 'ALL'
  UNION ALL SELECT report_id, 'ALL', tier || ' tier face', sum(amount), sum(n) FROM face GROUP BY ALL
  UNION ALL
  SELECT r.report_id, 'ALL', 'original pool', d.original_pool_balance, 1
  FROM report AS r JOIN dim_deal AS d USING (deal_id)
)
SELECT c.report_id, c.group_code || ' of ' || b.name AS scope_key,
       c.ending_scheduled_balance::DOUBLE / b.amount::DOUBLE AS expected, c.pool_factor AS actual,
       0.5 * power(10.0, -s.scale) AS tolerance, (1 + b.n * c.pool_factor::DOUBLE) / b.amount::DOUBLE AS dollar_moves,
       [covered('fact_collateral', concat_ws(' ', c.group_code, c.statement_seq), 'pool_factor', 1),
        covered('fact_collateral', concat_ws(' ', c.group_code, c.statement_seq), 'ending_scheduled_balance', 1 / b.amount::DOUBLE)] AS covers,
       bool_or(b.name = 'original pool') OVER (PARTITION BY c.report_id, c.group_code, c.statement_seq) AS complete
FROM fact_collateral AS c
JOIN base AS b USING (report_id, group_code)
LEFT JOIN v_printed_scale AS s
  ON s.report_id = c.report_id AND s.canonical_table = 'fact_collateral'
  AND s.canonical_column = 'pool_factor'
WHERE c.pool_factor IS NOT NULL AND b.amount > 0
QUALIFY row_number() OVER (
  PARTITION BY c.report_id, c.group_code, c.statement_seq
  ORDER BY abs(c.ending_scheduled_balance::DOUBLE / b.amount::DOUBLE - c.pool_factor::DOUBLE), b.name) = 1
