-- id: X11
-- title: The residual-cash class receives excess cash and penalties
-- kind: reconciliation
-- grain: report
-- unit: money
-- severity: warn
-- tolerance: 0.01
-- why: cash went to extra principal, or stays in the trust

SELECT report_id, 'OC class' AS scope_key,
       excess_cash + coalesce(pool_ppp, 0) AS expected,
       occls_int AS actual, 0.01 AS tolerance,
       covers_each('fact_overcollateralization', oc, 'excess_cash_amount') || covers_each('fact_collateral', pool, 'prepayment_penalties')
         || covers_each('fact_class_distribution', residual_cash, 'interest_distribution') AS covers
FROM v_report_total
JOIN v_deal_member USING (report_id)
WHERE excess_cash IS NOT NULL AND occls_int IS NOT NULL
