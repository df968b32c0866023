-- id: X16
-- title: Excess interest is extra principal plus premium
-- kind: reconciliation
-- grain: report
-- unit: money
-- severity: error
-- tolerance: 0.005
-- why: interest left between the tiers

-- What the collections lose before they reach the lower tier was paid there.
SELECT report_id, 'all' AS scope_key,
       extra_principal + insurer_premium - coalesce(total_sources - low_total, 0) AS expected,
       low_int - cls_int AS actual, 0.005 AS tolerance,
       covers_each('fact_class_distribution', lower, 'interest_distribution') || covers_each('fact_class_distribution', upper, 'interest_distribution')
         || covers_each('fact_overcollateralization', oc, 'extra_principal_distribution_amount')
         || covers('fact_enhancement', 'INSURER_PREMIUM_PAID', ['amount']) AS covers
FROM v_report_total
JOIN v_deal_member USING (report_id)
WHERE low_int IS NOT NULL AND insurer_premium IS NOT NULL
