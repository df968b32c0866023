-- id: I08
-- title: Ledger balances are of the record date
-- kind: reconciliation
-- grain: report x group
-- unit: count
-- severity: info
-- tolerance: 0
-- why: balances of another date

SELECT r.report_id, c.group_code || '/' || c.statement_seq AS scope_key, 0 AS expected,
       abs(date_diff('day', c.actual_balance_as_of_date, r.record_date)) AS actual, 0 AS tolerance
FROM report AS r JOIN fact_collateral AS c USING (report_id)
WHERE c.actual_balance_as_of_date IS NOT NULL AND r.record_date IS NOT NULL AND c.statement_seq = 1
