-- Most trusts print no overcollateralization, though they have some: what their classes do not receive is then a missing
-- input, no breach.
CREATE VIEW v_oc_told AS
SELECT report_id, coalesce(cls_beg = pool_beg AND cls_end = pool_end, false) AS is_none,
       is_none OR oc_amount IS NOT NULL OR occls_end IS NOT NULL AS is_told
FROM v_report_total;
COMMENT ON VIEW v_oc_told IS 'A row per report and version: whether it tells its overcollateralization. Columns as in report.';
COMMENT ON COLUMN v_oc_told.is_none IS 'the classes add up to the pool at the beginning and at the end: there is none';
COMMENT ON COLUMN v_oc_told.is_told IS 'there is none, or its amount or the balance of the class that carries it is printed';
