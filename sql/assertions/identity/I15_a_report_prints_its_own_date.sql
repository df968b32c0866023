-- id: I15
-- title: A report prints its own date
-- kind: reconciliation
-- grain: report
-- unit: count
-- severity: error
-- tolerance: 0
-- why: the date of an earlier month was left standing; the balances say that the report follows that month

SELECT r.report_id, 'days' AS scope_key, 0 AS expected,
       min(abs(date_diff('day', try_cast(c.value_text AS DATE), r.distribution_date))) AS actual, 0 AS tolerance
FROM report AS r
JOIN raw_cell AS c USING (report_id)
WHERE c.table_code = 'HEADER' AND c.canonical_table = 'report' AND c.canonical_column = 'distribution_date'
GROUP BY r.report_id
