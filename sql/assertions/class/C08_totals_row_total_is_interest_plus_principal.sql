-- id: C08
-- title: Totals row: total is interest plus principal
-- kind: reconciliation
-- grain: report x scope
-- unit: money
-- severity: error
-- tolerance: 0.01
-- addends: 4
-- why: a premium or carry-over was paid that stands in neither column
-- generated: from the identities of fact_class_total in transforms/facts; change it there
SELECT report_id, concat_ws('/', scope) AS scope_key, expected, actual, tolerance,
       covers('fact_class_total', concat_ws(' ', scope), ['interest_distribution', 'principal_distribution', 'total_distribution', 'prepayment_premium']) AS covers
FROM (
  SELECT report_id, scope,
         interest_distribution + principal_distribution + coalesce(prepayment_premium, 0) AS expected,
         total_distribution AS actual,
         0.01 AS tolerance
  FROM fact_class_total
  WHERE total_distribution IS NOT NULL
) AS f
