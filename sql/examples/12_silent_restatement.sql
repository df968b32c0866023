-- question: Where does a month not open at the balance the last one closed with?
-- asked by: forensic accountant
SELECT deal_id, class_name, distribution_date, beginning_balance - opening_jump AS closed, beginning_balance,
       opening_jump AS jump
FROM v_class_month
WHERE opening_jump <> 0
ORDER BY abs(jump) DESC
