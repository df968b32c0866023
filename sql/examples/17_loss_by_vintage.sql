-- question: How severe are losses, by vintage?
-- asked by: researcher
WITH deal AS (
  SELECT r.deal_id, year(coalesce(any_value(d.first_distribution_date), min(r.distribution_date))) AS vintage,
         any_value(d.original_pool_balance) AS original
  FROM v_report_latest AS r JOIN dim_deal AS d USING (deal_id)
  GROUP BY r.deal_id
),
loss AS (
  -- A severity needs both sides of every month it counts.
  SELECT deal_id, sum(net_loss) FILTER (WHERE liquidated_balance IS NOT NULL) AS net,
         sum(liquidated_balance) FILTER (WHERE net_loss IS NOT NULL) AS liquidated,
         arg_max(cumulative_net_loss, distribution_date) AS cumulative
  FROM v_loss_month
  WHERE loss_type = 'TOTAL' AND group_code = 'ALL'
  GROUP BY deal_id
)
SELECT d.vintage, sum(l.net)::DOUBLE / nullif(sum(l.liquidated), 0)::DOUBLE AS severity,
       sum(l.cumulative) FILTER (WHERE d.original IS NOT NULL)::DOUBLE
         / nullif(sum(d.original) FILTER (WHERE l.cumulative IS NOT NULL), 0)::DOUBLE AS cumulative_loss
FROM loss AS l JOIN deal AS d USING (deal_id)
GROUP BY d.vintage
ORDER BY d.vintage
