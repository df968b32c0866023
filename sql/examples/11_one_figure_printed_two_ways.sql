-- question: Which figure is printed twice with different values?
-- asked by: forensic accountant
-- Rule I09 has compared the printings of every report; the cells show them.
WITH differs AS (
  SELECT DISTINCT b.report_id, b.scope_key AS concept_key FROM v_breach AS b WHERE b.rule_id = 'I09'
)
SELECT report_id, concept_key, count(*) AS printings, list(value_num * scale ORDER BY line_no) AS printed,
       list(line_no ORDER BY line_no) AS lines
FROM raw_cell SEMI JOIN differs USING (report_id, concept_key)
GROUP BY report_id, concept_key
ORDER BY report_id, concept_key
