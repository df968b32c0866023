-- id: I05
-- title: An amendment has its original
-- kind: reconciliation
-- grain: report
-- unit: count
-- severity: warn
-- tolerance: 0
-- why: the original is not loaded: what was first reported is unknown

SELECT r.report_id, 'amendment' AS scope_key, 1 AS expected,
       (SELECT count(*) FROM report AS o
        WHERE o.deal_id = r.deal_id AND o.distribution_date = r.distribution_date AND o.version_no = 1) AS actual,
       0 AS tolerance
FROM report AS r JOIN filing AS f USING (accession_number)
WHERE f.is_amendment
