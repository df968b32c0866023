-- id: C32
-- title: What is printed of a class is printed again
-- kind: reconciliation
-- grain: report x class
-- unit: count
-- severity: warn
-- tolerance: 0
-- why: a line of one table was lost; info where the class had no balance left, so that it may be dropped

-- Counted are figures, as often as they are printed: a class may be missing in one table and stand in another.
-- Of a class that is paid off, no rate need be printed.
WITH printed AS (
  SELECT c.report_id, a.class_id, c.canonical_table, c.canonical_column,
         c.unit IN ('USD', 'USD_PER_DENOM') AS is_amount, count(*) AS n
  FROM raw_cell AS c
  JOIN report AS r USING (report_id)
  JOIN dim_class AS d USING (deal_id)
  JOIN dim_class_alias AS a
    ON a.class_id = d.class_id AND a.class_name = c.class_name AND a.remic IS NOT DISTINCT FROM c.remic
  WHERE c.canonical_table IN ('fact_class_distribution', 'fact_class_factor') AND c.value_num IS NOT NULL
    AND c.concept_key IS NOT NULL
  GROUP BY ALL
)
SELECT v.report_id, d.class_name AS scope_key, sum(p.n) AS expected, sum(least(p.n, coalesce(f.n, 0))) AS actual,
       0 AS tolerance, CASE WHEN NOT coalesce(b.ending_balance > 0, false) THEN 'info' END AS severity
FROM v_previous_report AS v
JOIN printed AS p ON p.report_id = v.previous_report_id
JOIN dim_class AS d USING (class_id)
LEFT JOIN fact_class_distribution AS b ON b.report_id = p.report_id AND b.class_id = p.class_id
LEFT JOIN printed AS f
  ON f.report_id = v.report_id AND f.class_id = p.class_id AND f.canonical_table = p.canonical_table
  AND f.canonical_column = p.canonical_column AND f.is_amount = p.is_amount
-- An amendment of some pages prints only these.
WHERE v.report_id NOT IN (SELECT report_id FROM report_source)
  AND v.previous_report_id NOT IN (SELECT report_id FROM report_source)
  AND (p.is_amount OR coalesce(b.ending_balance, 1) > 0)
GROUP BY v.report_id, d.class_name, b.ending_balance
