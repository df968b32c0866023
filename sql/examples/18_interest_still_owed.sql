-- question: Which of my bonds are owed interest?
-- asked by: investor
SELECT cusip, class_name, distribution_date, current_interest_shortfall, remaining_unpaid_interest_shortfall,
       ending_interest_carryforward, interest_shortfall_outstanding
FROM v_class_month
WHERE interest_shortfall_outstanding > 0
ORDER BY distribution_date, class_name
