-- id: F06
-- title: Every class has a factor row
-- kind: reconciliation
-- grain: report x remic x measure
-- unit: count
-- severity: info
-- tolerance: 0
-- why: a residual was left out of the factor table, or a line of it was lost

SELECT f.report_id, coalesce(d.remic, 'ALL') AS scope_key, count(*) AS expected, count(x.class_id) AS actual,
       0 AS tolerance
FROM fact_class_distribution AS f
JOIN dim_class AS d USING (class_id)
LEFT JOIN fact_class_factor AS x ON x.report_id = f.report_id AND x.class_id = f.class_id
WHERE EXISTS (FROM fact_class_factor AS any_factor WHERE any_factor.report_id = f.report_id)
GROUP BY f.report_id, coalesce(d.remic, 'ALL')
UNION ALL
-- A class may stand in one table of factors and be missing in the next: what it was paid has a factor where others have.
SELECT f.report_id, coalesce(d.remic, 'ALL') || '.' || f.measure, count(*), count(x.amount), 0
FROM (
  FROM (UNPIVOT (
    SELECT report_id, class_id, coalesce(beginning_balance, beginning_notional) AS beginning_balance,
           coalesce(ending_balance, ending_notional) AS ending_balance, accrued_interest, interest_distribution,
           principal_distribution, total_distribution
    FROM fact_class_distribution WHERE coalesce(original_face, 1) > 0
  ) ON beginning_balance, ending_balance, accrued_interest, interest_distribution, principal_distribution,
       total_distribution INTO NAME measure VALUE amount)
  WHERE amount <> 0
) AS f
JOIN dim_class AS d USING (class_id)
LEFT JOIN (
  UNPIVOT fact_class_factor ON beginning_balance, ending_balance, accrued_interest, interest_distribution,
    principal_distribution, total_distribution INTO NAME measure VALUE amount
) AS x ON x.report_id = f.report_id AND x.class_id = f.class_id AND x.measure = f.measure
GROUP BY f.report_id, coalesce(d.remic, 'ALL'), f.measure
-- Of one class alone nothing is told.
HAVING count(x.amount) > 1
