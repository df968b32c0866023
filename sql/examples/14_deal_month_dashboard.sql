-- question: What does a dashboard show of every deal and month?
-- asked by: BI developer
SELECT d.deal_name, m.distribution_date, m.pool_end, m.cls_total, m.cls_loss, m.wac_gross, m.oc_amount, m.oc_target,
       m.oc_pct, m.excess_cash, m.excess_spread
FROM v_deal_month AS m
JOIN dim_deal AS d ON d.deal_id = m.deal_id
ORDER BY d.deal_name, m.distribution_date
