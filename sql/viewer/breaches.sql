-- Every breach in the reports of one deal, $deal, in the versions that `known` holds: loudest first, waived ones last.
SELECT b.rule_id, b.rule_name, b.severity, u.unit, b.distribution_date, b.scope_key, b.expected, b.actual, b.diff,
       b.tolerance, b.waived, b.reason, b.report_id
FROM known_breach AS b
LEFT JOIN recon_rule AS u USING (rule_id)
WHERE b.deal_id = $deal
ORDER BY b.waived, list_position(['error', 'warn', 'info'], b.severity), b.rule_id, abs(b.diff) DESC,
         b.distribution_date, b.scope_key
