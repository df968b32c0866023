-- id: I03
-- title: Filed within fifteen days
-- kind: reconciliation
-- grain: report
-- unit: count
-- severity: info
-- tolerance: 15 days
-- why: late, or amended later

SELECT r.report_id, 'days' AS scope_key, 0 AS expected,
       date_diff('day', r.distribution_date, coalesce(f.filed_date, f.signature_date)) AS actual,
       15 AS tolerance, 15 AS tie
FROM report AS r JOIN filing AS f USING (accession_number)
WHERE coalesce(f.filed_date, f.signature_date) IS NOT NULL
