-- Reports that were filed again, word for word and without being an amendment: they are no version, and their facts and
-- cells are loaded once, from the filing that came first.
CREATE TABLE IF NOT EXISTS report_repeat (
  report_id VARCHAR NOT NULL, repeats_report_id VARCHAR NOT NULL, accession_number VARCHAR NOT NULL, cells INTEGER NOT NULL);
COMMENT ON TABLE report_repeat IS 'reports filed again unchanged: no version, and loaded nowhere else';
COMMENT ON COLUMN report_repeat.repeats_report_id IS 'the report that came first';
COMMENT ON COLUMN report_repeat.cells IS 'values it prints outside the header, left out of raw_cell';
