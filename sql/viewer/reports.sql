-- The reports of one deal, $deal, in the versions that `known` holds, the latest month first.
SELECT k.report_id, k.distribution_date, k.version_no, k.accession_number, k.known_from, k.amendment_scope,
       f.form_type, d.doc_type, d.filename,
       (SELECT string_agg(p.fact, ', ' ORDER BY p.fact) FROM report_proof AS p
        WHERE p.report_id = k.report_id AND p.proof = 'doubtful') AS doubtful
FROM known AS k
JOIN filing AS f USING (accession_number)
LEFT JOIN document AS d USING (document_id)
WHERE k.deal_id = $deal
ORDER BY k.distribution_date DESC, k.known_from DESC
