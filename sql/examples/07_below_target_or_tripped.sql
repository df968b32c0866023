-- question: Which deals are below their target, which triggers are tripped?
-- asked by: surveillance
WITH tripped AS (
  SELECT report_id, group_code, list(trigger_code ORDER BY trigger_code) AS triggers
  FROM v_trigger_month WHERE is_in_effect GROUP BY report_id, group_code
),
cover AS (
  SELECT *, coalesce(target_oc_amount, specified_oc_amount) AS target
  FROM v_overcollateralization_month WHERE statement_seq = 1
)
SELECT r.deal_id, r.distribution_date, group_code, o.oc_amount, o.target, o.oc_amount < o.target AS below_target, t.triggers
FROM cover AS o FULL JOIN tripped AS t USING (report_id, group_code)
JOIN v_report_latest AS r USING (report_id)
WHERE o.oc_amount < o.target OR t.triggers IS NOT NULL
ORDER BY r.deal_id, r.distribution_date, group_code
