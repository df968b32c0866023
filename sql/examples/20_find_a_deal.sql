-- question: Which deal goes by this name, file number, CIK or CUSIP?
-- asked by: researcher
WITH asked AS (SELECT unnest(['333-56240-12', '885220DC4']) AS name),
known AS (
  SELECT deal_id, id_value AS name FROM dim_deal_identifier
  UNION SELECT deal_id, alias_norm FROM dim_deal_alias
  UNION SELECT deal_id, depositor_cik::VARCHAR FROM dim_deal
  UNION SELECT deal_id, trust_cik::VARCHAR FROM dim_deal
  UNION SELECT c.deal_id, i.id_value FROM dim_class_identifier AS i JOIN dim_class AS c USING (class_id)
)
SELECT DISTINCT k.deal_id, d.deal_name
FROM asked AS a
JOIN known AS k USING (name)
JOIN dim_deal AS d ON d.deal_id = k.deal_id
ORDER BY k.deal_id
