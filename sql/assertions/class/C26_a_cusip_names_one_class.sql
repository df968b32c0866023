-- id: C26
-- title: A CUSIP names one class
-- kind: integrity
-- grain: report
-- unit: count
-- severity: error
-- tolerance: 0
-- why: one class of a report was read as two; what two reports print of one CUSIP is C30's to tell, which stops nothing:
--   evidence that disagrees keeps two deals apart (`identity_conflict`), and so the classes that share a CUSIP

WITH printed AS (
  SELECT c.report_id, upper(regexp_replace(c.value_text, '[\s-]', '', 'g')) AS cusip, a.class_id
  FROM raw_cell AS c
  JOIN report AS r USING (report_id)
  JOIN dim_class AS d USING (deal_id)
  JOIN dim_class_alias AS a
    ON a.class_id = d.class_id AND a.class_name = c.class_name AND a.remic IS NOT DISTINCT FROM c.remic
  WHERE c.canonical_table = 'dim_class_identifier' AND c.canonical_column = 'id_value'
)
SELECT report_id, 'classes' AS scope_key, count(DISTINCT cusip) AS expected, count(DISTINCT (cusip, class_id)) AS actual,
       0 AS tolerance
FROM printed
WHERE regexp_full_match(cusip, '[0-9A-Z*@#]{9}') AND regexp_matches(cusip, '[0-9]')
GROUP BY report_id
