-- What the printed values of a report were read into: one count for the screen, `tieout status` and the pages of a run.

CREATE VIEW v_coverage AS
SELECT report_id, count(*) AS printed,
       count(*) FILTER (canonical_column IS NOT NULL AND canonical_table <> 'fact_line_item') AS typed,
       count(*) FILTER (canonical_column IS NOT NULL AND canonical_table = 'fact_line_item') AS generic,
       count(*) FILTER (canonical_column IS NULL) AS unmapped
FROM raw_cell
WHERE table_code <> 'HEADER'
GROUP BY report_id;
COMMENT ON VIEW v_coverage IS 'A row per report and version: what its printed values were read into, fields of the cover left out. Columns as in report.';
COMMENT ON COLUMN v_coverage.printed IS 'printed values [COUNT]';
COMMENT ON COLUMN v_coverage.typed IS 'of these, with a column of their own in a fact [COUNT]';
COMMENT ON COLUMN v_coverage.generic IS 'kept as line items, under the label that is printed [COUNT]';
COMMENT ON COLUMN v_coverage.unmapped IS 'in no fact [COUNT]';
