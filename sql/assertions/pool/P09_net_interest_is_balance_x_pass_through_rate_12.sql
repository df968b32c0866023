-- id: P09
-- title: Net interest is balance x pass-through rate / 12
-- kind: reconciliation
-- grain: report x group
-- unit: rate
-- severity: warn
-- tolerance: half a dollar, and 1.5 units of the last printed digit of the rate over the balance
-- why: rounding stacks over the rate ladder; beyond that, another balance

SELECT c.report_id, c.group_code || '/' || c.statement_seq AS scope_key,
       round(c.beginning_scheduled_balance::DOUBLE * c.wa_pass_through_rate::DOUBLE / 12, 2) AS expected,
       c.net_interest AS actual,
       0.5 + c.beginning_scheduled_balance::DOUBLE * 1.5 * power(10.0, -s.scale) / 12 AS tolerance,
       1 + c.wa_pass_through_rate::DOUBLE / 12 AS dollar_moves,
       [covered('fact_collateral', concat_ws(' ', c.group_code, c.statement_seq), 'net_interest', 1),
        covered('fact_collateral', concat_ws(' ', c.group_code, c.statement_seq), 'wa_pass_through_rate', c.beginning_scheduled_balance::DOUBLE / 12),
        covered('fact_collateral', concat_ws(' ', c.group_code, c.statement_seq), 'beginning_scheduled_balance', c.wa_pass_through_rate::DOUBLE / 12)] AS covers
FROM fact_collateral AS c
LEFT JOIN v_printed_scale AS s
  ON s.report_id = c.report_id AND s.canonical_table = 'fact_collateral'
  AND s.canonical_column = 'wa_pass_through_rate'
WHERE c.net_interest IS NOT NULL AND c.wa_pass_through_rate IS NOT NULL
