-- All values of all fact tables in one form. Written by `python -m tests.generate_values` from the schemas.

CREATE MACRO fact_value(reports) AS TABLE
WITH asked AS (SELECT unnest(reports) AS report_id)
SELECT report_id, 'fact_class_distribution' AS fact, member, cell_member, column_name, value FROM (
  UNPIVOT (
    SELECT report_id, rtrim(concat_ws(' ', class_id)) AS member,
           concat_ws(' ', class_id) AS cell_member, original_face::VARCHAR AS original_face, beginning_balance::VARCHAR AS beginning_balance, beginning_notional::VARCHAR AS beginning_notional, pass_through_rate::VARCHAR AS pass_through_rate, next_pass_through_rate::VARCHAR AS next_pass_through_rate, accrued_interest::VARCHAR AS accrued_interest, prior_accrued_interest::VARCHAR AS prior_accrued_interest, unpaid_interest_shortfall_paid::VARCHAR AS unpaid_interest_shortfall_paid, current_interest_shortfall::VARCHAR AS current_interest_shortfall, non_supported_interest_shortfall::VARCHAR AS non_supported_interest_shortfall, interest_realized_loss::VARCHAR AS interest_realized_loss, interest_distribution::VARCHAR AS interest_distribution, remaining_unpaid_interest_shortfall::VARCHAR AS remaining_unpaid_interest_shortfall, beginning_interest_carryforward::VARCHAR AS beginning_interest_carryforward, ending_interest_carryforward::VARCHAR AS ending_interest_carryforward, scheduled_principal::VARCHAR AS scheduled_principal, unscheduled_principal::VARCHAR AS unscheduled_principal, principal_distribution::VARCHAR AS principal_distribution, accretion::VARCHAR AS accretion, realized_loss::VARCHAR AS realized_loss, cumulative_realized_loss::VARCHAR AS cumulative_realized_loss, total_principal_reduction::VARCHAR AS total_principal_reduction, ending_balance::VARCHAR AS ending_balance, ending_notional::VARCHAR AS ending_notional, ending_balance_pct::VARCHAR AS ending_balance_pct, total_distribution::VARCHAR AS total_distribution, index_rate::VARCHAR AS index_rate, accrual_days::VARCHAR AS accrual_days, prepayment_premium::VARCHAR AS prepayment_premium, relief_act_shortfall::VARCHAR AS relief_act_shortfall, subsequent_recovery::VARCHAR AS subsequent_recovery, basis_risk_carryover_current::VARCHAR AS basis_risk_carryover_current, basis_risk_carryover_paid::VARCHAR AS basis_risk_carryover_paid, basis_risk_carryover_unpaid::VARCHAR AS basis_risk_carryover_unpaid
    FROM fact_class_distribution SEMI JOIN asked USING (report_id))
  ON original_face, beginning_balance, beginning_notional, pass_through_rate, next_pass_through_rate, accrued_interest, prior_accrued_interest, unpaid_interest_shortfall_paid, current_interest_shortfall, non_supported_interest_shortfall, interest_realized_loss, interest_distribution, remaining_unpaid_interest_shortfall, beginning_interest_carryforward, ending_interest_carryforward, scheduled_principal, unscheduled_principal, principal_distribution, accretion, realized_loss, cumulative_realized_loss, total_principal_reduction, ending_balance, ending_notional, ending_balance_pct, total_distribution, index_rate, accrual_days, prepayment_premium, relief_act_shortfall, subsequent_recovery, basis_risk_carryover_current, basis_risk_carryover_paid, basis_risk_carryover_unpaid INTO NAME column_name VALUE value)
UNION ALL
SELECT report_id, 'fact_class_total' AS fact, member, cell_member, column_name, value FROM (
  UNPIVOT (
    SELECT report_id, rtrim(concat_ws(' ', scope)) AS member,
           concat_ws(' ', scope) AS cell_member, original_face::VARCHAR AS original_face, beginning_balance::VARCHAR AS beginning_balance, accrued_interest::VARCHAR AS accrued_interest, unpaid_interest_shortfall_paid::VARCHAR AS unpaid_interest_shortfall_paid, current_interest_shortfall::VARCHAR AS current_interest_shortfall, non_supported_interest_shortfall::VARCHAR AS non_supported_interest_shortfall, interest_realized_loss::VARCHAR AS interest_realized_loss, interest_distribution::VARCHAR AS interest_distribution, remaining_unpaid_interest_shortfall::VARCHAR AS remaining_unpaid_interest_shortfall, scheduled_principal::VARCHAR AS scheduled_principal, unscheduled_principal::VARCHAR AS unscheduled_principal, principal_distribution::VARCHAR AS principal_distribution, accretion::VARCHAR AS accretion, realized_loss::VARCHAR AS realized_loss, cumulative_realized_loss::VARCHAR AS cumulative_realized_loss, total_principal_reduction::VARCHAR AS total_principal_reduction, ending_balance::VARCHAR AS ending_balance, ending_balance_pct::VARCHAR AS ending_balance_pct, total_distribution::VARCHAR AS total_distribution, prepayment_premium::VARCHAR AS prepayment_premium
    FROM fact_class_total SEMI JOIN asked USING (report_id))
  ON original_face, beginning_balance, accrued_interest, unpaid_interest_shortfall_paid, current_interest_shortfall, non_supported_interest_shortfall, interest_realized_loss, interest_distribution, remaining_unpaid_interest_shortfall, scheduled_principal, unscheduled_principal, principal_distribution, accretion, realized_loss, cumulative_realized_loss, total_principal_reduction, ending_balance, ending_balance_pct, total_distribution, prepayment_premium INTO NAME column_name VALUE value)
UNION ALL
SELECT report_id, 'fact_class_factor' AS fact, member, cell_member, column_name, value FROM (
  UNPIVOT (
    SELECT report_id, rtrim(concat_ws(' ', class_id)) AS member,
           concat_ws(' ', class_id) AS cell_member, beginning_balance::VARCHAR AS beginning_balance, scheduled_principal::VARCHAR AS scheduled_principal, unscheduled_principal::VARCHAR AS unscheduled_principal, accretion::VARCHAR AS accretion, realized_loss::VARCHAR AS realized_loss, total_principal_reduction::VARCHAR AS total_principal_reduction, principal_distribution::VARCHAR AS principal_distribution, ending_balance::VARCHAR AS ending_balance, accrued_interest::VARCHAR AS accrued_interest, unpaid_interest_shortfall_paid::VARCHAR AS unpaid_interest_shortfall_paid, current_interest_shortfall::VARCHAR AS current_interest_shortfall, non_supported_interest_shortfall::VARCHAR AS non_supported_interest_shortfall, interest_realized_loss::VARCHAR AS interest_realized_loss, interest_distribution::VARCHAR AS interest_distribution, remaining_unpaid_interest_shortfall::VARCHAR AS remaining_unpaid_interest_shortfall, total_distribution::VARCHAR AS total_distribution
    FROM fact_class_factor SEMI JOIN asked USING (report_id))
  ON beginning_balance, scheduled_principal, unscheduled_principal, accretion, realized_loss, total_principal_reduction, principal_distribution, ending_balance, accrued_interest, unpaid_interest_shortfall_paid, current_interest_shortfall, non_supported_interest_shortfall, interest_realized_loss, interest_distribution, remaining_unpaid_interest_shortfall, total_distribution INTO NAME column_name VALUE value)
UNION ALL
SELECT report_id, 'fact_collateral' AS fact, member, cell_member, column_name, value FROM (
  UNPIVOT (
    SELECT report_id, rtrim(concat_ws(' ', group_code, statement_seq)) AS member,
           concat_ws(' ', group_code) AS cell_member, collateral_description::VARCHAR AS collateral_description, wac_gross::VARCHAR AS wac_gross, wac_net::VARCHAR AS wac_net, wa_pass_through_rate::VARCHAR AS wa_pass_through_rate, next_wac_gross::VARCHAR AS next_wac_gross, wam_months::VARCHAR AS wam_months, beginning_loan_count::VARCHAR AS beginning_loan_count, loans_paid_in_full_count::VARCHAR AS loans_paid_in_full_count, repurchased_loan_count::VARCHAR AS repurchased_loan_count, repurchased_balance::VARCHAR AS repurchased_balance, ending_loan_count::VARCHAR AS ending_loan_count, beginning_scheduled_balance::VARCHAR AS beginning_scheduled_balance, ending_scheduled_balance::VARCHAR AS ending_scheduled_balance, ending_actual_balance::VARCHAR AS ending_actual_balance, actual_balance_as_of_date::VARCHAR AS actual_balance_as_of_date, pi_constant::VARCHAR AS pi_constant, scheduled_principal::VARCHAR AS scheduled_principal, unscheduled_principal::VARCHAR AS unscheduled_principal, scheduled_interest::VARCHAR AS scheduled_interest, net_interest::VARCHAR AS net_interest, prepayment_penalties::VARCHAR AS prepayment_penalties, special_servicing_fee::VARCHAR AS special_servicing_fee, realized_loss::VARCHAR AS realized_loss, cumulative_realized_loss::VARCHAR AS cumulative_realized_loss, cumulative_loss_pct::VARCHAR AS cumulative_loss_pct, ending_scheduled_balance_premium_loans::VARCHAR AS ending_scheduled_balance_premium_loans, pool_factor::VARCHAR AS pool_factor
    FROM fact_collateral SEMI JOIN asked USING (report_id))
  ON collateral_description, wac_gross, wac_net, wa_pass_through_rate, next_wac_gross, wam_months, beginning_loan_count, loans_paid_in_full_count, repurchased_loan_count, repurchased_balance, ending_loan_count, beginning_scheduled_balance, ending_scheduled_balance, ending_actual_balance, actual_balance_as_of_date, pi_constant, scheduled_principal, unscheduled_principal, scheduled_interest, net_interest, prepayment_penalties, special_servicing_fee, realized_loss, cumulative_realized_loss, cumulative_loss_pct, ending_scheduled_balance_premium_loans, pool_factor INTO NAME column_name VALUE value)
UNION ALL
SELECT report_id, 'fact_delinquency' AS fact, member, cell_member, column_name, value FROM (
  UNPIVOT (
    SELECT report_id, rtrim(concat_ws(' ', group_code, status, bucket)) AS member,
           concat_ws(' ', group_code, status, bucket) AS cell_member, loan_count::VARCHAR AS loan_count, balance::VARCHAR AS balance, loan_count_pct::VARCHAR AS loan_count_pct, balance_pct::VARCHAR AS balance_pct
    FROM fact_delinquency SEMI JOIN asked USING (report_id))
  ON loan_count, balance, loan_count_pct, balance_pct INTO NAME column_name VALUE value)
UNION ALL
SELECT report_id, 'fact_account' AS fact, member, cell_member, column_name, value FROM (
  UNPIVOT (
    SELECT report_id, rtrim(concat_ws(' ', account, group_code, entry_type, entry_code)) AS member,
           concat_ws(' ', account, group_code, entry_code) AS cell_member, amount::VARCHAR AS amount
    FROM fact_account SEMI JOIN asked USING (report_id))
  ON amount INTO NAME column_name VALUE value)
UNION ALL
SELECT report_id, 'fact_fee' AS fact, member, cell_member, column_name, value FROM (
  UNPIVOT (
    SELECT report_id, rtrim(concat_ws(' ', group_code, statement, fee_code)) AS member,
           concat_ws(' ', group_code, fee_code) AS cell_member, amount::VARCHAR AS amount
    FROM fact_fee SEMI JOIN asked USING (report_id))
  ON amount INTO NAME column_name VALUE value)
UNION ALL
SELECT report_id, 'fact_interest_shortfall' AS fact, member, cell_member, column_name, value FROM (
  UNPIVOT (
    SELECT report_id, rtrim(concat_ws(' ', group_code)) AS member,
           concat_ws(' ', group_code) AS cell_member, prepayment_interest_shortfall::VARCHAR AS prepayment_interest_shortfall, servicing_fee_support::VARCHAR AS servicing_fee_support, non_supported_shortfall::VARCHAR AS non_supported_shortfall
    FROM fact_interest_shortfall SEMI JOIN asked USING (report_id))
  ON prepayment_interest_shortfall, servicing_fee_support, non_supported_shortfall INTO NAME column_name VALUE value)
UNION ALL
SELECT report_id, 'fact_other_account' AS fact, member, cell_member, column_name, value FROM (
  UNPIVOT (
    SELECT report_id, rtrim(concat_ws(' ', account_name)) AS member,
           concat_ws(' ', account_name) AS cell_member, beginning_balance::VARCHAR AS beginning_balance, withdrawals::VARCHAR AS withdrawals, deposits::VARCHAR AS deposits, ending_balance::VARCHAR AS ending_balance, required_balance::VARCHAR AS required_balance
    FROM fact_other_account SEMI JOIN asked USING (report_id))
  ON beginning_balance, withdrawals, deposits, ending_balance, required_balance INTO NAME column_name VALUE value)
UNION ALL
SELECT report_id, 'fact_overcollateralization' AS fact, member, cell_member, column_name, value FROM (
  UNPIVOT (
    SELECT report_id, rtrim(concat_ws(' ', group_code, statement_seq)) AS member,
           concat_ws(' ', group_code) AS cell_member, target_oc_amount::VARCHAR AS target_oc_amount, required_oc_amount::VARCHAR AS required_oc_amount, specified_oc_amount::VARCHAR AS specified_oc_amount, base_oc_amount::VARCHAR AS base_oc_amount, oc_amount::VARCHAR AS oc_amount, oc_deficiency_amount::VARCHAR AS oc_deficiency_amount, oc_increase_amount::VARCHAR AS oc_increase_amount, oc_reduction_amount::VARCHAR AS oc_reduction_amount, extra_principal_distribution_amount::VARCHAR AS extra_principal_distribution_amount, excess_cash_amount::VARCHAR AS excess_cash_amount
    FROM fact_overcollateralization SEMI JOIN asked USING (report_id))
  ON target_oc_amount, required_oc_amount, specified_oc_amount, base_oc_amount, oc_amount, oc_deficiency_amount, oc_increase_amount, oc_reduction_amount, extra_principal_distribution_amount, excess_cash_amount INTO NAME column_name VALUE value)
UNION ALL
SELECT report_id, 'fact_trigger' AS fact, member, cell_member, column_name, value FROM (
  UNPIVOT (
    SELECT report_id, rtrim(concat_ws(' ', group_code, trigger_code)) AS member,
           concat_ws(' ', group_code, trigger_code) AS cell_member, is_in_effect::VARCHAR AS is_in_effect, actual_value::VARCHAR AS actual_value, threshold_value::VARCHAR AS threshold_value
    FROM fact_trigger SEMI JOIN asked USING (report_id))
  ON is_in_effect, actual_value, threshold_value INTO NAME column_name VALUE value)
UNION ALL
SELECT report_id, 'fact_loss' AS fact, member, cell_member, column_name, value FROM (
  UNPIVOT (
    SELECT report_id, rtrim(concat_ws(' ', group_code, loss_type)) AS member,
           concat_ws(' ', group_code) AS cell_member, loan_count::VARCHAR AS loan_count, liquidated_balance::VARCHAR AS liquidated_balance, gross_loss::VARCHAR AS gross_loss, recoveries::VARCHAR AS recoveries, net_loss::VARCHAR AS net_loss, cumulative_net_loss::VARCHAR AS cumulative_net_loss, severity::VARCHAR AS severity
    FROM fact_loss SEMI JOIN asked USING (report_id))
  ON loan_count, liquidated_balance, gross_loss, recoveries, net_loss, cumulative_net_loss, severity INTO NAME column_name VALUE value)
UNION ALL
SELECT report_id, 'fact_enhancement' AS fact, member, cell_member, column_name, value FROM (
  UNPIVOT (
    SELECT report_id, rtrim(concat_ws(' ', item_code)) AS member,
           concat_ws(' ', item_code) AS cell_member, amount::VARCHAR AS amount
    FROM fact_enhancement SEMI JOIN asked USING (report_id))
  ON amount INTO NAME column_name VALUE value)
UNION ALL
SELECT report_id, 'fact_line_item' AS fact, member, cell_member, column_name, value FROM (
  UNPIVOT (
    SELECT report_id, rtrim(concat_ws(' ', statement_code, group_code, item_code, stratum)) AS member,
           concat_ws(' ', statement_code, group_code, item_code, stratum) AS cell_member, value::VARCHAR AS value
    FROM fact_line_item SEMI JOIN asked USING (report_id))
  ON value INTO NAME column_name VALUE value)
UNION ALL
SELECT report_id, 'fact_advance' AS fact, member, cell_member, column_name, value FROM (
  UNPIVOT (
    SELECT report_id, rtrim(concat_ws(' ', group_code, advance_type)) AS member,
           concat_ws(' ', group_code, advance_type) AS cell_member, beginning_outstanding::VARCHAR AS beginning_outstanding, made::VARCHAR AS made, reimbursed::VARCHAR AS reimbursed, ending_outstanding::VARCHAR AS ending_outstanding
    FROM fact_advance SEMI JOIN asked USING (report_id))
  ON beginning_outstanding, made, reimbursed, ending_outstanding INTO NAME column_name VALUE value)
UNION ALL
SELECT report_id, 'fact_modification' AS fact, member, cell_member, column_name, value FROM (
  UNPIVOT (
    SELECT report_id, rtrim(concat_ws(' ', group_code, modification_type, period_scope)) AS member,
           concat_ws(' ', group_code, modification_type, period_scope) AS cell_member, loan_count::VARCHAR AS loan_count, balance::VARCHAR AS balance, forgiven::VARCHAR AS forgiven, forborne::VARCHAR AS forborne, capitalized::VARCHAR AS capitalized
    FROM fact_modification SEMI JOIN asked USING (report_id))
  ON loan_count, balance, forgiven, forborne, capitalized INTO NAME column_name VALUE value)
UNION ALL
SELECT report_id, 'fact_repurchase' AS fact, member, cell_member, column_name, value FROM (
  UNPIVOT (
    SELECT report_id, rtrim(concat_ws(' ', group_code, reason, direction)) AS member,
           concat_ws(' ', group_code, reason, direction) AS cell_member, loan_count::VARCHAR AS loan_count, balance::VARCHAR AS balance, price::VARCHAR AS price
    FROM fact_repurchase SEMI JOIN asked USING (report_id))
  ON loan_count, balance, price INTO NAME column_name VALUE value)
UNION ALL
SELECT report_id, 'fact_loan_event' AS fact, member, cell_member, column_name, value FROM (
  UNPIVOT (
    SELECT report_id, rtrim(concat_ws(' ', loan_id, event_type)) AS member,
           concat_ws(' ', loan_id, event_type) AS cell_member, group_code::VARCHAR AS group_code, event_date::VARCHAR AS event_date, balance::VARCHAR AS balance, loss::VARCHAR AS loss, state::VARCHAR AS state, original_rate::VARCHAR AS original_rate
    FROM fact_loan_event SEMI JOIN asked USING (report_id))
  ON group_code, event_date, balance, loss, state, original_rate INTO NAME column_name VALUE value);
COMMENT ON MACRO TABLE fact_value IS 'A row per value in the facts of some reports: reports is a list of report_id.';
