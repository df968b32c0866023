-- id: I09
-- title: Repeated printings of a figure agree
-- kind: reconciliation
-- grain: report x concept
-- unit: count
-- severity: error
-- tolerance: 0
-- why: one of the tables is stale or was misread

SELECT report_id, concept_key AS scope_key, 1 AS expected, count(DISTINCT value_num) AS actual, 0 AS tolerance
FROM raw_cell
WHERE value_num IS NOT NULL AND concept_key IS NOT NULL
GROUP BY report_id, concept_key
HAVING count(*) > 1
