-- One row per report with the totals of its statements, all versions. A part whose reading is not among the accepted
-- proofs is left out (NULL), the others stay; `proof` is the weakest of the parts that are in.

CREATE MACRO deal_month(accepted) AS TABLE
WITH kept AS (
  SELECT r.report_id, f.fact, coalesce(p.proof, 'doubtful') AS proof
  FROM report AS r
  CROSS JOIN (VALUES ('fact_class_distribution'), ('fact_collateral'), ('fact_overcollateralization'), ('fact_account'),
                     ('fact_fee'), ('fact_enhancement')) AS f(fact)
  LEFT JOIN report_proof AS p ON p.report_id = r.report_id AND p.fact = f.fact
  WHERE list_contains(accepted, coalesce(p.proof, 'doubtful'))
),
-- Groups that partition the pool stand for it where no total is printed; rates and terms do not add up.
counted AS (
  SELECT f.*, bool_or(group_code = 'ALL') OVER (PARTITION BY report_id) AS has_total
  FROM fact_collateral AS f
  SEMI JOIN (FROM kept WHERE fact = 'fact_collateral') AS k USING (report_id)
),
-- The upper tier is what investors hold; notional balances are no money and enter no sum, what they are paid does.
up AS (
  SELECT f.report_id,
         sum(f.beginning_balance) FILTER (WHERE NOT c.is_notional) AS cls_beg,
         sum(f.ending_balance) FILTER (WHERE NOT c.is_notional) AS cls_end,
         sum(f.interest_distribution) AS cls_int, sum(f.accrued_interest) AS cls_accrued,
         sum(f.principal_distribution) AS cls_prin, sum(f.scheduled_principal) AS cls_sched,
         sum(f.unscheduled_principal) AS cls_unsched, sum(f.total_distribution) AS cls_total,
         sum(f.realized_loss) AS cls_loss,
         sum(f.beginning_balance) FILTER (WHERE c.class_type NOT IN ('RESIDUAL', 'OC_RESIDUAL_CASH') AND NOT c.is_notional)
           AS rated_beg,
         sum(f.ending_balance) FILTER (WHERE c.class_type NOT IN ('RESIDUAL', 'OC_RESIDUAL_CASH') AND NOT c.is_notional)
           AS rated_end,
         sum(f.beginning_balance) FILTER (WHERE c.class_type = 'OC_RESIDUAL_CASH') AS occls_beg,
         sum(f.ending_balance) FILTER (WHERE c.class_type = 'OC_RESIDUAL_CASH') AS occls_end,
         sum(f.interest_distribution) FILTER (WHERE c.class_type = 'OC_RESIDUAL_CASH') AS occls_int,
         sum(f.accretion) FILTER (WHERE c.class_type = 'OC_RESIDUAL_CASH') AS occls_accretion,
         sum(f.beginning_notional) FILTER (WHERE c.class_type = 'OC_RESIDUAL_CASH') AS occls_beg_notional,
         sum(f.ending_notional) FILTER (WHERE c.class_type = 'OC_RESIDUAL_CASH') AS occls_end_notional
  FROM fact_class_distribution AS f
  JOIN dim_class AS c USING (class_id)
  SEMI JOIN (FROM kept WHERE fact = 'fact_class_distribution') AS k USING (report_id)
  WHERE coalesce(c.tier, 'UPPER') = 'UPPER'
  GROUP BY f.report_id
),
low AS (
  SELECT f.report_id, sum(f.beginning_balance) AS low_beg, sum(f.ending_balance) AS low_end,
         sum(f.interest_distribution) AS low_int, sum(f.principal_distribution) AS low_prin,
         sum(f.total_distribution) AS low_total
  FROM fact_class_distribution AS f
  JOIN dim_class AS c USING (class_id)
  SEMI JOIN (FROM kept WHERE fact = 'fact_class_distribution') AS k USING (report_id)
  WHERE c.tier = 'LOWER'
  GROUP BY f.report_id
),
whole AS (
  SELECT report_id, max(beginning_scheduled_balance) AS pool_beg, max(ending_scheduled_balance) AS pool_end,
         max(ending_actual_balance) AS pool_end_actual, max(scheduled_principal) AS pool_sched,
         max(unscheduled_principal) AS pool_unsched, max(scheduled_interest) AS pool_sched_int,
         max(net_interest) AS pool_net_int, max(prepayment_penalties) AS pool_ppp, max(realized_loss) AS pool_loss,
         max(pi_constant) AS pool_pi, max(wac_gross) AS wac_gross, max(wam_months) AS wam_months,
         max(beginning_loan_count) AS loans_beg, max(ending_loan_count) AS loans_end
  FROM counted
  WHERE group_code = 'ALL'
  GROUP BY report_id
),
parts AS (
  SELECT report_id, sum(beginning_scheduled_balance) AS pool_beg, sum(ending_scheduled_balance) AS pool_end,
         sum(ending_actual_balance) AS pool_end_actual, sum(scheduled_principal) AS pool_sched,
         sum(unscheduled_principal) AS pool_unsched, sum(scheduled_interest) AS pool_sched_int,
         sum(net_interest) AS pool_net_int, sum(prepayment_penalties) AS pool_ppp, sum(realized_loss) AS pool_loss,
         sum(pi_constant) AS pool_pi, NULL::DECIMAL(14,10) AS wac_gross, NULL::DECIMAL(7,2) AS wam_months,
         sum(beginning_loan_count) AS loans_beg, sum(ending_loan_count) AS loans_end
  FROM counted
  WHERE NOT has_total AND statement_seq = 1
  GROUP BY report_id
),
pool AS (FROM whole UNION ALL FROM parts),
oc AS (
  SELECT report_id, sum(oc_amount) AS oc_amount, sum(coalesce(target_oc_amount, specified_oc_amount)) AS oc_target,
         sum(oc_deficiency_amount) AS oc_deficiency, sum(extra_principal_distribution_amount) AS extra_principal,
         sum(excess_cash_amount) AS excess_cash
  FROM (
    SELECT f.*, bool_or(group_code = 'ALL') OVER (PARTITION BY report_id) AS has_total
    FROM fact_overcollateralization AS f
    SEMI JOIN (FROM kept WHERE fact = 'fact_overcollateralization') AS k USING (report_id)
    WHERE statement_seq = 1
  )
  -- Beside a printed total its groups would count twice.
  WHERE group_code = 'ALL' OR NOT has_total
  GROUP BY report_id
),
acct AS (
  SELECT f.report_id,
         max(amount) FILTER (WHERE entry_code = 'DISTRIBUTION_INTEREST_AND_PRINCIPAL') AS acct_distribution,
         max(amount) FILTER (WHERE entry_code = 'SERVICE_FEE') AS acct_fee,
         max(amount) FILTER (WHERE entry_code = 'PAYMENTS_OF_INTEREST_AND_PRINCIPAL') AS acct_pi,
         max(amount) FILTER (WHERE entry_code = 'PREPAYMENT_PENALTIES') AS acct_ppp,
         max(amount) FILTER (WHERE entry_code = 'REALIZED_LOSS_GAIN') AS acct_loss,
         max(amount) FILTER (WHERE entry_code = 'TOTAL_PRINCIPAL' AND group_code = 'ALL') AS coll_principal,
         max(amount) FILTER (WHERE entry_code = 'TOTAL_INTEREST' AND group_code = 'ALL') AS coll_interest,
         max(amount) FILTER (WHERE entry_code = 'TOTAL_SOURCES' AND group_code = 'ALL') AS total_sources,
         max(amount) FILTER (WHERE entry_code = 'TOTAL_REMITTANCE_DUE') AS remittance_due,
         sum(amount) FILTER (WHERE account = 'CERTIFICATE_ACCOUNT'
                             AND entry_code IN ('CAPITALIZED_INTEREST', 'PREFUNDING')) AS capint_prefund,
         sum(CASE entry_code WHEN 'SWAP_RECEIPT' THEN amount ELSE -amount END)
           FILTER (WHERE entry_code IN ('SWAP_RECEIPT', 'SWAP_PAYMENT')) AS swap_net
  FROM fact_account AS f
  SEMI JOIN (FROM kept WHERE fact = 'fact_account') AS k USING (report_id)
  GROUP BY f.report_id
),
fee AS (
  SELECT f.report_id, max(amount) FILTER (WHERE fee_code = 'NET_SERVICING_FEE') AS fee_net
  FROM fact_fee AS f
  SEMI JOIN (FROM kept WHERE fact = 'fact_fee') AS k USING (report_id)
  WHERE statement = 'FEE'
  GROUP BY f.report_id
),
enh AS (
  SELECT f.report_id, max(amount) FILTER (WHERE item_code = 'INSURER_PREMIUM_PAID') AS insurer_premium,
         max(amount) FILTER (WHERE item_code = 'INSURED_AMOUNTS') AS insured_draw
  FROM fact_enhancement AS f
  SEMI JOIN (FROM kept WHERE fact = 'fact_enhancement') AS k USING (report_id)
  GROUP BY f.report_id
),
part AS (
  SELECT report_id, 'fact_class_distribution' AS fact FROM fact_class_distribution
  UNION SELECT report_id, 'fact_collateral' FROM fact_collateral
  UNION SELECT report_id, 'fact_overcollateralization' FROM fact_overcollateralization
  UNION SELECT report_id, 'fact_account' FROM fact_account
  UNION SELECT report_id, 'fact_fee' FROM fact_fee
  UNION SELECT report_id, 'fact_enhancement' FROM fact_enhancement
),
-- In alphabetical order doubtful < plausible < proven: the least is the weakest.
weakest AS (SELECT report_id, min(proof) AS proof FROM kept SEMI JOIN part USING (report_id, fact) GROUP BY report_id)
SELECT r.report_id, r.deal_id, r.distribution_date, r.version_no, r.known_from, r.known_to, r.trustee,
       up.* EXCLUDE (report_id), low.* EXCLUDE (report_id), pool.* EXCLUDE (report_id), oc.* EXCLUDE (report_id),
       acct.* EXCLUDE (report_id), fee.fee_net, enh.* EXCLUDE (report_id), weakest.proof
FROM report AS r
LEFT JOIN up USING (report_id)
LEFT JOIN low USING (report_id)
LEFT JOIN pool USING (report_id)
LEFT JOIN oc USING (report_id)
LEFT JOIN acct USING (report_id)
LEFT JOIN fee USING (report_id)
LEFT JOIN enh USING (report_id)
LEFT JOIN weakest USING (report_id);

CREATE VIEW v_deal_month_all AS FROM deal_month(['proven', 'plausible', 'doubtful']);
COMMENT ON VIEW v_deal_month_all IS 'A row per report and version with the totals of its statements, whatever their proof.';

CREATE VIEW v_deal_month AS FROM deal_month(['proven', 'plausible']);
COMMENT ON VIEW v_deal_month IS 'A row per report and version with the totals of its statements, proven or plausible.';
