-- Errors of a source that were looked at and accepted, one row each; loaded from data/reference/waivers.csv.
CREATE TABLE IF NOT EXISTS waiver (
  rule_id VARCHAR, deal VARCHAR, distribution_date DATE, scope_key VARCHAR, diff DECIMAL(28,10),
  reason VARCHAR, decided_by VARCHAR, decided_on DATE);
COMMENT ON TABLE waiver IS 'accepted errors of a source; a waiver covers one amount and dies when the amount changes';
COMMENT ON COLUMN waiver.rule_id IS 'rule whose breach is explained';
COMMENT ON COLUMN waiver.distribution_date IS 'date of the report';
COMMENT ON COLUMN waiver.scope_key IS 'row of the breach, as in recon_result';
COMMENT ON COLUMN waiver.diff IS 'actual less expected, to the last digit [UNKNOWN]';
COMMENT ON COLUMN waiver.reason IS 'what the source did';
COMMENT ON COLUMN waiver.decided_by IS 'who accepted it';
COMMENT ON COLUMN waiver.decided_on IS 'when it was accepted';
COMMENT ON COLUMN waiver.deal IS 'any identifier of the deal or of one of its classes: deal_id, file number, CIK, CUSIP, trustee code';

-- What a deal goes by: its id, its identifiers, and those of its classes.
CREATE VIEW v_deal_known_as AS
SELECT deal_id, deal_id AS known_as FROM dim_deal
UNION SELECT deal_id, id_value FROM dim_deal_identifier
UNION SELECT c.deal_id, i.id_value FROM dim_class_identifier AS i JOIN dim_class AS c USING (class_id);
COMMENT ON VIEW v_deal_known_as IS 'A row per deal and identifier, of whatever kind, its own or of a class. Columns as in dim_deal.';
COMMENT ON COLUMN v_deal_known_as.known_as IS 'CUSIP, file number, CIK, code of the trustee or deal_id';

-- Every breach of the reports known at a moment, with the waiver that covers it. The outcome stays what it is: a waived
-- breach is still a breach. A rule over all reports has breaches of none.
CREATE MACRO breach(ts) AS TABLE
WITH covered AS (
  SELECT k.deal_id, w.rule_id, w.distribution_date, w.scope_key, w.diff,
         any_value(w.reason) AS reason, any_value(w.decided_by) AS decided_by, any_value(w.decided_on) AS decided_on
  FROM waiver AS w JOIN v_deal_known_as AS k ON k.known_as = w.deal
  GROUP BY ALL
)
SELECT q.report_id, r.version_no, r.deal_id, d.deal_name, r.distribution_date, q.rule_id, u.name AS rule_name,
       q.scope_key, q.expected, q.actual, q.diff, q.tolerance, q.severity, w.deal_id IS NOT NULL AS waived, w.reason,
       w.decided_by, w.decided_on
FROM recon_result AS q
LEFT JOIN recon_rule AS u USING (rule_id)
LEFT JOIN report_known(ts) AS r ON r.report_id = q.report_id
LEFT JOIN dim_deal AS d ON d.deal_id = r.deal_id
LEFT JOIN covered AS w
  ON w.deal_id = r.deal_id AND w.rule_id = q.rule_id AND w.distribution_date = r.distribution_date
  AND w.scope_key = q.scope_key AND w.diff = q.diff
WHERE q.outcome = 'breach' AND (q.report_id IS NULL OR r.report_id IS NOT NULL);
COMMENT ON MACRO TABLE breach IS 'v_breach of the reports known at ts, as in report_known.';

CREATE VIEW v_breach AS FROM breach(latest());
COMMENT ON VIEW v_breach IS 'Rule results beyond tolerance in the reports in force, marked where a waiver covers exactly this amount. Columns as in recon_result, report, dim_deal, waiver.';
COMMENT ON COLUMN v_breach.rule_name IS 'title of the rule';
COMMENT ON COLUMN v_breach.waived IS 'a waiver covers exactly this amount; it stays a breach';

-- What the screen, `tieout check`, the trend and the pages of a run count.
CREATE VIEW v_outcome AS
SELECT q.report_id, r.deal_id, q.rule_id, q.severity, q.outcome
FROM recon_result AS q LEFT JOIN v_report_latest AS r USING (report_id)
WHERE q.outcome <> 'breach' AND (q.report_id IS NULL OR r.report_id IS NOT NULL)
UNION ALL
SELECT report_id, deal_id, rule_id, severity, CASE WHEN waived THEN 'waived' ELSE 'breach' END FROM v_breach;
COMMENT ON VIEW v_outcome IS 'What became of every row that a rule returned for the reports in force. Columns as in recon_result, report.';
COMMENT ON COLUMN v_outcome.outcome IS 'tie, rounding, breach (that no waiver explains), waived (a breach that one explains) or not_applicable';

CREATE VIEW v_breach_first AS FROM breach(NULL);
COMMENT ON VIEW v_breach_first IS 'Rule results beyond tolerance in every report as first filed. Columns as in v_breach.';

CREATE MACRO breach_asof(ts) AS TABLE FROM breach(ts);
COMMENT ON MACRO TABLE breach_asof IS 'v_breach of the reports that were in force at the moment ts.';
