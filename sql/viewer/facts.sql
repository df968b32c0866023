-- The fact tables that one report, $report, fills, with the number of its printed values and how far it is proven.
SELECT c.canonical_table AS fact, count(*) AS cells, any_value(p.proof) AS proof, any_value(p.reason) AS reason
FROM raw_cell AS c
LEFT JOIN report_proof AS p ON p.report_id = c.report_id AND p.fact = c.canonical_table
WHERE c.report_id = $report AND c.canonical_table IS NOT NULL
GROUP BY c.canonical_table
ORDER BY c.canonical_table
