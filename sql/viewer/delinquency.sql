-- What of one deal, $deal, is past due, by group and month: balances, and shares of the balance that is named.
SELECT distribution_date, group_code, balance_base_name, balance_base, dq30plus, dq60plus, dq90plus, bankruptcy,
       foreclosure, reo, dq30plus_share, dq60plus_share, dq90plus_share,
       bankruptcy::DOUBLE / nullif(balance_base, 0)::DOUBLE AS bankruptcy_share,
       foreclosure::DOUBLE / nullif(balance_base, 0)::DOUBLE AS foreclosure_share,
       reo::DOUBLE / nullif(balance_base, 0)::DOUBLE AS reo_share,
       dq30plus_count, count_base, proof, report_id
FROM delinquency_months
WHERE deal_id = $deal
ORDER BY group_code, distribution_date
