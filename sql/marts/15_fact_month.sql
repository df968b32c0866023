-- What marts by month have in common: the rows of one fact table of the latest reports, with the deal and the proof.

CREATE MACRO fact_month(fact_table) AS TABLE
SELECT r.deal_id, dd.deal_name, r.distribution_date, f.* EXCLUDE (report_id), r.report_id, r.version_no, p.proof
FROM v_report_latest AS r
JOIN dim_deal AS dd USING (deal_id)
JOIN query_table(fact_table) AS f USING (report_id)
LEFT JOIN report_proof AS p ON p.report_id = r.report_id AND p.fact = fact_table;

-- What a mart takes of its twin: proven and plausible readings.
CREATE MACRO undoubted(twin) AS TABLE
SELECT * FROM query_table(twin) WHERE proof IN ('proven', 'plausible');
