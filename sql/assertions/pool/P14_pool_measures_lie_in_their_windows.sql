-- id: P14
-- title: Pool measures lie in their windows
-- kind: reconciliation
-- grain: report x group
-- unit: count
-- severity: error
-- tolerance: 0
-- why: labels and values are shifted, or a unit is wrong

-- The average loan may not change threefold in a month: a maturity read as a loan count shows here.
WITH measure AS (
  SELECT report_id, group_code, statement_seq, wac_gross, wac_net, wam_months, beginning_loan_count, ending_loan_count,
         beginning_scheduled_balance::DOUBLE / nullif(beginning_loan_count, 0) AS loan_before,
         ending_scheduled_balance::DOUBLE / nullif(ending_loan_count, 0) AS loan_after
  FROM fact_collateral
)
SELECT report_id, group_code || '/' || statement_seq AS scope_key, 1 AS expected,
       (coalesce(wac_gross BETWEEN 0.02 AND 0.20, true)
         AND coalesce(wam_months BETWEEN 1 AND 480, true)
         AND coalesce(beginning_loan_count >= 1, true)
         AND coalesce(loan_after BETWEEN 5000 AND 5000000, true)
         AND coalesce(loan_before / loan_after BETWEEN 0.33 AND 3, true))::INTEGER AS actual,
       0 AS tolerance
FROM measure
WHERE wac_gross IS NOT NULL OR wac_net IS NOT NULL
