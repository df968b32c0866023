-- id: K04
-- title: A filing is loaded if and only if it has a report
-- kind: integrity
-- grain: filing
-- unit: count
-- severity: error
-- tolerance: 0
-- why: the ledger and the warehouse disagree

SELECT (SELECT min(r.report_id) FROM report AS r WHERE r.accession_number = s.accession_number) AS report_id,
       s.accession_number AS scope_key, (s.state = 'loaded')::INTEGER AS expected,
       (EXISTS (FROM report AS r WHERE r.accession_number = s.accession_number)
        OR EXISTS (FROM report_repeat AS r WHERE r.accession_number = s.accession_number))::INTEGER AS actual,
       0 AS tolerance
FROM filing_state AS s
-- What the source took back may have been read before.
WHERE s.state <> 'withdrawn'
