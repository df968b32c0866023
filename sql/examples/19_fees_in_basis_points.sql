-- question: What do the fees cost in basis points of the pool, and which of them moved, in the last year of each deal?
-- asked by: auditor
WITH last AS (SELECT deal_id, max(distribution_date) AS until FROM v_report_latest GROUP BY deal_id),
fee AS (
  SELECT f.deal_id, f.distribution_date, f.group_code, f.fee_code, f.payee, f.amount,
         1e4 * 12 * f.amount::DOUBLE / nullif(p.beginning_scheduled_balance, 0)::DOUBLE AS bp_per_year
  FROM v_fee_month AS f
  JOIN last AS l ON l.deal_id = f.deal_id AND f.distribution_date > l.until - INTERVAL 1 YEAR
  JOIN v_pool_month AS p ON p.report_id = f.report_id AND p.group_code = f.group_code
  WHERE f.statement = 'FEE' AND f.amount <> 0
)
SELECT *, bp_per_year - lag(bp_per_year) OVER (
  PARTITION BY deal_id, group_code, fee_code ORDER BY distribution_date) AS moved
FROM fee
ORDER BY deal_id, distribution_date, group_code, amount DESC
