-- id: L04
-- title: Loss severity lies in its window
-- kind: reconciliation
-- grain: report x group x kind
-- unit: count
-- severity: warn
-- tolerance: 0
-- why: a loss and a balance of different loans

SELECT report_id, group_code || ' ' || loss_type AS scope_key, 0 AS expected,
       (severity NOT BETWEEN 0 AND 1.5)::INTEGER AS actual, 0 AS tolerance
FROM fact_loss
WHERE severity IS NOT NULL
