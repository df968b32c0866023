-- id: C31
-- title: A table with a total has a line for each class
-- kind: reconciliation
-- grain: report x scope x measure x table
-- unit: money
-- severity: error
-- tolerance: 0.005
-- addends: members
-- why: a line of a class was lost in this table, though another prints the same amount

-- Where a report prints an amount of a class more than once, the sum of the fact does not tell whether each table has
-- all its lines. A table that has no class in common with that of the total is the part of it on another page.
WITH line AS (
  SELECT c.report_id, c.canonical_column AS measure, c.table_code, d.class_id, d.remic, d.group_code,
         coalesce(d.tier, 'UPPER') AS tier, any_value(abs(c.value_num * c.scale)) AS amount
  FROM raw_cell AS c
  JOIN report AS r USING (report_id)
  JOIN dim_class AS d USING (deal_id)
  JOIN dim_class_alias AS a
    ON a.class_id = d.class_id AND a.class_name = c.class_name AND a.remic IS NOT DISTINCT FROM c.remic
  WHERE c.canonical_table = 'fact_class_distribution' AND c.unit = 'USD' AND c.concept_key IS NOT NULL
    AND (NOT coalesce(d.is_notional, false)
         OR c.canonical_column NOT IN ('original_face', 'beginning_balance', 'ending_balance'))
  GROUP BY ALL
),
repeated AS (
  SELECT DISTINCT report_id, measure FROM line GROUP BY report_id, measure, class_id HAVING count(*) > 1
),
total AS (
  SELECT DISTINCT report_id, canonical_column AS measure, table_code, coalesce(remic, group_code) AS scope
  FROM raw_cell SEMI JOIN repeated ON repeated.report_id = raw_cell.report_id AND repeated.measure = canonical_column
  WHERE canonical_table = 'fact_class_total' AND unit = 'USD' AND concept_key IS NOT NULL
),
-- The lines that a total adds up: of its own table, and of those that go on in it.
part AS (
  SELECT t.*, l.table_code AS part
  FROM total AS t JOIN line AS l USING (report_id, measure)
  LEFT JOIN line AS own
    ON own.report_id = l.report_id AND own.measure = l.measure AND own.class_id = l.class_id
    AND own.table_code = t.table_code
  GROUP BY ALL
  HAVING l.table_code = t.table_code OR count(own.class_id) = 0
),
added AS (
  SELECT DISTINCT p.report_id, p.measure, p.table_code, p.scope, l.class_id
  FROM part AS p
  JOIN line AS l ON l.report_id = p.report_id AND l.measure = p.measure AND l.table_code = p.part
),
class AS (
  SELECT report_id, measure, class_id, remic, group_code, tier, max(amount) AS amount FROM line GROUP BY ALL
)
SELECT t.report_id, t.scope || '.' || t.measure || ' in ' || t.table_code AS scope_key, 0 AS expected,
       coalesce(sum(c.amount) FILTER (a.class_id IS NULL), 0) AS actual, 0.005 AS tolerance
FROM total AS t
JOIN class AS c
  ON c.report_id = t.report_id AND c.measure = t.measure
  AND CASE t.scope WHEN 'ALL' THEN c.tier = 'UPPER' ELSE t.scope IN (c.remic, c.group_code) END
LEFT JOIN added AS a
  ON a.report_id = t.report_id AND a.measure = t.measure AND a.table_code = t.table_code AND a.scope = t.scope
  AND a.class_id = c.class_id
GROUP BY t.report_id, t.scope, t.measure, t.table_code
HAVING count(a.class_id) > 0
