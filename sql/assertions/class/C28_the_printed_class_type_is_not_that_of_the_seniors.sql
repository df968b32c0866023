-- id: C28
-- title: The printed class type is not that of the seniors
-- kind: reconciliation
-- grain: report x class
-- unit: count
-- severity: info
-- tolerance: 0
-- why: administrators print the seniors' type for residual and residual-cash classes too

SELECT f.report_id, d.class_name AS scope_key, 0 AS expected,
       (d.class_type IN ('RESIDUAL', 'OC_RESIDUAL_CASH') AND EXISTS (
         FROM dim_class AS s
         WHERE s.deal_id = d.deal_id AND s.class_type = 'SENIOR' AND s.class_type_reported = d.class_type_reported
       ))::INTEGER AS actual,
       0 AS tolerance
FROM fact_class_distribution AS f
JOIN dim_class AS d USING (class_id)
WHERE d.class_type_reported IS NOT NULL AND d.class_type IS NOT NULL
