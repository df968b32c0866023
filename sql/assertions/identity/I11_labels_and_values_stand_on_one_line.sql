-- id: I11
-- title: Labels and values stand on one line
-- kind: reconciliation
-- grain: report x table
-- unit: count
-- severity: warn
-- tolerance: 0
-- why: values are printed a line below their labels; they were paired in order, and the proof says whether rightly

SELECT report_id, table_code AS scope_key, 0 AS expected, count(*) FILTER (pairing = 'SHIFTED') AS actual,
       0 AS tolerance
FROM raw_cell
WHERE pairing IN ('SHIFTED', 'SAME_LINE') AND table_code NOT IN ('HEADER', 'TEXT')
GROUP BY report_id, table_code
