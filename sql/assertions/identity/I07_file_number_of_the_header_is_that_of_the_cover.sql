-- id: I07
-- title: File number of the header is that of the cover
-- kind: reconciliation
-- grain: filing
-- unit: count
-- severity: info
-- tolerance: 0
-- why: the header carries an old shelf of the depositor

SELECT (SELECT min(r.report_id) FROM report AS r WHERE r.accession_number = f.accession_number) AS report_id,
       sec_file_number_header || ' vs ' || sec_file_number_cover AS scope_key, 1 AS expected,
       (sec_file_number_header = sec_file_number_cover)::INTEGER AS actual, 0 AS tolerance
FROM filing_filer AS f
WHERE sec_file_number_header IS NOT NULL AND sec_file_number_cover IS NOT NULL
