-- id: P01
-- title: Pool balance roll-forward
-- kind: reconciliation
-- grain: report x group
-- unit: money
-- severity: error
-- tolerance: 0.01
-- addends: 5
-- why: the opening balance is the certificates', not the loans', or liquidations stand outside unscheduled principal
-- generated: from the identities of fact_collateral in transforms/facts; change it there
SELECT report_id, concat_ws('/', group_code, statement_seq) AS scope_key, expected, actual, tolerance,
       covers('fact_collateral', concat_ws(' ', group_code, statement_seq), ['beginning_scheduled_balance', 'ending_scheduled_balance', 'scheduled_principal', 'unscheduled_principal', 'realized_loss']) AS covers
FROM (
  SELECT report_id, group_code, statement_seq,
         beginning_scheduled_balance - scheduled_principal - unscheduled_principal - coalesce(realized_loss, 0) AS expected,
         ending_scheduled_balance AS actual,
         0.01 AS tolerance
  FROM fact_collateral
  WHERE scheduled_principal IS NOT NULL AND unscheduled_principal IS NOT NULL
) AS f
