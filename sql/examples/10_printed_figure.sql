-- question: Where is the figure behind a value printed?
-- asked by: auditor
WITH asked AS (SELECT '333-56240-12' AS identifier, 'fact_collateral' AS fact, 'wac_net' AS term)
SELECT c.line_no, c.col_start, c.raw_text, c.row_label_printed, c.row_label, c.pairing, d.doc_type, d.accession_number
FROM asked AS a
JOIN dim_deal_identifier AS i ON i.id_value = a.identifier
JOIN report AS r USING (deal_id)
JOIN document AS d USING (document_id)
JOIN raw_cell AS c
  ON c.report_id = r.report_id AND c.canonical_table = a.fact AND c.canonical_column = a.term
ORDER BY r.distribution_date, r.version_no, c.line_no
