-- id: P19
-- title: Lower-tier rate is the WAC less a round fee
-- kind: reconciliation
-- grain: report x group
-- unit: rate
-- severity: info
-- tolerance: one unit of the last printed digit, as both rates are rounded
-- why: the fee strip changed

-- The fee is computed from the two rates, and must be a whole number of basis points.
WITH pair AS (
  SELECT c.report_id, c.group_code, s.scale, t.period,
         CASE t.period WHEN 'current' THEN c.wac_gross ELSE c.next_wac_gross END AS wac,
         min(CASE t.period WHEN 'current' THEN f.pass_through_rate ELSE f.next_pass_through_rate END) AS rate
  FROM fact_collateral AS c
  JOIN fact_class_distribution AS f USING (report_id)
  JOIN dim_class AS d ON d.class_id = f.class_id AND d.tier = 'LOWER' AND d.group_code = c.group_code
  LEFT JOIN v_printed_scale AS s
    ON s.report_id = c.report_id AND s.canonical_table = 'fact_collateral' AND s.canonical_column = 'wac_gross'
  CROSS JOIN (VALUES ('current'), ('next')) AS t(period)
  WHERE c.group_code <> 'ALL' AND c.statement_seq = 1
  GROUP BY ALL
)
SELECT report_id, group_code || ' ' || period AS scope_key, wac - round(wac - rate, 4) AS expected, rate AS actual,
       power(10.0, -scale) AS tolerance
FROM pair
WHERE wac IS NOT NULL AND rate IS NOT NULL
UNION ALL
SELECT n.report_id, n.group_code || ' ' || n.period || ' at the fee before', n.wac - round(p.wac - p.rate, 4), n.rate,
       power(10.0, -n.scale)
FROM v_previous_report AS v
JOIN pair AS n USING (report_id)
JOIN pair AS p ON p.report_id = v.previous_report_id AND p.group_code = n.group_code AND p.period = n.period
WHERE n.wac IS NOT NULL AND n.rate IS NOT NULL
  AND abs(p.wac - round(p.wac - p.rate, 4) - p.rate) <= power(10.0, -p.scale)
