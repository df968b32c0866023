-- What marts by month have in common: the rows of one fact table of the known reports, with the deal and the proof.

CREATE MACRO fact_month(fact_table, ts, accepted) AS TABLE
SELECT f.deal_id, dd.deal_name, f.distribution_date,
       f.* EXCLUDE (deal_id, distribution_date, report_id, version_no, known_from, known_to, source_report_id, proof),
       f.report_id, f.version_no, f.proof, f.known_from, f.source_report_id
FROM known_fact(fact_table, ts, accepted) AS f
JOIN dim_deal AS dd USING (deal_id);
COMMENT ON MACRO TABLE fact_month IS 'known_fact with the name of the deal.';
