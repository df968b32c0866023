-- id: P08
-- title: Net less pass-through rate is the administration fee
-- kind: reconciliation
-- grain: report x group
-- unit: rate
-- severity: info
-- tolerance: 1.5 units of the last printed digit
-- why: another fee sits between the two rates

SELECT c.report_id, c.group_code || '/' || c.statement_seq AS scope_key,
       12 * f.fees::DOUBLE / c.beginning_scheduled_balance::DOUBLE AS expected,
       c.wac_net - c.wa_pass_through_rate AS actual,
       1.5 * power(10.0, -s.scale) AS tolerance,
       covers('fact_collateral', concat_ws(' ', c.group_code, c.statement_seq), ['wac_net', 'wa_pass_through_rate'])
         || list_transform(f.members, lambda x: covered('fact_fee', x, 'amount', 12 / c.beginning_scheduled_balance::DOUBLE))
         AS covers
FROM fact_collateral AS c
JOIN (
  SELECT report_id, group_code, sum(amount) AS fees, list(concat_ws(' ', group_code, statement, fee_code)) AS members
  FROM fact_fee
  WHERE statement = 'FEE' AND fee_code IN ('MASTER_SERVICING_FEE', 'TRUSTEE_FEE')
  GROUP BY ALL
) AS f USING (report_id, group_code)
LEFT JOIN v_printed_scale AS s
  ON s.report_id = c.report_id AND s.canonical_table = 'fact_collateral'
  AND s.canonical_column = 'wac_net'
WHERE c.wac_net IS NOT NULL AND c.wa_pass_through_rate IS NOT NULL AND c.beginning_scheduled_balance > 0
