-- Deals that a text means: part of any of their names, or any number they, their filers or their classes go by.
-- $text; all deals where it is empty. A CIK may be written with the zeros that EDGAR puts before it.
WITH known AS (
  SELECT deal_id, 'name' AS kind, deal_name AS name FROM dim_deal
  UNION SELECT deal_id, 'name', alias_name FROM dim_deal_alias
  UNION SELECT deal_id, 'name', alias_norm FROM dim_deal_alias
  UNION SELECT deal_id, id_type, id_value FROM dim_deal_identifier
  UNION SELECT deal_id, 'DEPOSITOR_CIK', depositor_cik::VARCHAR FROM dim_deal
  UNION SELECT deal_id, 'TRUST_CIK', trust_cik::VARCHAR FROM dim_deal
  UNION SELECT c.deal_id, i.id_type, i.id_value FROM dim_class_identifier AS i JOIN dim_class AS c USING (class_id)
),
hit AS (
  SELECT deal_id, min_by(concat_ws(' ', replace(kind, '_', ' '), name), (kind = 'name', length(name))) AS found_by
  FROM known
  WHERE name IS NOT NULL AND ($text = '' OR contains(upper(name), upper($text)) OR (kind LIKE '%CIK' AND name = ltrim($text, '0')))
  GROUP BY deal_id
)
SELECT h.deal_id, d.deal_name, h.found_by, count(r.report_id) AS reports, max(r.distribution_date) AS last_date,
       count(*) OVER () AS found
FROM hit AS h
JOIN dim_deal AS d USING (deal_id)
LEFT JOIN v_report_latest AS r USING (deal_id)
GROUP BY ALL
ORDER BY d.deal_name, h.deal_id
LIMIT 500
