-- id: X09
-- title: Class interest is net pool interest plus penalties
-- kind: reconciliation
-- grain: report
-- unit: money
-- severity: error
-- tolerance: 0.01
-- addends: members + 4
-- why: flows of a hedge or reserve

-- A premium is paid before the lower tier, or between the tiers. A shortfall that no statement prints is what the classes
-- bear; what a class accretes it is not paid. Where no class takes what is left over, it is not printed where that goes.
SELECT report_id, 'all' AS scope_key,
       CASE WHEN abs(gross - premium - paid) < abs(gross - paid) OR low_int IS NULL THEN gross - premium ELSE gross END
         AS expected,
       paid AS actual, 0.01 AS tolerance,
       covers_each('fact_class_distribution', CASE WHEN low_int IS NULL THEN upper ELSE lower END, 'interest_distribution')
         || CASE WHEN coll_interest IS NOT NULL THEN covers_entry('fact_account', entries, 'TOTAL_INTEREST')
                 ELSE covers_each('fact_collateral', pool, 'net_interest')
                      || covers_each('fact_collateral', pool, 'prepayment_penalties')
                      || CASE WHEN from_statement THEN covers('fact_interest_shortfall', 'ALL', ['non_supported_shortfall'])
                              ELSE covers_each('fact_class_distribution', upper, 'non_supported_interest_shortfall') END
                 END AS covers,
       goes_to_classes OR paid >= gross AS complete
FROM (
  SELECT m.report_id, m.low_int, m.coll_interest, k.upper, k.lower, k.entries, k.pool,
         s.non_supported_shortfall IS NOT NULL AS from_statement, coalesce(m.low_int, m.cls_int) AS paid,
         m.low_int IS NOT NULL OR m.occls_int IS NOT NULL OR o.is_none AS goes_to_classes,
         CASE WHEN m.coll_interest IS NULL THEN 0 ELSE coalesce(m.insurer_premium, 0) END AS premium,
         coalesce(m.coll_interest,
                  m.pool_net_int + coalesce(m.pool_ppp, 0) - coalesce(s.non_supported_shortfall, c.non_supported, 0)
                    + coalesce(m.swap_net, 0)
                    - CASE WHEN m.low_int IS NULL THEN coalesce(c.accreted, 0) ELSE 0 END) AS gross
  FROM v_report_total AS m
  LEFT JOIN fact_interest_shortfall AS s ON s.report_id = m.report_id AND s.group_code = 'ALL'
  LEFT JOIN v_class_sum AS c ON c.report_id = m.report_id
  JOIN v_deal_member AS k ON k.report_id = m.report_id
  LEFT JOIN v_oc_told AS o ON o.report_id = m.report_id
)
WHERE gross IS NOT NULL
