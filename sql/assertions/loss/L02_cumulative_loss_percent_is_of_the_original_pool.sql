-- id: L02
-- title: Cumulative loss percent is of the original pool
-- kind: reconciliation
-- grain: report x group
-- unit: rate
-- severity: warn
-- tolerance: half a unit of the last printed digit
-- why: the percent is of another base

-- Where the original pool balance is unknown, the face of the classes stands in for it.
SELECT c.report_id, c.group_code || '/' || c.statement_seq AS scope_key,
       c.cumulative_realized_loss::DOUBLE / coalesce(d.original_pool_balance, f.face)::DOUBLE AS expected,
       c.cumulative_loss_pct AS actual, 0.5 * power(10.0, -s.scale) AS tolerance,
       (1 + CASE WHEN d.original_pool_balance IS NULL THEN f.n ELSE 1 END * c.cumulative_loss_pct::DOUBLE)
         / coalesce(d.original_pool_balance, f.face)::DOUBLE AS dollar_moves,
       [covered('fact_collateral', concat_ws(' ', c.group_code, c.statement_seq), 'cumulative_loss_pct', 1),
        covered('fact_collateral', concat_ws(' ', c.group_code, c.statement_seq), 'cumulative_realized_loss',
                1 / coalesce(d.original_pool_balance, f.face)::DOUBLE)] AS covers,
       d.original_pool_balance IS NOT NULL AS complete
FROM fact_collateral AS c
JOIN report AS r USING (report_id)
LEFT JOIN dim_deal AS d USING (deal_id)
LEFT JOIN (
  SELECT f.report_id, sum(f.original_face) AS face, count(*) AS n
  FROM fact_class_distribution AS f JOIN dim_class AS d USING (class_id)
  WHERE coalesce(d.tier, 'UPPER') = 'UPPER' AND NOT coalesce(d.is_notional, false)
  GROUP BY f.report_id
  HAVING sum(f.original_face) > 0
) AS f ON f.report_id = c.report_id
LEFT JOIN v_printed_scale AS s
  ON s.report_id = c.report_id AND s.canonical_table = 'fact_collateral' AND s.canonical_column = 'cumulative_loss_pct'
WHERE c.cumulative_loss_pct IS NOT NULL AND c.group_code = 'ALL'
