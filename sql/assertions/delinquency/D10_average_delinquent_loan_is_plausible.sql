-- id: D10
-- title: Average delinquent loan is plausible
-- kind: reconciliation
-- grain: report x group x status x bucket
-- unit: count
-- severity: warn
-- tolerance: 0
-- why: counts and balances of different rows

-- Plausible is what the pool's own average loan makes so: of a few loans, one may be nearly paid off, and one large.
SELECT d.report_id, concat_ws(' ', d.group_code, d.status, d.bucket) AS scope_key, 0 AS expected,
       (d.balance::DOUBLE / d.loan_count
         NOT BETWEEN p.average * least(0.1, 0.01 * d.loan_count) AND p.average * 20)::INTEGER AS actual,
       0 AS tolerance
FROM fact_delinquency AS d
LEFT JOIN (
  SELECT report_id, group_code, max(ending_scheduled_balance)::DOUBLE / max(ending_loan_count) AS average
  FROM fact_collateral WHERE ending_loan_count > 0 GROUP BY report_id, group_code
) AS p USING (report_id, group_code)
WHERE d.loan_count > 0 AND d.balance IS NOT NULL
