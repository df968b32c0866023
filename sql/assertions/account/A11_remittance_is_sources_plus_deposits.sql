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
       remittance_due AS actual, 0.005 AS tolerance,
       covers_entry('fact_account', entries, 'TOTAL_SOURCES') || covers_entry('fact_account', entries, 'TOTAL_REMITTANCE_DUE')
         || covers_entry('fact_account', entries, 'CAPITALIZED_INTEREST') || covers_entry('fact_account', entries, 'PREFUNDING') AS covers
FROM v_report_total
JOIN v_deal_member USING (report_id)
WHERE remittance_due IS NOT NULL
