-- How often each rule tied on the reports of one deal, $deal, in the versions that `known` holds.
SELECT u.rule_id, u.name AS rule_name, coalesce(b.severity, u.severity) AS severity,
       count(*) FILTER (q.outcome = 'tie') AS tie, count(*) FILTER (q.outcome = 'rounding') AS rounding,
       count(*) FILTER (q.outcome = 'breach') - coalesce(any_value(b.waived), 0) AS breach,
       coalesce(any_value(b.waived), 0) AS waived, count(*) FILTER (q.outcome = 'not_applicable') AS not_applicable,
       breach > 0 AND coalesce(b.severity, u.severity) = 'error' AS loud
FROM recon_result AS q
JOIN recon_rule AS u USING (rule_id)
JOIN known AS k USING (report_id)
LEFT JOIN (
  SELECT b.rule_id, min_by(b.severity, list_position(['error', 'warn', 'info'], b.severity)) AS severity,
         count(*) FILTER (b.waived) AS waived
  FROM known_breach AS b
  WHERE b.deal_id = $deal
  GROUP BY b.rule_id
) AS b USING (rule_id)
WHERE k.deal_id = $deal
GROUP BY u.rule_id, u.name, u.severity, b.severity
ORDER BY breach = 0, list_position(['error', 'warn', 'info'], coalesce(b.severity, u.severity)), u.rule_id
