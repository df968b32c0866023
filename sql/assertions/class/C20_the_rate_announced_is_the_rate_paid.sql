-- id: C20
-- title: The rate announced is the rate paid
-- kind: reconciliation
-- grain: report x class
-- unit: rate
-- severity: info
-- tolerance: 0.00000001
-- why: the announced rate was an estimate

SELECT f.report_id, d.class_name AS scope_key, p.next_pass_through_rate AS expected, f.pass_through_rate AS actual,
       0.00000001 AS tolerance
FROM v_previous_report AS v
JOIN fact_class_distribution AS f USING (report_id)
JOIN fact_class_distribution AS p ON p.report_id = v.previous_report_id AND p.class_id = f.class_id
JOIN dim_class AS d ON d.class_id = f.class_id
