-- question: What share of each vintage is 60 days behind or worse, by quarter?
-- asked by: researcher
-- A deal whose first distribution is not known counts from the first report that is loaded.
WITH deal AS (
  SELECT r.deal_id, year(coalesce(any_value(d.first_distribution_date), min(r.distribution_date))) AS vintage
  FROM v_report_latest AS r JOIN dim_deal AS d USING (deal_id)
  GROUP BY r.deal_id
)
SELECT d.vintage, date_trunc('quarter', m.distribution_date) AS quarter,
       sum(m.dq60plus + coalesce(m.foreclosure, 0) + coalesce(m.reo, 0) + coalesce(m.bankruptcy, 0))::DOUBLE
         / nullif(sum(m.balance_base), 0)::DOUBLE AS share
FROM v_delinquency_month AS m
JOIN deal AS d USING (deal_id)
WHERE m.in_sum AND m.dq60plus IS NOT NULL AND m.balance_base IS NOT NULL
GROUP BY ALL
ORDER BY ALL
