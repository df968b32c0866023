-- id: I19
-- title: Columns stand under heads of their own
-- kind: reconciliation
-- grain: report x table
-- unit: count
-- severity: info
-- tolerance: 0
-- vetoes: yes
-- why: a list without heads goes on below another: its columns were read under the heads of that one, which may be
--   about something else

-- What another table prints under heads of its own is sure of its column.
WITH headed AS (
  SELECT DISTINCT report_id, concept_key FROM raw_cell
  WHERE concept_key IS NOT NULL AND pairing IS DISTINCT FROM 'INHERITED'
)
SELECT c.report_id, c.table_code AS scope_key, 0 AS expected,
       count(*) FILTER (c.pairing = 'INHERITED' AND h.report_id IS NULL) AS actual, 0 AS tolerance,
       list(covered(m.fact, '@' || m.cell_member, m.column_name, 1))
         FILTER (c.pairing = 'INHERITED' AND h.report_id IS NULL AND m.cell_id IS NOT NULL) AS covers
FROM raw_cell AS c
LEFT JOIN headed AS h USING (report_id, concept_key)
LEFT JOIN v_cell_member AS m ON m.report_id = c.report_id AND m.cell_id = c.cell_id
WHERE c.pairing IN ('GRID', 'INHERITED') AND c.table_code NOT IN ('HEADER', 'TEXT')
GROUP BY c.report_id, c.table_code
