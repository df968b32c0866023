-- id: C06
-- title: Totals row is the sum of its classes
-- kind: reconciliation
-- grain: report x scope x measure
-- unit: money
-- severity: error
-- tolerance: 0.005
-- addends: members + 4
-- why: a class row was lost or read twice, a notional amount is in the total, or the source rounds

-- A total over everything covers the upper tier only: the lower tier is the same money once more.
WITH printed AS (
  FROM (UNPIVOT (FROM fact_class_total UNION ALL BY NAME FROM fact_class_distribution) ON
    original_face, beginning_balance, accrued_interest, unpaid_interest_shortfall_paid, current_interest_shortfall,
    non_supported_interest_shortfall, interest_realized_loss, interest_distribution,
    remaining_unpaid_interest_shortfall, scheduled_principal, unscheduled_principal, principal_distribution,
    accretion, realized_loss, cumulative_realized_loss, total_principal_reduction, ending_balance, total_distribution
  INTO NAME measure VALUE amount)
),
lost AS (
  SELECT p.report_id FROM v_previous_class AS p
  LEFT JOIN fact_class_distribution AS f USING (report_id, class_id)
  WHERE p.ending_balance > 0 AND f.class_id IS NULL
)
SELECT t.report_id, t.scope || '.' || t.measure AS scope_key, sum(m.amount) AS expected, t.amount AS actual,
       0.005 AS tolerance,
       -- Without a class of last month the sum may still tie where that class moved nothing.
       CASE WHEN t.report_id NOT IN (FROM lost)
            THEN covers('fact_class_total', t.scope, [t.measure])
                 || covers_each('fact_class_distribution', list(m.class_id), t.measure) END AS covers
FROM printed AS t
JOIN (
  SELECT m.report_id, m.class_id, m.measure, m.amount, d.remic, d.group_code, coalesce(d.tier, 'UPPER') AS tier
  FROM printed AS m JOIN dim_class AS d USING (class_id)
  -- The balance of a notional class is none; what it is paid is cash like any other's.
  WHERE NOT coalesce(d.is_notional, false)
    OR m.measure NOT IN ('original_face', 'beginning_balance', 'ending_balance')
) AS m
  ON m.report_id = t.report_id AND m.measure = t.measure
  AND CASE t.scope WHEN 'ALL' THEN m.tier = 'UPPER' ELSE t.scope IN (m.remic, m.group_code) END
WHERE t.scope IS NOT NULL
GROUP BY t.report_id, t.scope, t.measure, t.amount
