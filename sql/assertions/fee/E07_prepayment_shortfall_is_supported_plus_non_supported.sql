-- id: E07
-- title: Prepayment shortfall is supported plus non-supported
-- kind: reconciliation
-- grain: report x group
-- unit: money
-- severity: error
-- tolerance: 0.005
-- addends: 3
-- why: a part of the shortfall is printed elsewhere
-- generated: from the identities of fact_interest_shortfall in transforms/facts; change it there
SELECT report_id, concat_ws('/', group_code) AS scope_key, expected, actual, tolerance,
       covers('fact_interest_shortfall', concat_ws(' ', group_code), ['prepayment_interest_shortfall', 'servicing_fee_support', 'non_supported_shortfall']) AS covers
FROM (
  SELECT report_id, group_code,
         servicing_fee_support + non_supported_shortfall AS expected,
         prepayment_interest_shortfall AS actual,
         0.005 AS tolerance
  FROM fact_interest_shortfall
  WHERE prepayment_interest_shortfall IS NOT NULL
) AS f
