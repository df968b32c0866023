-- id: P15
-- title: Strata do not exceed the pool
-- kind: reconciliation
-- grain: report x group
-- unit: money
-- severity: info
-- tolerance: 0.01
-- addends: members + 4
-- why: classifies: equal where the strata cover the pool, below where they are a part of it

SELECT l.report_id, l.group_code || ' strata' AS scope_key, c.ending_scheduled_balance AS expected,
       sum(l.value) AS actual, 0.01 AS tolerance
FROM fact_line_item AS l
JOIN fact_collateral AS c
  ON c.report_id = l.report_id AND c.group_code = l.group_code AND c.statement_seq = 1
WHERE l.item_code = 'ENDING_SCHEDULED_BALANCE_BY_PRODUCT' AND l.stratum <> ''
GROUP BY l.report_id, l.group_code, c.ending_scheduled_balance
