-- id: C21
-- title: A fixed rate stays
-- kind: reconciliation
-- grain: report x class
-- unit: rate
-- severity: warn
-- tolerance: 0
-- why: a step-up, or the available funds cap; where no rate type is printed, info: the rate stood still for six reports,
--   which a floating one may do at its floor

WITH rated AS (
  SELECT report_id, class_id, pass_through_rate AS rate,
         count(pass_through_rate) OVER six AS known, min(pass_through_rate) OVER six AS low,
         max(pass_through_rate) OVER six AS high
  FROM v_report_latest JOIN fact_class_distribution USING (report_id)
  -- Of a class that is paid off, no rate or zero is printed.
  WHERE coalesce(beginning_balance, beginning_notional, 1) > 0
  WINDOW six AS (PARTITION BY class_id ORDER BY distribution_date, report_id ROWS BETWEEN 6 PRECEDING AND 1 PRECEDING)
)
SELECT n.report_id, d.class_name AS scope_key, p.pass_through_rate AS expected, n.rate AS actual, 0 AS tolerance,
       covers('fact_class_distribution', n.class_id, ['pass_through_rate']) AS covers,
       CASE WHEN coalesce(d.rate_type, 'UNKNOWN') <> 'FIX' THEN 'info' END AS severity
FROM rated AS n
JOIN v_previous_class AS p USING (report_id, class_id)
JOIN dim_class AS d USING (class_id)
WHERE p.pass_through_rate IS NOT NULL AND n.rate IS NOT NULL
  AND (d.rate_type = 'FIX'
       OR coalesce(d.rate_type, 'UNKNOWN') = 'UNKNOWN' AND n.known = 6 AND n.low = n.high AND n.low > 0)
