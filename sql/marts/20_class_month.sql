-- What each class received and owed, by month. The mart takes proven and plausible readings, its twin `_all` every one.

-- The pool at the end of the month: the printed total, else the groups, if each of them tells its balance.
CREATE MACRO whole_pool(ts, accepted) AS TABLE
SELECT report_id,
       coalesce(max(ending_scheduled_balance) FILTER (WHERE group_code = 'ALL'),
                CASE WHEN count(*) = count(ending_scheduled_balance) THEN sum(ending_scheduled_balance) END) AS pool_end
FROM known_fact('fact_collateral', ts, accepted)
WHERE statement_seq = 1
GROUP BY report_id;
COMMENT ON MACRO TABLE whole_pool IS 'The ending balance of the collateral of each report known at ts, as in report_known.';

CREATE MACRO class_month(ts, accepted) AS TABLE
WITH known AS (
  SELECT f.*, dd.deal_name, c.class_name, i.cusip, c.remic, c.tier, c.group_code, c.class_type, c.is_notional,
         c.is_residual, c.credit_rank, coalesce(f.original_face, c.original_face) AS face, p.pool_end,
         v.previous_report_id,
         c.tier = 'UPPER' AND NOT c.is_notional
           AND c.class_type NOT IN ('RESIDUAL', 'OC_RESIDUAL_CASH', 'PREPAY_PENALTY') AS is_rated
  FROM known_fact('fact_class_distribution', ts, accepted) AS f
  JOIN dim_deal AS dd USING (deal_id)
  JOIN dim_class AS c USING (class_id)
  LEFT JOIN v_report_cusip AS i ON i.report_id = f.source_report_id AND i.class_id = f.class_id
  LEFT JOIN whole_pool(ts, accepted) AS p ON p.report_id = f.report_id
  LEFT JOIN previous_report(ts) AS v ON v.deal_id = f.deal_id AND v.report_id = f.report_id
),
-- Deal and date are in the partition so that a question about one deal reads no other.
senior AS (
  SELECT *,
         sum(ending_balance) FILTER (WHERE is_rated) OVER (
           PARTITION BY deal_id, distribution_date, report_id ORDER BY credit_rank NULLS LAST
           RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS not_below,
         bool_or(is_rated AND (credit_rank IS NULL OR ending_balance IS NULL)) OVER (
           PARTITION BY deal_id, distribution_date, report_id) AS is_unclear,
         CASE WHEN previous_report_id = lag(report_id) OVER c THEN lag(ending_balance) OVER c END AS closed
  FROM known
  WINDOW c AS (PARTITION BY deal_id, class_id ORDER BY distribution_date, report_id)
)
SELECT deal_id, deal_name, distribution_date, class_id, class_name, cusip, remic, tier, group_code, class_type,
       is_notional, is_residual,
       s.* EXCLUDE (deal_id, deal_name, distribution_date, class_id, class_name, cusip, remic, tier, group_code,
                    class_type, is_notional, is_residual, credit_rank, face, pool_end, is_rated, not_below, is_unclear,
                    previous_report_id, closed, report_id, version_no, known_from, known_to, source_report_id, proof),
       report_id, version_no, known_from, proof, source_report_id, credit_rank,
       ending_balance::DOUBLE / nullif(face, 0)::DOUBLE AS class_factor,
       -- greatest passes over a NULL: what is printed under one name alone is owed as printed.
       greatest(remaining_unpaid_interest_shortfall, ending_interest_carryforward) AS interest_shortfall_outstanding,
       CASE WHEN is_rated AND NOT is_unclear
            THEN (pool_end - not_below)::DOUBLE / nullif(pool_end, 0)::DOUBLE END AS credit_enhancement,
       beginning_balance - closed AS opening_jump
FROM senior AS s;
COMMENT ON MACRO TABLE class_month IS 'v_class_month of the reports known at ts, as in report_known; accepted lists the proofs that count.';

CREATE VIEW v_class_month_all AS FROM class_month(latest(), any_proof());
COMMENT ON VIEW v_class_month_all IS 'A row per class and distribution date, latest version, whatever its proof. Columns as in v_class_month.';

CREATE VIEW v_class_month AS FROM class_month(latest(), undoubted());
COMMENT ON VIEW v_class_month IS 'A row per class and distribution date, latest version, proven or plausible. Columns as in fact_class_distribution, dim_class, dim_deal, report, report_proof.';
COMMENT ON COLUMN v_class_month.cusip IS 'CUSIP the class goes by on the distribution date';
COMMENT ON COLUMN v_class_month.source_report_id IS 'report whose rows these are: another than report_id where a partial amendment leaves the statement out';
COMMENT ON COLUMN v_class_month.class_factor IS 'ending_balance / original_face; NULL where the face is unknown or 0 [RATIO]';
COMMENT ON COLUMN v_class_month.interest_shortfall_outstanding IS 'interest still owed: remaining_unpaid_interest_shortfall or ending_interest_carryforward, the larger where both are printed [USD]';
COMMENT ON COLUMN v_class_month.credit_enhancement IS '(pool - ending balances of the rated classes of this and of smaller credit_rank) / pool, both at the end of the month; NULL unless pool, balances and every rank are known [RATIO]';
COMMENT ON COLUMN v_class_month.opening_jump IS 'beginning_balance less the ending_balance of the report before: 0 unless the balance was restated silently [USD]';

CREATE VIEW v_class_month_first AS FROM class_month(NULL, undoubted());
COMMENT ON VIEW v_class_month_first IS 'A row per class and distribution date, as first filed, proven or plausible. Columns as in v_class_month.';

CREATE MACRO class_month_asof(ts) AS TABLE FROM class_month(ts, undoubted());
COMMENT ON MACRO TABLE class_month_asof IS 'v_class_month as it was known at the moment ts.';
