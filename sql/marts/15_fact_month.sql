-- What marts by month have in common: the rows of one fact table of the known reports, with the deal and the proof.

CREATE MACRO fact_month(fact_table, ts, accepted) AS TABLE
SELECT f.deal_id, dd.deal_name, f.distribution_date,
       f.* EXCLUDE (deal_id, distribution_date, report_id, version_no, known_from, known_to, source_report_id, proof),
       f.report_id, f.version_no, f.proof, f.known_from, f.source_report_id
FROM known_fact(fact_table, ts, accepted) AS f
JOIN dim_deal AS dd USING (deal_id);
COMMENT ON MACRO TABLE fact_month IS 'known_fact with the name of the deal.';

-- A rate, a term or a count may be doubted while the amounts beside it stand: a mart leaves it out, its twin keeps it.
CREATE MACRO doubted(fact_table) AS TABLE
SELECT report_id AS source_report_id, list(member || '|' || column_name) AS doubts
FROM report_column_proof WHERE proof = 'doubtful' AND fact = fact_table GROUP BY report_id;
COMMENT ON MACRO TABLE doubted IS 'The doubtful columns of fact_table (its name) by report, each after its member and a bar; the member is empty where it is all.';

CREATE MACRO unless_doubted(amount, doubts, member, column_name) AS
CASE WHEN doubts IS NULL OR NOT list_has_any(doubts, ['|' || column_name, member || '|' || column_name]) THEN amount END;
COMMENT ON MACRO unless_doubted IS 'A value of a member and column, NULL where doubts, as in doubted, has it.';
