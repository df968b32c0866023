-- Which values a later version of a report changed, added or took away, and where both are printed.

CREATE VIEW v_amendment_change AS
WITH later AS (
  SELECT report_id, deal_id, distribution_date, version_no, known_from, supersedes_report_id
  FROM report WHERE supersedes_report_id IS NOT NULL
),
-- What held before may have been told by versions before that one.
source AS (
  SELECT l.report_id, f.fact, f.statement_code, f.source_report_id
  FROM later AS l JOIN v_report_fact AS f ON f.report_id = l.supersedes_report_id
),
told AS (
  FROM fact_value((SELECT list(DISTINCT id) FROM (
    SELECT report_id AS id FROM later UNION SELECT source_report_id FROM source)))
),
after AS (FROM told SEMI JOIN later USING (report_id)),
-- What a version does not state it leaves as it was. Of line items each statement counts for itself.
stated AS (
  SELECT DISTINCT report_id, fact, CASE WHEN fact = 'fact_line_item' THEN split_part(member, ' ', 1) ELSE '' END AS part
  FROM after
),
before AS (
  SELECT s.report_id, t.fact, t.member, t.cell_member, t.column_name, t.value, t.report_id AS source_report_id
  FROM source AS s
  JOIN told AS t
    ON t.report_id = s.source_report_id AND t.fact = s.fact
    AND (s.statement_code IS NULL OR s.statement_code = split_part(t.member, ' ', 1))
  SEMI JOIN stated AS p
    ON p.report_id = s.report_id AND p.fact = t.fact
    AND p.part = CASE WHEN t.fact = 'fact_line_item' THEN split_part(t.member, ' ', 1) ELSE '' END
),
changed AS (
  SELECT report_id, fact, member, column_name, coalesce(a.cell_member, b.cell_member) AS cell_member,
         b.value AS value_before, a.value AS value_after, b.source_report_id AS before_report_id
  FROM after AS a FULL JOIN before AS b USING (report_id, fact, member, column_name)
  WHERE a.value IS DISTINCT FROM b.value
),
cell AS (
  SELECT m.report_id, m.fact, m.column_name, m.cell_member, list(m.cell_id ORDER BY m.line_no, m.col_start) AS cells
  FROM v_cell_member AS m
  SEMI JOIN (SELECT report_id FROM changed UNION SELECT before_report_id FROM changed) AS q USING (report_id)
  GROUP BY m.report_id, m.fact, m.column_name, m.cell_member
)
SELECT l.deal_id, l.distribution_date, l.version_no, l.known_from, h.fact, h.member, d.class_name, h.column_name,
       h.value_before, h.value_after, h.report_id, coalesce(h.before_report_id, l.supersedes_report_id) AS before_report_id,
       c.cells AS cells_after, p.cells AS cells_before
FROM changed AS h
JOIN later AS l USING (report_id)
LEFT JOIN dim_class AS d ON d.class_id = h.member AND h.fact IN ('fact_class_distribution', 'fact_class_factor')
LEFT JOIN cell AS c
  ON c.report_id = h.report_id AND c.fact = h.fact AND c.column_name = h.column_name AND c.cell_member = h.cell_member
LEFT JOIN cell AS p
  ON p.report_id = h.before_report_id AND p.fact = h.fact AND p.column_name = h.column_name
  AND p.cell_member = h.cell_member;
COMMENT ON VIEW v_amendment_change IS 'A row per value that a later version of a report changed, added or took away. Columns as in report, v_value_cell, dim_class.';
COMMENT ON COLUMN v_amendment_change.value_before IS 'as the version before told it, as text; NULL where it told none';
COMMENT ON COLUMN v_amendment_change.value_after IS 'as this version tells it, as text; NULL where it tells none';
COMMENT ON COLUMN v_amendment_change.before_report_id IS 'report that told it before';
COMMENT ON COLUMN v_amendment_change.cells_before IS 'cell_id of each printing before, in the report before_report_id';
COMMENT ON COLUMN v_amendment_change.cells_after IS 'cell_id of each printing now, in the report report_id';
