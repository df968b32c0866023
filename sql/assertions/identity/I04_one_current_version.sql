-- id: I04
-- title: One current version
-- kind: integrity
-- grain: deal x distribution date
-- unit: count
-- severity: error
-- tolerance: 0
-- why: the chain of amendments is broken

SELECT min(report_id) AS report_id, deal_id || ' ' || distribution_date AS scope_key, 1 AS expected,
       count(*) FILTER (known_to = TIMESTAMP '9999-12-31 00:00:00') AS actual, 0 AS tolerance
FROM report
GROUP BY deal_id, distribution_date
