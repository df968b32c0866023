-- id: K05
-- title: No cell is lost between reading and warehouse
-- kind: integrity
-- grain: filing
-- unit: count
-- severity: error
-- tolerance: 0
-- why: a batch was written in part

SELECT (SELECT min(r.report_id) FROM report AS r WHERE r.accession_number = s.accession_number) AS report_id,
       s.accession_number AS scope_key, s.cells AS expected, coalesce(c.n, 0) + coalesce(o.n, 0) AS actual, 0 AS tolerance
FROM filing_state AS s
LEFT JOIN (
  SELECT r.accession_number, count(*) FILTER (c.table_code <> 'HEADER') AS n
  FROM raw_cell AS c JOIN report AS r USING (report_id)
  GROUP BY r.accession_number
) AS c USING (accession_number)
LEFT JOIN (
  SELECT accession_number, sum(cells) AS n FROM report_repeat GROUP BY accession_number
) AS o USING (accession_number)
WHERE s.state IN ('loaded', 'withdrawn') AND s.cells IS NOT NULL
