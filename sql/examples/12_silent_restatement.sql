-- question: Where does a month not open at the balance the last one closed with?
-- asked by: forensic accountant
SELECT deal_id, class_name, distribution_date, closed, beginning_balance, beginning_balance - closed AS jump
FROM (
  SELECT *, lag(ending_balance) OVER (PARTITION BY class_id ORDER BY distribution_date) AS closed FROM v_class_month
)
WHERE beginning_balance <> closed
ORDER BY abs(jump) DESC
