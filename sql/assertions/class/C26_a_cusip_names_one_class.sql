-- id: C26
-- title: A CUSIP names one class
-- kind: integrity
-- grain: warehouse
-- unit: count
-- severity: error
-- tolerance: 0
-- why: one deal was taken for two, or two for one

SELECT NULL AS report_id, id_value AS scope_key, 1 AS expected, count(DISTINCT class_id) AS actual, 0 AS tolerance
FROM dim_class_identifier
WHERE id_type = 'CUSIP'
GROUP BY id_value
