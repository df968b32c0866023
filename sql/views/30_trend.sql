-- How reports reconcile over time, by who prepared them. Reports in force only: what was amended counts once. A breach
-- that a waiver explains is counted apart. What a rule over all reports finds is of no trustee and no month.

CREATE VIEW v_rule_trend AS
SELECT r.trustee, date_trunc('month', r.distribution_date)::DATE AS month, q.rule_id, q.severity,
       any_value(u.name) AS rule_name, count(*) AS checks, count(*) FILTER (q.outcome = 'tie') AS ties,
       count(*) FILTER (q.outcome = 'rounding') AS roundings, count(*) FILTER (q.outcome = 'breach') AS breaches,
       count(*) FILTER (q.outcome = 'waived') AS waived, breaches / checks AS breach_share
FROM v_outcome AS q
LEFT JOIN v_report_latest AS r USING (report_id)
LEFT JOIN recon_rule AS u ON u.rule_id = q.rule_id
WHERE q.outcome <> 'not_applicable' AND coalesce(u.kind, 'reconciliation') = 'reconciliation'
GROUP BY r.trustee, month, q.rule_id, q.severity;
COMMENT ON VIEW v_rule_trend IS 'Reconciliation by trustee, month of distribution and rule, over the reports in force. Columns as in recon_result.';
COMMENT ON COLUMN v_rule_trend.trustee IS 'trustee that the reports name; NULL where they name none';
COMMENT ON COLUMN v_rule_trend.month IS 'first day of the month of distribution; NULL for a rule over all reports';
COMMENT ON COLUMN v_rule_trend.severity IS 'of a breach; a rule whose rows differ in it has a row for each';
COMMENT ON COLUMN v_rule_trend.rule_name IS 'title of the rule';
COMMENT ON COLUMN v_rule_trend.checks IS 'rows judged: ties, roundings, breaches and waived [COUNT]';
COMMENT ON COLUMN v_rule_trend.ties IS 'rows that tie [COUNT]';
COMMENT ON COLUMN v_rule_trend.roundings IS 'rows within the tolerance [COUNT]';
COMMENT ON COLUMN v_rule_trend.breaches IS 'rows beyond the tolerance that no waiver explains [COUNT]';
COMMENT ON COLUMN v_rule_trend.waived IS 'rows beyond the tolerance that a waiver explains [COUNT]';
COMMENT ON COLUMN v_rule_trend.breach_share IS 'breaches over checks [RATIO]';

CREATE VIEW v_trustee_month AS
WITH told AS (
  SELECT q.report_id, count(*) AS checks, count(*) FILTER (q.outcome = 'tie') AS ties,
         count(*) FILTER (q.outcome = 'rounding') AS roundings,
         count(*) FILTER (q.outcome = 'breach' AND q.severity = 'error') AS errors,
         count(*) FILTER (q.outcome = 'breach' AND q.severity = 'warn') AS warnings,
         count(*) FILTER (q.outcome = 'breach' AND q.severity = 'info') AS infos,
         count(*) FILTER (q.outcome = 'waived') AS waived
  FROM v_outcome AS q LEFT JOIN recon_rule AS u USING (rule_id)
  WHERE q.outcome <> 'not_applicable' AND coalesce(u.kind, 'reconciliation') = 'reconciliation'
  GROUP BY q.report_id
),
counted AS (
  SELECT r.report_id, r.trustee, date_trunc('month', r.distribution_date)::DATE AS month, t.* EXCLUDE (report_id)
  FROM v_report_latest AS r LEFT JOIN told AS t USING (report_id)
  UNION ALL
  SELECT NULL, NULL, NULL, * EXCLUDE (report_id) FROM told WHERE report_id IS NULL
)
SELECT trustee, month, count(report_id) AS reports, count(report_id) FILTER (errors > 0) AS reports_with_error,
       reports_with_error / nullif(reports, 0) AS error_share, coalesce(sum(checks), 0)::BIGINT AS checks,
       coalesce(sum(ties), 0)::BIGINT AS ties, coalesce(sum(roundings), 0)::BIGINT AS roundings,
       coalesce(sum(errors), 0)::BIGINT AS errors, coalesce(sum(warnings), 0)::BIGINT AS warnings,
       coalesce(sum(infos), 0)::BIGINT AS infos, coalesce(sum(waived), 0)::BIGINT AS waived
FROM counted
GROUP BY trustee, month;
COMMENT ON VIEW v_trustee_month IS 'How many reports of a trustee reconcile, by month of distribution, over the reports in force. Columns as in recon_result.';
COMMENT ON COLUMN v_trustee_month.trustee IS 'trustee that the reports name; NULL where they name none';
COMMENT ON COLUMN v_trustee_month.month IS 'first day of the month of distribution; NULL for rules over all reports, in a row without a report';
COMMENT ON COLUMN v_trustee_month.reports IS 'reports [COUNT]';
COMMENT ON COLUMN v_trustee_month.reports_with_error IS 'reports with a breach of severity error that no waiver explains [COUNT]';
COMMENT ON COLUMN v_trustee_month.error_share IS 'reports_with_error over reports [RATIO]';
COMMENT ON COLUMN v_trustee_month.checks IS 'rows judged: ties, roundings, breaches and waived [COUNT]';
COMMENT ON COLUMN v_trustee_month.ties IS 'rows that tie [COUNT]';
COMMENT ON COLUMN v_trustee_month.roundings IS 'rows within the tolerance [COUNT]';
COMMENT ON COLUMN v_trustee_month.errors IS 'breaches of severity error that no waiver explains [COUNT]';
COMMENT ON COLUMN v_trustee_month.warnings IS 'breaches of severity warn that no waiver explains [COUNT]';
COMMENT ON COLUMN v_trustee_month.infos IS 'breaches of severity info that no waiver explains [COUNT]';
COMMENT ON COLUMN v_trustee_month.waived IS 'breaches that a waiver explains [COUNT]';
