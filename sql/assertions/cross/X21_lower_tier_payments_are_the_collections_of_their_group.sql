-- id: X21
-- title: Lower-tier payments are the collections of their group
-- kind: reconciliation
-- grain: report x group x entry
-- unit: money
-- severity: error
-- tolerance: 0.015
-- addends: members + 4
-- why: collections kept back, or a lower-tier class lost; each of the classes added may be half a cent off

WITH low AS (
  SELECT f.report_id, d.group_code, sum(f.principal_distribution) AS principal, sum(f.interest_distribution) AS interest,
         list(f.class_id) AS members
  FROM fact_class_distribution AS f JOIN dim_class AS d USING (class_id)
  WHERE d.tier = 'LOWER'
  GROUP BY ALL
)
SELECT a.report_id, a.group_code || ' ' || a.entry_code AS scope_key, a.amount AS expected,
       CASE a.entry_code WHEN 'TOTAL_PRINCIPAL' THEN l.principal ELSE l.interest END AS actual, 0.015 AS tolerance,
       covers('fact_account', concat_ws(' ', a.account, a.group_code, a.entry_type, a.entry_code), ['amount'])
         || covers_each('fact_class_distribution', l.members,
                        CASE a.entry_code WHEN 'TOTAL_PRINCIPAL' THEN 'principal_distribution'
                                          ELSE 'interest_distribution' END) AS covers
FROM fact_account AS a JOIN low AS l USING (report_id, group_code)
WHERE a.entry_code IN ('TOTAL_PRINCIPAL', 'TOTAL_INTEREST') AND a.group_code <> 'ALL'
