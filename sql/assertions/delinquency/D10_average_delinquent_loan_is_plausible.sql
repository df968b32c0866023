-- id: D10
-- title: Average delinquent loan is plausible
-- kind: reconciliation
-- grain: report x group x status x bucket
-- unit: count
-- severity: warn
-- tolerance: 0
-- why: counts and balances of different rows

SELECT report_id, concat_ws(' ', group_code, status, bucket) AS scope_key, 0 AS expected,
       (balance::DOUBLE / loan_count NOT BETWEEN 5000 AND 5000000)::INTEGER AS actual, 0 AS tolerance
FROM fact_delinquency
WHERE loan_count > 0 AND balance IS NOT NULL
