-- question: Which deals are below their target, which triggers are tripped?
-- asked by: surveillance
SELECT r.deal_id, r.distribution_date, o.group_code, o.oc_amount,
       coalesce(o.target_oc_amount, o.specified_oc_amount) AS target,
       o.oc_amount < coalesce(o.target_oc_amount, o.specified_oc_amount) AS below_target,
       bool_or(t.is_in_effect) AS any_trigger
FROM v_report_latest AS r
JOIN fact_overcollateralization AS o USING (report_id)
LEFT JOIN fact_trigger AS t ON t.report_id = o.report_id AND t.group_code = o.group_code
WHERE o.statement_seq = 1
GROUP BY ALL
ORDER BY r.deal_id, r.distribution_date, o.group_code
