-- question: How did one bond do, month by month: balance, factor, rate, interest, loss?
-- asked by: investor
WITH asked AS (SELECT '885220DC4' AS cusip)
SELECT distribution_date, beginning_balance, principal_distribution, interest_distribution, realized_loss,
       ending_balance, class_factor, pass_through_rate
FROM v_class_month JOIN asked USING (cusip)
ORDER BY distribution_date
