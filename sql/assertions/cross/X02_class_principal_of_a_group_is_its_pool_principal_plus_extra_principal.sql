-- id: X02
-- title: Class principal of a group is its pool principal plus extra principal
-- kind: reconciliation
-- grain: report x group
-- unit: money
-- severity: error
-- tolerance: 0.01
-- addends: members + 4
-- why: principal moved from one group to another

-- What one class accretes is paid to others as principal.
SELECT o.report_id, o.group_code AS scope_key,
       coalesce(a.amount, c.scheduled_principal + c.unscheduled_principal)
         + coalesce(o.extra_principal_distribution_amount, 0) + coalesce(s.accreted, 0) AS expected,
       s.amount AS actual, 0.01 AS tolerance,
       covers_each('fact_class_distribution', s.members, 'principal_distribution')
         || covers('fact_overcollateralization', concat_ws(' ', o.group_code, o.statement_seq),
                   ['extra_principal_distribution_amount'])
         || CASE WHEN a.amount IS NOT NULL
                 THEN covers('fact_account', concat_ws(' ', a.account, a.group_code, a.entry_type, a.entry_code), ['amount'])
                 ELSE covers('fact_collateral', concat_ws(' ', c.group_code, c.statement_seq),
                             ['scheduled_principal', 'unscheduled_principal']) END AS covers,
       o.extra_principal_distribution_amount IS NOT NULL AS complete
FROM fact_overcollateralization AS o
LEFT JOIN fact_account AS a
  ON a.report_id = o.report_id AND a.group_code = o.group_code AND a.entry_code = 'TOTAL_PRINCIPAL'
LEFT JOIN fact_collateral AS c
  ON c.report_id = o.report_id AND c.group_code = o.group_code AND c.statement_seq = o.statement_seq
JOIN (
  SELECT f.report_id, d.group_code, sum(f.principal_distribution) AS amount, list(f.class_id) AS members,
         sum(f.accretion) FILTER (d.class_type IS DISTINCT FROM 'OC_RESIDUAL_CASH') AS accreted
  FROM fact_class_distribution AS f JOIN dim_class AS d USING (class_id)
  WHERE coalesce(d.tier, 'UPPER') = 'UPPER' AND NOT coalesce(d.is_notional, false)
  GROUP BY ALL
) AS s ON s.report_id = o.report_id AND s.group_code = o.group_code
WHERE o.group_code <> 'ALL' AND o.statement_seq = 1
