-- id: C11
-- title: Unpaid interest rolls over the months
-- kind: reconciliation
-- grain: report x class
-- unit: money
-- severity: warn
-- tolerance: 0.01
-- why: what is unpaid accrues interest itself

SELECT f.report_id, p.class_name AS scope_key,
       p.remaining_unpaid_interest_shortfall + f.current_interest_shortfall
         - coalesce(f.unpaid_interest_shortfall_paid, 0) AS expected,
       f.remaining_unpaid_interest_shortfall AS actual, 0.01 AS tolerance,
       covers('fact_class_distribution', f.class_id,
              ['remaining_unpaid_interest_shortfall', 'current_interest_shortfall', 'unpaid_interest_shortfall_paid'])
         AS covers
FROM fact_class_distribution AS f
JOIN v_previous_class AS p USING (report_id, class_id)
WHERE f.remaining_unpaid_interest_shortfall IS NOT NULL OR p.remaining_unpaid_interest_shortfall > 0
