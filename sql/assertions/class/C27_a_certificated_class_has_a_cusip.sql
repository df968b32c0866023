-- id: C27
-- title: A certificated class has a CUSIP
-- kind: reconciliation
-- grain: report x class
-- unit: count
-- severity: info
-- tolerance: 0
-- why: a retained or private class

SELECT f.report_id, d.class_name AS scope_key, 1 AS expected,
       (EXISTS (FROM dim_class_identifier AS i WHERE i.class_id = d.class_id AND i.id_type = 'CUSIP'))::INTEGER
         AS actual,
       0 AS tolerance
FROM fact_class_distribution AS f
JOIN dim_class AS d USING (class_id)
WHERE d.is_certificated AND NOT coalesce(d.is_residual, false)
  -- Where no class has a CUSIP, the report prints none.
  AND EXISTS (
    FROM fact_class_distribution AS o JOIN dim_class_identifier AS i USING (class_id)
    WHERE o.report_id = f.report_id AND i.id_type = 'CUSIP')
