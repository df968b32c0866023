-- id: C11
-- title: Unpaid interest rolls over the months
-- kind: reconciliation
-- grain: report x class
-- unit: money
-- severity: warn
-- tolerance: 0.01
-- why: what is unpaid accrues interest itself

SELECT f.report_id, d.class_name AS scope_key,
       p.remaining_unpaid_interest_shortfall + f.current_interest_shortfall
         - coalesce(f.unpaid_interest_shortfall_paid, 0) AS expected,
       f.remaining_unpaid_interest_shortfall AS actual, 0.01 AS tolerance
FROM v_previous_report AS v
JOIN fact_class_distribution AS f USING (report_id)
JOIN fact_class_distribution AS p ON p.report_id = v.previous_report_id AND p.class_id = f.class_id
JOIN dim_class AS d ON d.class_id = f.class_id
