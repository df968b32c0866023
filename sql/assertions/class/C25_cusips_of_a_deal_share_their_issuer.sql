-- id: C25
-- title: CUSIPs of a deal share their issuer
-- kind: reconciliation
-- grain: report
-- unit: count
-- severity: info
-- tolerance: 0
-- why: classes of several issuers, or of a resecuritisation

SELECT report_id, 'issuers' AS scope_key, 1 AS expected, count(DISTINCT left(cusip, 6)) AS actual, 0 AS tolerance
FROM v_report_cusip
GROUP BY report_id
