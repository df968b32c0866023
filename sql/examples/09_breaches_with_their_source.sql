-- question: Which errors did the last month show, and where are they printed?
-- asked by: auditor
SELECT b.report_id, b.rule_id, b.rule_name, b.scope_key, b.expected, b.actual, abs(b.diff) AS size, b.waived,
       min(c.line_no) AS first_line
FROM v_breach AS b
LEFT JOIN raw_cell AS c ON c.report_id = b.report_id AND c.class_name = split_part(b.scope_key, '.', 1)
WHERE b.severity = 'error'
  AND b.distribution_date > (SELECT max(distribution_date) FROM v_report_latest) - INTERVAL 1 MONTH
GROUP BY ALL
ORDER BY size DESC
