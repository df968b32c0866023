-- id: F02
-- title: Factor roll-forward
-- kind: reconciliation
-- grain: report x class
-- unit: rate
-- severity: error
-- tolerance: two units of the last printed digit, and half a cent in factor space where dollars stand in
-- why: a factor stands in the wrong column

-- A table of factors without a column for losses or accretion takes them from the dollars.
WITH factor AS (
  SELECT x.*, d.class_name,
         CASE WHEN f.original_face = 0 THEN 0
              ELSE x.denomination::DOUBLE / f.original_face::DOUBLE END AS per_dollar,
         CASE WHEN x.realized_loss IS NULL THEN coalesce(f.realized_loss, 0) ELSE 0 END AS loss_dollars,
         CASE WHEN x.accretion IS NULL THEN coalesce(f.accretion, 0) ELSE 0 END AS accretion_dollars
  FROM fact_class_factor AS x
  JOIN dim_class AS d USING (class_id)
  LEFT JOIN fact_class_distribution AS f USING (report_id, class_id)
  WHERE x.beginning_balance IS NOT NULL AND x.principal_distribution IS NOT NULL AND x.ending_balance IS NOT NULL
    AND x.balance_denomination IS NULL AND NOT coalesce(d.is_notional, false)
)
SELECT report_id, class_name AS scope_key,
       beginning_balance - principal_distribution - coalesce(realized_loss, 0) + coalesce(accretion, 0)
         + CASE WHEN loss_dollars = accretion_dollars THEN 0
                ELSE (accretion_dollars - loss_dollars)::DOUBLE * per_dollar END AS expected,
       ending_balance AS actual,
       2 * power(10.0, -printed_scale)
         + CASE WHEN loss_dollars = accretion_dollars THEN 0 ELSE 0.005 * per_dollar END AS tolerance,
       ((realized_loss IS NULL)::INTEGER + (accretion IS NULL)::INTEGER) * per_dollar AS dollar_moves,
       covers('fact_class_factor', class_id,
              ['beginning_balance', 'principal_distribution', 'realized_loss', 'accretion', 'ending_balance']) AS covers
FROM factor
