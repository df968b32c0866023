-- The printed values of one report, $report, that are read into one fact table, $fact, in print order.
SELECT cell_id, line_no, coalesce(class_name, nullif(group_code, 'ALL')) AS member, item_code, status, bucket,
       canonical_column, unit, raw_text, value_num, scale, value_text, row_label
FROM raw_cell
WHERE report_id = $report AND canonical_table = $fact
ORDER BY line_no, col_start
