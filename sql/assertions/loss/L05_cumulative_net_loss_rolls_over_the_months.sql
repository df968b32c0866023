-- id: L05
-- title: Cumulative net loss rolls over the months
-- kind: reconciliation
-- grain: report x group x loss type
-- unit: money
-- severity: error
-- tolerance: 0.01
-- why: a restated month, or a loss booked between two reports

SELECT f.report_id, concat_ws(' ', f.group_code, f.loss_type) AS scope_key,
       p.cumulative_net_loss + f.net_loss AS expected, f.cumulative_net_loss AS actual,
       0.01 AS tolerance,
       covers('fact_loss', concat_ws(' ', f.group_code, f.loss_type), ['net_loss', 'cumulative_net_loss']) AS covers
FROM v_previous_report AS v
JOIN fact_loss AS f USING (report_id)
JOIN fact_loss AS p
  ON p.report_id = v.previous_report_id AND p.group_code = f.group_code AND p.loss_type = f.loss_type
