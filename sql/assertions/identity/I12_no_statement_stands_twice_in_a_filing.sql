-- id: I12
-- title: No statement stands twice in a filing
-- kind: reconciliation
-- grain: filing x deal x distribution date
-- unit: count
-- severity: warn
-- tolerance: 0
-- why: one series was printed twice, with different figures

SELECT min(report_id) AS report_id, deal_id || ' ' || distribution_date AS scope_key, 1 AS expected, count(*) AS actual,
       0 AS tolerance
FROM report
GROUP BY accession_number, deal_id, distribution_date
