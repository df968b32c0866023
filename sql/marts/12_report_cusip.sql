-- The CUSIP that each class of a report goes by on its date, all versions.

CREATE VIEW v_report_cusip AS
SELECT f.report_id, f.class_id, i.id_value AS cusip
FROM report AS r
JOIN fact_class_distribution AS f USING (report_id)
JOIN dim_class_identifier AS i
  ON i.class_id = f.class_id AND i.id_type = 'CUSIP'
  AND r.distribution_date >= coalesce(i.valid_from, DATE '0001-01-01')
  AND r.distribution_date < coalesce(i.valid_to, DATE '9999-12-31');
COMMENT ON VIEW v_report_cusip IS 'A row per report, class and CUSIP that it goes by on the distribution date. Columns as in fact_class_distribution, v_class_month.';
