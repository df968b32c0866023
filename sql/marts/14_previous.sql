-- How often a deal reports, and the report a period before, among those known at a moment.

-- A period is a number of months by its days, so that a distribution that slips over the end of a month is no gap.
CREATE MACRO months_between(earlier, later) AS round(date_diff('day', earlier, later) / 30.4375)::INTEGER;
COMMENT ON MACRO months_between IS 'The months between two distribution dates, to the nearest.';

CREATE MACRO dated_report(ts) AS TABLE
SELECT report_id, deal_id, distribution_date, lag(report_id) OVER w AS previous_report_id,
       lag(distribution_date) OVER w AS previous_date,
       months_between(lag(distribution_date) OVER w, distribution_date) AS months
FROM report_known(ts)
WINDOW w AS (PARTITION BY deal_id ORDER BY distribution_date, report_id);
COMMENT ON MACRO TABLE dated_report IS 'Each report known at ts, as in report_known, with the one before it and the months between.';

-- One long gap alone shows no rhythm: other than monthly is believed from the second time on.
CREATE MACRO rhythm(ts) AS TABLE
SELECT deal_id, months FROM dated_report(ts) WHERE months > 0
GROUP BY deal_id, months HAVING months = 1 OR count(*) > 1
QUALIFY months = min(months) OVER (PARTITION BY deal_id);
COMMENT ON MACRO TABLE rhythm IS 'The months of a period of each deal that shows one in the reports known at ts.';

-- A gap longer than the deal's rhythm has no period before.
CREATE MACRO previous_report(ts) AS TABLE
SELECT d.deal_id, d.report_id, d.previous_report_id, d.months
FROM dated_report(ts) AS d JOIN rhythm(ts) AS y USING (deal_id, months);
COMMENT ON MACRO TABLE previous_report IS 'Of each report known at ts, as in report_known, the report one period before, and the months of a period.';
