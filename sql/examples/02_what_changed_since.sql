-- question: What did I know on a day, and what changed since?
-- asked by: investor
WITH known AS (
  SELECT r.deal_id, r.distribution_date, f.class_id, f.ending_balance, f.interest_distribution
  FROM report_asof(TIMESTAMP '2003-06-30') AS r JOIN fact_class_distribution AS f USING (report_id)
),
latest AS (
  SELECT r.deal_id, r.distribution_date, f.class_id, f.ending_balance, f.interest_distribution
  FROM v_report_latest AS r JOIN fact_class_distribution AS f USING (report_id)
)
SELECT l.deal_id, c.class_name, l.distribution_date, k.ending_balance AS balance_then, l.ending_balance AS balance_now,
       k.interest_distribution AS interest_then, l.interest_distribution AS interest_now
FROM latest AS l
JOIN dim_class AS c USING (class_id)
LEFT JOIN known AS k ON k.class_id = l.class_id AND k.distribution_date = l.distribution_date
WHERE k.class_id IS NULL
   OR k.ending_balance IS DISTINCT FROM l.ending_balance
   OR k.interest_distribution IS DISTINCT FROM l.interest_distribution
ORDER BY l.deal_id, l.distribution_date, c.class_name
