-- id: X18
-- title: Specified and target overcollateralization are round shares of a base
-- kind: reconciliation
-- grain: report
-- unit: money
-- severity: info
-- tolerance: 0.005
-- why: none of the known balances is the base, or the share stepped; the scope names the base that fits best, in the
--   second row that of the month before

-- The share is computed, and must have at most three significant digits.
WITH base AS (
  UNPIVOT (
    SELECT m.report_id, m.pool_beg AS "pool beginning", m.occls_beg_notional AS "notional beginning",
           m.pool_end AS "pool ending", m.cls_beg AS "classes beginning", m.rated_beg AS "rated classes beginning",
           d.original_pool_balance AS "original pool", f.face AS "class face", f.rated_face AS "rated class face"
    FROM v_report_total AS m
    LEFT JOIN dim_deal AS d USING (deal_id)
    LEFT JOIN (
      SELECT f.report_id, sum(f.original_face) AS face,
             sum(f.original_face) FILTER (c.class_type NOT IN ('RESIDUAL', 'OC_RESIDUAL_CASH')) AS rated_face
      FROM fact_class_distribution AS f JOIN dim_class AS c USING (class_id)
      WHERE coalesce(c.tier, 'UPPER') = 'UPPER' AND NOT coalesce(c.is_notional, false)
      GROUP BY f.report_id
    ) AS f USING (report_id)
  ) ON COLUMNS(* EXCLUDE (report_id)) INTO NAME name VALUE amount
),
share AS (
  SELECT b.report_id, b.name, b.amount::DOUBLE AS amount, o.measure, o.specified,
         o.specified::DOUBLE / b.amount::DOUBLE AS share
  FROM base AS b
  JOIN (
    UNPIVOT (SELECT report_id, specified_oc_amount, target_oc_amount FROM fact_overcollateralization
             WHERE group_code = 'ALL' AND statement_seq = 1)
    ON specified_oc_amount, target_oc_amount INTO NAME measure VALUE specified
  ) AS o USING (report_id)
  WHERE o.specified > 0 AND b.amount > 0
),
best AS (
  SELECT *, round(share, 2 - floor(log10(share))::INTEGER) AS round_share, round(round_share * amount, 2) AS expected,
         CASE measure WHEN 'target_oc_amount' THEN 'target, ' ELSE '' END || name AS scope
  FROM share
  QUALIFY row_number() OVER (PARTITION BY report_id, measure ORDER BY abs(expected - specified::DOUBLE), name) = 1
)
SELECT report_id, scope AS scope_key, expected, specified AS actual, 0.005 AS tolerance,
       -- Shares of three digits of a small amount are so close together that any amount is one.
       CASE WHEN specified >= 100000 THEN covers('fact_overcollateralization', 'ALL 1', [measure]) END AS covers,
       EXISTS (FROM base AS b WHERE b.report_id = best.report_id AND b.name = 'original pool') AS complete
FROM best
UNION ALL
SELECT n.report_id, p.scope || ' at the share before', round(p.round_share * n.amount, 2), n.specified, 0.005,
       covers('fact_overcollateralization', 'ALL 1', [n.measure]), true
FROM v_previous_report AS v
JOIN best AS p ON p.report_id = v.previous_report_id
JOIN share AS n ON n.report_id = v.report_id AND n.name = p.name AND n.measure = p.measure
WHERE abs(p.expected - p.specified::DOUBLE) < 0.005
  -- A target that has come down to its floor is a share of the original pool from then on.
  AND (n.measure <> 'target_oc_amount' OR p.name = 'original pool')
