-- id: I18
-- title: A report prints a date of its own
-- kind: reconciliation
-- grain: report
-- unit: count
-- severity: info
-- tolerance: 0
-- vetoes: yes
-- why: the date is that of the cover or of the header of the filing, and the month may be another

WITH dated AS (
  SELECT report_id, (report_id NOT IN (
           SELECT report_id FROM raw_cell
           WHERE table_code = 'HEADER' AND canonical_table = 'report' AND canonical_column = 'distribution_date'))::INTEGER
           AS is_open
  FROM report
),
held AS (
  SELECT report_id, list(covered(fact, member, column_name, 1)) AS of_open
  FROM fact_value((SELECT list(report_id) FROM dated WHERE is_open = 1)) GROUP BY report_id
)
SELECT d.report_id, 'date' AS scope_key, 0 AS expected, d.is_open AS actual, 0 AS tolerance, h.of_open AS covers
FROM dated AS d LEFT JOIN held AS h USING (report_id)
