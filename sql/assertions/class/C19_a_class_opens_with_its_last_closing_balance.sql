-- id: C19
-- title: A class opens with its last closing balance
-- kind: reconciliation
-- grain: report x class
-- unit: money
-- severity: error
-- tolerance: 0.01
-- why: a restated month, a report with the date of another month, or a balance read from the wrong column

SELECT f.report_id, p.class_name AS scope_key, p.ending_balance AS expected, f.beginning_balance AS actual,
       0.01 AS tolerance,
       covers('fact_class_distribution', f.class_id, ['beginning_balance']) AS covers
FROM fact_class_distribution AS f
JOIN v_previous_class AS p USING (report_id, class_id)
WHERE f.beginning_balance IS NOT NULL OR p.ending_balance IS NOT NULL
