-- question: How severe are losses, by vintage?
-- asked by: researcher
WITH deal AS (
  SELECT r.deal_id, year(coalesce(any_value(d.first_distribution_date), min(r.distribution_date))) AS vintage,
         any_value(d.original_pool_balance) AS original
  FROM v_report_latest AS r JOIN dim_deal AS d USING (deal_id)
  GROUP BY r.deal_id
),
loss AS (
  SELECT r.deal_id, sum(l.net_loss) AS net, sum(l.liquidated_balance) AS liquidated,
         max(l.cumulative_net_loss) AS cumulative
  FROM v_report_latest AS r JOIN fact_loss AS l USING (report_id)
  WHERE l.loss_type = 'TOTAL' AND l.group_code = 'ALL'
  GROUP BY r.deal_id
)
SELECT d.vintage, sum(l.net)::DOUBLE / nullif(sum(l.liquidated), 0)::DOUBLE AS severity,
       sum(l.cumulative)::DOUBLE / nullif(sum(d.original), 0)::DOUBLE AS cumulative_loss
FROM loss AS l JOIN deal AS d USING (deal_id)
GROUP BY d.vintage
ORDER BY d.vintage
