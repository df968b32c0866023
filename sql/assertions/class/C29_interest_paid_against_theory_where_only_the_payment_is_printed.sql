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
         BETWEEN 0.99 AND 1.0001)::INTEGER AS actual,
       0 AS tolerance
FROM fact_class_distribution AS f
JOIN dim_class AS d USING (class_id)
WHERE f.accrued_interest IS NULL AND f.pass_through_rate > 0 AND f.beginning_balance > 0
