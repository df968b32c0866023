-- question: What share of the balance 30 days behind is 60 days behind a month later?
-- asked by: researcher
WITH behind AS (
  SELECT r.deal_id, d.group_code, r.distribution_date, d.bucket, d.balance
  FROM v_report_latest AS r JOIN fact_delinquency AS d USING (report_id)
  WHERE d.status = 'DELINQUENT'
)
SELECT a.deal_id, a.group_code, b.distribution_date, b.balance::DOUBLE / nullif(a.balance, 0)::DOUBLE AS roll_30_60
FROM behind AS a
JOIN behind AS b
  ON b.deal_id = a.deal_id AND b.group_code = a.group_code
  AND b.distribution_date BETWEEN a.distribution_date + INTERVAL 25 DAY AND a.distribution_date + INTERVAL 35 DAY
WHERE a.bucket = '30-59' AND b.bucket = '60-89'
ORDER BY a.deal_id, a.group_code, b.distribution_date
