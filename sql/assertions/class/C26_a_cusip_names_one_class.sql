-- id: C26
-- title: A CUSIP names one class
-- kind: integrity
-- grain: report
-- unit: count
-- severity: error
-- tolerance: 0
-- why: one class of a report was read as two; over all reports C30 tells it, which stops nothing: evidence that
--   disagrees keeps two deals apart, and so the classes that share a CUSIP

SELECT report_id, 'classes' AS scope_key, count(DISTINCT cusip) AS expected, count(DISTINCT (cusip, class_id)) AS actual,
       0 AS tolerance
FROM v_report_cusip
GROUP BY report_id
