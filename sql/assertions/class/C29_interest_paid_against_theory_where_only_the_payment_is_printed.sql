-- id: C29
-- title: Interest paid against theory, where only the payment is printed
-- kind: reconciliation
-- grain: report x class
-- unit: count
-- severity: info
-- tolerance: 0
-- why: below: a prepayment or Relief Act shortfall; above: catch-up of earlier shortfalls

SELECT f.report_id, d.class_name AS scope_key, 1 AS expected,
       (f.interest_distribution::DOUBLE / (f.beginning_balance::DOUBLE * f.pass_through_rate::DOUBLE / 12)
         BETWEEN 0.99 AND 1.0001
        -- A floating class counts actual days: a whole number of them must fit to the last printed digit of the rate.
        OR list_bool_or([
          abs(f.interest_distribution::DOUBLE - f.beginning_balance::DOUBLE * f.pass_through_rate::DOUBLE * n / 360)
            <= 0.005 + f.beginning_balance::DOUBLE * 0.5 * power(10.0, -coalesce(s.scale, 10)) * n / 360
          FOR n IN range(27, 37)]))::INTEGER AS actual,
       0 AS tolerance
FROM fact_class_distribution AS f
JOIN dim_class AS d USING (class_id)
LEFT JOIN v_printed_scale AS s
  ON s.report_id = f.report_id AND s.canonical_table = 'fact_class_distribution'
  AND s.canonical_column = 'pass_through_rate'
WHERE f.accrued_interest IS NULL AND f.pass_through_rate > 0 AND f.beginning_balance > 0
