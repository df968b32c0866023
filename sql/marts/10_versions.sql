-- Which report counts: as known now, as first told, or as known at a moment.

CREATE VIEW v_report_latest AS
SELECT * FROM report WHERE known_to = TIMESTAMP '9999-12-31 00:00:00';
COMMENT ON VIEW v_report_latest IS 'The version in force of every report. Columns as in report.';

-- Empty for a month whose original is not loaded: an amendment is no first report.
CREATE VIEW v_report_first AS
SELECT * FROM report WHERE version_no = 1;
COMMENT ON VIEW v_report_first IS 'Every report as first filed, where that filing is loaded. Columns as in report.';

CREATE MACRO report_asof(ts) AS TABLE
SELECT * FROM report WHERE known_from <= ts AND ts < known_to;
COMMENT ON MACRO TABLE report_asof IS 'The version of every report that was in force at the moment ts.';

-- The marts are written once, for the reports known at a moment: the last moment there is gives the version in force,
-- and no moment at all (NULL) the one first filed.
CREATE MACRO report_known(ts) AS TABLE
SELECT * FROM report WHERE CASE WHEN ts IS NULL THEN version_no = 1 ELSE known_from <= ts AND ts < known_to END;
COMMENT ON MACRO TABLE report_known IS 'As report_asof; where ts is NULL, every report as first filed.';

-- An amendment of one page leaves the other pages as they were. Facts are found under the report that states them.
CREATE VIEW v_report_fact AS
SELECT report_id, fact, NULL::VARCHAR AS statement_code, report_id AS source_report_id, proof FROM report_proof
UNION ALL
SELECT s.report_id, s.fact, s.statement_code, s.source_report_id, p.proof
FROM report_source AS s
LEFT JOIN report_proof AS p ON p.report_id = s.source_report_id AND p.fact = s.fact;
COMMENT ON VIEW v_report_fact IS 'For every version of a report and every fact table, the report whose rows count. Columns as in report_source, report_proof.';
COMMENT ON COLUMN v_report_fact.source_report_id IS 'report whose rows count: the version itself, or for what a partial amendment leaves out an earlier one';

CREATE MACRO known_source(fact_table, ts, accepted) AS TABLE
SELECT r.deal_id, r.distribution_date, r.report_id, r.version_no, r.known_from, r.known_to,
       coalesce(s.source_report_id, r.report_id) AS source_report_id, p.proof
FROM report_known(ts) AS r
LEFT JOIN report_source AS s ON s.report_id = r.report_id AND s.fact = fact_table AND s.statement_code IS NULL
LEFT JOIN report_proof AS p ON p.report_id = coalesce(s.source_report_id, r.report_id) AND p.fact = fact_table
WHERE list_contains(accepted, coalesce(p.proof, 'doubtful'));
COMMENT ON MACRO TABLE known_source IS 'The reports known at ts, as in report_known, each with the report whose rows of fact_table (its name) count and their proof; accepted lists the proofs that count.';

CREATE MACRO known_fact(fact_table, ts, accepted) AS TABLE
SELECT k.* EXCLUDE (source_report_id, proof), f.* EXCLUDE (report_id), k.source_report_id, k.proof
FROM known_source(fact_table, ts, accepted) AS k
JOIN query_table(fact_table) AS f ON f.report_id = k.source_report_id;
COMMENT ON MACRO TABLE known_fact IS 'The rows of fact_table (its name) in the reports known at ts, as in report_known; accepted lists the proofs that count.';
