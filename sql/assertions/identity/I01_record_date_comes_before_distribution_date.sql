-- id: I01
-- title: Record date comes before distribution date
-- kind: reconciliation
-- grain: report
-- unit: count
-- severity: error
-- tolerance: 0
-- why: two dates were swapped

SELECT report_id, 'all' AS scope_key, 1 AS expected, (record_date < distribution_date)::INTEGER AS actual,
       0 AS tolerance
FROM report
WHERE record_date IS NOT NULL
