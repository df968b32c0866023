-- id: X20
-- title: Lower-tier classes add up to their group
-- kind: reconciliation
-- grain: report x group x side
-- unit: money
-- severity: error
-- tolerance: 0.01
-- addends: members + 4
-- why: a lower-tier class was lost

WITH low AS (
  SELECT f.report_id, d.group_code, sum(f.beginning_balance) AS beginning, sum(f.ending_balance) AS ending,
         list(f.class_id) AS members
  FROM fact_class_distribution AS f JOIN dim_class AS d USING (class_id)
  WHERE d.tier = 'LOWER'
  GROUP BY ALL
)
SELECT c.report_id, c.group_code || ' beginning' AS scope_key, c.beginning_scheduled_balance AS expected,
       l.beginning AS actual, 0.01 AS tolerance,
       covers('fact_collateral', concat_ws(' ', c.group_code, c.statement_seq), ['beginning_scheduled_balance'])
         || covers_each('fact_class_distribution', l.members, 'beginning_balance') AS covers
FROM fact_collateral AS c JOIN low AS l USING (report_id, group_code)
WHERE c.group_code <> 'ALL' AND c.statement_seq = 1
UNION ALL
SELECT c.report_id, c.group_code || ' ending', c.ending_scheduled_balance, l.ending, 0.01,
       covers('fact_collateral', concat_ws(' ', c.group_code, c.statement_seq), ['ending_scheduled_balance'])
         || covers_each('fact_class_distribution', l.members, 'ending_balance')
FROM fact_collateral AS c JOIN low AS l USING (report_id, group_code)
WHERE c.group_code <> 'ALL' AND c.statement_seq = 1
