-- question: How fast does each pool prepay?
-- asked by: researcher
SELECT deal_id, distribution_date, group_code, smm, cpr, cpr_3m, cpr_12m
FROM v_pool_month
WHERE smm IS NOT NULL
ORDER BY deal_id, distribution_date, group_code
