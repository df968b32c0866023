-- What the classes that investors hold add to their balances and bear together, for rules that compare them with the pool.
-- A class that is paid residual cash grows with the overcollateralization, not by interest that it is owed.
CREATE VIEW v_class_sum AS
SELECT f.report_id, sum(f.accretion) FILTER (d.class_type IS DISTINCT FROM 'OC_RESIDUAL_CASH') AS accreted,
       sum(f.non_supported_interest_shortfall) AS non_supported,
       count(*) FILTER (is_money AND f.beginning_balance IS NULL) AS untold_beginning,
       count(*) FILTER (is_money AND f.ending_balance IS NULL) AS untold_ending,
       count(*) FILTER (is_money AND f.principal_distribution IS NULL) AS untold_principal,
       count(*) FILTER (is_paid AND f.total_distribution IS NULL) AS untold_total
FROM fact_class_distribution AS f
JOIN (
  SELECT *, coalesce(class_type, 'REGULAR') NOT IN ('RESIDUAL', 'PREPAY_PENALTY') AS is_paid,
         is_paid AND NOT coalesce(is_notional, false) AS is_money
  FROM dim_class
) AS d USING (class_id)
WHERE coalesce(d.tier, 'UPPER') = 'UPPER'
GROUP BY f.report_id;
COMMENT ON VIEW v_class_sum IS 'A row per report and version with sums over its upper-tier classes, whatever their proof. Columns as in report.';
COMMENT ON COLUMN v_class_sum.untold_beginning IS 'classes that print no beginning balance, residual and notional ones left out [COUNT]';
COMMENT ON COLUMN v_class_sum.untold_ending IS 'classes that print no ending balance, residual and notional ones left out [COUNT]';
COMMENT ON COLUMN v_class_sum.untold_principal IS 'classes that print no principal paid, residual and notional ones left out [COUNT]';
COMMENT ON COLUMN v_class_sum.untold_total IS 'classes that print no total paid, residual ones left out [COUNT]';
COMMENT ON COLUMN v_class_sum.accreted IS 'interest added to balances in place of being paid, residual-cash classes left out [USD]';
COMMENT ON COLUMN v_class_sum.non_supported IS 'prepayment interest shortfall that the servicer did not cover [USD]';
