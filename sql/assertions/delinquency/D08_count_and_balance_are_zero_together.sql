-- id: D08
-- title: Count and balance are zero together
-- kind: reconciliation
-- grain: report x group x status x bucket
-- unit: count
-- severity: error
-- tolerance: 0
-- why: a column is shifted

SELECT report_id, concat_ws(' ', group_code, status, bucket) AS scope_key, 0 AS expected,
       ((loan_count = 0) <> (balance = 0))::INTEGER AS actual, 0 AS tolerance
FROM fact_delinquency
WHERE loan_count IS NOT NULL AND balance IS NOT NULL
