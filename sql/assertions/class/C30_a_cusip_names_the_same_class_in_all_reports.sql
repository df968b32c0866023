-- id: C30
-- title: A CUSIP names the same class in all reports
-- kind: reconciliation
-- grain: warehouse
-- unit: count
-- severity: error
-- tolerance: 0
-- why: what else names the two deals disagrees (`identity_conflict`), or one report prints the two classes side by side

SELECT NULL AS report_id, id_value AS scope_key, 1 AS expected, count(DISTINCT class_id) AS actual, 0 AS tolerance
FROM dim_class_identifier
WHERE id_type = 'CUSIP'
GROUP BY id_value
