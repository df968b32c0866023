-- From a value of a fact to the cells that print it, and back.

-- The member of its fact that each mapped cell belongs to, in the words of the fact's own key.
CREATE VIEW v_cell_member AS
SELECT c.report_id, c.cell_id, c.canonical_table AS fact, c.canonical_column AS column_name,
       CASE c.canonical_table
         WHEN 'fact_class_distribution' THEN a.class_id
         WHEN 'fact_class_factor' THEN a.class_id
         WHEN 'fact_class_total' THEN coalesce(c.remic, c.group_code)
         WHEN 'fact_delinquency' THEN concat_ws(' ', c.group_code, c.status, c.bucket)
         WHEN 'fact_account' THEN concat_ws(' ', split_part(c.concept_key, '|', 9), c.group_code, c.item_code)
         WHEN 'fact_line_item' THEN concat_ws(' ', split_part(c.concept_key, '|', 10), c.group_code, c.item_code,
                                              split_part(c.concept_key, '|', 8))
         WHEN 'fact_fee' THEN concat_ws(' ', c.group_code, c.item_code)
         WHEN 'fact_trigger' THEN concat_ws(' ', c.group_code, c.item_code)
         WHEN 'fact_other_account' THEN c.item_code
         WHEN 'fact_enhancement' THEN c.item_code
         ELSE c.group_code
       END AS cell_member,
       -- Facts hold dollars and fractions, but for lines that no term covers: those keep their unit.
       CASE WHEN c.unit = 'PCT' AND c.canonical_table <> 'fact_line_item' THEN c.value_num / 100
            WHEN c.scale = 1 THEN c.value_num ELSE round(c.value_num * c.scale, 2) END AS fact_value,
       c.value_text, c.statement_seq, c.line_no, c.col_start, c.col_end, c.raw_text
FROM raw_cell AS c
JOIN report AS r USING (report_id)
LEFT JOIN (SELECT d.deal_id, n.class_id, n.class_name, n.remic FROM dim_class_alias AS n JOIN dim_class AS d USING (class_id))
  AS a ON a.deal_id = r.deal_id AND a.class_name = c.class_name AND a.remic IS NOT DISTINCT FROM c.remic
WHERE starts_with(c.canonical_table, 'fact_') AND c.concept_key IS NOT NULL;
COMMENT ON VIEW v_cell_member IS 'A row per printed value that was read into a fact, with the member of the fact it belongs to. Columns as in raw_cell.';
COMMENT ON COLUMN v_cell_member.fact IS 'fact table it was read into';
COMMENT ON COLUMN v_cell_member.column_name IS 'column of that table it was read into';
COMMENT ON COLUMN v_cell_member.cell_member IS 'member of the fact, as far as the cell tells: class_id, or group, status, bucket, account, code in the order of the key';
COMMENT ON COLUMN v_cell_member.fact_value IS 'the printed number in the unit of the column it was read into: 0.0164 for 1.64%, 1500.00 for 1.5 in thousands [UNIT OF column_name]';

CREATE MACRO value_cell(reports) AS TABLE
SELECT v.report_id, v.fact, v.member, v.column_name, v.value, m.cell_id, m.line_no, m.col_start, m.col_end, m.raw_text,
       -- An answer in words is no number to compare.
       CASE WHEN v.value NOT IN ('true', 'false')
            THEN coalesce(m.value_text = v.value, abs(try_cast(v.value AS DECIMAL(38,10)) - m.fact_value) < 0.000000001)
            END AS agrees
FROM fact_value(reports) AS v
JOIN v_cell_member AS m
  ON m.report_id = v.report_id AND m.fact = v.fact AND m.column_name = v.column_name AND m.cell_member = v.cell_member;
COMMENT ON MACRO TABLE value_cell IS 'v_value_cell of the listed reports alone: reports is a list of report_id.';

CREATE VIEW v_value_cell AS FROM value_cell((SELECT list(report_id) FROM report));
COMMENT ON VIEW v_value_cell IS 'A row per value of a fact and cell that prints it: more than one where it is printed more than once. Columns as in v_cell_member.';
COMMENT ON COLUMN v_value_cell.member IS 'the fact''s row in its report: the columns of its key after report_id, with a blank between';
COMMENT ON COLUMN v_value_cell.value IS 'value of the fact, as text';
COMMENT ON COLUMN v_value_cell.agrees IS 'the cell prints this value; another printing of the same figure may differ, and of several the first counts; NULL for a yes or no';

CREATE MACRO source_of(report, fact_table, term) AS TABLE
SELECT * FROM value_cell([report]) WHERE fact = fact_table AND column_name = term;
COMMENT ON MACRO TABLE source_of IS 'The cells behind a column (term) of one fact table in one report.';
