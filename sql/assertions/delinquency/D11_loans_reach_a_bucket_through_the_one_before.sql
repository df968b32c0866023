-- id: D11
-- title: Loans reach a bucket through the one before
-- kind: reconciliation
-- grain: report x group x bucket
-- unit: count
-- severity: warn
-- tolerance: 0
-- why: counts of two rows are exchanged, loans were added, or buckets of 30 days: a month of 31 takes a loan on the last
--   day of one over the next

-- Whoever is in a bucket was in it a month ago, or in the bucket just below.
WITH bucket AS (
  SELECT report_id, group_code, bucket, bucket_low_days, loan_count,
         lag(bucket) OVER (PARTITION BY report_id, group_code ORDER BY bucket_low_days) AS below
  FROM fact_delinquency
  WHERE status = 'DELINQUENT' AND bucket_low_days >= 30
)
SELECT n.report_id, concat_ws(' ', n.group_code, n.bucket) AS scope_key, 0 AS expected,
       CASE WHEN n.loan_count > sum(p.loan_count) THEN n.loan_count - sum(p.loan_count) ELSE 0 END AS actual,
       0 AS tolerance
FROM v_previous_report AS v
JOIN bucket AS n USING (report_id)
JOIN bucket AS p
  ON p.report_id = v.previous_report_id AND p.group_code = n.group_code AND p.bucket IN (n.bucket, n.below)
WHERE n.below IS NOT NULL AND n.loan_count IS NOT NULL
GROUP BY n.report_id, n.group_code, n.bucket, n.loan_count
HAVING count(p.loan_count) = 2
