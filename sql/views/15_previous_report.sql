-- The report a month before, for rules that compare two months. A gap longer than the deal's rhythm has no month before.
CREATE VIEW v_previous_report AS
WITH dated AS (
  SELECT report_id, deal_id, lag(report_id) OVER w AS previous_report_id,
         date_diff('month', lag(distribution_date) OVER w, distribution_date) AS months
  FROM v_report_latest
  WINDOW w AS (PARTITION BY deal_id ORDER BY distribution_date, report_id)
),
-- One long gap alone shows no rhythm: other than monthly is believed from the second time on.
rhythm AS (
  SELECT deal_id, months FROM dated WHERE months > 0 GROUP BY deal_id, months HAVING months = 1 OR count(*) > 1
  QUALIFY months = min(months) OVER (PARTITION BY deal_id)
)
SELECT d.report_id, d.previous_report_id FROM dated AS d JOIN rhythm USING (deal_id, months);
COMMENT ON VIEW v_previous_report IS 'the latest version of a report, and of the report one period before';

-- What a report's classes and its collateral were a period before, under the report that follows.
CREATE VIEW v_previous_class AS
SELECT v.report_id, d.class_name, p.* EXCLUDE (report_id)
FROM v_previous_report AS v
JOIN fact_class_distribution AS p ON p.report_id = v.previous_report_id
JOIN dim_class AS d USING (class_id);
COMMENT ON VIEW v_previous_class IS 'class rows of the report one period before, under the id of the report that follows';

CREATE VIEW v_previous_pool AS
SELECT v.report_id, p.* EXCLUDE (report_id)
FROM v_previous_report AS v
JOIN fact_collateral AS p ON p.report_id = v.previous_report_id;
COMMENT ON VIEW v_previous_pool IS 'collateral of the report one period before, under the id of the report that follows';
