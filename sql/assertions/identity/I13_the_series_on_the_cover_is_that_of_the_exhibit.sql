-- id: I13
-- title: The series on the cover is that of the exhibit
-- kind: reconciliation
-- grain: filing x series
-- unit: count
-- severity: warn
-- tolerance: 0
-- why: a typing error on the cover

SELECT r.report_id, c.alias_norm AS scope_key, 1 AS expected,
       max((e.alias_norm = c.alias_norm)::INTEGER) AS actual, 0 AS tolerance
FROM dim_deal_alias AS c
JOIN dim_deal_alias AS e ON e.deal_id = c.deal_id AND e.alias_kind = 'EXHIBIT_SERIES'
JOIN report AS r ON r.deal_id = c.deal_id AND r.accession_number = c.first_seen_accession
WHERE c.alias_kind = 'COVER_SERIES'
GROUP BY r.report_id, c.alias_norm
