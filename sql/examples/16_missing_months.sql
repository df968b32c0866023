-- question: Which months of which deal are missing?
-- asked by: BI developer
SELECT deal_id, distribution_date AS have,
       lead(distribution_date) OVER (PARTITION BY deal_id ORDER BY distribution_date) AS next_have,
       date_diff('month', have, next_have) - 1 AS months_missing
FROM v_report_latest
QUALIFY months_missing > 0
ORDER BY deal_id, have
