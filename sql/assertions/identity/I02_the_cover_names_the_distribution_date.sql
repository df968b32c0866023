-- id: I02
-- title: The cover names the distribution date
-- kind: reconciliation
-- grain: report
-- unit: count
-- severity: warn
-- tolerance: 0
-- why: the cover was copied from the month before

SELECT r.report_id, 'days' AS scope_key, 0 AS expected,
       abs(date_diff('day', f.event_date, r.distribution_date)) AS actual, 0 AS tolerance
FROM report AS r JOIN filing AS f USING (accession_number)
WHERE f.event_date IS NOT NULL
