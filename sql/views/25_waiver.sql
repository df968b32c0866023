-- What became of each waiver: whether the breach it explains is still there, to the cent.
CREATE VIEW v_waiver AS
WITH met AS (
  SELECT DISTINCT w.rule_id, w.deal, w.distribution_date, w.scope_key, w.diff, r.report_id, q.diff AS found,
         q.outcome = 'breach' AND q.diff = w.diff AS holds
  FROM waiver AS w
  LEFT JOIN v_deal_known_as AS k ON k.known_as = w.deal
  LEFT JOIN report AS r ON r.deal_id = k.deal_id AND r.distribution_date = w.distribution_date
  LEFT JOIN recon_result AS q
    ON q.report_id = r.report_id AND q.rule_id = w.rule_id AND q.scope_key = w.scope_key
)
SELECT w.rule_id, w.deal, w.distribution_date, w.scope_key, w.diff,
       CASE WHEN count(m.report_id) = 0 THEN 'not loaded' WHEN coalesce(bool_or(m.holds), false) THEN 'holds' ELSE 'dead'
       END AS state,
       max(m.found) AS found, any_value(w.reason) AS reason, any_value(w.decided_by) AS decided_by,
       any_value(w.decided_on) AS decided_on
FROM waiver AS w
JOIN met AS m USING (rule_id, deal, distribution_date, scope_key, diff)
GROUP BY w.rule_id, w.deal, w.distribution_date, w.scope_key, w.diff;
COMMENT ON VIEW v_waiver IS 'Every waiver, and whether it still explains a breach. Columns as in waiver.';
COMMENT ON COLUMN v_waiver.state IS 'holds: it covers a breach; dead: its report is loaded, but breaks otherwise or not at all; not loaded: no report of the deal and date is here';
COMMENT ON COLUMN v_waiver.found IS 'the difference that the rule finds now in this row; NULL where it finds none [UNKNOWN]';
