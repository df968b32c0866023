-- What each class received and owed, by month. The mart takes proven and plausible readings, its twin `_all` every one.

CREATE VIEW v_class_month_all AS
SELECT r.deal_id, dd.deal_name, r.distribution_date, c.class_id, c.class_name, i.cusip, c.remic, c.tier,
       c.group_code, c.class_type, c.is_notional, c.is_residual, f.* EXCLUDE (report_id, class_id),
       r.report_id, r.version_no, r.known_from, p.proof
FROM v_report_latest AS r
JOIN dim_deal AS dd USING (deal_id)
JOIN fact_class_distribution AS f USING (report_id)
JOIN dim_class AS c USING (class_id)
LEFT JOIN report_proof AS p ON p.report_id = r.report_id AND p.fact = 'fact_class_distribution'
LEFT JOIN v_report_cusip AS i ON i.report_id = r.report_id AND i.class_id = c.class_id;
COMMENT ON VIEW v_class_month_all IS 'A row per class and distribution date, latest version, whatever its proof.';

CREATE VIEW v_class_month AS FROM undoubted('v_class_month_all');
COMMENT ON VIEW v_class_month IS 'A row per class and distribution date, latest version, proven or plausible.';
