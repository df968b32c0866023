-- question: Which months of which deal are missing?
-- asked by: BI developer
SELECT deal_id, deal_name, month FROM v_missing_month ORDER BY deal_id, month
