-- id: P06
-- title: Rate ladder: gross, net, pass-through
-- kind: reconciliation
-- grain: report x group
-- unit: count
-- severity: error
-- tolerance: 0
-- why: labels and values are shifted against each other

SELECT report_id, group_code || '/' || statement_seq AS scope_key, 1 AS expected,
       (wac_gross >= wac_net AND wac_net >= wa_pass_through_rate AND wa_pass_through_rate > 0)::INTEGER
         AS actual,
       0 AS tolerance
FROM fact_collateral
WHERE wac_net IS NOT NULL AND wa_pass_through_rate IS NOT NULL
