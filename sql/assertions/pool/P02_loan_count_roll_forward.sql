-- id: P02
-- title: Loan count roll-forward
-- kind: reconciliation
-- grain: report x group
-- unit: count
-- severity: error
-- tolerance: 0
-- why: liquidated or substituted loans are counted elsewhere
-- generated: from the identities of fact_collateral in transforms/facts; change it there
SELECT report_id, concat_ws('/', group_code, statement_seq) AS scope_key, expected, actual, tolerance,
       covers('fact_collateral', concat_ws(' ', group_code, statement_seq), ['beginning_loan_count', 'loans_paid_in_full_count', 'repurchased_loan_count', 'ending_loan_count']) AS covers
FROM (
  SELECT report_id, group_code, statement_seq,
         beginning_loan_count - loans_paid_in_full_count - coalesce(repurchased_loan_count, 0) AS expected,
         ending_loan_count AS actual,
         0 AS tolerance
  FROM fact_collateral
  WHERE loans_paid_in_full_count IS NOT NULL
) AS f
