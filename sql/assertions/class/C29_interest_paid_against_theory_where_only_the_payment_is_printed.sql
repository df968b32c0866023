-- id: C29
-- title: Interest paid against theory, where only the payment is printed
-- kind: reconciliation
-- grain: report x class
-- unit: money
-- severity: info
-- tolerance: half a cent, and half a unit of the last printed rate digit over the balance; where no whole number of days
--   fits, a hundredth of a month's interest below it, a ten-thousandth above
-- why: below: a prepayment or Relief Act shortfall; above: catch-up of earlier shortfalls

-- A floating class counts actual days: a whole number of them must fit to the last printed digit of the rate.
WITH paid AS (
  SELECT f.report_id, f.class_id, f.pass_through_rate::DOUBLE AS rate, f.interest_distribution AS interest,
         f.accrual_days, f.beginning_balance::DOUBLE AS balance, coalesce(s.scale, 10) AS decimals,
         least(greatest(round(interest::DOUBLE * 360 / (balance * rate)), 27), 36)::INTEGER AS n,
         round(balance * rate * n / 360, 2) AS expected,
         0.005 + balance * 0.5 * power(10.0, -decimals) * n / 360 AS tolerance,
         CASE WHEN interest::DOUBLE > balance * rate / 12 THEN 0.0001 ELSE 0.01 END AS loose
  FROM fact_class_distribution AS f
  LEFT JOIN v_printed_scale AS s
    ON s.report_id = f.report_id AND s.canonical_table = 'fact_class_distribution'
    AND s.canonical_column = 'pass_through_rate'
  WHERE f.accrued_interest IS NULL AND f.interest_distribution IS NOT NULL AND f.pass_through_rate > 0
    AND f.beginning_balance > 0
)
SELECT p.report_id, d.class_name || ' n=' || p.n AS scope_key, p.expected, p.interest AS actual, p.tolerance,
       p.tolerance AS tie,
       covers_accrual(p.class_id, 'interest_distribution', 'beginning_balance', p.balance, p.rate,
                      p.interest::DOUBLE, p.decimals, p.n, 20, 40, p.accrual_days) AS covers
FROM paid AS p JOIN dim_class AS d USING (class_id)
WHERE abs(p.interest::DOUBLE - p.expected) <= p.tolerance
UNION ALL
SELECT p.report_id, d.class_name, round(p.balance * p.rate / 12, 2), p.interest,
       p.loose * p.balance * p.rate / 12,
       p.loose * p.balance * p.rate / 12, NULL
FROM paid AS p JOIN dim_class AS d USING (class_id)
WHERE abs(p.interest::DOUBLE - p.expected) > p.tolerance
