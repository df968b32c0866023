-- id: C22
-- title: A class with a balance is reported again
-- kind: reconciliation
-- grain: report x class
-- unit: count
-- severity: warn
-- tolerance: 0
-- why: a row was lost, or the class was renamed

SELECT v.report_id, d.class_name AS scope_key, 1 AS expected,
       (EXISTS (FROM fact_class_distribution AS f
                WHERE f.report_id = v.report_id AND f.class_id = p.class_id))::INTEGER AS actual,
       0 AS tolerance
FROM v_previous_report AS v
JOIN fact_class_distribution AS p ON p.report_id = v.previous_report_id
JOIN dim_class AS d ON d.class_id = p.class_id
WHERE p.ending_balance > 0
  AND EXISTS (FROM fact_class_distribution AS f WHERE f.report_id = v.report_id)
