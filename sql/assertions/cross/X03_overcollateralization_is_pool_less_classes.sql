-- id: X03
-- title: Overcollateralization is pool less classes
-- kind: reconciliation
-- grain: report x group
-- unit: money
-- severity: error
-- tolerance: 0.01
-- addends: members + 4
-- why: the amount is mistyped, or of another date

SELECT report_id, 'deal' AS scope_key, pool_end - rated_end AS expected, oc_amount AS actual, 0.01 AS tolerance,
       covers_each('fact_collateral', pool, 'ending_scheduled_balance') || covers_each('fact_class_distribution', rated, 'ending_balance')
         || covers_each('fact_overcollateralization', oc, 'oc_amount') AS covers,
       s.untold_ending = 0 AS complete
FROM v_report_total
JOIN v_deal_member USING (report_id)
LEFT JOIN v_class_sum AS s USING (report_id)
WHERE oc_amount IS NOT NULL AND pool_end IS NOT NULL
UNION ALL
SELECT o.report_id, o.group_code, c.ending_scheduled_balance - s.amount, o.oc_amount, 0.01,
       covers('fact_collateral', concat_ws(' ', c.group_code, c.statement_seq), ['ending_scheduled_balance'])
         || covers_each('fact_class_distribution', s.members, 'ending_balance')
         || covers('fact_overcollateralization', concat_ws(' ', o.group_code, o.statement_seq), ['oc_amount']),
       s.untold = 0
FROM fact_overcollateralization AS o
JOIN fact_collateral AS c USING (report_id, group_code, statement_seq)
JOIN (
  SELECT f.report_id, d.group_code, sum(f.ending_balance) AS amount, list(f.class_id) AS members,
         count(*) FILTER (f.ending_balance IS NULL) AS untold
  FROM fact_class_distribution AS f JOIN dim_class AS d USING (class_id)
  WHERE coalesce(d.tier, 'UPPER') = 'UPPER' AND NOT coalesce(d.is_notional, false)
    AND d.class_type NOT IN ('RESIDUAL', 'OC_RESIDUAL_CASH')
  GROUP BY ALL
) AS s ON s.report_id = o.report_id AND s.group_code = o.group_code
WHERE o.group_code <> 'ALL' AND o.oc_amount IS NOT NULL
