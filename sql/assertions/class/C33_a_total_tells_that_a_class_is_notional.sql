-- id: C33
-- title: A total tells that a class is notional
-- kind: reconciliation
-- grain: report x class
-- unit: count
-- severity: info
-- tolerance: 0
-- vetoes: yes
-- why: the balance of the class falls though no principal is paid on it, and nothing but that says that it is notional:
--   it may as well be misprinted or misread

WITH told AS (SELECT report_id FROM fact_class_total WHERE beginning_balance IS NOT NULL),
held AS (
  SELECT f.report_id, f.class_id, d.class_name,
         (coalesce(f.beginning_balance, f.beginning_notional) <> coalesce(f.ending_balance, f.ending_notional)
           AND coalesce(f.principal_distribution, 0) = 0 AND coalesce(f.accretion, 0) = 0
           AND coalesce(f.realized_loss, 0) = 0 AND f.report_id NOT IN (FROM told))::INTEGER AS drifts
  FROM fact_class_distribution AS f
  JOIN dim_class AS d USING (class_id)
  WHERE d.is_notional
)
SELECT report_id, class_name AS scope_key, 0 AS expected, drifts AS actual, 0 AS tolerance,
       CASE WHEN drifts = 1
            THEN covers('fact_class_distribution', class_id,
                        ['beginning_balance', 'ending_balance', 'beginning_notional', 'ending_notional'])
                 || covers('fact_class_factor', class_id, ['beginning_balance', 'ending_balance']) END AS covers
FROM held
