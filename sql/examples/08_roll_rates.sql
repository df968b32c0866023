-- question: What share of the balance 30 days behind is 60 days behind a month later?
-- asked by: researcher
SELECT deal_id, group_code, distribution_date, roll_30_60, roll_60_90, roll_90_foreclosure
FROM v_delinquency_month
WHERE roll_30_60 IS NOT NULL
ORDER BY deal_id, group_code, distribution_date
