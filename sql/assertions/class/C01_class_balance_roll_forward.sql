-- id: C01
-- title: Class balance roll-forward
-- kind: reconciliation
-- grain: report x class
-- unit: money
-- severity: error
-- tolerance: 0.01
-- addends: 5
-- why: a value in the wrong column, an omitted deferral or write-up, or a restated balance
-- generated: from the identities of fact_class_distribution in transforms/facts; change it there
SELECT f.report_id, d.class_name AS scope_key, f.expected, f.actual, f.tolerance,
       covers('fact_class_distribution', f.class_id, ['beginning_balance', 'principal_distribution', 'accretion', 'realized_loss', 'ending_balance']) AS covers
FROM (
  SELECT report_id, class_id,
         beginning_balance - principal_distribution - coalesce(realized_loss, 0) + coalesce(accretion, 0) AS expected,
         ending_balance AS actual,
         0.01 AS tolerance
  FROM fact_class_distribution
  WHERE beginning_balance IS NOT NULL AND principal_distribution IS NOT NULL AND ending_balance IS NOT NULL
) AS f
JOIN dim_class AS d USING (class_id)
WHERE NOT coalesce(d.is_notional, false)
