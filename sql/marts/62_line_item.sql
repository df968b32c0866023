-- Lines that no term covers, by month. A partial amendment replaces those of the statements that it states.

CREATE MACRO line_item(ts, accepted) AS TABLE
SELECT r.deal_id, dd.deal_name, r.distribution_date, f.* EXCLUDE (report_id), r.report_id, r.version_no, s.proof,
       r.known_from, s.source_report_id
FROM report_known(ts) AS r
JOIN v_report_fact AS s ON s.report_id = r.report_id AND s.fact = 'fact_line_item'
JOIN fact_line_item AS f
  ON f.report_id = s.source_report_id AND (s.statement_code IS NULL OR f.statement_code = s.statement_code)
JOIN dim_deal AS dd ON dd.deal_id = r.deal_id
WHERE list_contains(accepted, s.proof);
COMMENT ON MACRO TABLE line_item IS 'v_line_item of the reports known at ts, as in report_known; accepted lists the proofs that count.';

CREATE VIEW v_line_item_all AS FROM line_item(latest(), any_proof());
COMMENT ON VIEW v_line_item_all IS 'A row per line that no term covers and distribution date, latest version, whatever its proof. Columns as in v_line_item.';

CREATE VIEW v_line_item AS FROM sound('v_line_item_all');
COMMENT ON VIEW v_line_item IS 'A row per line that no term covers and distribution date, latest version, proven or plausible. Columns as in fact_line_item, dim_deal, report, report_proof, v_class_month.';

CREATE VIEW v_line_item_first AS FROM line_item(NULL, undoubted());
COMMENT ON VIEW v_line_item_first IS 'A row per line that no term covers and distribution date, as first filed, proven or plausible. Columns as in v_line_item.';

CREATE MACRO line_item_asof(ts) AS TABLE FROM line_item(ts, undoubted());
COMMENT ON MACRO TABLE line_item_asof IS 'v_line_item as it was known at the moment ts.';
