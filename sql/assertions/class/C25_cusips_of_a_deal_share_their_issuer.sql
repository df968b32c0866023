-- id: C25
-- title: CUSIPs of a deal share their issuer
-- kind: reconciliation
-- grain: report
-- unit: count
-- severity: info
-- tolerance: 0
-- why: classes of several issuers, or of a resecuritisation

SELECT f.report_id, 'issuers' AS scope_key, 1 AS expected, count(DISTINCT left(i.id_value, 6)) AS actual, 0 AS tolerance
FROM fact_class_distribution AS f
JOIN report AS r USING (report_id)
JOIN dim_class AS d USING (class_id)
JOIN dim_class_identifier AS i
  ON i.class_id = f.class_id AND i.id_type = 'CUSIP'
  AND r.distribution_date >= coalesce(i.valid_from, DATE '0001-01-01')
  AND r.distribution_date < coalesce(i.valid_to, DATE '9999-12-31')
GROUP BY f.report_id
