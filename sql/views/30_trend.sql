-- How reports reconcile over time, by who prepared them. Reports in force only: what was amended counts once.

-- One pass over the results; waived breaches are few and are looked up apart.
CREATE VIEW v_rule_trend AS
WITH latest AS (
  SELECT report_id, trustee, date_trunc('month', distribution_date)::DATE AS month FROM v_report_latest
),
judged AS (
  SELECT r.trustee, r.month, q.rule_id, q.severity,
         count(*) FILTER (q.outcome <> 'not_applicable') AS checks, count(*) FILTER (q.outcome = 'tie') AS ties,
         count(*) FILTER (q.outcome = 'rounding') AS roundings, count(*) FILTER (q.outcome = 'breach') AS breaches
  FROM recon_result AS q JOIN latest AS r USING (report_id)
  GROUP BY r.trustee, r.month, q.rule_id, q.severity
),
waived AS (
  SELECT r.trustee, r.month, b.rule_id, b.severity, count(*) AS n
  FROM v_breach AS b JOIN latest AS r USING (report_id)
  WHERE b.waived
  GROUP BY r.trustee, r.month, b.rule_id, b.severity
)
SELECT j.trustee, j.month, j.rule_id, j.severity, u.name AS rule_name, j.checks, j.ties, j.roundings, j.breaches,
       coalesce(w.n, 0) AS waived, j.breaches / j.checks AS breach_share
FROM judged AS j
LEFT JOIN recon_rule AS u ON u.rule_id = j.rule_id
LEFT JOIN waived AS w
  ON w.rule_id = j.rule_id AND w.severity = j.severity AND w.month = j.month
  AND w.trustee IS NOT DISTINCT FROM j.trustee
WHERE j.checks > 0 AND coalesce(u.kind, 'reconciliation') = 'reconciliation';
COMMENT ON VIEW v_rule_trend IS 'Reconciliation by trustee, month of distribution and rule, over the reports in force. Columns as in recon_result.';
COMMENT ON COLUMN v_rule_trend.trustee IS 'who prepared the reports; NULL where they do not say';
COMMENT ON COLUMN v_rule_trend.month IS 'first day of the month of distribution';
COMMENT ON COLUMN v_rule_trend.severity IS 'of a breach; a rule whose rows differ in it has a row for each';
COMMENT ON COLUMN v_rule_trend.rule_name IS 'title of the rule';
COMMENT ON COLUMN v_rule_trend.checks IS 'rows judged: ties, roundings and breaches [COUNT]';
COMMENT ON COLUMN v_rule_trend.ties IS 'rows that tie [COUNT]';
COMMENT ON COLUMN v_rule_trend.roundings IS 'rows within the tolerance [COUNT]';
COMMENT ON COLUMN v_rule_trend.breaches IS 'rows beyond the tolerance, waived or not [COUNT]';
COMMENT ON COLUMN v_rule_trend.waived IS 'breaches that a waiver explains [COUNT]';
COMMENT ON COLUMN v_rule_trend.breach_share IS 'breaches over checks [RATIO]';

CREATE VIEW v_trustee_month AS
WITH judged AS (
  SELECT q.report_id, q.severity, q.outcome, count(*) AS n
  FROM recon_result AS q LEFT JOIN recon_rule AS u USING (rule_id)
  WHERE coalesce(u.kind, 'reconciliation') = 'reconciliation'
  GROUP BY q.report_id, q.severity, q.outcome
),
waived AS (
  SELECT report_id, severity, count(*) AS n FROM v_breach WHERE waived GROUP BY report_id, severity
),
told AS (
  SELECT report_id, sum(j.n) FILTER (outcome <> 'not_applicable') AS checks,
         sum(j.n) FILTER (outcome = 'tie') AS ties, sum(j.n) FILTER (outcome = 'rounding') AS roundings,
         sum(j.n) FILTER (outcome = 'breach' AND severity = 'error') AS errors,
         sum(j.n) FILTER (outcome = 'breach' AND severity = 'warn') AS warnings,
         sum(j.n) FILTER (outcome = 'breach' AND severity = 'info') AS infos,
         sum(w.n) FILTER (outcome = 'breach') AS waived,
         sum(w.n) FILTER (outcome = 'breach' AND severity = 'error') AS errors_waived
  FROM judged AS j LEFT JOIN waived AS w USING (report_id, severity)
  GROUP BY report_id
)
SELECT r.trustee, date_trunc('month', r.distribution_date)::DATE AS month, count(*) AS reports,
       count(*) FILTER (t.errors > 0) AS reports_with_error, reports_with_error / count(*) AS error_share,
       count(*) FILTER (t.errors > coalesce(t.errors_waived, 0)) AS reports_unexplained,
       coalesce(sum(t.checks), 0)::BIGINT AS checks, coalesce(sum(t.ties), 0)::BIGINT AS ties,
       coalesce(sum(t.roundings), 0)::BIGINT AS roundings, coalesce(sum(t.errors), 0)::BIGINT AS errors,
       coalesce(sum(t.warnings), 0)::BIGINT AS warnings, coalesce(sum(t.infos), 0)::BIGINT AS infos,
       coalesce(sum(t.waived), 0)::BIGINT AS waived
FROM v_report_latest AS r LEFT JOIN told AS t USING (report_id)
GROUP BY r.trustee, month;
COMMENT ON VIEW v_trustee_month IS 'How many reports of a trustee reconcile, by month of distribution, over the reports in force. Columns as in recon_result.';
COMMENT ON COLUMN v_trustee_month.trustee IS 'who prepared the reports; NULL where they do not say';
COMMENT ON COLUMN v_trustee_month.month IS 'first day of the month of distribution';
COMMENT ON COLUMN v_trustee_month.reports IS 'reports [COUNT]';
COMMENT ON COLUMN v_trustee_month.reports_with_error IS 'reports with a breach of severity error, waived or not [COUNT]';
COMMENT ON COLUMN v_trustee_month.error_share IS 'reports_with_error over reports [RATIO]';
COMMENT ON COLUMN v_trustee_month.reports_unexplained IS 'reports with a breach of severity error that no waiver explains [COUNT]';
COMMENT ON COLUMN v_trustee_month.checks IS 'rows judged: ties, roundings and breaches [COUNT]';
COMMENT ON COLUMN v_trustee_month.ties IS 'rows that tie [COUNT]';
COMMENT ON COLUMN v_trustee_month.roundings IS 'rows within the tolerance [COUNT]';
COMMENT ON COLUMN v_trustee_month.errors IS 'breaches of severity error, waived or not [COUNT]';
COMMENT ON COLUMN v_trustee_month.warnings IS 'breaches of severity warn, waived or not [COUNT]';
COMMENT ON COLUMN v_trustee_month.infos IS 'breaches of severity info, waived or not [COUNT]';
COMMENT ON COLUMN v_trustee_month.waived IS 'breaches that a waiver explains [COUNT]';
