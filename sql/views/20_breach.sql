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

-- Every breach, with the waiver that covers it. The outcome stays what it is: a waived breach is still a breach.
CREATE VIEW v_breach AS
WITH covered AS (
  SELECT k.deal_id, w.rule_id, w.distribution_date, w.scope_key, w.diff,
         any_value(w.reason) AS reason, any_value(w.decided_by) AS decided_by, any_value(w.decided_on) AS decided_on
  FROM waiver AS w JOIN v_deal_known_as AS k ON k.known_as = w.deal
  GROUP BY ALL
)
SELECT q.report_id, r.deal_id, r.distribution_date, q.rule_id, u.name AS rule_name, q.scope_key, q.expected, q.actual,
       q.diff, q.tolerance, q.severity, w.deal_id IS NOT NULL AS waived, w.reason, w.decided_by, w.decided_on
FROM recon_result AS q
LEFT JOIN recon_rule AS u USING (rule_id)
LEFT JOIN report AS r USING (report_id)
LEFT JOIN covered AS w
  ON w.deal_id = r.deal_id AND w.rule_id = q.rule_id AND w.distribution_date = r.distribution_date
  AND w.scope_key = q.scope_key AND w.diff = q.diff
WHERE q.outcome = 'breach';
COMMENT ON VIEW v_breach IS 'Rule results beyond tolerance, marked where a waiver covers exactly this amount. Columns as in recon_result, report, waiver.';
COMMENT ON COLUMN v_breach.rule_name IS 'title of the rule';
COMMENT ON COLUMN v_breach.waived IS 'a waiver covers exactly this amount; it stays a breach';
