-- The collateral by group and month. A report may state a group twice; its first statement counts.

CREATE VIEW v_pool_month_all AS
FROM fact_month('fact_collateral')
QUALIFY row_number() OVER (PARTITION BY report_id, group_code ORDER BY statement_seq) = 1;
COMMENT ON VIEW v_pool_month_all IS 'A row per collateral group and distribution date, latest version, whatever its proof.';

CREATE VIEW v_pool_month AS FROM undoubted('v_pool_month_all');
COMMENT ON VIEW v_pool_month IS 'A row per collateral group and distribution date, latest version, proven or plausible.';
