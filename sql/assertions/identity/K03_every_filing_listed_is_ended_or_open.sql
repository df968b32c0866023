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
         + count(*) FILTER (state IN ('loaded', 'not_ours', 'unreadable', 'unrecognised', 'withdrawn')) AS actual,
       0 AS tolerance
FROM filing_state
