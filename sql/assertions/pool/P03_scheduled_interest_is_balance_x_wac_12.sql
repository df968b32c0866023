-- id: P03
-- title: Scheduled interest is balance x WAC / 12
-- kind: reconciliation
-- grain: report x group
-- unit: rate
-- severity: warn
-- tolerance: half a dollar, and half a unit of the last printed digit of the WAC over the balance
-- why: loans on actual days, the wrong balance, or the WAC of another date

SELECT c.report_id, c.group_code || '/' || c.statement_seq AS scope_key,
       round(c.beginning_scheduled_balance::DOUBLE * c.wac_gross::DOUBLE / 12, 2) AS expected,
       c.scheduled_interest AS actual,
       0.5 + c.beginning_scheduled_balance::DOUBLE * 0.5 * power(10.0, -s.scale) / 12 AS tolerance,
       1 + c.wac_gross::DOUBLE / 12 AS dollar_moves,
       [covered('fact_collateral', concat_ws(' ', c.group_code, c.statement_seq), 'scheduled_interest', 1),
        covered('fact_collateral', concat_ws(' ', c.group_code, c.statement_seq), 'wac_gross', c.beginning_scheduled_balance::DOUBLE / 12),
        covered('fact_collateral', concat_ws(' ', c.group_code, c.statement_seq), 'beginning_scheduled_balance', c.wac_gross::DOUBLE / 12)] AS covers
FROM fact_collateral AS c
LEFT JOIN v_printed_scale AS s
  ON s.report_id = c.report_id AND s.canonical_table = 'fact_collateral'
  AND s.canonical_column = 'wac_gross'
WHERE c.scheduled_interest IS NOT NULL AND c.wac_gross IS NOT NULL
