-- Losses, tests, enhancement, side accounts, overcollateralization and fees by month. A mart takes proven and plausible readings, its twin all.

CREATE VIEW v_loss_month_all AS FROM fact_month('fact_loss', latest(), any_proof());
COMMENT ON VIEW v_loss_month_all IS 'A row per collateral group, kind of loss and distribution date, latest version, whatever its proof. Columns as in v_loss_month.';

CREATE VIEW v_loss_month AS FROM sound('v_loss_month_all');
COMMENT ON VIEW v_loss_month IS 'A row per collateral group, kind of loss and distribution date, latest version, proven or plausible. Columns as in fact_loss, dim_deal, report, report_proof, v_class_month.';

CREATE VIEW v_trigger_month_all AS FROM fact_month('fact_trigger', latest(), any_proof());
COMMENT ON VIEW v_trigger_month_all IS 'A row per collateral group, test and distribution date, latest version, whatever its proof. Columns as in v_trigger_month.';

CREATE VIEW v_trigger_month AS FROM sound('v_trigger_month_all');
COMMENT ON VIEW v_trigger_month IS 'A row per collateral group, test and distribution date, latest version, proven or plausible. Columns as in fact_trigger, dim_deal, report, report_proof, v_class_month.';

CREATE VIEW v_enhancement_month_all AS FROM fact_month('fact_enhancement', latest(), any_proof());
COMMENT ON VIEW v_enhancement_month_all IS 'A row per enhancement item and distribution date, latest version, whatever its proof. Columns as in v_enhancement_month.';

CREATE VIEW v_enhancement_month AS FROM sound('v_enhancement_month_all');
COMMENT ON VIEW v_enhancement_month IS 'A row per enhancement item and distribution date, latest version, proven or plausible. Columns as in fact_enhancement, dim_deal, report, report_proof, v_class_month.';

CREATE VIEW v_reserve_month_all AS FROM fact_month('fact_other_account', latest(), any_proof());
COMMENT ON VIEW v_reserve_month_all IS 'A row per side account and distribution date, latest version, whatever its proof. Columns as in v_reserve_month.';

CREATE VIEW v_reserve_month AS FROM sound('v_reserve_month_all');
COMMENT ON VIEW v_reserve_month IS 'A row per side account and distribution date, latest version, proven or plausible. Columns as in fact_other_account, dim_deal, report, report_proof, v_class_month.';

CREATE VIEW v_overcollateralization_month_all AS FROM fact_month('fact_overcollateralization', latest(), any_proof());
COMMENT ON VIEW v_overcollateralization_month_all IS 'A row per collateral group, statement and distribution date, latest version, whatever its proof. Columns as in v_overcollateralization_month.';

CREATE VIEW v_overcollateralization_month AS FROM sound('v_overcollateralization_month_all');
COMMENT ON VIEW v_overcollateralization_month IS 'A row per collateral group, statement and distribution date, latest version, proven or plausible. Columns as in fact_overcollateralization, dim_deal, report, report_proof, v_class_month.';

CREATE VIEW v_fee_month_all AS FROM fact_month('fact_fee', latest(), any_proof());
COMMENT ON VIEW v_fee_month_all IS 'A row per collateral group, statement, fee and distribution date, latest version, whatever its proof. Columns as in v_fee_month.';

CREATE VIEW v_fee_month AS FROM sound('v_fee_month_all');
COMMENT ON VIEW v_fee_month IS 'A row per collateral group, statement, fee and distribution date, latest version, proven or plausible. Columns as in fact_fee, dim_deal, report, report_proof, v_class_month.';

-- A formula proves cells, it is no reading: there is nothing to leave out.
CREATE VIEW v_formula_month AS
SELECT r.deal_id, dd.deal_name, r.distribution_date, f.* EXCLUDE (report_id), r.report_id, r.version_no
FROM v_report_latest AS r
JOIN dim_deal AS dd USING (deal_id)
JOIN printed_formula AS f USING (report_id);
COMMENT ON VIEW v_formula_month IS 'A row per formula that a report prints, with what it comes to, latest version. Columns as in printed_formula, dim_deal, report.';
