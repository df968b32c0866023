-- id: C24
-- title: CUSIP check digit
-- kind: reconciliation
-- grain: report x class
-- unit: count
-- severity: error
-- tolerance: 0
-- why: a typing error of the source, or a column split in the wrong place

-- Modulus 10, double-add-double: letters count 10 to 35, then * @ #; every second value is doubled, digits are summed.
WITH digit AS (
  SELECT h.report_id, d.class_name, h.cusip,
         (strpos('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*@#', substr(h.cusip, n, 1)) - 1) * (2 - n % 2) AS v
  FROM v_report_cusip AS h JOIN dim_class AS d USING (class_id), range(1, 9) AS place(n)
)
SELECT report_id, class_name AS scope_key, 1 AS expected,
       (length(cusip) = 9 AND min(v) >= 0
         AND right(cusip, 1) = ((10 - sum(v // 10 + v % 10) % 10) % 10)::INTEGER::VARCHAR)::INTEGER AS actual,
       0 AS tolerance
FROM digit
GROUP BY report_id, class_name, cusip
