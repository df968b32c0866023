-- id: X19
-- title: Class rates stay below the available funds cap
-- kind: reconciliation
-- grain: report
-- unit: count
-- severity: info
-- tolerance: 0
-- why: the cap bites, and carry-over is due; the days of the period are rarely printed, so the cap is not taken times
--   30 over them

WITH paid AS (
  SELECT f.report_id,
         sum(f.beginning_balance::DOUBLE * f.pass_through_rate::DOUBLE) / sum(f.beginning_balance::DOUBLE) AS rate
  FROM fact_class_distribution AS f JOIN dim_class AS d USING (class_id)
  WHERE coalesce(d.tier, 'UPPER') = 'UPPER' AND NOT coalesce(d.is_notional, false)
    AND f.beginning_balance > 0 AND f.pass_through_rate IS NOT NULL
  GROUP BY f.report_id
)
SELECT p.report_id, 'weighted rate' AS scope_key, 1 AS expected,
       (p.rate <= coalesce(c.wa_pass_through_rate, c.wac_net)::DOUBLE)::INTEGER AS actual, 0 AS tolerance
FROM paid AS p
JOIN fact_collateral AS c ON c.report_id = p.report_id AND c.group_code = 'ALL' AND c.statement_seq = 1
WHERE coalesce(c.wa_pass_through_rate, c.wac_net) IS NOT NULL
