-- question: Where did delinquency rise by more than two points over three months?
-- asked by: surveillance
SELECT deal_id, group_code, distribution_date, dq60plus_share, dq60plus_share - lag(dq60plus_share, 3) OVER w AS rise
FROM v_delinquency_month
WINDOW w AS (PARTITION BY deal_id, group_code ORDER BY distribution_date)
QUALIFY rise > 0.02 AND months_between(lag(distribution_date, 3) OVER w, distribution_date) = 3
ORDER BY rise DESC
