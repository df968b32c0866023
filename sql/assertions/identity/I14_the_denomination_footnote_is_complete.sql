-- id: I14
-- title: The denomination footnote is complete
-- kind: reconciliation
-- grain: report x footnote
-- unit: count
-- severity: info
-- tolerance: 0
-- why: the text is cut at the margin; the denominations come from a complete copy of it

SELECT report_id, min(line_no)::VARCHAR AS scope_key, 1 AS expected,
       coalesce(right(trim(row_label), 1) = '.', false)::INTEGER AS actual, 0 AS tolerance
FROM raw_cell
WHERE table_code = 'HEADER' AND canonical_column = 'denomination'
GROUP BY report_id, row_label
