-- id: P05
-- title: P&I constant is scheduled interest plus scheduled principal
-- kind: reconciliation
-- grain: report x group
-- unit: money
-- severity: warn
-- tolerance: 0.01
-- addends: 3
-- why: negative amortization or interest-only loans
-- generated: from the identities of fact_collateral in transforms/facts; change it there
SELECT report_id, concat_ws('/', group_code, statement_seq) AS scope_key, expected, actual, tolerance,
       covers('fact_collateral', concat_ws(' ', group_code, statement_seq), ['pi_constant', 'scheduled_principal', 'scheduled_interest']) AS covers
FROM (
  SELECT report_id, group_code, statement_seq,
         scheduled_interest + scheduled_principal AS expected,
         pi_constant AS actual,
         0.01 AS tolerance
  FROM fact_collateral
  WHERE scheduled_interest IS NOT NULL AND pi_constant IS NOT NULL
) AS f
