-- id: A11
-- title: Remittance is sources plus deposits
-- kind: reconciliation
-- grain: report
-- unit: money
-- severity: error
-- tolerance: 0.005
-- why: another deposit feeds the account

SELECT report_id, 'all' AS scope_key,
       total_sources + coalesce(capint_prefund, 0) AS expected,
       remittance_due AS actual, 0.005 AS tolerance
FROM v_deal_month_all
WHERE remittance_due IS NOT NULL
