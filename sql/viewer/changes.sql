-- Which values of one deal, $deal, later versions of its reports changed, the latest month first.
SELECT distribution_date, version_no, known_from, coalesce(class_name, member) AS member, fact, column_name,
       value_before, value_after, cells_before[1] AS cell_before, cells_after[1] AS cell_after
FROM v_amendment_change
WHERE deal_id = $deal
ORDER BY distribution_date DESC, version_no DESC, fact, member, column_name
