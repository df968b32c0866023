-- id: C12
-- title: Interest carry-forward rolls
-- kind: reconciliation
-- grain: report x class
-- unit: money
-- severity: warn
-- tolerance: 0.01
-- why: the carry-forward itself accrues interest

SELECT f.report_id, d.class_name AS scope_key,
       f.beginning_interest_carryforward + f.accrued_interest - f.interest_distribution AS expected,
       f.ending_interest_carryforward AS actual,
       0.01 AS tolerance,
       covers('fact_class_distribution', f.class_id,
              ['beginning_interest_carryforward', 'accrued_interest', 'interest_distribution',
               'ending_interest_carryforward']) AS covers
FROM fact_class_distribution AS f
JOIN dim_class AS d USING (class_id)
WHERE f.ending_interest_carryforward IS NOT NULL
