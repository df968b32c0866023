-- id: I06
-- title: Reports come month by month
-- kind: reconciliation
-- grain: report
-- unit: count
-- severity: warn
-- tolerance: 0
-- why: a period was not filed or not loaded; a deal that pays by quarters has periods of three months

-- Days by which the step from the report before is shorter than 27 or longer than 35; 30 and 31 more for each further
-- month of a period.
WITH step AS (
  SELECT report_id, deal_id,
         date_diff('day', lag(distribution_date) OVER (PARTITION BY deal_id ORDER BY distribution_date, report_id),
                   distribution_date) AS days
  FROM v_report_latest
),
rhythm AS (
  SELECT r.deal_id, max(date_diff('month', p.distribution_date, r.distribution_date)) - 1 AS more
  FROM v_previous_report AS v
  JOIN report AS r USING (report_id)
  JOIN report AS p ON p.report_id = v.previous_report_id
  GROUP BY r.deal_id
)
SELECT s.report_id, 'days' AS scope_key, 0 AS expected,
       greatest(27 + 30 * coalesce(r.more, 0) - s.days, s.days - 35 - 31 * coalesce(r.more, 0), 0) AS actual,
       0 AS tolerance
FROM step AS s
LEFT JOIN rhythm AS r USING (deal_id)
WHERE s.days IS NOT NULL
