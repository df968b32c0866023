-- The report a month before, for rules that compare two months. A gap longer than the deal's rhythm has no month before.
CREATE VIEW v_previous_report AS SELECT report_id, previous_report_id FROM previous_report(latest());
COMMENT ON VIEW v_previous_report IS 'The latest version of a report, and of the report one period before. Columns as in report.';
COMMENT ON COLUMN v_previous_report.previous_report_id IS 'the report one period before';

-- What a report's classes and its collateral were a period before, under the report that follows. What a partial
-- amendment left out was as the version before it told.
CREATE VIEW v_previous_class AS
SELECT v.report_id, d.class_name, p.* EXCLUDE (report_id)
FROM v_previous_report AS v
LEFT JOIN report_source AS s ON s.report_id = v.previous_report_id AND s.fact = 'fact_class_distribution'
JOIN fact_class_distribution AS p ON p.report_id = coalesce(s.source_report_id, v.previous_report_id)
JOIN dim_class AS d USING (class_id);
COMMENT ON VIEW v_previous_class IS 'Class rows of the report one period before, under the id of the report that follows. Columns as in fact_class_distribution, dim_class.';

CREATE VIEW v_previous_pool AS
SELECT v.report_id, p.* EXCLUDE (report_id)
FROM v_previous_report AS v
LEFT JOIN report_source AS s ON s.report_id = v.previous_report_id AND s.fact = 'fact_collateral'
JOIN fact_collateral AS p ON p.report_id = coalesce(s.source_report_id, v.previous_report_id);
COMMENT ON VIEW v_previous_pool IS 'Collateral of the report one period before, under the id of the report that follows. Columns as in fact_collateral.';
