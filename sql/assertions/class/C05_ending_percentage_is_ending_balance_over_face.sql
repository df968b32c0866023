-- id: C05
-- title: Ending percentage is ending balance over face
-- kind: reconciliation
-- grain: report x class
-- unit: rate
-- severity: error
-- tolerance: half a unit of the last printed digit
-- why: the face was revised, or the percentage is of another base

SELECT f.report_id, d.class_name AS scope_key,
       f.ending_balance::DOUBLE / f.original_face::DOUBLE AS expected,
       f.ending_balance_pct AS actual,
       0.5 * power(10.0, -s.scale) AS tolerance, (1 + f.ending_balance_pct) / f.original_face::DOUBLE AS dollar_moves,
       [covered('fact_class_distribution', f.class_id, 'ending_balance_pct', 1),
        covered('fact_class_distribution', f.class_id, 'ending_balance', 1 / f.original_face::DOUBLE),
        covered('fact_class_distribution', f.class_id, 'original_face',
                f.ending_balance::DOUBLE / f.original_face::DOUBLE ** 2)] AS covers
FROM fact_class_distribution AS f
JOIN dim_class AS d USING (class_id)
LEFT JOIN v_printed_scale AS s
  ON s.report_id = f.report_id AND s.canonical_table = 'fact_class_distribution'
  AND s.canonical_column = 'ending_balance_pct'
WHERE f.ending_balance_pct IS NOT NULL AND f.original_face > 0
