-- The collateral by group and month. A report may state a group twice; its first statement counts.

CREATE VIEW v_pool_month_all AS
SELECT r.deal_id, dd.deal_name, r.distribution_date, f.* EXCLUDE (report_id), r.report_id, r.version_no, p.proof
FROM v_report_latest AS r
JOIN dim_deal AS dd USING (deal_id)
JOIN fact_collateral AS f USING (report_id)
LEFT JOIN report_proof AS p ON p.report_id = r.report_id AND p.fact = 'fact_collateral'
QUALIFY row_number() OVER (PARTITION BY r.report_id, f.group_code ORDER BY f.statement_seq) = 1;
COMMENT ON VIEW v_pool_month_all IS 'A row per collateral group and distribution date, latest version, whatever its proof.';

CREATE VIEW v_pool_month AS
SELECT * FROM v_pool_month_all WHERE proof IN ('proven', 'plausible');
COMMENT ON VIEW v_pool_month IS 'A row per collateral group and distribution date, latest version, proven or plausible.';
