-- id: E10
-- title: Insurer premium is a round rate of an insured balance
-- kind: reconciliation
-- grain: report
-- unit: money
-- severity: info
-- tolerance: 0.005
-- why: the rate stepped up; the scope names the balance that fits best, in the second row that of the month before

-- The annual rate is computed, and must have at most three significant digits.
WITH base AS (
  UNPIVOT (
    SELECT report_id, insurer_premium, rated_beg AS "rated classes", cls_beg AS "all classes", pool_beg AS "pool"
    FROM v_report_total
    WHERE insurer_premium > 0
  ) ON COLUMNS(* EXCLUDE (report_id, insurer_premium)) INTO NAME name VALUE amount
),
rate AS (
  SELECT *, 12 * insurer_premium::DOUBLE / amount::DOUBLE AS rate,
         round(rate, 2 - floor(log10(rate))::INTEGER) AS round_rate
  FROM base WHERE amount > 0
),
best AS (
  SELECT *, round(round_rate * amount::DOUBLE / 12, 2) AS expected
  FROM rate
  QUALIFY row_number() OVER (PARTITION BY report_id ORDER BY abs(expected - insurer_premium::DOUBLE), name) = 1
)
SELECT report_id, name AS scope_key, expected, insurer_premium AS actual, 0.005 AS tolerance, [] AS covers
FROM best
UNION ALL
SELECT n.report_id, n.name || ' at the rate before', round(p.round_rate * n.amount::DOUBLE / 12, 2), n.insurer_premium,
       0.005, covers('fact_enhancement', 'INSURER_PREMIUM_PAID', ['amount'])
FROM v_previous_report AS v
JOIN best AS p ON p.report_id = v.previous_report_id
JOIN rate AS n ON n.report_id = v.report_id AND n.name = p.name
WHERE abs(p.expected - p.insurer_premium::DOUBLE) < 0.005
