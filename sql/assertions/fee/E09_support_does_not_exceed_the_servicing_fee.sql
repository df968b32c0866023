-- id: E09
-- title: Support does not exceed the servicing fee
-- kind: reconciliation
-- grain: report x group
-- unit: money
-- severity: warn
-- tolerance: 0
-- why: support came from elsewhere

SELECT s.report_id, s.group_code AS scope_key, 0 AS expected, greatest(s.servicing_fee_support - f.amount, 0) AS actual,
       0 AS tolerance
FROM fact_interest_shortfall AS s
JOIN fact_fee AS f USING (report_id, group_code)
WHERE f.statement = 'FEE' AND f.fee_code IN ('GROSS_SERVICING_FEE', 'SERVICING_FEE_ACCRUED')
  AND s.servicing_fee_support IS NOT NULL AND f.amount IS NOT NULL
