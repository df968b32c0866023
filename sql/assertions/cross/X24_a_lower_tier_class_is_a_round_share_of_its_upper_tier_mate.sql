-- id: X24
-- title: A lower-tier class is a round share of its upper-tier mate
-- kind: reconciliation
-- grain: report x class
-- unit: money
-- severity: info
-- tolerance: 0.005
-- why: the tiers pay differently, or the share is not that of the month before

-- Mates share the last part of their names, and no third class has it. The share is computed, and must have at most two significant digits.
WITH member AS (
  SELECT f.report_id, f.class_id, d.class_name, d.tier, f.original_face::DOUBLE AS face,
         regexp_extract(d.class_name, '[^- ]+$') AS part
  FROM fact_class_distribution AS f JOIN dim_class AS d USING (class_id)
  WHERE f.original_face > 0 AND NOT coalesce(d.is_residual, false)
),
mate AS (
  SELECT a.report_id, a.class_name, a.class_id, b.class_id AS mate_id, a.face, b.face AS mate_face, a.face / b.face AS share,
         round(share, 1 - floor(log10(share))::INTEGER) AS round_share
  FROM member AS a
  JOIN member AS b ON b.report_id = a.report_id AND b.part = a.part AND b.tier = 'UPPER'
  WHERE a.tier = 'LOWER'
  QUALIFY count(*) OVER (PARTITION BY a.report_id, a.part) = 1
)
SELECT report_id, class_name AS scope_key, round(round_share * mate_face, 2) AS expected, face AS actual,
       0.005 AS tolerance,
       -- Shares of two digits of a small face are so close together that any face is one.
       CASE WHEN face >= 100000 THEN [covered('fact_class_distribution', class_id, 'original_face', 1),
                                covered('fact_class_distribution', mate_id, 'original_face', round_share)] END AS covers
FROM mate
UNION ALL
SELECT n.report_id, n.class_name || ' at the share before', round(p.round_share * n.mate_face, 2), n.face, 0.005,
       [covered('fact_class_distribution', n.class_id, 'original_face', 1),
        covered('fact_class_distribution', n.mate_id, 'original_face', p.round_share)]
FROM v_previous_report AS v
JOIN mate AS n USING (report_id)
JOIN mate AS p ON p.report_id = v.previous_report_id AND p.class_name = n.class_name
WHERE abs(p.round_share * p.mate_face - p.face) < 0.005
