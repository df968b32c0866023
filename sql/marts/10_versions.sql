-- Which statement counts: as known now, as first told, or as known at a moment.

CREATE VIEW v_report_latest AS
SELECT * FROM report WHERE known_to = TIMESTAMP '9999-12-31 00:00:00';
COMMENT ON VIEW v_report_latest IS 'The version in force of every report.';

-- Empty for a month whose original is not loaded: an amendment is no first report.
CREATE VIEW v_report_first AS
SELECT * FROM report WHERE version_no = 1;
COMMENT ON VIEW v_report_first IS 'Every report as first filed, where that filing is loaded.';

CREATE MACRO report_asof(ts) AS TABLE
SELECT * FROM report WHERE known_from <= ts AND ts < known_to;
