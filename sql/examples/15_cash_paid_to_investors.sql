-- question: How much cash reached investors each month, with nothing counted twice?
-- asked by: BI developer
-- The lower tier passes the same money on to the upper one; totals rows are not classes.
SELECT distribution_date, sum(total_distribution) AS paid
FROM v_class_month
WHERE tier = 'UPPER'
GROUP BY distribution_date
ORDER BY distribution_date
