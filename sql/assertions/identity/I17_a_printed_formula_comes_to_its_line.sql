-- id: I17
-- title: A printed formula comes to its line
-- kind: reconciliation
-- grain: report x formula
-- unit: rate
-- severity: info
-- tolerance: as the formula was judged: half a cent, half a unit of the last printed digit, for each figure in it
-- why: a figure was misprinted or misread, or the formula means other lines; I16 counts them

WITH cell AS (
  SELECT report_id, line_no, col_start, text, scope_key, string_split(unnest(string_split(figures, ' ')), '=') AS told
  FROM printed_formula
  WHERE figures <> ''
),
-- A figure of a formula that is no value of a fact is covered by nobody.
held AS (
  SELECT c.report_id, c.line_no, c.col_start, c.text, c.scope_key,
         list(covered(m.fact, '@' || m.cell_member, m.column_name,
                      c.told[2]::DOUBLE * CASE WHEN r.unit = 'PCT' AND m.fact <> 'fact_line_item' THEN 100 ELSE 1 END))
           AS covers
  FROM cell AS c
  JOIN v_cell_member AS m ON m.report_id = c.report_id AND m.cell_id = c.told[1]
  JOIN raw_cell AS r ON r.report_id = c.report_id AND r.cell_id = c.told[1]
  GROUP BY ALL
)
SELECT f.report_id, concat_ws(' ', f.line_no || ':' || f.col_start, f.text, f.scope_key) AS scope_key, f.expected,
       f.actual, CASE WHEN f.outcome = 'breach' THEN 0 ELSE greatest(f.tolerance, abs(f.diff)) END AS tolerance, h.covers
FROM printed_formula AS f
LEFT JOIN held AS h USING (report_id, line_no, col_start, text, scope_key)
WHERE f.outcome <> 'not_applicable'
