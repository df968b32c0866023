-- What is past due by group and month: balances, numbers of loans, shares of the pool, and how they moved.
-- A printed TOTAL line is left out of every sum, but for a status that is printed without buckets.

-- What a status comes to that is printed without buckets, on top of those that have them.
CREATE MACRO unbucketed(buckets, total) AS CASE WHEN buckets IS NULL THEN coalesce(total, 0) ELSE 0 END;
COMMENT ON MACRO unbucketed IS 'The printed total of a status of which no bucket is printed, else 0.';

-- Of a report's own rows, whichever version counts: worked out once for all moments at which it is asked for.
CREATE VIEW v_group_late AS
WITH line AS (
  -- A bucket of one month begins at 30 or 31 days, at 60 or 61, and so on, and lasts one month.
  SELECT *, CASE WHEN bucket_high_days - bucket_low_days BETWEEN 27 AND 31 THEN bucket_low_days // 30 * 30 END AS days
  FROM fact_delinquency
),
summed AS (
  SELECT report_id, group_code,
         max(balance_pct_denominator) AS denominator,
         sum(balance) FILTER (WHERE status = 'DELINQUENT' AND days = 30) AS dq30,
         sum(balance) FILTER (WHERE status = 'DELINQUENT' AND days = 60) AS dq60,
         sum(balance) FILTER (WHERE status = 'DELINQUENT' AND days = 90) AS dq90,
         sum(balance) FILTER (WHERE status = 'DELINQUENT' AND bucket_low_days >= 30) AS dq30plus,
         sum(balance) FILTER (WHERE status = 'DELINQUENT' AND bucket_low_days >= 60) AS dq60plus,
         sum(balance) FILTER (WHERE status = 'DELINQUENT' AND bucket_low_days >= 90) AS dq90plus,
         sum(balance) FILTER (WHERE status <> 'TOTAL' AND bucket_low_days >= 30) AS any30,
         sum(balance) FILTER (WHERE status <> 'TOTAL' AND bucket_low_days >= 60) AS any60,
         sum(balance) FILTER (WHERE status <> 'TOTAL' AND bucket_low_days >= 90) AS any90,
         sum(balance) FILTER (WHERE status = 'BANKRUPTCY' AND bucket <> 'TOTAL') AS bk,
         max(balance) FILTER (WHERE status = 'BANKRUPTCY' AND bucket = 'TOTAL') AS bk_total,
         sum(balance) FILTER (WHERE status = 'FORECLOSURE' AND bucket <> 'TOTAL') AS fc,
         max(balance) FILTER (WHERE status = 'FORECLOSURE' AND bucket = 'TOTAL') AS fc_total,
         sum(balance) FILTER (WHERE status = 'REO' AND bucket <> 'TOTAL') AS reo,
         max(balance) FILTER (WHERE status = 'REO' AND bucket = 'TOTAL') AS reo_total,
         sum(loan_count) FILTER (WHERE status = 'DELINQUENT' AND bucket_low_days >= 30) AS dq30plus_count,
         sum(loan_count) FILTER (WHERE status = 'DELINQUENT' AND bucket_low_days >= 60) AS dq60plus_count,
         sum(loan_count) FILTER (WHERE status = 'DELINQUENT' AND bucket_low_days >= 90) AS dq90plus_count,
         sum(loan_count) FILTER (WHERE status <> 'TOTAL' AND bucket_low_days >= 30) AS any30_count,
         sum(loan_count) FILTER (WHERE status <> 'TOTAL' AND bucket_low_days >= 60) AS any60_count,
         sum(loan_count) FILTER (WHERE status <> 'TOTAL' AND bucket_low_days >= 90) AS any90_count,
         sum(loan_count) FILTER (WHERE status = 'BANKRUPTCY' AND bucket <> 'TOTAL') AS bk_count,
         max(loan_count) FILTER (WHERE status = 'BANKRUPTCY' AND bucket = 'TOTAL') AS bk_total_count,
         sum(loan_count) FILTER (WHERE status = 'FORECLOSURE' AND bucket <> 'TOTAL') AS fc_count,
         max(loan_count) FILTER (WHERE status = 'FORECLOSURE' AND bucket = 'TOTAL') AS fc_total_count,
         sum(loan_count) FILTER (WHERE status = 'REO' AND bucket <> 'TOTAL') AS reo_count,
         max(loan_count) FILTER (WHERE status = 'REO' AND bucket = 'TOTAL') AS reo_total_count
  FROM line
  GROUP BY report_id, group_code
)
SELECT deal_id, report_id, group_code, dq30plus, dq60plus, dq90plus,
       coalesce(bk, bk_total) AS bankruptcy, coalesce(fc, fc_total) AS foreclosure, coalesce(reo, reo_total) AS reo,
       dq30, dq60, dq90,
       CASE WHEN dq30plus IS NOT NULL THEN any30 + whole END AS dq30plus_fc_bk_reo,
       CASE WHEN dq60plus IS NOT NULL THEN any60 + whole END AS dq60plus_fc_bk_reo,
       CASE WHEN dq90plus IS NOT NULL THEN any90 + whole END AS dq90plus_fc_bk_reo,
       dq30plus_count, dq60plus_count, dq90plus_count, coalesce(bk_count, bk_total_count) AS bankruptcy_count,
       coalesce(fc_count, fc_total_count) AS foreclosure_count, coalesce(reo_count, reo_total_count) AS reo_count,
       CASE WHEN dq30plus_count IS NOT NULL THEN any30_count + whole_count END AS dq30plus_fc_bk_reo_count,
       CASE WHEN dq60plus_count IS NOT NULL THEN any60_count + whole_count END AS dq60plus_fc_bk_reo_count,
       CASE WHEN dq90plus_count IS NOT NULL THEN any90_count + whole_count END AS dq90plus_fc_bk_reo_count,
       denominator
FROM (
  SELECT *, unbucketed(bk, bk_total) + unbucketed(fc, fc_total) + unbucketed(reo, reo_total) AS whole,
         unbucketed(bk_count, bk_total_count) + unbucketed(fc_count, fc_total_count)
           + unbucketed(reo_count, reo_total_count) AS whole_count
  FROM summed)
JOIN report USING (report_id);
COMMENT ON VIEW v_group_late IS 'A row per report and collateral group: what is past due of it. Columns as in fact_delinquency, report, v_delinquency_month.';
COMMENT ON COLUMN v_group_late.denominator IS 'what the printed percentages of balances are of, as balance_pct_denominator';

CREATE MACRO delinquency_month(ts, accepted) AS TABLE
WITH told AS (
  SELECT k.deal_id, k.distribution_date, l.group_code, l.dq30plus, l.dq60plus, l.dq90plus, l.bankruptcy, l.foreclosure,
         l.reo, k.report_id, k.proof, k.version_no, k.known_from, k.source_report_id, l.denominator,
         l.* EXCLUDE (deal_id, report_id, group_code, dq30plus, dq60plus, dq90plus, bankruptcy, foreclosure, reo, denominator)
  FROM known_source('fact_delinquency', ts, accepted) AS k
  JOIN v_group_late AS l ON l.report_id = k.source_report_id
),
pool AS (
  SELECT deal_id, report_id, group_code, ending_actual_balance, ending_scheduled_balance, ending_loan_count
  FROM known_fact('fact_collateral', ts, undoubted())
  QUALIFY row_number() OVER (PARTITION BY deal_id, distribution_date, report_id, group_code ORDER BY statement_seq) = 1
),
based AS (
  SELECT s.* EXCLUDE (denominator),
         -- What the report takes its own percentages of.
         CASE denominator WHEN 'ENDING_ACTUAL_BALANCE' THEN denominator ELSE 'ENDING_SCHEDULED_BALANCE' END
           AS balance_base_name,
         CASE denominator WHEN 'ENDING_ACTUAL_BALANCE' THEN p.ending_actual_balance
                          ELSE p.ending_scheduled_balance END AS balance_base,
         p.ending_loan_count AS count_base
  FROM told AS s
  LEFT JOIN pool AS p ON p.deal_id = s.deal_id AND p.report_id = s.report_id AND p.group_code = s.group_code
),
-- Beside a printed total, groups would count twice. Few keys are joined: a window would carry every column.
totalled AS (SELECT DISTINCT deal_id, report_id FROM based WHERE group_code = 'ALL')
SELECT c.*,
       c.dq30plus::DOUBLE / nullif(c.balance_base, 0)::DOUBLE AS dq30plus_share,
       c.dq60plus::DOUBLE / nullif(c.balance_base, 0)::DOUBLE AS dq60plus_share,
       c.dq90plus::DOUBLE / nullif(c.balance_base, 0)::DOUBLE AS dq90plus_share,
       c.dq30plus_fc_bk_reo::DOUBLE / nullif(c.balance_base, 0)::DOUBLE AS dq30plus_fc_bk_reo_share,
       c.dq60plus_fc_bk_reo::DOUBLE / nullif(c.balance_base, 0)::DOUBLE AS dq60plus_fc_bk_reo_share,
       c.dq90plus_fc_bk_reo::DOUBLE / nullif(c.balance_base, 0)::DOUBLE AS dq90plus_fc_bk_reo_share,
       c.dq30plus_count::DOUBLE / nullif(c.count_base, 0) AS dq30plus_count_share,
       c.dq60plus_count::DOUBLE / nullif(c.count_base, 0) AS dq60plus_count_share,
       c.dq90plus_count::DOUBLE / nullif(c.count_base, 0) AS dq90plus_count_share,
       c.dq60::DOUBLE / nullif(b.dq30, 0)::DOUBLE AS roll_30_60,
       c.dq90::DOUBLE / nullif(b.dq60, 0)::DOUBLE AS roll_60_90,
       c.foreclosure::DOUBLE / nullif(b.dq90plus, 0)::DOUBLE AS roll_90_foreclosure,
       c.dq30plus - b.dq30plus AS dq30plus_change,
       c.dq60plus - b.dq60plus AS dq60plus_change,
       c.dq90plus - b.dq90plus AS dq90plus_change,
       c.group_code = 'ALL' OR a.report_id IS NULL AS in_sum
FROM based AS c
LEFT JOIN totalled AS a ON a.deal_id = c.deal_id AND a.report_id = c.report_id
LEFT JOIN previous_report(ts) AS v ON v.deal_id = c.deal_id AND v.report_id = c.report_id
LEFT JOIN (FROM based WHERE list_contains(undoubted(), proof)) AS b
  ON b.deal_id = c.deal_id AND b.report_id = v.previous_report_id AND b.group_code = c.group_code;
COMMENT ON MACRO TABLE delinquency_month IS 'v_delinquency_month of the reports known at ts, as in report_known; accepted lists the proofs that count.';

CREATE VIEW v_delinquency_month_all AS FROM delinquency_month(latest(), any_proof());
COMMENT ON VIEW v_delinquency_month_all IS 'A row per collateral group and distribution date, latest version, whatever its proof. Columns as in v_delinquency_month.';

CREATE VIEW v_delinquency_month AS FROM sound('v_delinquency_month_all');
COMMENT ON VIEW v_delinquency_month IS 'A row per collateral group and distribution date, latest version, proven or plausible. Columns as in fact_delinquency, report, report_proof.';
COMMENT ON COLUMN v_delinquency_month.source_report_id IS 'report whose rows these are: another than report_id where a partial amendment leaves the statement out';
COMMENT ON COLUMN v_delinquency_month.dq30plus IS 'balance 30 or more days behind, without foreclosure, bankruptcy and REO [USD]';
COMMENT ON COLUMN v_delinquency_month.dq60plus IS 'balance 60 or more days behind, without foreclosure, bankruptcy and REO [USD]';
COMMENT ON COLUMN v_delinquency_month.dq90plus IS 'balance 90 or more days behind, without foreclosure, bankruptcy and REO [USD]';
COMMENT ON COLUMN v_delinquency_month.bankruptcy IS 'balance in bankruptcy [USD]';
COMMENT ON COLUMN v_delinquency_month.foreclosure IS 'balance in foreclosure [USD]';
COMMENT ON COLUMN v_delinquency_month.reo IS 'balance in REO, the lender''s own [USD]';
COMMENT ON COLUMN v_delinquency_month.dq30 IS 'balance in the bucket of one month that begins 30 or 31 days behind, without foreclosure, bankruptcy and REO [USD]';
COMMENT ON COLUMN v_delinquency_month.dq60 IS 'balance in the bucket of one month that begins 60 or 61 days behind, without foreclosure, bankruptcy and REO [USD]';
COMMENT ON COLUMN v_delinquency_month.dq90 IS 'balance in the bucket of one month that begins 90 or 91 days behind, without foreclosure, bankruptcy and REO [USD]';
COMMENT ON COLUMN v_delinquency_month.dq30plus_fc_bk_reo IS 'balance 30 or more days behind in any status: delinquent, foreclosure, bankruptcy, REO; one of these that is printed without buckets counts whole; where a report counts a loan in two statuses (rule D02 breaks) it counts twice [USD]';
COMMENT ON COLUMN v_delinquency_month.dq60plus_fc_bk_reo IS 'balance 60 or more days behind in any status: delinquent, foreclosure, bankruptcy, REO; one of these that is printed without buckets counts whole; where a report counts a loan in two statuses (rule D02 breaks) it counts twice [USD]';
COMMENT ON COLUMN v_delinquency_month.dq90plus_fc_bk_reo IS 'balance 90 or more days behind in any status: delinquent, foreclosure, bankruptcy, REO; one of these that is printed without buckets counts whole; where a report counts a loan in two statuses (rule D02 breaks) it counts twice [USD]';
COMMENT ON COLUMN v_delinquency_month.dq30plus_count IS 'loans 30 or more days behind, without foreclosure, bankruptcy and REO [COUNT]';
COMMENT ON COLUMN v_delinquency_month.dq60plus_count IS 'loans 60 or more days behind, without foreclosure, bankruptcy and REO [COUNT]';
COMMENT ON COLUMN v_delinquency_month.dq90plus_count IS 'loans 90 or more days behind, without foreclosure, bankruptcy and REO [COUNT]';
COMMENT ON COLUMN v_delinquency_month.bankruptcy_count IS 'loans in bankruptcy [COUNT]';
COMMENT ON COLUMN v_delinquency_month.foreclosure_count IS 'loans in foreclosure [COUNT]';
COMMENT ON COLUMN v_delinquency_month.reo_count IS 'loans in REO [COUNT]';
COMMENT ON COLUMN v_delinquency_month.dq30plus_fc_bk_reo_count IS 'loans 30 or more days behind in any status, as dq30plus_fc_bk_reo [COUNT]';
COMMENT ON COLUMN v_delinquency_month.dq60plus_fc_bk_reo_count IS 'loans 60 or more days behind in any status, as dq60plus_fc_bk_reo [COUNT]';
COMMENT ON COLUMN v_delinquency_month.dq90plus_fc_bk_reo_count IS 'loans 90 or more days behind in any status, as dq90plus_fc_bk_reo [COUNT]';
COMMENT ON COLUMN v_delinquency_month.balance_base_name IS 'what the balance shares are of: ENDING_ACTUAL_BALANCE where the report takes its own percentages of it, else ENDING_SCHEDULED_BALANCE';
COMMENT ON COLUMN v_delinquency_month.balance_base IS 'ending balance of the group that the balance shares are of [USD]';
COMMENT ON COLUMN v_delinquency_month.count_base IS 'loans of the group at the end of the month, which the count shares are of [COUNT]';
COMMENT ON COLUMN v_delinquency_month.dq30plus_share IS 'dq30plus / balance_base [RATIO]';
COMMENT ON COLUMN v_delinquency_month.dq60plus_share IS 'dq60plus / balance_base [RATIO]';
COMMENT ON COLUMN v_delinquency_month.dq90plus_share IS 'dq90plus / balance_base [RATIO]';
COMMENT ON COLUMN v_delinquency_month.dq30plus_fc_bk_reo_share IS 'dq30plus_fc_bk_reo / balance_base [RATIO]';
COMMENT ON COLUMN v_delinquency_month.dq60plus_fc_bk_reo_share IS 'dq60plus_fc_bk_reo / balance_base [RATIO]';
COMMENT ON COLUMN v_delinquency_month.dq90plus_fc_bk_reo_share IS 'dq90plus_fc_bk_reo / balance_base [RATIO]';
COMMENT ON COLUMN v_delinquency_month.dq30plus_count_share IS 'dq30plus_count / count_base [RATIO]';
COMMENT ON COLUMN v_delinquency_month.dq60plus_count_share IS 'dq60plus_count / count_base [RATIO]';
COMMENT ON COLUMN v_delinquency_month.dq90plus_count_share IS 'dq90plus_count / count_base [RATIO]';
COMMENT ON COLUMN v_delinquency_month.roll_30_60 IS 'dq60 / dq30 of the report before: an aggregate, since only loans roll [RATIO]';
COMMENT ON COLUMN v_delinquency_month.roll_60_90 IS 'dq90 / dq60 of the report before; NULL where the report tells 90 days only together with more [RATIO]';
COMMENT ON COLUMN v_delinquency_month.roll_90_foreclosure IS 'foreclosure / dq90plus of the report before [RATIO]';
COMMENT ON COLUMN v_delinquency_month.dq30plus_change IS 'net flow: dq30plus less that of the report before [USD]';
COMMENT ON COLUMN v_delinquency_month.dq60plus_change IS 'net flow: dq60plus less that of the report before [USD]';
COMMENT ON COLUMN v_delinquency_month.dq90plus_change IS 'net flow: dq90plus less that of the report before [USD]';
COMMENT ON COLUMN v_delinquency_month.in_sum IS 'a sum over groups takes this row: the printed total, else each group';

CREATE VIEW v_delinquency_month_first AS FROM delinquency_month(NULL, undoubted());
COMMENT ON VIEW v_delinquency_month_first IS 'A row per collateral group and distribution date, as first filed, proven or plausible. Columns as in v_delinquency_month.';

CREATE MACRO delinquency_month_asof(ts) AS TABLE FROM delinquency_month(ts, undoubted());
COMMENT ON MACRO TABLE delinquency_month_asof IS 'v_delinquency_month as it was known at the moment ts.';
