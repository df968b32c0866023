-- question: What do the fees cost in basis points of the pool, and which of them moved?
-- asked by: auditor
WITH fee AS (
  SELECT f.deal_id, f.distribution_date, f.group_code, f.fee_code, f.payee, f.amount,
         1e4 * 12 * f.amount::DOUBLE / nullif(p.beginning_scheduled_balance, 0)::DOUBLE AS bp_per_year
  FROM v_fee_month AS f
  JOIN v_pool_month AS p USING (report_id, group_code)
  WHERE f.statement = 'FEE' AND f.amount <> 0
)
SELECT *, bp_per_year - lag(bp_per_year) OVER (
  PARTITION BY deal_id, group_code, fee_code ORDER BY distribution_date) AS moved
FROM fee
ORDER BY deal_id, distribution_date, group_code, amount DESC
