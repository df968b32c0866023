-- The report a period before, among those known at a moment. A gap longer than the deal's rhythm has no period before.
CREATE MACRO previous_report(ts) AS TABLE
WITH dated AS (
  SELECT report_id, deal_id, lag(report_id) OVER w AS previous_report_id,
         date_diff('month', lag(distribution_date) OVER w, distribution_date) AS months
  FROM report_known(ts)
  WINDOW w AS (PARTITION BY deal_id ORDER BY distribution_date, report_id)
),
-- One long gap alone shows no rhythm: other than monthly is believed from the second time on.
rhythm AS (
  SELECT deal_id, months FROM dated WHERE months > 0 GROUP BY deal_id, months HAVING months = 1 OR count(*) > 1
  QUALIFY months = min(months) OVER (PARTITION BY deal_id)
)
SELECT d.deal_id, d.report_id, d.previous_report_id, d.months FROM dated AS d JOIN rhythm USING (deal_id, months);
COMMENT ON MACRO TABLE previous_report IS 'Of each report known at ts, as in report_known, the report one period before, and the months of a period.';
