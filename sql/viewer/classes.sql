-- The classes of one report, $report, as printed, with what follows from them.
SELECT class_name, cusip, class_type, tier, coalesce(original_face, face) AS original_face, pass_through_rate,
       coalesce(beginning_balance, beginning_notional) AS beginning, interest_distribution, principal_distribution,
       realized_loss, coalesce(ending_balance, ending_notional) AS ending, class_factor, credit_enhancement,
       is_notional, proof
FROM class_months AS m
LEFT JOIN (SELECT class_id, original_face AS face FROM dim_class) AS c USING (class_id)
WHERE m.deal_id = $deal AND m.report_id = $report
ORDER BY tier DESC, remic NULLS FIRST, credit_rank NULLS LAST, class_name
