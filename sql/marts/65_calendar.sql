-- Which periods of a deal are there, from its first report to its last: one row for each that its rhythm makes due.

CREATE VIEW v_calendar AS
WITH dated AS (FROM dated_report(latest())),
version AS (
  SELECT deal_id, distribution_date, count(*) AS versions, min(known_from)::DATE AS first_known
  FROM report GROUP BY deal_id, distribution_date
),
told AS (
  SELECT d.deal_id, d.distribution_date AS due_date, d.report_id, r.version_no, v.versions,
         date_diff('day', d.distribution_date, v.first_known) AS days_to_know
  FROM dated AS d
  JOIN report AS r USING (report_id)
  JOIN version AS v ON v.deal_id = d.deal_id AND v.distribution_date = d.distribution_date
),
-- Where no rhythm shows, reports are due every month.
missing AS (
  SELECT d.deal_id,
         (d.previous_date + to_months(y.months * unnest(range(1, round(d.months / y.months)::INTEGER))::INTEGER))::DATE
           AS due_date
  FROM dated AS d
  JOIN (SELECT a.deal_id, coalesce(b.months, 1) AS months FROM dim_deal AS a LEFT JOIN rhythm(latest()) AS b USING (deal_id))
    AS y USING (deal_id)
  WHERE d.months > y.months
)
SELECT p.deal_id, dd.deal_name, date_trunc('month', p.due_date)::DATE AS month, p.due_date,
       CASE WHEN p.report_id IS NULL THEN 'missing' WHEN p.version_no > 1 THEN 'superseded'
            WHEN p.days_to_know > 15 THEN 'late' ELSE 'have' END AS state,
       p.report_id, p.version_no, p.versions, p.days_to_know
FROM (FROM told UNION ALL BY NAME FROM missing) AS p
JOIN dim_deal AS dd USING (deal_id);
COMMENT ON VIEW v_calendar IS 'A row per deal and period from its first report to its last, in the rhythm of the deal. Columns as in dim_deal, report.';
COMMENT ON COLUMN v_calendar.month IS 'first day of the month of due_date';
COMMENT ON COLUMN v_calendar.due_date IS 'distribution date; of a missing period the one its rhythm makes due';
COMMENT ON COLUMN v_calendar.state IS 'missing: no report; superseded: an amendment is in force; late: first known more than 15 days after the distribution; have: none of these';
COMMENT ON COLUMN v_calendar.versions IS 'versions that are loaded [COUNT]';
COMMENT ON COLUMN v_calendar.days_to_know IS 'from the distribution until the first loaded version was known [DAYS]';

CREATE VIEW v_missing_month AS SELECT deal_id, deal_name, month, due_date FROM v_calendar WHERE state = 'missing';
COMMENT ON VIEW v_missing_month IS 'A row per deal and period without a report between its first and its last. Columns as in v_calendar.';
