-- id: L06
-- title: Net loss is gross loss less recoveries
-- kind: reconciliation
-- grain: report x group x loss type
-- unit: money
-- severity: error
-- tolerance: 0.01
-- addends: 3
-- why: recoveries of earlier losses are printed apart
-- generated: from the identities of fact_loss in transforms/facts; change it there
SELECT report_id, concat_ws('/', group_code, loss_type) AS scope_key, expected, actual, tolerance,
       covers('fact_loss', concat_ws(' ', group_code, loss_type), ['gross_loss', 'recoveries', 'net_loss']) AS covers
FROM (
  SELECT report_id, group_code, loss_type,
         gross_loss - recoveries AS expected,
         net_loss AS actual,
         0.01 AS tolerance
  FROM fact_loss
  WHERE gross_loss IS NOT NULL AND recoveries IS NOT NULL AND net_loss IS NOT NULL
) AS f
