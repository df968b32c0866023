-- id: K02
-- title: References resolve
-- kind: integrity
-- grain: table
-- unit: count
-- severity: error
-- tolerance: 0
-- why: a part of a filing was loaded without what it belongs to
-- generated: from the tables of transforms/facts; change them there
SELECT NULL AS report_id, 'filing_filer.accession_number' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM filing_filer AS a
WHERE a.accession_number IS NOT NULL AND NOT EXISTS (FROM filing AS b WHERE b.accession_number = a.accession_number)
UNION ALL
SELECT NULL AS report_id, 'document.accession_number' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM document AS a
WHERE a.accession_number IS NOT NULL AND NOT EXISTS (FROM filing AS b WHERE b.accession_number = a.accession_number)
UNION ALL
SELECT NULL AS report_id, 'dim_deal_identifier.deal_id' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM dim_deal_identifier AS a
WHERE a.deal_id IS NOT NULL AND NOT EXISTS (FROM dim_deal AS b WHERE b.deal_id = a.deal_id)
UNION ALL
SELECT NULL AS report_id, 'dim_deal_alias.deal_id' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM dim_deal_alias AS a
WHERE a.deal_id IS NOT NULL AND NOT EXISTS (FROM dim_deal AS b WHERE b.deal_id = a.deal_id)
UNION ALL
SELECT NULL AS report_id, 'dim_group.deal_id' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM dim_group AS a
WHERE a.deal_id IS NOT NULL AND NOT EXISTS (FROM dim_deal AS b WHERE b.deal_id = a.deal_id)
UNION ALL
SELECT NULL AS report_id, 'dim_class.deal_id' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM dim_class AS a
WHERE a.deal_id IS NOT NULL AND NOT EXISTS (FROM dim_deal AS b WHERE b.deal_id = a.deal_id)
UNION ALL
SELECT NULL AS report_id, 'dim_class_alias.class_id' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM dim_class_alias AS a
WHERE a.class_id IS NOT NULL AND NOT EXISTS (FROM dim_class AS b WHERE b.class_id = a.class_id)
UNION ALL
SELECT NULL AS report_id, 'dim_class_identifier.class_id' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM dim_class_identifier AS a
WHERE a.class_id IS NOT NULL AND NOT EXISTS (FROM dim_class AS b WHERE b.class_id = a.class_id)
UNION ALL
SELECT NULL AS report_id, 'report.deal_id' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM report AS a
WHERE a.deal_id IS NOT NULL AND NOT EXISTS (FROM dim_deal AS b WHERE b.deal_id = a.deal_id)
UNION ALL
SELECT NULL AS report_id, 'report.document_id' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM report AS a
WHERE a.document_id IS NOT NULL AND NOT EXISTS (FROM document AS b WHERE b.document_id = a.document_id)
UNION ALL
SELECT NULL AS report_id, 'report.accession_number' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM report AS a
WHERE a.accession_number IS NOT NULL AND NOT EXISTS (FROM filing AS b WHERE b.accession_number = a.accession_number)
UNION ALL
SELECT NULL AS report_id, 'report_statement.report_id' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM report_statement AS a
WHERE a.report_id IS NOT NULL AND NOT EXISTS (FROM report AS b WHERE b.report_id = a.report_id)
UNION ALL
SELECT NULL AS report_id, 'report_source.report_id' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM report_source AS a
WHERE a.report_id IS NOT NULL AND NOT EXISTS (FROM report AS b WHERE b.report_id = a.report_id)
UNION ALL
SELECT NULL AS report_id, 'raw_cell.report_id' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM raw_cell AS a
WHERE a.report_id IS NOT NULL AND NOT EXISTS (FROM report AS b WHERE b.report_id = a.report_id)
UNION ALL
SELECT NULL AS report_id, 'fact_class_distribution.report_id' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM fact_class_distribution AS a
WHERE a.report_id IS NOT NULL AND NOT EXISTS (FROM report AS b WHERE b.report_id = a.report_id)
UNION ALL
SELECT NULL AS report_id, 'fact_class_distribution.class_id' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM fact_class_distribution AS a
WHERE a.class_id IS NOT NULL AND NOT EXISTS (FROM dim_class AS b WHERE b.class_id = a.class_id)
UNION ALL
SELECT NULL AS report_id, 'fact_class_total.report_id' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM fact_class_total AS a
WHERE a.report_id IS NOT NULL AND NOT EXISTS (FROM report AS b WHERE b.report_id = a.report_id)
UNION ALL
SELECT NULL AS report_id, 'fact_class_factor.report_id' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM fact_class_factor AS a
WHERE a.report_id IS NOT NULL AND NOT EXISTS (FROM report AS b WHERE b.report_id = a.report_id)
UNION ALL
SELECT NULL AS report_id, 'fact_class_factor.class_id' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM fact_class_factor AS a
WHERE a.class_id IS NOT NULL AND NOT EXISTS (FROM dim_class AS b WHERE b.class_id = a.class_id)
UNION ALL
SELECT NULL AS report_id, 'fact_collateral.report_id' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM fact_collateral AS a
WHERE a.report_id IS NOT NULL AND NOT EXISTS (FROM report AS b WHERE b.report_id = a.report_id)
UNION ALL
SELECT NULL AS report_id, 'fact_delinquency.report_id' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM fact_delinquency AS a
WHERE a.report_id IS NOT NULL AND NOT EXISTS (FROM report AS b WHERE b.report_id = a.report_id)
UNION ALL
SELECT NULL AS report_id, 'fact_account.report_id' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM fact_account AS a
WHERE a.report_id IS NOT NULL AND NOT EXISTS (FROM report AS b WHERE b.report_id = a.report_id)
UNION ALL
SELECT NULL AS report_id, 'fact_fee.report_id' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM fact_fee AS a
WHERE a.report_id IS NOT NULL AND NOT EXISTS (FROM report AS b WHERE b.report_id = a.report_id)
UNION ALL
SELECT NULL AS report_id, 'fact_interest_shortfall.report_id' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM fact_interest_shortfall AS a
WHERE a.report_id IS NOT NULL AND NOT EXISTS (FROM report AS b WHERE b.report_id = a.report_id)
UNION ALL
SELECT NULL AS report_id, 'fact_other_account.report_id' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM fact_other_account AS a
WHERE a.report_id IS NOT NULL AND NOT EXISTS (FROM report AS b WHERE b.report_id = a.report_id)
UNION ALL
SELECT NULL AS report_id, 'fact_overcollateralization.report_id' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM fact_overcollateralization AS a
WHERE a.report_id IS NOT NULL AND NOT EXISTS (FROM report AS b WHERE b.report_id = a.report_id)
UNION ALL
SELECT NULL AS report_id, 'fact_trigger.report_id' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM fact_trigger AS a
WHERE a.report_id IS NOT NULL AND NOT EXISTS (FROM report AS b WHERE b.report_id = a.report_id)
UNION ALL
SELECT NULL AS report_id, 'fact_loss.report_id' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM fact_loss AS a
WHERE a.report_id IS NOT NULL AND NOT EXISTS (FROM report AS b WHERE b.report_id = a.report_id)
UNION ALL
SELECT NULL AS report_id, 'fact_enhancement.report_id' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM fact_enhancement AS a
WHERE a.report_id IS NOT NULL AND NOT EXISTS (FROM report AS b WHERE b.report_id = a.report_id)
UNION ALL
SELECT NULL AS report_id, 'fact_line_item.report_id' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM fact_line_item AS a
WHERE a.report_id IS NOT NULL AND NOT EXISTS (FROM report AS b WHERE b.report_id = a.report_id)
UNION ALL
SELECT NULL AS report_id, 'fact_advance.report_id' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM fact_advance AS a
WHERE a.report_id IS NOT NULL AND NOT EXISTS (FROM report AS b WHERE b.report_id = a.report_id)
UNION ALL
SELECT NULL AS report_id, 'fact_modification.report_id' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM fact_modification AS a
WHERE a.report_id IS NOT NULL AND NOT EXISTS (FROM report AS b WHERE b.report_id = a.report_id)
UNION ALL
SELECT NULL AS report_id, 'fact_repurchase.report_id' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM fact_repurchase AS a
WHERE a.report_id IS NOT NULL AND NOT EXISTS (FROM report AS b WHERE b.report_id = a.report_id)
UNION ALL
SELECT NULL AS report_id, 'fact_loan_event.report_id' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM fact_loan_event AS a
WHERE a.report_id IS NOT NULL AND NOT EXISTS (FROM report AS b WHERE b.report_id = a.report_id)
UNION ALL
SELECT NULL AS report_id, 'report_party.report_id' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM report_party AS a
WHERE a.report_id IS NOT NULL AND NOT EXISTS (FROM report AS b WHERE b.report_id = a.report_id)
UNION ALL
SELECT NULL AS report_id, 'report_proof.report_id' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM report_proof AS a
WHERE a.report_id IS NOT NULL AND NOT EXISTS (FROM report AS b WHERE b.report_id = a.report_id)
UNION ALL
SELECT NULL AS report_id, 'report_column_proof.report_id' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM report_column_proof AS a
WHERE a.report_id IS NOT NULL AND NOT EXISTS (FROM report AS b WHERE b.report_id = a.report_id)
UNION ALL
SELECT NULL AS report_id, 'report_repeat.accession_number' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM report_repeat AS a
WHERE a.accession_number IS NOT NULL AND NOT EXISTS (FROM filing AS b WHERE b.accession_number = a.accession_number)
UNION ALL
SELECT NULL AS report_id, 'printed_formula.report_id' AS scope_key, 0 AS expected, count(*) AS actual, 0 AS tolerance
FROM printed_formula AS a
WHERE a.report_id IS NOT NULL AND NOT EXISTS (FROM report AS b WHERE b.report_id = a.report_id)
