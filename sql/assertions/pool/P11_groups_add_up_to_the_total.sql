-- id: P11
-- title: Groups add up to the total
-- kind: reconciliation
-- grain: report x measure
-- unit: money
-- severity: error
-- tolerance: 0.005
-- vetoes: yes
-- addends: members + 4
-- why: a group is missing

-- A measure is tested only where every group prints it.
WITH long AS (
  FROM (UNPIVOT fact_collateral ON
    beginning_scheduled_balance, ending_scheduled_balance, ending_actual_balance, beginning_loan_count,
    ending_loan_count, loans_paid_in_full_count, repurchased_loan_count, repurchased_balance, pi_constant,
    scheduled_principal, unscheduled_principal, scheduled_interest, net_interest, prepayment_penalties, realized_loss,
    cumulative_realized_loss
  INTO NAME measure VALUE amount)
),
groups AS (
  SELECT report_id, statement_seq, count(*) FILTER (group_code <> 'ALL') AS n FROM fact_collateral GROUP BY ALL
)
SELECT report_id, measure AS scope_key, sum(amount) FILTER (group_code <> 'ALL') AS expected,
       max(amount) FILTER (group_code = 'ALL') AS actual, 0.005 AS tolerance,
       covers_each('fact_collateral', list(concat_ws(' ', group_code, statement_seq)), measure) AS covers
FROM long
JOIN groups USING (report_id, statement_seq)
GROUP BY report_id, statement_seq, measure, n
HAVING n > 0 AND count(*) FILTER (group_code <> 'ALL') = n AND count(*) FILTER (group_code = 'ALL') = 1
