-- question: Where did delinquency rise by more than two points over three months?
-- asked by: surveillance
WITH share AS (
  SELECT m.deal_id, m.group_code, m.distribution_date,
         m.dq60plus::DOUBLE / nullif(p.ending_scheduled_balance, 0)::DOUBLE AS dq
  FROM v_delinquency_month AS m JOIN v_pool_month AS p USING (report_id, group_code)
)
SELECT *, dq - lag(dq, 3) OVER (PARTITION BY deal_id, group_code ORDER BY distribution_date) AS rise
FROM share
QUALIFY rise > 0.02
ORDER BY rise DESC
