-- id: I14
-- title: The denomination footnote is complete
-- kind: reconciliation
-- grain: report x footnote
-- unit: count
-- severity: info
-- tolerance: 0
-- why: the text is cut at the margin; the denominations come from a complete copy of it

-- A text is cut if another copy of it goes on where it ends; its footnote mark may differ.
WITH footnote AS (
  SELECT report_id, min(line_no) AS line_no, regexp_replace(trim(row_label), '^\([0-9a-zA-Z*]{1,3}\)\s*', '') AS words
  FROM raw_cell
  WHERE table_code = 'HEADER' AND canonical_column = 'denomination'
  GROUP BY report_id, row_label
)
SELECT a.report_id, a.line_no::VARCHAR AS scope_key, 1 AS expected,
       (NOT EXISTS (FROM footnote AS b
                    WHERE b.report_id = a.report_id AND starts_with(b.words, a.words) AND b.words <> a.words))::INTEGER
         AS actual,
       0 AS tolerance
FROM footnote AS a
