-- id: C10
-- title: Interest paid is accrued less shortfalls plus catch-up
-- kind: reconciliation
-- grain: report x class
-- unit: money
-- severity: error
-- tolerance: 0.01
-- why: the class is paid residual cash, not accrued interest; only for such classes is that no error. What an accrual
--   class adds to its balance it is not paid

SELECT f.report_id, d.class_name AS scope_key,
       f.accrued_interest - coalesce(f.current_interest_shortfall, 0) - coalesce(f.non_supported_interest_shortfall, 0)
         - coalesce(f.interest_realized_loss, 0) + coalesce(f.unpaid_interest_shortfall_paid, 0)
         - CASE WHEN d.class_type IS DISTINCT FROM 'OC_RESIDUAL_CASH' THEN coalesce(f.accretion, 0) ELSE 0 END AS expected,
       f.interest_distribution AS actual,
       0.01 AS tolerance,
       covers('fact_class_distribution', f.class_id,
              ['accrued_interest', 'current_interest_shortfall', 'non_supported_interest_shortfall',
               'interest_realized_loss', 'unpaid_interest_shortfall_paid', 'interest_distribution',
               CASE WHEN d.class_type IS DISTINCT FROM 'OC_RESIDUAL_CASH' THEN 'accretion' END]) AS covers,
       CASE WHEN d.class_type IN ('RESIDUAL', 'OC_RESIDUAL_CASH', 'PREPAY_PENALTY') THEN 'info' END AS severity
FROM fact_class_distribution AS f
JOIN dim_class AS d USING (class_id)
WHERE f.accrued_interest IS NOT NULL
