-- id: C22
-- title: A class with a balance is reported again
-- kind: reconciliation
-- grain: report x class
-- unit: count
-- severity: warn
-- tolerance: 0
-- why: a row was lost, or the class was renamed

SELECT p.report_id, p.class_name AS scope_key, 1 AS expected, (f.class_id IS NOT NULL)::INTEGER AS actual,
       0 AS tolerance
FROM v_previous_class AS p
LEFT JOIN fact_class_distribution AS f USING (report_id, class_id)
WHERE p.ending_balance > 0 AND p.report_id IN (SELECT report_id FROM fact_class_distribution)
