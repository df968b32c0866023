-- id: K01
-- title: Keys name one row
-- kind: integrity
-- grain: table
-- unit: count
-- severity: error
-- tolerance: 0
-- why: a filing was loaded twice, or two members were read as one
-- generated: from the tables of transforms/facts; change them there
SELECT NULL AS report_id, 'filing' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM (SELECT 1 FROM filing GROUP BY accession_number HAVING count(*) > 1)
UNION ALL
SELECT NULL AS report_id, 'filing_filer' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM (SELECT 1 FROM filing_filer GROUP BY accession_number, filer_seq HAVING count(*) > 1)
UNION ALL
SELECT NULL AS report_id, 'document' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM (SELECT 1 FROM document GROUP BY document_id HAVING count(*) > 1)
UNION ALL
SELECT NULL AS report_id, 'dim_deal' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM (SELECT 1 FROM dim_deal GROUP BY deal_id HAVING count(*) > 1)
UNION ALL
SELECT NULL AS report_id, 'dim_group' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM (SELECT 1 FROM dim_group GROUP BY deal_id, group_code HAVING count(*) > 1)
UNION ALL
SELECT NULL AS report_id, 'dim_class' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM (SELECT 1 FROM dim_class GROUP BY class_id HAVING count(*) > 1)
UNION ALL
SELECT NULL AS report_id, 'identity_join' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM (SELECT 1 FROM identity_join GROUP BY what, member_id, other_id, kind HAVING count(*) > 1)
UNION ALL
SELECT NULL AS report_id, 'identity_conflict' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM (SELECT 1 FROM identity_conflict GROUP BY what, one_id, other_id, kind, value, against HAVING count(*) > 1)
UNION ALL
SELECT NULL AS report_id, 'identity_decision' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM (SELECT 1 FROM identity_decision GROUP BY line_no HAVING count(*) > 1)
UNION ALL
SELECT NULL AS report_id, 'report' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM (SELECT 1 FROM report GROUP BY report_id HAVING count(*) > 1)
UNION ALL
SELECT NULL AS report_id, 'report_statement' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM (SELECT 1 FROM report_statement GROUP BY report_id, statement_code, statement_seq HAVING count(*) > 1)
UNION ALL
SELECT NULL AS report_id, 'raw_cell' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM (SELECT 1 FROM raw_cell GROUP BY report_id, cell_id HAVING count(*) > 1)
UNION ALL
SELECT NULL AS report_id, 'fact_class_distribution' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM (SELECT 1 FROM fact_class_distribution GROUP BY report_id, class_id HAVING count(*) > 1)
UNION ALL
SELECT NULL AS report_id, 'fact_class_total' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM (SELECT 1 FROM fact_class_total GROUP BY report_id, scope HAVING count(*) > 1)
UNION ALL
SELECT NULL AS report_id, 'fact_class_factor' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM (SELECT 1 FROM fact_class_factor GROUP BY report_id, class_id HAVING count(*) > 1)
UNION ALL
SELECT NULL AS report_id, 'fact_collateral' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM (SELECT 1 FROM fact_collateral GROUP BY report_id, group_code, statement_seq HAVING count(*) > 1)
UNION ALL
SELECT NULL AS report_id, 'fact_delinquency' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM (SELECT 1 FROM fact_delinquency GROUP BY report_id, group_code, status, bucket HAVING count(*) > 1)
UNION ALL
SELECT NULL AS report_id, 'fact_account' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM (SELECT 1 FROM fact_account GROUP BY report_id, account, group_code, entry_type, entry_code HAVING count(*) > 1)
UNION ALL
SELECT NULL AS report_id, 'fact_fee' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM (SELECT 1 FROM fact_fee GROUP BY report_id, group_code, statement, fee_code HAVING count(*) > 1)
UNION ALL
SELECT NULL AS report_id, 'fact_interest_shortfall' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM (SELECT 1 FROM fact_interest_shortfall GROUP BY report_id, group_code HAVING count(*) > 1)
UNION ALL
SELECT NULL AS report_id, 'fact_other_account' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM (SELECT 1 FROM fact_other_account GROUP BY report_id, account_name HAVING count(*) > 1)
UNION ALL
SELECT NULL AS report_id, 'fact_overcollateralization' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM (SELECT 1 FROM fact_overcollateralization GROUP BY report_id, group_code, statement_seq HAVING count(*) > 1)
UNION ALL
SELECT NULL AS report_id, 'fact_trigger' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM (SELECT 1 FROM fact_trigger GROUP BY report_id, group_code, trigger_code HAVING count(*) > 1)
UNION ALL
SELECT NULL AS report_id, 'fact_loss' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM (SELECT 1 FROM fact_loss GROUP BY report_id, group_code, loss_type HAVING count(*) > 1)
UNION ALL
SELECT NULL AS report_id, 'fact_enhancement' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM (SELECT 1 FROM fact_enhancement GROUP BY report_id, item_code HAVING count(*) > 1)
UNION ALL
SELECT NULL AS report_id, 'fact_line_item' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM (SELECT 1 FROM fact_line_item GROUP BY report_id, statement_code, group_code, item_code, stratum HAVING count(*) > 1)
UNION ALL
SELECT NULL AS report_id, 'fact_advance' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM (SELECT 1 FROM fact_advance GROUP BY report_id, group_code, advance_type HAVING count(*) > 1)
UNION ALL
SELECT NULL AS report_id, 'fact_modification' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM (SELECT 1 FROM fact_modification GROUP BY report_id, group_code, modification_type, period_scope HAVING count(*) > 1)
UNION ALL
SELECT NULL AS report_id, 'fact_repurchase' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM (SELECT 1 FROM fact_repurchase GROUP BY report_id, group_code, reason, direction HAVING count(*) > 1)
UNION ALL
SELECT NULL AS report_id, 'fact_loan_event' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM (SELECT 1 FROM fact_loan_event GROUP BY report_id, loan_id, event_type HAVING count(*) > 1)
UNION ALL
SELECT NULL AS report_id, 'report_party' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM (SELECT 1 FROM report_party GROUP BY report_id, role, party_name HAVING count(*) > 1)
UNION ALL
SELECT NULL AS report_id, 'report_proof' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM (SELECT 1 FROM report_proof GROUP BY report_id, fact HAVING count(*) > 1)
UNION ALL
SELECT NULL AS report_id, 'report_column_proof' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM (SELECT 1 FROM report_column_proof GROUP BY report_id, fact, member, column_name HAVING count(*) > 1)
UNION ALL
SELECT NULL AS report_id, 'filing_state' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM (SELECT 1 FROM filing_state GROUP BY accession_number HAVING count(*) > 1)
UNION ALL
SELECT NULL AS report_id, 'filing_listing' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM (SELECT 1 FROM filing_listing GROUP BY accession_number, cik HAVING count(*) > 1)
UNION ALL
SELECT NULL AS report_id, 'report_repeat' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM (SELECT 1 FROM report_repeat GROUP BY report_id HAVING count(*) > 1)
UNION ALL
SELECT NULL AS report_id, 'printed_formula' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM (SELECT 1 FROM printed_formula GROUP BY report_id, line_no, col_start, scope_key HAVING count(*) > 1)
