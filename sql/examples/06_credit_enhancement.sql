-- question: How much stands below every rated class?
-- asked by: surveillance
SELECT m.deal_id, m.distribution_date, c.class_name, c.credit_rank,
       (m.pool_end - sum(f.ending_balance) OVER (
         PARTITION BY m.report_id ORDER BY c.credit_rank RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
       ))::DOUBLE / nullif(m.pool_end, 0)::DOUBLE AS credit_enhancement
FROM v_deal_month AS m
JOIN v_report_latest AS r USING (report_id)
JOIN fact_class_distribution AS f USING (report_id)
JOIN dim_class AS c USING (class_id)
WHERE c.tier = 'UPPER' AND c.class_type IN ('SENIOR', 'MEZZ', 'SUB', 'REGULAR') AND NOT c.is_notional
ORDER BY m.deal_id, m.distribution_date, c.credit_rank, c.class_name
