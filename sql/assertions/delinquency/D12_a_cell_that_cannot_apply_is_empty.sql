-- id: D12
-- title: A cell that cannot apply is empty
-- kind: reconciliation
-- grain: report x group
-- unit: count
-- severity: error
-- tolerance: 0
-- why: a reader that splits on white space moved the next status one column to the left

-- A loan less than a month behind is not delinquent, though it may be bankrupt: where a table has such a row for the
-- other statuses, its delinquent cells are blank, not zero.
SELECT report_id, group_code AS scope_key, 0 AS expected,
       count(loan_count) FILTER (status = 'DELINQUENT') + count(balance) FILTER (status = 'DELINQUENT') AS actual,
       0 AS tolerance
FROM fact_delinquency
WHERE bucket_low_days = 0
GROUP BY report_id, group_code
HAVING count(*) FILTER (status NOT IN ('DELINQUENT', 'TOTAL')) > 0
