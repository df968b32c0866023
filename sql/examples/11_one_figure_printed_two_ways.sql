-- question: Which figure is printed twice with different values?
-- asked by: forensic accountant
SELECT report_id, concept_key, count(*) AS printings, list(DISTINCT value_num) AS printed, list(line_no) AS lines
FROM raw_cell
WHERE value_num IS NOT NULL AND concept_key IS NOT NULL
GROUP BY report_id, concept_key
HAVING count(DISTINCT value_num) > 1
ORDER BY report_id, concept_key
