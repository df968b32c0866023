-- id: I10
-- title: Every number is claimed
-- kind: reconciliation
-- grain: report
-- unit: count
-- severity: error
-- tolerance: 0
-- why: the reader met a number it has no label for

SELECT report_id, 'all' AS scope_key, 0 AS expected,
       count(*) FILTER (pairing IS NULL AND table_code <> 'HEADER') AS actual, 0 AS tolerance
FROM raw_cell
GROUP BY report_id
