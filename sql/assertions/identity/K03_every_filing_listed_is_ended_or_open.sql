-- id: K03
-- title: Every filing listed is ended or open
-- kind: integrity
-- grain: state
-- unit: count
-- severity: error
-- tolerance: 0
-- why: a filing is in no known state, or vanished between two of them

SELECT NULL AS report_id, 'filings' AS scope_key, count(*) AS expected,
       count(*) FILTER (state IN ('listed', 'fetched', 'read'))
         + count(*) FILTER (state IN ('loaded', 'not_ours', 'unreadable', 'unrecognised', 'withdrawn', 'removed')) AS actual,
       0 AS tolerance
FROM filing_state
UNION ALL
SELECT NULL AS report_id, 'listed by an index' AS scope_key,
       (SELECT count(DISTINCT accession_number) FROM filing_listing) AS expected,
       count(*) AS actual, 0 AS tolerance
FROM filing_state
WHERE listed_in IS NOT NULL
  AND state IN ('listed', 'fetched', 'read', 'loaded', 'not_ours', 'unreadable', 'unrecognised', 'withdrawn',
                'removed')
