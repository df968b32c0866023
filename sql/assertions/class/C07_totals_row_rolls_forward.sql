-- id: C07
-- title: Totals row rolls forward
-- kind: reconciliation
-- grain: report x scope
-- unit: money
-- severity: error
-- tolerance: 0.01
-- addends: 5
-- why: a value of the totals row stands in the wrong column
-- generated: from the identities of fact_class_total in transforms/facts; change it there
SELECT report_id, concat_ws('/', scope) AS scope_key, expected, actual, tolerance,
       covers('fact_class_total', concat_ws(' ', scope), ['beginning_balance', 'principal_distribution', 'accretion', 'realized_loss', 'ending_balance']) AS covers
FROM (
  SELECT report_id, scope,
         beginning_balance - principal_distribution - coalesce(realized_loss, 0) + coalesce(accretion, 0) AS expected,
         ending_balance AS actual,
         0.01 AS tolerance
  FROM fact_class_total
  WHERE beginning_balance IS NOT NULL AND principal_distribution IS NOT NULL AND ending_balance IS NOT NULL
) AS f
