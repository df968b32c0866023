-- question: Which of my bonds are owed interest?
-- asked by: investor
SELECT cusip, class_name, distribution_date, current_interest_shortfall, remaining_unpaid_interest_shortfall,
       ending_interest_carryforward
FROM v_class_month
WHERE coalesce(remaining_unpaid_interest_shortfall, 0) + coalesce(ending_interest_carryforward, 0) > 0
ORDER BY distribution_date, class_name
