-- How precisely a report prints a column: the most decimals met, two more for percentages, because facts hold fractions,
-- three fewer for thousands and six for millions, because facts hold dollars.
-- Rules take half a unit of this last digit as their tolerance.
CREATE VIEW v_printed_scale AS
SELECT report_id, canonical_table, canonical_column,
       max(length(regexp_extract(raw_text, '\.([0-9]+)', 1)) + CASE WHEN unit = 'PCT' THEN 2 ELSE 0 END
           - CASE scale WHEN 1000 THEN 3 WHEN 1000000 THEN 6 ELSE 0 END) AS scale
FROM raw_cell
WHERE canonical_table IS NOT NULL AND value_num IS NOT NULL
GROUP BY report_id, canonical_table, canonical_column
UNION ALL
-- An amendment of some pages prints the others as the version that they are of.
SELECT s.report_id, c.canonical_table, c.canonical_column,
       max(length(regexp_extract(c.raw_text, '\.([0-9]+)', 1)) + CASE WHEN c.unit = 'PCT' THEN 2 ELSE 0 END
           - CASE c.scale WHEN 1000 THEN 3 WHEN 1000000 THEN 6 ELSE 0 END)
FROM report_source AS s
JOIN raw_cell AS c ON c.report_id = s.source_report_id AND c.canonical_table = s.fact
WHERE s.statement_code IS NULL AND c.value_num IS NOT NULL
GROUP BY s.report_id, c.canonical_table, c.canonical_column;
COMMENT ON VIEW v_printed_scale IS 'Decimals a report prints in a column, counted as a fraction where it prints percentages. Columns as in raw_cell.';
COMMENT ON COLUMN v_printed_scale.scale IS 'decimals of the most precise figure in the column, below 0 where it prints whole thousands or millions [COUNT]';

-- How far rounding may carry the sums of a report that prints money in thousands or millions: every addend by half a unit
-- of the last digit. Reports in dollars, and those that print the cents in their scale, have no row. A zero says nothing
-- of how the figures beside it are rounded.
CREATE VIEW v_rounding AS
SELECT report_id, max(unit) / 2 AS half, max(members) AS members
FROM (
  SELECT report_id, count(*) AS members, scale::DOUBLE * power(
           10.0, -max(length(regexp_extract(raw_text, '\.([0-9]+)', 1))) FILTER (value_num <> 0)
         ) AS unit
  FROM raw_cell
  WHERE canonical_table IS NOT NULL AND value_num IS NOT NULL AND unit = 'USD' AND table_code <> 'HEADER'
  GROUP BY report_id, canonical_table, canonical_column, scale
)
GROUP BY report_id
HAVING max(unit) > 1;
COMMENT ON VIEW v_rounding IS 'Reports that round their money to more than a dollar, as those in thousands or millions do. Columns as in raw_cell.';
COMMENT ON COLUMN v_rounding.half IS 'half a unit of the last printed digit of the most rounded column [USD]';
COMMENT ON COLUMN v_rounding.members IS 'figures of the longest column: the most addends of a sum down a column [COUNT]';
