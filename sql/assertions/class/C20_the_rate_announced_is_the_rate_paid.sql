-- id: C20
-- title: The rate announced is the rate paid
-- kind: reconciliation
-- grain: report x class
-- unit: rate
-- severity: info
-- tolerance: 0.00000001
-- why: the announced rate was an estimate

SELECT f.report_id, p.class_name AS scope_key, p.next_pass_through_rate AS expected, f.pass_through_rate AS actual,
       0.00000001 AS tolerance,
       covers('fact_class_distribution', f.class_id, ['pass_through_rate']) AS covers
FROM fact_class_distribution AS f
JOIN v_previous_class AS p USING (report_id, class_id)
WHERE p.next_pass_through_rate IS NOT NULL
