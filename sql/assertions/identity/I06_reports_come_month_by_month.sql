-- id: I06
-- title: Reports come month by month
-- kind: reconciliation
-- grain: report
-- unit: count
-- severity: warn
-- tolerance: 0
-- why: a month was not filed or not loaded, or the deal pays by quarters

-- Days by which the step from the report before is shorter than 27 or longer than 35.
WITH step AS (
  SELECT report_id, date_diff('day', lag(distribution_date) OVER (PARTITION BY deal_id ORDER BY distribution_date),
                              distribution_date) AS days
  FROM v_report_latest
)
SELECT report_id, 'days' AS scope_key, 0 AS expected, greatest(27 - days, days - 35, 0) AS actual, 0 AS tolerance
FROM step
WHERE days IS NOT NULL
