-- id: I09
-- title: Repeated printings of a figure agree
-- kind: reconciliation
-- grain: report x concept
-- unit: count
-- severity: error
-- tolerance: 0
-- vetoes: yes
-- why: one of the tables is stale or was misread

-- One may be in dollars, the other in thousands: then they agree as far as the more rounded one is printed.
SELECT report_id, concept_key AS scope_key, 1 AS expected, CASE WHEN is_rounded THEN 1 ELSE printed END AS actual,
       0 AS tolerance,
       -- Only printings that are equal to the last digit say the same of it; where they differ, it is never proven.
       CASE WHEN printed = 1 OR NOT is_rounded THEN covers_cell(fact, cell_member, column_name, 1) END AS covers
FROM (
  SELECT c.report_id, c.concept_key, count(DISTINCT c.value_num * c.scale) AS printed,
         max(c.scale) > 1
           AND max(c.value_num * c.scale) - min(c.value_num * c.scale)
               <= max(c.scale::DOUBLE * power(10.0, -length(regexp_extract(c.raw_text, '\.([0-9]+)', 1)))) / 2
           AS is_rounded,
         any_value(m.fact) AS fact, any_value(m.cell_member) AS cell_member, any_value(m.column_name) AS column_name
  FROM raw_cell AS c
  LEFT JOIN v_cell_member AS m ON m.report_id = c.report_id AND m.cell_id = c.cell_id
  WHERE c.value_num IS NOT NULL AND c.concept_key IS NOT NULL
  GROUP BY c.report_id, c.concept_key
  HAVING count(*) > 1
)
