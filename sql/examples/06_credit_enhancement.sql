-- question: How much stands below every rated class now?
-- asked by: surveillance
WITH last AS (SELECT deal_id, max(distribution_date) AS distribution_date FROM v_report_latest GROUP BY deal_id)
SELECT deal_id, distribution_date, class_name, credit_rank, ending_balance, credit_enhancement
FROM v_class_month JOIN last USING (deal_id, distribution_date)
WHERE credit_enhancement IS NOT NULL
ORDER BY deal_id, credit_rank, class_name
