-- id: F01
-- title: Factor is amount over face x denomination
-- kind: reconciliation
-- grain: report x class x measure
-- unit: rate
-- severity: error
-- tolerance: half a unit of the last printed digit, and half a cent in factor space, as factors may come from
--   unrounded dollars
-- why: high digits cut off by a narrow field, the denomination of another class, a shifted row

WITH factor AS (
  FROM (UNPIVOT (SELECT * EXCLUDE (denomination, balance_denomination, printed_scale) FROM fact_class_factor) ON
    beginning_balance, scheduled_principal, unscheduled_principal, accretion, realized_loss,
    total_principal_reduction, principal_distribution, ending_balance, accrued_interest,
    unpaid_interest_shortfall_paid, current_interest_shortfall, non_supported_interest_shortfall,
    interest_realized_loss, interest_distribution, remaining_unpaid_interest_shortfall, total_distribution
  INTO NAME measure VALUE amount)
),
dollars AS (
  SELECT d.*, CASE WHEN d.measure = 'beginning_balance' AND c.beginning_balance IS NULL THEN 'beginning_notional'
                   WHEN d.measure = 'ending_balance' AND c.ending_balance IS NULL THEN 'ending_notional'
                   ELSE d.measure END AS held
  FROM (UNPIVOT (
    SELECT report_id, class_id, coalesce(beginning_balance, beginning_notional) AS beginning_balance,
           coalesce(ending_balance, ending_notional) AS ending_balance,
           * EXCLUDE (report_id, class_id, beginning_balance, ending_balance)
    FROM fact_class_distribution
  ) ON
    beginning_balance, scheduled_principal, unscheduled_principal, accretion, realized_loss,
    total_principal_reduction, principal_distribution, ending_balance, accrued_interest,
    unpaid_interest_shortfall_paid, current_interest_shortfall, non_supported_interest_shortfall,
    interest_realized_loss, interest_distribution, remaining_unpaid_interest_shortfall, total_distribution
  INTO NAME measure VALUE amount) AS d
  JOIN fact_class_distribution AS c USING (report_id, class_id)
)
SELECT x.report_id, d.class_name || '.' || x.measure AS scope_key,
       f.amount::DOUBLE / c.original_face::DOUBLE * p.per AS expected,
       x.amount AS actual,
       -- A total may be the sum of what is printed of its two parts.
       CASE x.measure WHEN 'total_distribution' THEN 1.0 ELSE 0.5 END * power(10.0, -coalesce(s.scale, p.printed_scale))
         + 0.005 * p.per / c.original_face::DOUBLE AS tolerance,
       p.per / c.original_face::DOUBLE * (1 + f.amount::DOUBLE / c.original_face::DOUBLE) AS dollar_moves,
       -- A denomination that only the factor itself comes to would make any factor tie.
       CASE WHEN p.is_told THEN [
         covered('fact_class_factor', x.class_id, x.measure, 1),
         covered('fact_class_distribution', x.class_id, f.held, p.per / c.original_face::DOUBLE),
         covered('fact_class_distribution', x.class_id, 'original_face',
                 f.amount::DOUBLE * p.per / c.original_face::DOUBLE ** 2)] END AS covers
FROM factor AS x
JOIN dollars AS f USING (report_id, class_id, measure)
JOIN (
  SELECT *, log10(per) = round(log10(per)) OR count(*) OVER (PARTITION BY report_id, measure, per) > 1 AS is_told
  FROM (
    SELECT report_id, class_id, printed_scale, measure, coalesce(
             CASE WHEN measure IN ('beginning_balance', 'ending_balance') THEN balance_denomination END,
             denomination)::DOUBLE AS per
    FROM fact_class_factor, (SELECT DISTINCT measure FROM factor)
  )
) AS p USING (report_id, class_id, measure)
LEFT JOIN v_printed_scale AS s
  ON s.report_id = x.report_id AND s.canonical_table = 'fact_class_factor' AND s.canonical_column = x.measure
JOIN fact_class_distribution AS c USING (report_id, class_id)
JOIN dim_class AS d USING (class_id)
WHERE c.original_face > 0
UNION ALL
-- Where no face is printed, opening and closing factor still have the same one.
SELECT x.report_id, d.class_name || '.ending_balance',
       x.beginning_balance::DOUBLE * f.ending_balance / f.beginning_balance, x.ending_balance,
       0.5 * power(10.0, -x.printed_scale) * (1 + f.ending_balance::DOUBLE / f.beginning_balance),
       x.beginning_balance::DOUBLE / f.beginning_balance * (1 + f.ending_balance::DOUBLE / f.beginning_balance),
       [covered('fact_class_factor', x.class_id, 'ending_balance', 1),
        covered('fact_class_factor', x.class_id, 'beginning_balance', f.ending_balance::DOUBLE / f.beginning_balance),
        covered('fact_class_distribution', x.class_id, 'ending_balance',
                x.beginning_balance::DOUBLE / f.beginning_balance),
        covered('fact_class_distribution', x.class_id, 'beginning_balance',
                x.beginning_balance::DOUBLE * f.ending_balance / f.beginning_balance::DOUBLE ** 2)]
FROM fact_class_factor AS x
JOIN fact_class_distribution AS f USING (report_id, class_id)
JOIN dim_class AS d USING (class_id)
WHERE f.original_face IS NULL AND f.beginning_balance > 0
