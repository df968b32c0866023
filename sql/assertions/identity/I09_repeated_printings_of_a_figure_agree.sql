-- id: I09
-- title: Repeated printings of a figure agree
-- kind: reconciliation
-- grain: report x concept
-- unit: count
-- severity: error
-- tolerance: 0
-- vetoes: yes
-- why: one of the tables is stale or was misread

SELECT c.report_id, c.concept_key AS scope_key, 1 AS expected, count(DISTINCT c.value_num) AS actual, 0 AS tolerance,
       covers_cell(any_value(m.fact), any_value(m.cell_member), any_value(m.column_name), 1) AS covers
FROM raw_cell AS c
LEFT JOIN v_cell_member AS m ON m.report_id = c.report_id AND m.cell_id = c.cell_id
WHERE c.value_num IS NOT NULL AND c.concept_key IS NOT NULL
GROUP BY c.report_id, c.concept_key
HAVING count(*) > 1
