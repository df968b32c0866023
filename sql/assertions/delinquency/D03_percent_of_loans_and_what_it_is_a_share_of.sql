-- id: D03
-- title: Percent of loans and what it is a share of
-- kind: reconciliation
-- grain: report x group x status x bucket
-- unit: rate
-- severity: warn
-- tolerance: half a unit of the last printed digit
-- why: the share is of the opening or the original count

SELECT d.report_id, concat_ws(' ', d.group_code, d.status, d.bucket) AS scope_key,
       d.loan_count / nullif(c.ending_loan_count, 0) AS expected, d.loan_count_pct AS actual,
       0.5 * power(10.0, -s.scale) AS tolerance,
       [covered('fact_delinquency', concat_ws(' ', d.group_code, d.status, d.bucket), 'loan_count_pct', 1),
        covered('fact_delinquency', concat_ws(' ', d.group_code, d.status, d.bucket), 'loan_count',
                1 / nullif(c.ending_loan_count, 0)),
        covered('fact_collateral', concat_ws(' ', c.group_code, c.statement_seq), 'ending_loan_count',
                d.loan_count / nullif(c.ending_loan_count, 0)::DOUBLE ** 2)] AS covers,
       -- What no count explains is of a base that is not printed.
       max(d.count_pct_denominator) OVER (PARTITION BY d.report_id) IS NOT NULL AS complete
FROM fact_delinquency AS d
JOIN fact_collateral AS c
  ON c.report_id = d.report_id AND c.group_code = d.group_code AND c.statement_seq = 1
LEFT JOIN v_printed_scale AS s
  ON s.report_id = d.report_id AND s.canonical_table = 'fact_delinquency'
  AND s.canonical_column = 'loan_count_pct'
WHERE d.loan_count_pct IS NOT NULL AND d.loan_count IS NOT NULL
  AND coalesce(d.count_pct_denominator, 'ENDING_COUNT') = 'ENDING_COUNT'
