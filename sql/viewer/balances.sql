-- The ending balance of every class of one deal, $deal, month by month: certificates, without notional balances.
SELECT distribution_date, class_name, ending_balance
FROM class_months
WHERE deal_id = $deal AND tier = 'UPPER' AND NOT is_notional
ORDER BY distribution_date, class_name
