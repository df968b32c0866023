-- What the classes that investors hold add to their balances and bear together, for rules that compare them with the pool.
-- A class that is paid residual cash grows with the overcollateralization, not by interest that it is owed.
CREATE VIEW v_class_sum AS
SELECT f.report_id, sum(f.accretion) FILTER (d.class_type IS DISTINCT FROM 'OC_RESIDUAL_CASH') AS accreted,
       sum(f.non_supported_interest_shortfall) AS non_supported
FROM fact_class_distribution AS f JOIN dim_class AS d USING (class_id)
WHERE coalesce(d.tier, 'UPPER') = 'UPPER'
GROUP BY f.report_id;
COMMENT ON VIEW v_class_sum IS 'A row per report and version with sums over its upper-tier classes, whatever their proof. Columns as in report.';
COMMENT ON COLUMN v_class_sum.accreted IS 'interest added to balances in place of being paid, residual-cash classes left out [USD]';
COMMENT ON COLUMN v_class_sum.non_supported IS 'prepayment interest shortfall that the servicer did not cover [USD]';
