-- Balances past due by group and month; a printed TOTAL line is left out of every sum.

CREATE VIEW v_delinquency_month_all AS
SELECT r.deal_id, r.distribution_date, d.group_code,
       sum(d.balance) FILTER (WHERE d.status = 'DELINQUENT' AND d.bucket_low_days >= 30) AS dq30plus,
       sum(d.balance) FILTER (WHERE d.status = 'DELINQUENT' AND d.bucket_low_days >= 60) AS dq60plus,
       sum(d.balance) FILTER (WHERE d.status = 'DELINQUENT' AND d.bucket_low_days >= 90) AS dq90plus,
       sum(d.balance) FILTER (WHERE d.status = 'BANKRUPTCY' AND d.bucket <> 'TOTAL') AS bankruptcy,
       sum(d.balance) FILTER (WHERE d.status = 'FORECLOSURE' AND d.bucket <> 'TOTAL') AS foreclosure,
       sum(d.balance) FILTER (WHERE d.status = 'REO' AND d.bucket <> 'TOTAL') AS reo,
       r.report_id, p.proof
FROM v_report_latest AS r
JOIN fact_delinquency AS d USING (report_id)
LEFT JOIN report_proof AS p ON p.report_id = r.report_id AND p.fact = 'fact_delinquency'
GROUP BY r.deal_id, r.distribution_date, d.group_code, r.report_id, p.proof;
COMMENT ON VIEW v_delinquency_month_all IS 'A row per collateral group and distribution date, latest version, whatever its proof.';

CREATE VIEW v_delinquency_month AS FROM undoubted('v_delinquency_month_all');
COMMENT ON VIEW v_delinquency_month IS 'A row per collateral group and distribution date, latest version, proven or plausible.';
