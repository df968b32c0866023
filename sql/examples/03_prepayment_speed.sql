-- question: How fast does each pool prepay?
-- asked by: researcher
SELECT deal_id, distribution_date, group_code, smm, 1 - power(1 - smm, 12) AS cpr
FROM (
  SELECT *, unscheduled_principal::DOUBLE / nullif(beginning_scheduled_balance - scheduled_principal, 0)::DOUBLE AS smm
  FROM v_pool_month
)
WHERE smm IS NOT NULL
ORDER BY deal_id, distribution_date, group_code
