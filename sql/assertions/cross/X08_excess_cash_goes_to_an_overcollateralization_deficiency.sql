-- id: X08
-- title: Excess cash goes to an overcollateralization deficiency
-- kind: reconciliation
-- grain: report
-- unit: money
-- severity: warn
-- tolerance: 0.01
-- why: a lock-out period or step-down, an error of the waterfall, or a field nobody fills

SELECT report_id, 'all' AS scope_key,
       least(greatest(oc_target - oc_amount, 0), excess_cash) AS expected,
       extra_principal AS actual, 0.01 AS tolerance,
       covers_each('fact_overcollateralization', oc, 'extra_principal_distribution_amount') AS covers
FROM v_report_total
JOIN v_deal_member USING (report_id)
WHERE excess_cash IS NOT NULL AND oc_target IS NOT NULL AND oc_amount IS NOT NULL
