-- question: How often does each trustee restate, and how late?
-- asked by: forensic accountant
SELECT trustee, count(DISTINCT (deal_id, distribution_date)) AS statements,
       count(*) FILTER (version_no > 1) AS restated,
       avg(date_diff('day', distribution_date, known_from::DATE)) FILTER (version_no > 1) AS days_after_distribution
FROM report
GROUP BY trustee
ORDER BY restated DESC, trustee
