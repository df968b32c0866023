-- id: C09
-- title: Accrued interest is balance x rate x days
-- kind: reconciliation
-- grain: report x class
-- unit: money
-- severity: warn
-- tolerance: half a cent, and half a unit of the last printed rate digit over the balance
-- why: a stub first period, a rate cap, the wrong balance; the scope names the number of days that fits best

-- Days are searched, not assumed: a whole number of days that fits to the cent is evidence of the accrual period.
WITH paid AS (
  SELECT report_id FROM fact_class_distribution WHERE beginning_balance < original_face
  UNION SELECT report_id FROM fact_class_factor WHERE beginning_balance < denomination
  UNION SELECT report_id FROM v_previous_report
  UNION SELECT report_id FROM report WHERE period_no > 1
),
accrual AS (
  SELECT f.report_id, f.report_id NOT IN (FROM paid) AS is_first, f.class_id,
         f.pass_through_rate::DOUBLE AS rate, f.accrued_interest AS accrued, f.accrual_days,
         coalesce(f.beginning_balance, f.beginning_notional)::DOUBLE AS balance, s.scale,
         CASE WHEN f.beginning_balance IS NULL THEN 'beginning_notional' ELSE 'beginning_balance' END AS of
  FROM fact_class_distribution AS f
  LEFT JOIN v_printed_scale AS s
    ON s.report_id = f.report_id AND s.canonical_table = 'fact_class_distribution'
    AND s.canonical_column = 'pass_through_rate'
  WHERE f.pass_through_rate > 0 AND coalesce(f.beginning_balance, f.beginning_notional) > 0
    AND f.accrued_interest IS NOT NULL
),
-- The first period counts from the closing date: it may be a few days, or two months.
fitting AS (
  SELECT *, accrued::DOUBLE * 360 / (balance * rate) AS days, CASE WHEN is_first THEN 1 ELSE 20 END AS least_days,
         CASE WHEN is_first THEN 70 ELSE 40 END AS most_days
  FROM accrual
),
-- On either side of the days that fit exactly the error grows: the best is the whole number below or above.
beside AS (
  SELECT *, greatest(least(floor(days), most_days), least_days)::INTEGER AS below,
         greatest(least(floor(days) + 1, most_days), least_days)::INTEGER AS above,
         abs(balance * rate * below / 360 - accrued::DOUBLE) AS error_below,
         abs(balance * rate * above / 360 - accrued::DOUBLE) AS error_above
  FROM fitting
),
best AS (
  SELECT *, CASE WHEN error_below < error_above OR error_below = error_above AND abs(below - 30) <= abs(above - 30)
                 THEN below ELSE above END AS n
  FROM beside
)
SELECT b.report_id, d.class_name || ' n=' || b.n AS scope_key, round(b.balance * b.rate * b.n / 360, 2) AS expected,
       b.accrued AS actual, 0.005 + b.balance * 0.5 * power(10.0, -b.scale) * b.n / 360 AS tolerance,
       covers_accrual(b.class_id, 'accrued_interest', b.of, b.balance, b.rate, b.accrued::DOUBLE, b.scale, b.n,
                      b.least_days, b.most_days, b.accrual_days) AS covers
FROM best AS b JOIN dim_class AS d USING (class_id)
