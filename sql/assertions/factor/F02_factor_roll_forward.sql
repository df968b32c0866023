-- id: F02
-- title: Factor roll-forward
-- kind: reconciliation
-- grain: report x class
-- unit: rate
-- severity: error
-- tolerance: 2 * power(10.0, -printed_scale)
-- why: a factor stands in the wrong column
-- generated: from the identities of fact_class_factor in transforms/facts; change it there
SELECT f.report_id, d.class_name AS scope_key, f.expected, f.actual, f.tolerance
FROM (
  SELECT report_id, class_id,
         beginning_balance - principal_distribution - coalesce(realized_loss, 0) + coalesce(accretion, 0) AS expected,
         ending_balance AS actual,
         2 * power(10.0, -printed_scale) AS tolerance
  FROM fact_class_factor
  WHERE beginning_balance IS NOT NULL AND principal_distribution IS NOT NULL AND ending_balance IS NOT NULL AND balance_denomination IS NULL
) AS f
JOIN dim_class AS d USING (class_id)
WHERE NOT coalesce(d.is_notional, false)
