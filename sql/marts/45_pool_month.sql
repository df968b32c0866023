-- The collateral by group and month. A report may state a group twice; its first statement counts.

-- What some trustees print among the collections of the month and others with the collateral.
CREATE MACRO pool_collections(ts) AS TABLE
SELECT deal_id, report_id, group_code,
       sum(amount) FILTER (WHERE entry_code = 'SCHEDULED_PRINCIPAL') AS scheduled_principal,
       sum(amount) FILTER (WHERE entry_code = 'PREPAYMENTS_AND_CURTAILMENTS')
         + coalesce(sum(amount) FILTER (WHERE entry_code IN ('REPURCHASE_PRINCIPAL', 'LIQUIDATION_PRINCIPAL',
                                                             'INSURANCE_PRINCIPAL', 'OTHER_PRINCIPAL')), 0)
         AS unscheduled_principal,
       sum(amount) FILTER (WHERE entry_code = 'LIQUIDATION_PRINCIPAL') AS liquidated_balance
FROM known_fact('fact_account', ts, undoubted())
WHERE account = 'COLLECTION_ACCOUNT' AND entry_code IN ('SCHEDULED_PRINCIPAL', 'PREPAYMENTS_AND_CURTAILMENTS',
  'REPURCHASE_PRINCIPAL', 'LIQUIDATION_PRINCIPAL', 'INSURANCE_PRINCIPAL', 'OTHER_PRINCIPAL')
GROUP BY deal_id, report_id, group_code;
COMMENT ON MACRO TABLE pool_collections IS 'Principal of the pool by report and group where the collection account tells it, of the reports known at ts.';

-- What of the pool was in foreclosure or the lender's own at the end of the month.
CREATE MACRO not_performing(ts) AS TABLE
SELECT k.deal_id, k.report_id, l.group_code, coalesce(l.foreclosure, 0) + coalesce(l.reo, 0) AS balance
FROM known_source('fact_delinquency', ts, undoubted()) AS k
JOIN v_group_late AS l ON l.report_id = k.source_report_id;
COMMENT ON MACRO TABLE not_performing IS 'Balance in foreclosure and REO by report and group, of the reports known at ts.';

CREATE MACRO pool_month(ts, accepted) AS TABLE
-- The least is sought apart: as a window it would carry every column through a hash table.
WITH stated AS (
  SELECT f.* REPLACE (
           CASE WHEN list_contains(accepted, 'doubtful') THEN f.wac_gross
                ELSE unless_doubted(f.wac_gross, d.doubts, concat_ws(' ', f.group_code, f.statement_seq), 'wac_gross') END AS wac_gross,
           CASE WHEN list_contains(accepted, 'doubtful') THEN f.wac_net
                ELSE unless_doubted(f.wac_net, d.doubts, concat_ws(' ', f.group_code, f.statement_seq), 'wac_net') END AS wac_net,
           CASE WHEN list_contains(accepted, 'doubtful') THEN f.wa_pass_through_rate
                ELSE unless_doubted(f.wa_pass_through_rate, d.doubts, concat_ws(' ', f.group_code, f.statement_seq), 'wa_pass_through_rate') END AS wa_pass_through_rate,
           CASE WHEN list_contains(accepted, 'doubtful') THEN f.next_wac_gross
                ELSE unless_doubted(f.next_wac_gross, d.doubts, concat_ws(' ', f.group_code, f.statement_seq), 'next_wac_gross') END AS next_wac_gross,
           CASE WHEN list_contains(accepted, 'doubtful') THEN f.wam_months
                ELSE unless_doubted(f.wam_months, d.doubts, concat_ws(' ', f.group_code, f.statement_seq), 'wam_months') END AS wam_months)
  FROM fact_month('fact_collateral', ts, accepted) AS f
  SEMI JOIN (
    SELECT deal_id, report_id, group_code, min(statement_seq) AS statement_seq
    FROM known_fact('fact_collateral', ts, accepted) GROUP BY deal_id, report_id, group_code
  ) AS a USING (deal_id, report_id, group_code, statement_seq)
  LEFT JOIN doubted('fact_collateral') AS d ON d.source_report_id = f.source_report_id
),
loss AS (FROM known_fact('fact_loss', ts, undoubted()) WHERE loss_type = 'TOTAL'),
cover AS (
  SELECT deal_id, report_id, group_code, max(oc_amount) AS oc_amount
  FROM known_fact('fact_overcollateralization', ts, undoubted()) WHERE statement_seq = 1
  GROUP BY deal_id, report_id, group_code
),
-- Only what is measured goes through the windows: they would carry all that is printed from hand to hand.
joined AS (
  SELECT f.deal_id, f.distribution_date, f.report_id, f.group_code, f.proof, f.beginning_scheduled_balance,
         f.ending_scheduled_balance, f.ending_loan_count, f.wac_gross, f.next_wac_gross, f.wam_months,
         coalesce(f.scheduled_principal, a.scheduled_principal) AS scheduled_principal,
         coalesce(f.unscheduled_principal, a.unscheduled_principal) AS unscheduled_principal,
         -- A month without a realized loss liquidated nothing.
         coalesce(l.liquidated_balance, a.liquidated_balance,
                  CASE WHEN f.realized_loss = 0 THEN 0 END)::DECIMAL(18,2) AS liquidated,
         l.net_loss, coalesce(f.cumulative_realized_loss, l.cumulative_net_loss) AS cumulative_loss, o.oc_amount,
         -- Of a group no statement tells the original balance, but its first report opens with it.
         coalesce(CASE WHEN f.group_code = 'ALL' THEN d.original_pool_balance END,
                  first_value(CASE WHEN r.period_no = 1 OR f.distribution_date = d.first_distribution_date
                                   THEN f.beginning_scheduled_balance END) OVER g) AS original_balance,
         b.wac_gross AS wac_before, b.wam_months AS wam_before,
         f.beginning_scheduled_balance - n.balance AS performing,
         -- Where no rhythm shows, a report is of one month.
         coalesce(y.months, 1) AS period
  FROM stated AS f
  JOIN dim_deal AS d USING (deal_id)
  JOIN report AS r ON r.deal_id = f.deal_id AND r.report_id = f.report_id
  LEFT JOIN loss AS l ON l.deal_id = f.deal_id AND l.report_id = f.report_id AND l.group_code = f.group_code
  LEFT JOIN cover AS o ON o.deal_id = f.deal_id AND o.report_id = f.report_id AND o.group_code = f.group_code
  LEFT JOIN pool_collections(ts) AS a
    ON a.deal_id = f.deal_id AND a.report_id = f.report_id AND a.group_code = f.group_code
  LEFT JOIN rhythm(ts) AS y ON y.deal_id = f.deal_id
  LEFT JOIN previous_report(ts) AS v ON v.deal_id = f.deal_id AND v.report_id = f.report_id
  LEFT JOIN (FROM stated WHERE list_contains(undoubted(), proof)) AS b
    ON b.deal_id = f.deal_id AND b.report_id = v.previous_report_id AND b.group_code = f.group_code
  LEFT JOIN not_performing(ts) AS n
    ON n.deal_id = f.deal_id AND n.report_id = v.previous_report_id AND n.group_code = f.group_code
  WINDOW g AS (PARTITION BY f.deal_id, f.group_code ORDER BY f.distribution_date, f.report_id)
),
monthly AS (
  SELECT *, list_contains(undoubted(), proof) AS is_sound,
         unscheduled_principal::DOUBLE / nullif(beginning_scheduled_balance - scheduled_principal, 0)::DOUBLE AS smm,
         (unscheduled_principal - liquidated)::DOUBLE
           / nullif(beginning_scheduled_balance - scheduled_principal, 0)::DOUBLE AS voluntary_smm,
         CASE WHEN liquidated = 0 AND beginning_scheduled_balance > 0 THEN 0
              ELSE liquidated::DOUBLE / nullif(performing, 0)::DOUBLE END AS mdr
  FROM joined
),
measured AS (
  SELECT deal_id, report_id, group_code, scheduled_principal, unscheduled_principal,
         smm, annual(smm, period) AS cpr, annual(voluntary_smm, period) AS voluntary_cpr, mdr, annual(mdr, period) AS cdr,
         -- Whoever survived every month of the span: no month may be missing in it, or doubtful.
         CASE WHEN period = 1 AND count(smm) FILTER (WHERE is_sound) OVER q = 3 AND date_diff('month', min(distribution_date) OVER q, distribution_date) = 2
              THEN 1 - power(product(1 - smm) OVER q, 4) END AS cpr_3m,
         CASE WHEN period = 1 AND count(smm) FILTER (WHERE is_sound) OVER y = 12 AND date_diff('month', min(distribution_date) OVER y, distribution_date) = 11
              THEN 1 - product(1 - smm) OVER y END AS cpr_12m,
         net_loss::DOUBLE / nullif(liquidated, 0)::DOUBLE AS severity,
         original_balance,
         ending_scheduled_balance::DOUBLE / nullif(original_balance, 0)::DOUBLE AS derived_pool_factor,
         cumulative_loss::DOUBLE / nullif(original_balance, 0)::DOUBLE AS derived_cumulative_loss_pct,
         ending_scheduled_balance::DOUBLE / nullif(ending_loan_count, 0) AS average_loan,
         oc_amount::DOUBLE / nullif(ending_scheduled_balance, 0)::DOUBLE AS oc_pct,
         wac_gross - wac_before AS wac_drift, next_wac_gross - wac_gross AS next_wac_drift,
         wam_months - wam_before AS wam_change
  FROM monthly
  WINDOW q AS (PARTITION BY deal_id, group_code ORDER BY distribution_date, report_id ROWS 2 PRECEDING),
         y AS (PARTITION BY deal_id, group_code ORDER BY distribution_date, report_id ROWS 11 PRECEDING)
),
-- Beside a printed total, groups would count twice.
totalled AS (SELECT DISTINCT deal_id, report_id FROM stated WHERE group_code = 'ALL')
SELECT f.* REPLACE (m.scheduled_principal AS scheduled_principal, m.unscheduled_principal AS unscheduled_principal),
       m.* EXCLUDE (deal_id, report_id, group_code, scheduled_principal, unscheduled_principal),
       f.group_code = 'ALL' OR t.report_id IS NULL AS in_sum
FROM stated AS f
JOIN measured AS m ON m.deal_id = f.deal_id AND m.report_id = f.report_id AND m.group_code = f.group_code
LEFT JOIN totalled AS t ON t.deal_id = f.deal_id AND t.report_id = f.report_id;
COMMENT ON MACRO TABLE pool_month IS 'v_pool_month of the reports known at ts, as in report_known; accepted lists the proofs that count.';

CREATE VIEW v_pool_month_all AS FROM pool_month(latest(), any_proof());
COMMENT ON VIEW v_pool_month_all IS 'A row per collateral group and distribution date, latest version, whatever its proof. Columns as in v_pool_month.';

CREATE VIEW v_pool_month AS
SELECT s.* REPLACE (
         unless_doubted(s.wac_gross, d.doubts, concat_ws(' ', s.group_code, s.statement_seq), 'wac_gross') AS wac_gross,
         unless_doubted(s.wac_net, d.doubts, concat_ws(' ', s.group_code, s.statement_seq), 'wac_net') AS wac_net,
         unless_doubted(s.wa_pass_through_rate, d.doubts, concat_ws(' ', s.group_code, s.statement_seq), 'wa_pass_through_rate') AS wa_pass_through_rate,
         unless_doubted(s.next_wac_gross, d.doubts, concat_ws(' ', s.group_code, s.statement_seq), 'next_wac_gross') AS next_wac_gross,
         unless_doubted(s.wam_months, d.doubts, concat_ws(' ', s.group_code, s.statement_seq), 'wam_months') AS wam_months,
         unless_doubted(s.wac_drift, d.doubts, concat_ws(' ', s.group_code, s.statement_seq), 'wac_gross') AS wac_drift,
         unless_doubted(s.next_wac_drift, d.doubts, concat_ws(' ', s.group_code, s.statement_seq), 'next_wac_gross') AS next_wac_drift,
         unless_doubted(s.wam_change, d.doubts, concat_ws(' ', s.group_code, s.statement_seq), 'wam_months') AS wam_change)
FROM sound('v_pool_month_all') AS s
LEFT JOIN doubted('fact_collateral') AS d ON d.source_report_id = s.source_report_id;
COMMENT ON VIEW v_pool_month IS 'A row per collateral group and distribution date, latest version, proven or plausible. Columns as in fact_collateral, dim_deal, report, report_proof.';
COMMENT ON COLUMN v_pool_month.source_report_id IS 'report whose rows these are: another than report_id where a partial amendment leaves the statement out';
COMMENT ON COLUMN v_pool_month.scheduled_principal IS 'scheduled principal, printed with the collateral, else among the collections [USD]';
COMMENT ON COLUMN v_pool_month.unscheduled_principal IS 'prepayments, curtailments, liquidation and repurchase principal, printed with the collateral, else among the collections [USD]';
COMMENT ON COLUMN v_pool_month.smm IS 'single monthly mortality, or that of the period of the report: unscheduled_principal / (beginning_scheduled_balance - scheduled_principal) [RATIO]';
COMMENT ON COLUMN v_pool_month.cpr IS 'smm by the year: 1 - (1 - smm)^12, or ^4 where a report is of three months [RATIO]';
COMMENT ON COLUMN v_pool_month.voluntary_cpr IS 'as cpr, without the balance liquidated [RATIO]';
COMMENT ON COLUMN v_pool_month.mdr IS 'monthly default rate, or that of the period of the report: balance liquidated / (beginning_scheduled_balance - foreclosure and REO of the report before); a realized loss of 0.00 means nothing liquidated [RATIO]';
COMMENT ON COLUMN v_pool_month.cdr IS 'mdr by the year, as cpr is [RATIO]';
COMMENT ON COLUMN v_pool_month.cpr_3m IS 'as cpr, over this and the two months before: 1 - (product of 1 - smm)^4 [RATIO]';
COMMENT ON COLUMN v_pool_month.cpr_12m IS 'as cpr, over this and the eleven months before: 1 - product of 1 - smm [RATIO]';
COMMENT ON COLUMN v_pool_month.severity IS 'net loss / balance liquidated; NULL where nothing was [RATIO]';
COMMENT ON COLUMN v_pool_month.original_balance IS 'balance of the group at closing: as printed, else what its first report opens with [USD]';
COMMENT ON COLUMN v_pool_month.derived_pool_factor IS 'ending_scheduled_balance / original_balance; pool_factor is the printed one [RATIO]';
COMMENT ON COLUMN v_pool_month.derived_cumulative_loss_pct IS 'cumulative loss / original_balance; cumulative_loss_pct is the printed one [RATIO]';
COMMENT ON COLUMN v_pool_month.average_loan IS 'ending_scheduled_balance / ending_loan_count [USD]';
COMMENT ON COLUMN v_pool_month.oc_pct IS 'overcollateralization of the group / ending_scheduled_balance [RATIO]';
COMMENT ON COLUMN v_pool_month.wac_drift IS 'wac_gross less that of the report before [RATIO]';
COMMENT ON COLUMN v_pool_month.next_wac_drift IS 'next_wac_gross less wac_gross [RATIO]';
COMMENT ON COLUMN v_pool_month.wam_change IS 'wam_months less that of the report before; -1 where nothing but time passed [MONTHS]';
COMMENT ON COLUMN v_pool_month.in_sum IS 'a sum over groups takes this row: the printed total, else each group';

CREATE VIEW v_pool_month_first AS FROM pool_month(NULL, undoubted());
COMMENT ON VIEW v_pool_month_first IS 'A row per collateral group and distribution date, as first filed, proven or plausible. Columns as in v_pool_month.';

CREATE MACRO pool_month_asof(ts) AS TABLE FROM pool_month(ts, undoubted());
COMMENT ON MACRO TABLE pool_month_asof IS 'v_pool_month as it was known at the moment ts.';
