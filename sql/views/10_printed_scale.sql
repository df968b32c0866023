-- How precisely a report prints a column: the most decimals met, two more for percentages, because facts hold fractions.
-- Rules take half a unit of this last digit as their tolerance.
CREATE VIEW v_printed_scale AS
SELECT report_id, canonical_table, canonical_column,
       max(length(regexp_extract(raw_text, '\.([0-9]+)', 1)) + CASE WHEN unit = 'PCT' THEN 2 ELSE 0 END) AS scale
FROM raw_cell
WHERE canonical_table IS NOT NULL AND value_num IS NOT NULL
GROUP BY report_id, canonical_table, canonical_column
UNION ALL
-- An amendment of some pages prints the others as the version that they are of.
SELECT s.report_id, c.canonical_table, c.canonical_column,
       max(length(regexp_extract(c.raw_text, '\.([0-9]+)', 1)) + CASE WHEN c.unit = 'PCT' THEN 2 ELSE 0 END)
FROM report_source AS s
JOIN raw_cell AS c ON c.report_id = s.source_report_id AND c.canonical_table = s.fact
WHERE s.statement_code IS NULL AND c.value_num IS NOT NULL
GROUP BY s.report_id, c.canonical_table, c.canonical_column;
COMMENT ON VIEW v_printed_scale IS 'Decimals a report prints in a column, counted as a fraction where it prints percentages. Columns as in raw_cell.';
COMMENT ON COLUMN v_printed_scale.scale IS 'decimals of the most precise figure in the column [COUNT]';
