-- question: What did I know on a day, and what changed since?
-- asked by: investor
-- Only a report that became known after the day can tell another thing about a distribution before it.
WITH asked AS (SELECT TIMESTAMP '2003-06-30' AS moment),
latest AS (
  SELECT m.deal_id, m.class_name, m.class_id, m.distribution_date, m.ending_balance, m.interest_distribution
  FROM v_class_month AS m JOIN asked AS a ON m.known_from > a.moment AND m.distribution_date <= a.moment
),
known AS (
  SELECT class_id, distribution_date, ending_balance, interest_distribution
  FROM known_fact('fact_class_distribution', (SELECT moment FROM asked), undoubted())
)
SELECT l.deal_id, l.class_name, l.distribution_date, k.ending_balance AS balance_then, l.ending_balance AS balance_now,
       k.interest_distribution AS interest_then, l.interest_distribution AS interest_now
FROM latest AS l
LEFT JOIN known AS k USING (class_id, distribution_date)
WHERE k.class_id IS NULL
   OR k.ending_balance IS DISTINCT FROM l.ending_balance
   OR k.interest_distribution IS DISTINCT FROM l.interest_distribution
ORDER BY l.deal_id, l.distribution_date, l.class_name
