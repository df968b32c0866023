-- id: C26
-- title: A CUSIP names one class
-- kind: integrity
-- grain: report
-- unit: count
-- severity: error
-- tolerance: 0
-- why: one class of a report was read as two; each report is judged alone, for nothing joins deals and the names
--   of their classes over the reports of a lake yet (C30 tells where they fall apart)

SELECT report_id, 'classes' AS scope_key, count(DISTINCT cusip) AS expected, count(DISTINCT (cusip, class_id)) AS actual,
       0 AS tolerance
FROM v_report_cusip
GROUP BY report_id
