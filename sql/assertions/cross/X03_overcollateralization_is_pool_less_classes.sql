-- id: X03
-- title: Overcollateralization is pool less classes
-- kind: reconciliation
-- grain: report x group
-- unit: money
-- severity: error
-- tolerance: 0.01
-- why: the amount is mistyped, or of another date

SELECT report_id, 'deal' AS scope_key, pool_end - rated_end AS expected, oc_amount AS actual, 0.01 AS tolerance
FROM v_deal_month_all
WHERE oc_amount IS NOT NULL AND pool_end IS NOT NULL
UNION ALL
SELECT o.report_id, o.group_code, c.ending_scheduled_balance - s.amount, o.oc_amount, 0.01
FROM fact_overcollateralization AS o
JOIN fact_collateral AS c USING (report_id, group_code, statement_seq)
JOIN (
  SELECT f.report_id, d.group_code, sum(f.ending_balance) AS amount
  FROM fact_class_distribution AS f JOIN dim_class AS d USING (class_id)
  WHERE coalesce(d.tier, 'UPPER') = 'UPPER' AND NOT coalesce(d.is_notional, false)
    AND d.class_type NOT IN ('RESIDUAL', 'OC_RESIDUAL_CASH')
  GROUP BY ALL
) AS s ON s.report_id = o.report_id AND s.group_code = o.group_code
WHERE o.group_code <> 'ALL' AND o.oc_amount IS NOT NULL
