-- What each class received and owed, by month. The mart takes proven and plausible readings, its twin `_all` every one.

-- The pool at the end of the month: the printed total, else the groups, if each of them tells its balance.
CREATE MACRO whole_pool(ts) AS TABLE
SELECT deal_id, report_id,
       coalesce(max(ending_scheduled_balance) FILTER (WHERE group_code = 'ALL'),
                CASE WHEN count(*) = count(ending_scheduled_balance) THEN sum(ending_scheduled_balance) END) AS pool_end
FROM known_fact('fact_collateral', ts, undoubted())
WHERE statement_seq = 1
GROUP BY deal_id, report_id;
COMMENT ON MACRO TABLE whole_pool IS 'The ending balance of the collateral of each report known at ts, as in report_known.';

-- What the classes of a report close at, in one list: a class is sought there within its report, which is few rows
-- where a join or a window would be all. Standing is unclear where a rated class tells no balance or has no rank.
CREATE VIEW v_report_closing AS
SELECT deal_id, report_id, list({'class_id': class_id, 'rank': rank, 'balance': ending_balance}) AS classes,
       bool_or(rank = 0 OR ending_balance IS NULL) FILTER (WHERE rank IS NOT NULL) AS is_unclear
FROM (
  -- Only a rated class has a rank here, 0 where it is not known.
  SELECT c.deal_id, f.report_id, f.class_id, f.ending_balance,
         CASE WHEN c.tier = 'UPPER' AND NOT c.is_notional
               AND c.class_type NOT IN ('RESIDUAL', 'OC_RESIDUAL_CASH', 'PREPAY_PENALTY')
              THEN coalesce(c.credit_rank, 0) END AS rank
  FROM fact_class_distribution AS f
  JOIN dim_class AS c USING (class_id))
GROUP BY deal_id, report_id;
COMMENT ON VIEW v_report_closing IS 'A row per report that states classes: what they close at. Columns as in fact_class_distribution, dim_class.';
COMMENT ON COLUMN v_report_closing.classes IS 'each class with its ending balance, and its credit_rank if it is rated, 0 where that is unknown [USD]';
COMMENT ON COLUMN v_report_closing.is_unclear IS 'a rated class tells no balance or has no rank';

CREATE MACRO closing(ts) AS TABLE
SELECT k.deal_id, k.report_id, c.classes, c.is_unclear
FROM known_source('fact_class_distribution', ts, undoubted()) AS k
JOIN v_report_closing AS c ON c.report_id = k.source_report_id;
COMMENT ON MACRO TABLE closing IS 'v_report_closing of each report known at ts, as in report_known, proven or plausible.';

-- What is known of a report is put together first, so that the many rows of classes are joined to few. By deal, too: a
-- question about one deal then reads no other.
CREATE MACRO class_month(ts, accepted) AS TABLE
WITH about AS (
  SELECT r.deal_id, r.report_id, p.pool_end, s.classes, s.is_unclear, b.classes AS classes_before
  FROM report_known(ts) AS r
  LEFT JOIN whole_pool(ts) AS p ON p.deal_id = r.deal_id AND p.report_id = r.report_id
  LEFT JOIN closing(ts) AS s ON s.deal_id = r.deal_id AND s.report_id = r.report_id
  LEFT JOIN previous_report(ts) AS v ON v.deal_id = r.deal_id AND v.report_id = r.report_id
  LEFT JOIN closing(ts) AS b ON b.deal_id = r.deal_id AND b.report_id = v.previous_report_id
)
SELECT f.deal_id, dd.deal_name, f.distribution_date, f.class_id, c.class_name, i.id_value AS cusip, c.remic, c.tier,
       c.group_code, c.class_type, c.is_notional, c.is_residual,
       f.* EXCLUDE (deal_id, distribution_date, class_id, report_id, version_no, known_from, known_to, source_report_id,
                    proof)
       REPLACE (
         CASE WHEN list_contains(accepted, 'doubtful') THEN f.pass_through_rate
              ELSE unless_doubted(f.pass_through_rate, x.doubts, f.class_id, 'pass_through_rate') END AS pass_through_rate,
         CASE WHEN list_contains(accepted, 'doubtful') THEN f.next_pass_through_rate
              ELSE unless_doubted(f.next_pass_through_rate, x.doubts, f.class_id, 'next_pass_through_rate') END AS next_pass_through_rate),
       f.report_id, f.version_no, f.known_from, f.proof, f.source_report_id, c.credit_rank,
       f.ending_balance::DOUBLE / nullif(coalesce(f.original_face, c.original_face), 0)::DOUBLE AS class_factor,
       -- greatest passes over a NULL: what is printed under one name alone is owed as printed.
       greatest(f.remaining_unpaid_interest_shortfall, f.ending_interest_carryforward)
         AS interest_shortfall_outstanding,
       CASE WHEN c.tier = 'UPPER' AND NOT c.is_notional AND NOT o.is_unclear
             AND c.class_type NOT IN ('RESIDUAL', 'OC_RESIDUAL_CASH', 'PREPAY_PENALTY')
            THEN (o.pool_end - list_sum([x.balance for x in o.classes if x.rank <= c.credit_rank]))::DOUBLE
                 / nullif(o.pool_end, 0)::DOUBLE END AS credit_enhancement,
       f.beginning_balance - list_extract([x.balance for x in o.classes_before if x.class_id = f.class_id], 1) AS opening_jump
FROM known_fact('fact_class_distribution', ts, accepted) AS f
LEFT JOIN doubted('fact_class_distribution') AS x ON x.source_report_id = f.source_report_id
JOIN about AS o ON o.deal_id = f.deal_id AND o.report_id = f.report_id
JOIN dim_deal AS dd ON dd.deal_id = f.deal_id
JOIN dim_class AS c ON c.class_id = f.class_id
LEFT JOIN dim_class_identifier AS i
  ON i.class_id = f.class_id AND i.id_type = 'CUSIP'
  AND f.distribution_date >= coalesce(i.valid_from, DATE '0001-01-01')
  AND f.distribution_date < coalesce(i.valid_to, DATE '9999-12-31');
COMMENT ON MACRO TABLE class_month IS 'v_class_month of the reports known at ts, as in report_known; accepted lists the proofs that count.';

CREATE VIEW v_class_month_all AS FROM class_month(latest(), any_proof());
COMMENT ON VIEW v_class_month_all IS 'A row per class and distribution date, latest version, whatever its proof. Columns as in v_class_month.';

CREATE VIEW v_class_month AS
SELECT s.* REPLACE (
         unless_doubted(s.pass_through_rate, d.doubts, s.class_id, 'pass_through_rate') AS pass_through_rate,
         unless_doubted(s.next_pass_through_rate, d.doubts, s.class_id, 'next_pass_through_rate')
           AS next_pass_through_rate)
FROM sound('v_class_month_all') AS s
LEFT JOIN doubted('fact_class_distribution') AS d ON d.source_report_id = s.source_report_id;
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
