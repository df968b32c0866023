-- question: What share of each vintage is 60 days behind or worse, by quarter?
-- asked by: researcher
-- A deal whose first distribution is not known counts from the first report that is loaded.
WITH deal AS (
  SELECT r.deal_id, year(coalesce(any_value(d.first_distribution_date), min(r.distribution_date))) AS vintage
  FROM v_report_latest AS r JOIN dim_deal AS d USING (deal_id)
  GROUP BY r.deal_id
)
SELECT d.vintage, date_trunc('quarter', m.distribution_date) AS quarter,
       sum(coalesce(m.dq60plus, 0) + coalesce(m.foreclosure, 0) + coalesce(m.reo, 0)
         + coalesce(m.bankruptcy, 0))::DOUBLE / nullif(sum(p.ending_scheduled_balance), 0)::DOUBLE AS share
FROM v_delinquency_month AS m
JOIN v_pool_month AS p USING (report_id, group_code)
JOIN deal AS d ON d.deal_id = m.deal_id
GROUP BY ALL
ORDER BY ALL
