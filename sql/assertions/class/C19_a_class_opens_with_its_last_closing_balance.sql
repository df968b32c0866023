-- id: C19
-- title: A class opens with its last closing balance
-- kind: reconciliation
-- grain: report x class
-- unit: money
-- severity: error
-- tolerance: 0.01
-- why: a restated month, a report with the date of another month, or a balance read from the wrong column

SELECT f.report_id, d.class_name AS scope_key, p.ending_balance AS expected, f.beginning_balance AS actual,
       0.01 AS tolerance
FROM v_previous_report AS v
JOIN fact_class_distribution AS f USING (report_id)
JOIN fact_class_distribution AS p ON p.report_id = v.previous_report_id AND p.class_id = f.class_id
JOIN dim_class AS d ON d.class_id = f.class_id
