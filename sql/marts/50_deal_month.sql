-- One row per report with the totals of its statements. A part whose reading is not among the accepted proofs is left
-- out (NULL), the others stay; `proof` is the weakest of the parts that are in.

-- By deal, too: a question about one deal then reads no other.
CREATE MACRO report_total(accepted) AS TABLE
WITH kept AS (
  SELECT r.deal_id, r.report_id, f.fact, coalesce(s.source_report_id, r.report_id) AS source_report_id,
         coalesce(p.proof, 'doubtful') AS proof
  FROM report AS r
  CROSS JOIN (VALUES ('fact_class_distribution'), ('fact_collateral'), ('fact_overcollateralization'), ('fact_account'),
                     ('fact_fee'), ('fact_enhancement')) AS f(fact)
  LEFT JOIN report_source AS s ON s.report_id = r.report_id AND s.fact = f.fact
  LEFT JOIN report_proof AS p ON p.report_id = coalesce(s.source_report_id, r.report_id) AND p.fact = f.fact
  WHERE list_contains(accepted, coalesce(p.proof, 'doubtful'))
),
-- Groups that partition the pool stand for it where no total is printed; rates and terms do not add up.
counted AS (
  SELECT k.deal_id, f.* REPLACE (k.report_id AS report_id)
  FROM fact_collateral AS f
  JOIN kept AS k ON k.source_report_id = f.report_id AND k.fact = 'fact_collateral'
),
-- The upper tier is what investors hold; notional balances are no money and enter no sum, what they are paid does.
up AS (
  SELECT k.deal_id, k.report_id,
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
         -- Interest on a notional is money; what one class does not tell, the sum does not know.
         CASE WHEN count(*) FILTER (WHERE c.class_type NOT IN ('RESIDUAL', 'OC_RESIDUAL_CASH', 'PREPAY_PENALTY'))
                   = count(f.accrued_interest) FILTER (
                     WHERE c.class_type NOT IN ('RESIDUAL', 'OC_RESIDUAL_CASH', 'PREPAY_PENALTY'))
              THEN sum(f.accrued_interest) FILTER (
                WHERE c.class_type NOT IN ('RESIDUAL', 'OC_RESIDUAL_CASH', 'PREPAY_PENALTY')) END AS rated_accrued,
         CASE WHEN bool_and(f.pass_through_rate IS NOT NULL AND f.beginning_balance IS NOT NULL) FILTER (
                WHERE c.class_type NOT IN ('RESIDUAL', 'OC_RESIDUAL_CASH', 'PREPAY_PENALTY') AND NOT c.is_notional)
              THEN sum(f.beginning_balance::DOUBLE * f.pass_through_rate::DOUBLE) FILTER (
                     WHERE c.class_type NOT IN ('RESIDUAL', 'OC_RESIDUAL_CASH', 'PREPAY_PENALTY') AND NOT c.is_notional)
              END AS rated_yearly,
         sum(f.beginning_balance) FILTER (WHERE c.class_type = 'OC_RESIDUAL_CASH') AS occls_beg,
         sum(f.ending_balance) FILTER (WHERE c.class_type = 'OC_RESIDUAL_CASH') AS occls_end,
         sum(f.interest_distribution) FILTER (WHERE c.class_type = 'OC_RESIDUAL_CASH') AS occls_int,
         sum(f.accretion) FILTER (WHERE c.class_type = 'OC_RESIDUAL_CASH') AS occls_accretion,
         sum(f.beginning_notional) FILTER (WHERE c.class_type = 'OC_RESIDUAL_CASH') AS occls_beg_notional,
         sum(f.ending_notional) FILTER (WHERE c.class_type = 'OC_RESIDUAL_CASH') AS occls_end_notional
  FROM fact_class_distribution AS f
  JOIN dim_class AS c USING (class_id)
  JOIN kept AS k ON k.source_report_id = f.report_id AND k.fact = 'fact_class_distribution'
  WHERE coalesce(c.tier, 'UPPER') = 'UPPER'
  GROUP BY k.deal_id, k.report_id
),
low AS (
  SELECT k.deal_id, k.report_id, sum(f.beginning_balance) AS low_beg, sum(f.ending_balance) AS low_end,
         sum(f.interest_distribution) AS low_int, sum(f.principal_distribution) AS low_prin,
         sum(f.total_distribution) AS low_total
  FROM fact_class_distribution AS f
  JOIN dim_class AS c USING (class_id)
  JOIN kept AS k ON k.source_report_id = f.report_id AND k.fact = 'fact_class_distribution'
  WHERE c.tier = 'LOWER'
  GROUP BY k.deal_id, k.report_id
),
whole AS (
  SELECT deal_id, report_id, max(beginning_scheduled_balance) AS pool_beg, max(ending_scheduled_balance) AS pool_end,
         max(ending_actual_balance) AS pool_end_actual, max(scheduled_principal) AS pool_sched,
         max(unscheduled_principal) AS pool_unsched, max(scheduled_interest) AS pool_sched_int,
         max(net_interest) AS pool_net_int, max(prepayment_penalties) AS pool_ppp, max(realized_loss) AS pool_loss,
         max(pi_constant) AS pool_pi, max(wac_gross) AS wac_gross, max(wam_months) AS wam_months,
         max(beginning_loan_count) AS loans_beg, max(ending_loan_count) AS loans_end
  FROM counted
  WHERE group_code = 'ALL'
  GROUP BY deal_id, report_id
),
parts AS (
  SELECT deal_id, report_id, sum(beginning_scheduled_balance) AS pool_beg, sum(ending_scheduled_balance) AS pool_end,
         sum(ending_actual_balance) AS pool_end_actual, sum(scheduled_principal) AS pool_sched,
         sum(unscheduled_principal) AS pool_unsched, sum(scheduled_interest) AS pool_sched_int,
         sum(net_interest) AS pool_net_int, sum(prepayment_penalties) AS pool_ppp, sum(realized_loss) AS pool_loss,
         sum(pi_constant) AS pool_pi, NULL::DECIMAL(14,10) AS wac_gross, NULL::DECIMAL(7,2) AS wam_months,
         sum(beginning_loan_count) AS loans_beg, sum(ending_loan_count) AS loans_end
  FROM counted ANTI JOIN whole USING (deal_id, report_id)
  WHERE statement_seq = 1
  GROUP BY deal_id, report_id
),
pool AS (FROM whole UNION ALL FROM parts),
oc AS (
  SELECT deal_id, report_id, sum(oc_amount) AS oc_amount, sum(coalesce(target_oc_amount, specified_oc_amount)) AS oc_target,
         sum(oc_deficiency_amount) AS oc_deficiency, sum(extra_principal_distribution_amount) AS extra_principal,
         sum(excess_cash_amount) AS excess_cash
  FROM (
    SELECT k.deal_id, f.* REPLACE (k.report_id AS report_id),
           bool_or(group_code = 'ALL') OVER (PARTITION BY k.report_id) AS has_total
    FROM fact_overcollateralization AS f
    JOIN kept AS k ON k.source_report_id = f.report_id AND k.fact = 'fact_overcollateralization'
    WHERE statement_seq = 1
  )
  -- Beside a printed total its groups would count twice.
  WHERE group_code = 'ALL' OR NOT has_total
  GROUP BY deal_id, report_id
),
acct AS (
  SELECT k.deal_id, k.report_id,
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
         max(amount) FILTER (WHERE entry_code = 'INTEREST_ADVANCED' AND group_code = 'ALL') AS interest_advanced,
         max(amount) FILTER (WHERE entry_code = 'DELINQUENT_INTEREST' AND group_code = 'ALL') AS delinquent_interest,
         sum(CASE entry_code WHEN 'SWAP_RECEIPT' THEN amount ELSE -amount END)
           FILTER (WHERE entry_code IN ('SWAP_RECEIPT', 'SWAP_PAYMENT')) AS swap_net
  FROM fact_account AS f
  JOIN kept AS k ON k.source_report_id = f.report_id AND k.fact = 'fact_account'
  GROUP BY k.deal_id, k.report_id
),
fee AS (
  SELECT k.deal_id, k.report_id, max(amount) FILTER (WHERE fee_code = 'NET_SERVICING_FEE') AS fee_net
  FROM fact_fee AS f
  JOIN kept AS k ON k.source_report_id = f.report_id AND k.fact = 'fact_fee'
  WHERE statement = 'FEE'
  GROUP BY k.deal_id, k.report_id
),
enh AS (
  SELECT k.deal_id, k.report_id, max(amount) FILTER (WHERE item_code = 'INSURER_PREMIUM_PAID') AS insurer_premium,
         max(amount) FILTER (WHERE item_code = 'INSURED_AMOUNTS') AS insured_draw
  FROM fact_enhancement AS f
  JOIN kept AS k ON k.source_report_id = f.report_id AND k.fact = 'fact_enhancement'
  GROUP BY k.deal_id, k.report_id
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
weakest AS (
  SELECT k.deal_id, k.report_id, min(k.proof) AS proof
  FROM kept AS k SEMI JOIN part AS p ON p.report_id = k.source_report_id AND p.fact = k.fact
  GROUP BY k.deal_id, k.report_id
)
SELECT r.report_id, r.deal_id, r.distribution_date, r.version_no, r.known_from, r.known_to, r.trustee,
       up.* EXCLUDE (deal_id, report_id, rated_yearly), low.* EXCLUDE (deal_id, report_id), pool.* EXCLUDE (deal_id, report_id), oc.* EXCLUDE (deal_id, report_id),
       acct.* EXCLUDE (deal_id, report_id), fee.fee_net, enh.* EXCLUDE (deal_id, report_id), weakest.proof,
       oc_amount::DOUBLE / nullif(pool_end, 0)::DOUBLE AS oc_pct,
       oc_amount::DOUBLE / nullif(oc_target, 0)::DOUBLE AS oc_of_target,
       -- Where interest comes through a lower tier, what it pays on beyond the upper one is the excess.
       12 * coalesce(pool_net_int - rated_accrued, low_int - cls_int)::DOUBLE / nullif(pool_beg, 0)::DOUBLE
         AS excess_spread,
       rated_yearly / nullif(rated_beg, 0)::DOUBLE AS wa_class_coupon,
       interest_advanced::DOUBLE / nullif(-delinquent_interest, 0)::DOUBLE AS advance_rate
FROM report AS r
LEFT JOIN up USING (deal_id, report_id)
LEFT JOIN low USING (deal_id, report_id)
LEFT JOIN pool USING (deal_id, report_id)
LEFT JOIN oc USING (deal_id, report_id)
LEFT JOIN acct USING (deal_id, report_id)
LEFT JOIN fee USING (deal_id, report_id)
LEFT JOIN enh USING (deal_id, report_id)
LEFT JOIN weakest USING (deal_id, report_id);

COMMENT ON MACRO TABLE report_total IS 'The totals of the statements of every report, all versions; accepted lists the proofs that count. Columns as in v_deal_month.';

-- Rules judge every version: what was wrong with a report that was amended stays known.
CREATE VIEW v_report_total AS FROM report_total(any_proof());
COMMENT ON VIEW v_report_total IS 'A row per report and version with the totals of its statements, whatever their proof: what rules read. Columns as in v_deal_month.';

CREATE MACRO deal_month(ts, accepted) AS TABLE
SELECT t.* FROM report_known(ts) AS r JOIN report_total(accepted) AS t ON t.deal_id = r.deal_id AND t.report_id = r.report_id;
COMMENT ON MACRO TABLE deal_month IS 'v_deal_month of the reports known at ts, as in report_known; accepted lists the proofs that count.';

CREATE VIEW v_deal_month_all AS FROM deal_month(latest(), any_proof());
COMMENT ON VIEW v_deal_month_all IS 'A row per deal and distribution date with the totals of its statements, latest version, whatever their proof. Columns as in v_deal_month.';

CREATE VIEW v_deal_month AS FROM deal_month(latest(), undoubted());
COMMENT ON VIEW v_deal_month IS 'A row per deal and distribution date with the totals of its statements, latest version, proven or plausible. Columns as in report.';
COMMENT ON COLUMN v_deal_month.cls_beg IS 'beginning balances of the classes of the upper tier [USD]';
COMMENT ON COLUMN v_deal_month.cls_end IS 'ending balances of the classes of the upper tier [USD]';
COMMENT ON COLUMN v_deal_month.cls_int IS 'interest paid to the upper tier, notional classes included [USD]';
COMMENT ON COLUMN v_deal_month.cls_accrued IS 'interest accrued in the upper tier [USD]';
COMMENT ON COLUMN v_deal_month.cls_prin IS 'principal paid to the upper tier [USD]';
COMMENT ON COLUMN v_deal_month.cls_sched IS 'scheduled principal paid to the upper tier [USD]';
COMMENT ON COLUMN v_deal_month.cls_unsched IS 'unscheduled principal paid to the upper tier [USD]';
COMMENT ON COLUMN v_deal_month.cls_total IS 'all that was paid to the upper tier [USD]';
COMMENT ON COLUMN v_deal_month.cls_loss IS 'realized losses of the upper tier [USD]';
COMMENT ON COLUMN v_deal_month.rated_beg IS 'beginning balances of the upper tier without residual and residual-cash classes [USD]';
COMMENT ON COLUMN v_deal_month.rated_end IS 'ending balances of the upper tier without residual and residual-cash classes [USD]';
COMMENT ON COLUMN v_deal_month.rated_accrued IS 'interest accrued on the rated classes, notional ones included; NULL unless each tells it [USD]';
COMMENT ON COLUMN v_deal_month.occls_beg IS 'beginning balance of the class that takes residual cash [USD]';
COMMENT ON COLUMN v_deal_month.occls_end IS 'ending balance of the class that takes residual cash [USD]';
COMMENT ON COLUMN v_deal_month.occls_int IS 'cash paid to the class that takes residual cash [USD]';
COMMENT ON COLUMN v_deal_month.occls_accretion IS 'interest added to the balance of the class that takes residual cash [USD]';
COMMENT ON COLUMN v_deal_month.occls_beg_notional IS 'beginning notional of the class that takes residual cash [USD]';
COMMENT ON COLUMN v_deal_month.occls_end_notional IS 'ending notional of the class that takes residual cash [USD]';
COMMENT ON COLUMN v_deal_month.low_beg IS 'beginning balances of the lower tier [USD]';
COMMENT ON COLUMN v_deal_month.low_end IS 'ending balances of the lower tier [USD]';
COMMENT ON COLUMN v_deal_month.low_int IS 'interest passed on by the lower tier [USD]';
COMMENT ON COLUMN v_deal_month.low_prin IS 'principal passed on by the lower tier [USD]';
COMMENT ON COLUMN v_deal_month.low_total IS 'all that the lower tier passed on [USD]';
COMMENT ON COLUMN v_deal_month.pool_beg IS 'scheduled balance of the whole pool at the beginning of the month: the printed total, else the sum of its groups [USD]';
COMMENT ON COLUMN v_deal_month.pool_end IS 'scheduled balance of the whole pool at the end of the month [USD]';
COMMENT ON COLUMN v_deal_month.pool_end_actual IS 'unpaid ledger balance of the whole pool at the end of the month [USD]';
COMMENT ON COLUMN v_deal_month.pool_sched IS 'scheduled principal, printed with the collateral [USD]';
COMMENT ON COLUMN v_deal_month.pool_unsched IS 'unscheduled principal, printed with the collateral [USD]';
COMMENT ON COLUMN v_deal_month.pool_sched_int IS 'scheduled interest of the pool [USD]';
COMMENT ON COLUMN v_deal_month.pool_net_int IS 'interest of the pool after fees [USD]';
COMMENT ON COLUMN v_deal_month.pool_ppp IS 'prepayment penalties [USD]';
COMMENT ON COLUMN v_deal_month.pool_loss IS 'realized loss of the pool [USD]';
COMMENT ON COLUMN v_deal_month.pool_pi IS 'constant payment of principal and interest [USD]';
COMMENT ON COLUMN v_deal_month.wac_gross IS 'weighted average mortgage rate; NULL where only groups tell theirs [RATIO]';
COMMENT ON COLUMN v_deal_month.wam_months IS 'weighted average remaining term; NULL where only groups tell theirs [MONTHS]';
COMMENT ON COLUMN v_deal_month.loans_beg IS 'loans at the beginning of the month [COUNT]';
COMMENT ON COLUMN v_deal_month.loans_end IS 'loans at the end of the month [COUNT]';
COMMENT ON COLUMN v_deal_month.oc_amount IS 'overcollateralization as printed: the total, else the sum of the groups [USD]';
COMMENT ON COLUMN v_deal_month.oc_target IS 'overcollateralization to be reached, as printed [USD]';
COMMENT ON COLUMN v_deal_month.oc_deficiency IS 'what is lacking to it, as printed [USD]';
COMMENT ON COLUMN v_deal_month.extra_principal IS 'excess cash paid as principal [USD]';
COMMENT ON COLUMN v_deal_month.excess_cash IS 'cash left after what was due [USD]';
COMMENT ON COLUMN v_deal_month.acct_distribution IS 'withdrawal for distributions of interest and principal [USD]';
COMMENT ON COLUMN v_deal_month.acct_fee IS 'withdrawal for service fees [USD]';
COMMENT ON COLUMN v_deal_month.acct_pi IS 'deposit of interest and principal payments [USD]';
COMMENT ON COLUMN v_deal_month.acct_ppp IS 'deposit of prepayment penalties [USD]';
COMMENT ON COLUMN v_deal_month.acct_loss IS 'realized loss or gain in the account [USD]';
COMMENT ON COLUMN v_deal_month.coll_principal IS 'total principal collected [USD]';
COMMENT ON COLUMN v_deal_month.coll_interest IS 'total interest collected [USD]';
COMMENT ON COLUMN v_deal_month.total_sources IS 'total sources of cash [USD]';
COMMENT ON COLUMN v_deal_month.remittance_due IS 'total remittance due [USD]';
COMMENT ON COLUMN v_deal_month.capint_prefund IS 'capitalized interest and prefunding in the certificate account [USD]';
COMMENT ON COLUMN v_deal_month.interest_advanced IS 'interest advanced on delinquent loans [USD]';
COMMENT ON COLUMN v_deal_month.delinquent_interest IS 'interest not received from delinquent loans, negative as printed [USD]';
COMMENT ON COLUMN v_deal_month.swap_net IS 'received less paid under swaps [USD]';
COMMENT ON COLUMN v_deal_month.fee_net IS 'net servicing fee [USD]';
COMMENT ON COLUMN v_deal_month.insurer_premium IS 'premium paid to the insurer [USD]';
COMMENT ON COLUMN v_deal_month.insured_draw IS 'amounts drawn on the insurer [USD]';
COMMENT ON COLUMN v_deal_month.proof IS 'the weakest proof of the statements that are in';
COMMENT ON COLUMN v_deal_month.oc_pct IS 'oc_amount / pool_end [RATIO]';
COMMENT ON COLUMN v_deal_month.oc_of_target IS 'oc_amount / oc_target [RATIO]';
COMMENT ON COLUMN v_deal_month.excess_spread IS 'by the year: 12 * (pool_net_int - rated_accrued) / pool_beg; where the pool does not tell its net interest, that of the lower tier less that of the upper one [RATIO]';
COMMENT ON COLUMN v_deal_month.wa_class_coupon IS 'rate of the rated classes weighted with their beginning balances, without notional ones; NULL unless each tells both [RATIO]';
COMMENT ON COLUMN v_deal_month.advance_rate IS 'interest_advanced / - delinquent_interest [RATIO]';

CREATE VIEW v_deal_month_first AS FROM deal_month(NULL, undoubted());
COMMENT ON VIEW v_deal_month_first IS 'A row per deal and distribution date with the totals of its statements, as first filed, proven or plausible. Columns as in v_deal_month.';

CREATE MACRO deal_month_asof(ts) AS TABLE FROM deal_month(ts, undoubted());
COMMENT ON MACRO TABLE deal_month_asof IS 'v_deal_month as it was known at the moment ts.';
