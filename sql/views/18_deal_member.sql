-- The members of facts behind the sums of v_report_total, for rules over those sums to say what they cover.
CREATE VIEW v_deal_member AS
SELECT r.report_id, c.upper, c.upper_money, c.rated, c.residual_cash, c.lower, p.pool, o.oc, a.entries, f.fees
FROM report AS r
LEFT JOIN (
  SELECT f.report_id, list(f.class_id) FILTER (coalesce(d.tier, 'UPPER') = 'UPPER') AS upper,
         list(f.class_id) FILTER (coalesce(d.tier, 'UPPER') = 'UPPER' AND NOT d.is_notional) AS upper_money,
         list(f.class_id) FILTER (coalesce(d.tier, 'UPPER') = 'UPPER' AND NOT d.is_notional
           AND d.class_type NOT IN ('RESIDUAL', 'OC_RESIDUAL_CASH')) AS rated,
         list(f.class_id) FILTER (coalesce(d.tier, 'UPPER') = 'UPPER' AND d.class_type = 'OC_RESIDUAL_CASH')
           AS residual_cash,
         list(f.class_id) FILTER (d.tier = 'LOWER') AS lower
  FROM fact_class_distribution AS f JOIN dim_class AS d USING (class_id)
  GROUP BY f.report_id
) AS c USING (report_id)
LEFT JOIN (
  SELECT report_id, list(concat_ws(' ', group_code, statement_seq)) AS pool FROM (
    SELECT *, bool_or(group_code = 'ALL') OVER (PARTITION BY report_id) AS has_total
    FROM fact_collateral WHERE statement_seq = 1)
  WHERE group_code = 'ALL' OR NOT has_total
  GROUP BY report_id
) AS p USING (report_id)
LEFT JOIN (
  SELECT report_id, list(concat_ws(' ', group_code, statement_seq)) AS oc FROM (
    SELECT *, bool_or(group_code = 'ALL') OVER (PARTITION BY report_id) AS has_total
    FROM fact_overcollateralization WHERE statement_seq = 1)
  WHERE group_code = 'ALL' OR NOT has_total
  GROUP BY report_id
) AS o USING (report_id)
LEFT JOIN (
  SELECT report_id, list({'code': entry_code, 'group': group_code,
                          'member': concat_ws(' ', account, group_code, entry_type, entry_code)}) AS entries
  FROM fact_account GROUP BY report_id
) AS a USING (report_id)
LEFT JOIN (
  SELECT report_id, list({'code': fee_code, 'group': group_code, 'member': concat_ws(' ', group_code, statement, fee_code)})
    FILTER (statement = 'FEE') AS fees
  FROM fact_fee GROUP BY report_id
) AS f USING (report_id);
COMMENT ON VIEW v_deal_member IS 'A row per report with the members of its facts that v_report_total adds up. Columns as in report.';
COMMENT ON COLUMN v_deal_member.upper IS 'classes of the upper tier';
COMMENT ON COLUMN v_deal_member.upper_money IS 'classes of the upper tier whose balance is money';
COMMENT ON COLUMN v_deal_member.rated IS 'of these, those that are no residual';
COMMENT ON COLUMN v_deal_member.residual_cash IS 'classes of the upper tier that are paid residual cash';
COMMENT ON COLUMN v_deal_member.lower IS 'classes of the lower tier';
COMMENT ON COLUMN v_deal_member.pool IS 'the collateral of the whole pool, else its groups';
COMMENT ON COLUMN v_deal_member.oc IS 'the overcollateralization of the whole pool, else its groups';
COMMENT ON COLUMN v_deal_member.entries IS 'entries of accounts, each with its code, group and member';
COMMENT ON COLUMN v_deal_member.fees IS 'fees of the fee statement, each with its code, group and member';
