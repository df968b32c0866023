-- id: K06
-- title: No figure is lost between cells and facts
-- kind: integrity
-- grain: report x fact
-- unit: count
-- severity: error
-- tolerance: 0
-- why: a cell was mapped to a column that the fact does not hold a value in
-- generated: from the tables of transforms/facts; change them there
SELECT c.report_id, 'fact_class_distribution' AS scope_key,
       c.n AS expected, least(c.n, coalesce(f.n, 0)) AS actual, 0 AS tolerance
FROM (
  SELECT report_id, count(DISTINCT concept_key) AS n FROM raw_cell
  WHERE canonical_table = 'fact_class_distribution' AND table_code <> 'HEADER'
    AND canonical_column IN ('original_face', 'beginning_balance', 'beginning_notional', 'pass_through_rate', 'next_pass_through_rate', 'accrued_interest', 'prior_accrued_interest', 'unpaid_interest_shortfall_paid', 'current_interest_shortfall', 'non_supported_interest_shortfall', 'interest_realized_loss', 'interest_distribution', 'remaining_unpaid_interest_shortfall', 'beginning_interest_carryforward', 'ending_interest_carryforward', 'scheduled_principal', 'unscheduled_principal', 'principal_distribution', 'accretion', 'realized_loss', 'cumulative_realized_loss', 'total_principal_reduction', 'ending_balance', 'ending_notional', 'ending_balance_pct', 'total_distribution', 'index_rate', 'accrual_days', 'prepayment_premium', 'relief_act_shortfall', 'subsequent_recovery', 'basis_risk_carryover_current', 'basis_risk_carryover_paid', 'basis_risk_carryover_unpaid')
    AND (value_num IS NOT NULL OR value_text IS NOT NULL)
  GROUP BY report_id
) AS c
LEFT JOIN (SELECT report_id, count(original_face) + count(beginning_balance) + count(beginning_notional) + count(pass_through_rate) + count(next_pass_through_rate) + count(accrued_interest) + count(prior_accrued_interest) + count(unpaid_interest_shortfall_paid) + count(current_interest_shortfall) + count(non_supported_interest_shortfall) + count(interest_realized_loss) + count(interest_distribution) + count(remaining_unpaid_interest_shortfall) + count(beginning_interest_carryforward) + count(ending_interest_carryforward) + count(scheduled_principal) + count(unscheduled_principal) + count(principal_distribution) + count(accretion) + count(realized_loss) + count(cumulative_realized_loss) + count(total_principal_reduction) + count(ending_balance) + count(ending_notional) + count(ending_balance_pct) + count(total_distribution) + count(index_rate) + count(accrual_days) + count(prepayment_premium) + count(relief_act_shortfall) + count(subsequent_recovery) + count(basis_risk_carryover_current) + count(basis_risk_carryover_paid) + count(basis_risk_carryover_unpaid) AS n FROM fact_class_distribution GROUP BY report_id) AS f USING (report_id)
UNION ALL
SELECT c.report_id, 'fact_class_total' AS scope_key,
       c.n AS expected, least(c.n, coalesce(f.n, 0)) AS actual, 0 AS tolerance
FROM (
  SELECT report_id, count(DISTINCT concept_key) AS n FROM raw_cell
  WHERE canonical_table = 'fact_class_total' AND table_code <> 'HEADER'
    AND canonical_column IN ('original_face', 'beginning_balance', 'accrued_interest', 'unpaid_interest_shortfall_paid', 'current_interest_shortfall', 'non_supported_interest_shortfall', 'interest_realized_loss', 'interest_distribution', 'remaining_unpaid_interest_shortfall', 'scheduled_principal', 'unscheduled_principal', 'principal_distribution', 'accretion', 'realized_loss', 'cumulative_realized_loss', 'total_principal_reduction', 'ending_balance', 'ending_balance_pct', 'total_distribution', 'prepayment_premium')
    AND (value_num IS NOT NULL OR value_text IS NOT NULL)
  GROUP BY report_id
) AS c
LEFT JOIN (SELECT report_id, count(original_face) + count(beginning_balance) + count(accrued_interest) + count(unpaid_interest_shortfall_paid) + count(current_interest_shortfall) + count(non_supported_interest_shortfall) + count(interest_realized_loss) + count(interest_distribution) + count(remaining_unpaid_interest_shortfall) + count(scheduled_principal) + count(unscheduled_principal) + count(principal_distribution) + count(accretion) + count(realized_loss) + count(cumulative_realized_loss) + count(total_principal_reduction) + count(ending_balance) + count(ending_balance_pct) + count(total_distribution) + count(prepayment_premium) AS n FROM fact_class_total GROUP BY report_id) AS f USING (report_id)
UNION ALL
SELECT c.report_id, 'fact_class_factor' AS scope_key,
       c.n AS expected, least(c.n, coalesce(f.n, 0)) AS actual, 0 AS tolerance
FROM (
  SELECT report_id, count(DISTINCT concept_key) AS n FROM raw_cell
  WHERE canonical_table = 'fact_class_factor' AND table_code <> 'HEADER'
    AND canonical_column IN ('denomination', 'balance_denomination', 'beginning_balance', 'scheduled_principal', 'unscheduled_principal', 'accretion', 'realized_loss', 'total_principal_reduction', 'principal_distribution', 'ending_balance', 'accrued_interest', 'unpaid_interest_shortfall_paid', 'current_interest_shortfall', 'non_supported_interest_shortfall', 'interest_realized_loss', 'interest_distribution', 'remaining_unpaid_interest_shortfall', 'total_distribution', 'printed_scale')
    AND (value_num IS NOT NULL OR value_text IS NOT NULL)
  GROUP BY report_id
) AS c
LEFT JOIN (SELECT report_id, count(denomination) + count(balance_denomination) + count(beginning_balance) + count(scheduled_principal) + count(unscheduled_principal) + count(accretion) + count(realized_loss) + count(total_principal_reduction) + count(principal_distribution) + count(ending_balance) + count(accrued_interest) + count(unpaid_interest_shortfall_paid) + count(current_interest_shortfall) + count(non_supported_interest_shortfall) + count(interest_realized_loss) + count(interest_distribution) + count(remaining_unpaid_interest_shortfall) + count(total_distribution) + count(printed_scale) AS n FROM fact_class_factor GROUP BY report_id) AS f USING (report_id)
UNION ALL
SELECT c.report_id, 'fact_collateral' AS scope_key,
       c.n AS expected, least(c.n, coalesce(f.n, 0)) AS actual, 0 AS tolerance
FROM (
  SELECT report_id, count(DISTINCT concept_key) AS n FROM raw_cell
  WHERE canonical_table = 'fact_collateral' AND table_code <> 'HEADER'
    AND canonical_column IN ('wac_gross', 'wac_net', 'wa_pass_through_rate', 'next_wac_gross', 'wam_months', 'beginning_loan_count', 'loans_paid_in_full_count', 'repurchased_loan_count', 'repurchased_balance', 'ending_loan_count', 'beginning_scheduled_balance', 'ending_scheduled_balance', 'ending_actual_balance', 'actual_balance_as_of_date', 'pi_constant', 'scheduled_principal', 'unscheduled_principal', 'scheduled_interest', 'net_interest', 'prepayment_penalties', 'special_servicing_fee', 'realized_loss', 'cumulative_realized_loss', 'cumulative_loss_pct', 'ending_scheduled_balance_premium_loans', 'pool_factor')
    AND (value_num IS NOT NULL OR value_text IS NOT NULL)
  GROUP BY report_id
) AS c
LEFT JOIN (SELECT report_id, count(wac_gross) + count(wac_net) + count(wa_pass_through_rate) + count(next_wac_gross) + count(wam_months) + count(beginning_loan_count) + count(loans_paid_in_full_count) + count(repurchased_loan_count) + count(repurchased_balance) + count(ending_loan_count) + count(beginning_scheduled_balance) + count(ending_scheduled_balance) + count(ending_actual_balance) + count(actual_balance_as_of_date) + count(pi_constant) + count(scheduled_principal) + count(unscheduled_principal) + count(scheduled_interest) + count(net_interest) + count(prepayment_penalties) + count(special_servicing_fee) + count(realized_loss) + count(cumulative_realized_loss) + count(cumulative_loss_pct) + count(ending_scheduled_balance_premium_loans) + count(pool_factor) AS n FROM fact_collateral GROUP BY report_id) AS f USING (report_id)
UNION ALL
SELECT c.report_id, 'fact_delinquency' AS scope_key,
       c.n AS expected, least(c.n, coalesce(f.n, 0)) AS actual, 0 AS tolerance
FROM (
  SELECT report_id, count(DISTINCT concept_key) AS n FROM raw_cell
  WHERE canonical_table = 'fact_delinquency' AND table_code <> 'HEADER'
    AND canonical_column IN ('bucket_low_days', 'bucket_high_days', 'loan_count', 'balance', 'loan_count_pct', 'balance_pct')
    AND (value_num IS NOT NULL OR value_text IS NOT NULL)
  GROUP BY report_id
) AS c
LEFT JOIN (SELECT report_id, count(bucket_low_days) + count(bucket_high_days) + count(loan_count) + count(balance) + count(loan_count_pct) + count(balance_pct) AS n FROM fact_delinquency GROUP BY report_id) AS f USING (report_id)
UNION ALL
SELECT c.report_id, 'fact_account' AS scope_key,
       c.n AS expected, least(c.n, coalesce(f.n, 0)) AS actual, 0 AS tolerance
FROM (
  SELECT report_id, count(DISTINCT concept_key) AS n FROM raw_cell
  WHERE canonical_table = 'fact_account' AND table_code <> 'HEADER'
    AND canonical_column IN ('line_no', 'amount')
    AND (value_num IS NOT NULL OR value_text IS NOT NULL)
  GROUP BY report_id
) AS c
LEFT JOIN (SELECT report_id, count(line_no) + count(amount) AS n FROM fact_account GROUP BY report_id) AS f USING (report_id)
UNION ALL
SELECT c.report_id, 'fact_fee' AS scope_key,
       c.n AS expected, least(c.n, coalesce(f.n, 0)) AS actual, 0 AS tolerance
FROM (
  SELECT report_id, count(DISTINCT concept_key) AS n FROM raw_cell
  WHERE canonical_table = 'fact_fee' AND table_code <> 'HEADER'
    AND canonical_column IN ('amount')
    AND (value_num IS NOT NULL OR value_text IS NOT NULL)
  GROUP BY report_id
) AS c
LEFT JOIN (SELECT report_id, count(amount) AS n FROM fact_fee GROUP BY report_id) AS f USING (report_id)
UNION ALL
SELECT c.report_id, 'fact_interest_shortfall' AS scope_key,
       c.n AS expected, least(c.n, coalesce(f.n, 0)) AS actual, 0 AS tolerance
FROM (
  SELECT report_id, count(DISTINCT concept_key) AS n FROM raw_cell
  WHERE canonical_table = 'fact_interest_shortfall' AND table_code <> 'HEADER'
    AND canonical_column IN ('prepayment_interest_shortfall', 'servicing_fee_support', 'non_supported_shortfall')
    AND (value_num IS NOT NULL OR value_text IS NOT NULL)
  GROUP BY report_id
) AS c
LEFT JOIN (SELECT report_id, count(prepayment_interest_shortfall) + count(servicing_fee_support) + count(non_supported_shortfall) AS n FROM fact_interest_shortfall GROUP BY report_id) AS f USING (report_id)
UNION ALL
SELECT c.report_id, 'fact_other_account' AS scope_key,
       c.n AS expected, least(c.n, coalesce(f.n, 0)) AS actual, 0 AS tolerance
FROM (
  SELECT report_id, count(DISTINCT concept_key) AS n FROM raw_cell
  WHERE canonical_table = 'fact_other_account' AND table_code <> 'HEADER'
    AND canonical_column IN ('beginning_balance', 'withdrawals', 'deposits', 'ending_balance', 'required_balance')
    AND (value_num IS NOT NULL OR value_text IS NOT NULL)
  GROUP BY report_id
) AS c
LEFT JOIN (SELECT report_id, count(beginning_balance) + count(withdrawals) + count(deposits) + count(ending_balance) + count(required_balance) AS n FROM fact_other_account GROUP BY report_id) AS f USING (report_id)
UNION ALL
SELECT c.report_id, 'fact_overcollateralization' AS scope_key,
       c.n AS expected, least(c.n, coalesce(f.n, 0)) AS actual, 0 AS tolerance
FROM (
  SELECT report_id, count(DISTINCT concept_key) AS n FROM raw_cell
  WHERE canonical_table = 'fact_overcollateralization' AND table_code <> 'HEADER'
    AND canonical_column IN ('target_oc_amount', 'required_oc_amount', 'specified_oc_amount', 'base_oc_amount', 'oc_amount', 'oc_deficiency_amount', 'oc_increase_amount', 'oc_reduction_amount', 'extra_principal_distribution_amount', 'excess_cash_amount')
    AND (value_num IS NOT NULL OR value_text IS NOT NULL)
  GROUP BY report_id
) AS c
LEFT JOIN (SELECT report_id, count(target_oc_amount) + count(required_oc_amount) + count(specified_oc_amount) + count(base_oc_amount) + count(oc_amount) + count(oc_deficiency_amount) + count(oc_increase_amount) + count(oc_reduction_amount) + count(extra_principal_distribution_amount) + count(excess_cash_amount) AS n FROM fact_overcollateralization GROUP BY report_id) AS f USING (report_id)
UNION ALL
SELECT c.report_id, 'fact_trigger' AS scope_key,
       c.n AS expected, least(c.n, coalesce(f.n, 0)) AS actual, 0 AS tolerance
FROM (
  SELECT report_id, count(DISTINCT concept_key) AS n FROM raw_cell
  WHERE canonical_table = 'fact_trigger' AND table_code <> 'HEADER'
    AND canonical_column IN ('actual_value', 'threshold_value')
    AND (value_num IS NOT NULL OR value_text IS NOT NULL)
  GROUP BY report_id
) AS c
LEFT JOIN (SELECT report_id, count(actual_value) + count(threshold_value) AS n FROM fact_trigger GROUP BY report_id) AS f USING (report_id)
UNION ALL
SELECT c.report_id, 'fact_loss' AS scope_key,
       c.n AS expected, least(c.n, coalesce(f.n, 0)) AS actual, 0 AS tolerance
FROM (
  SELECT report_id, count(DISTINCT concept_key) AS n FROM raw_cell
  WHERE canonical_table = 'fact_loss' AND table_code <> 'HEADER'
    AND canonical_column IN ('loan_count', 'liquidated_balance', 'gross_loss', 'recoveries', 'net_loss', 'cumulative_net_loss', 'severity')
    AND (value_num IS NOT NULL OR value_text IS NOT NULL)
  GROUP BY report_id
) AS c
LEFT JOIN (SELECT report_id, count(loan_count) + count(liquidated_balance) + count(gross_loss) + count(recoveries) + count(net_loss) + count(cumulative_net_loss) + count(severity) AS n FROM fact_loss GROUP BY report_id) AS f USING (report_id)
UNION ALL
SELECT c.report_id, 'fact_enhancement' AS scope_key,
       c.n AS expected, least(c.n, coalesce(f.n, 0)) AS actual, 0 AS tolerance
FROM (
  SELECT report_id, count(DISTINCT concept_key) AS n FROM raw_cell
  WHERE canonical_table = 'fact_enhancement' AND table_code <> 'HEADER'
    AND canonical_column IN ('amount')
    AND (value_num IS NOT NULL OR value_text IS NOT NULL)
  GROUP BY report_id
) AS c
LEFT JOIN (SELECT report_id, count(amount) AS n FROM fact_enhancement GROUP BY report_id) AS f USING (report_id)
UNION ALL
SELECT c.report_id, 'fact_line_item' AS scope_key,
       c.n AS expected, least(c.n, coalesce(f.n, 0)) AS actual, 0 AS tolerance
FROM (
  SELECT report_id, count(DISTINCT concept_key) AS n FROM raw_cell
  WHERE canonical_table = 'fact_line_item' AND table_code <> 'HEADER'
    AND canonical_column IN ('value', 'line_no')
    AND (value_num IS NOT NULL OR value_text IS NOT NULL)
  GROUP BY report_id
) AS c
LEFT JOIN (SELECT report_id, count(value) + count(line_no) AS n FROM fact_line_item GROUP BY report_id) AS f USING (report_id)
UNION ALL
SELECT c.report_id, 'fact_advance' AS scope_key,
       c.n AS expected, least(c.n, coalesce(f.n, 0)) AS actual, 0 AS tolerance
FROM (
  SELECT report_id, count(DISTINCT concept_key) AS n FROM raw_cell
  WHERE canonical_table = 'fact_advance' AND table_code <> 'HEADER'
    AND canonical_column IN ('beginning_outstanding', 'made', 'reimbursed', 'ending_outstanding')
    AND (value_num IS NOT NULL OR value_text IS NOT NULL)
  GROUP BY report_id
) AS c
LEFT JOIN (SELECT report_id, count(beginning_outstanding) + count(made) + count(reimbursed) + count(ending_outstanding) AS n FROM fact_advance GROUP BY report_id) AS f USING (report_id)
UNION ALL
SELECT c.report_id, 'fact_modification' AS scope_key,
       c.n AS expected, least(c.n, coalesce(f.n, 0)) AS actual, 0 AS tolerance
FROM (
  SELECT report_id, count(DISTINCT concept_key) AS n FROM raw_cell
  WHERE canonical_table = 'fact_modification' AND table_code <> 'HEADER'
    AND canonical_column IN ('loan_count', 'balance', 'forgiven', 'forborne', 'capitalized')
    AND (value_num IS NOT NULL OR value_text IS NOT NULL)
  GROUP BY report_id
) AS c
LEFT JOIN (SELECT report_id, count(loan_count) + count(balance) + count(forgiven) + count(forborne) + count(capitalized) AS n FROM fact_modification GROUP BY report_id) AS f USING (report_id)
UNION ALL
SELECT c.report_id, 'fact_repurchase' AS scope_key,
       c.n AS expected, least(c.n, coalesce(f.n, 0)) AS actual, 0 AS tolerance
FROM (
  SELECT report_id, count(DISTINCT concept_key) AS n FROM raw_cell
  WHERE canonical_table = 'fact_repurchase' AND table_code <> 'HEADER'
    AND canonical_column IN ('loan_count', 'balance', 'price')
    AND (value_num IS NOT NULL OR value_text IS NOT NULL)
  GROUP BY report_id
) AS c
LEFT JOIN (SELECT report_id, count(loan_count) + count(balance) + count(price) AS n FROM fact_repurchase GROUP BY report_id) AS f USING (report_id)
UNION ALL
SELECT c.report_id, 'fact_loan_event' AS scope_key,
       c.n AS expected, least(c.n, coalesce(f.n, 0)) AS actual, 0 AS tolerance
FROM (
  SELECT report_id, count(DISTINCT concept_key) AS n FROM raw_cell
  WHERE canonical_table = 'fact_loan_event' AND table_code <> 'HEADER'
    AND canonical_column IN ('event_date', 'balance', 'loss', 'original_rate')
    AND (value_num IS NOT NULL OR value_text IS NOT NULL)
  GROUP BY report_id
) AS c
LEFT JOIN (SELECT report_id, count(event_date) + count(balance) + count(loss) + count(original_rate) AS n FROM fact_loan_event GROUP BY report_id) AS f USING (report_id)
