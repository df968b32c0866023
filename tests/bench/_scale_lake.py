"""A lake of as many reports as one likes, written as Parquet by SQL: facts as building leaves them, without filings.

A hundred months of each deal, ten classes a report and fifty rows of delinquency; every balance rolls, every total adds
up. Batches are of one filing year, in the order of the accession numbers, as a lake's are.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import polars as pl

from flows import fingerprints, ledger
from flows.lake import Batch
from flows.ledger import Ledger
from flows.settings import Settings
from transforms import facts

MONTHS = 100  # of a deal
CLASSES = 10
FIRST_YEAR = 2010
IN_A_BATCH = 4_096  # reports
TABLES = (
    "filing", "filing_filer", "document", "report", "report_statement", "report_proof", "dim_deal",
    "dim_deal_identifier", "dim_class", "dim_class_identifier", "dim_group", "fact_class_distribution",
    "fact_collateral", "fact_delinquency",
)  # fmt: skip

# What a report is made of: its deal and month, and all that follows from them.
MADE = """
CREATE OR REPLACE TEMP TABLE made AS
SELECT deal, month, printf('%010d-%02d-%06d', deal + 1, (2010 + month // 12) % 100, month) AS accession_number,
       accession_number || ':1' AS document_id, accession_number || ':1:1' AS report_id,
       'D' || substr(md5(deal::VARCHAR), 1, 12) AS deal_id,
       DATE '2010-01-25' + to_months(month) AS distribution_date,
       DATE '2010-01-25' + to_months(month) + INTERVAL 30 HOUR AS known_from,
       -- Of a pool of 500 to 900 millions a thousand part of its face is paid each month.
       (500000 + 10 * (deal % 40000))::BIGINT AS part
FROM (SELECT r % $deals AS deal, r // $deals AS month FROM range($first, $end) AS t(r))
"""
SELECTS = {
    "filing": """
        SELECT accession_number, '10-D' AS form_type, false AS is_amendment, distribution_date::DATE + 1 AS filed_date,
               known_from AS accepted_at, distribution_date::DATE AS period_of_report FROM made""",
    "filing_filer": """
        SELECT accession_number, 1 AS filer_seq, 'FILER' AS filer_role, 1000000 + deal AS cik,
               'TRUST ' || deal AS conformed_name FROM made""",
    "document": "SELECT document_id, accession_number, 1 AS sequence, 'EX-99.1' AS doc_type FROM made",
    "report": """
        SELECT report_id, document_id, accession_number, deal_id, distribution_date::DATE AS distribution_date,
               distribution_date::DATE - 1 AS record_date, 1 AS version_no, known_from,
               TIMESTAMP '9999-12-31' AS known_to, 'Trustee ' || (deal % 12) AS trustee, 'simulated' AS layout_family
        FROM made""",
    "report_statement": """
        SELECT report_id, s AS statement_code, 1 AS statement_seq FROM made,
               unnest(['CLASS_DISTRIBUTION', 'COLLATERAL', 'DELINQUENCY']) AS t(s)""",
    "report_proof": """
        SELECT report_id, f AS fact, 'proven' AS proof FROM made,
               unnest(['fact_class_distribution', 'fact_collateral', 'fact_delinquency']) AS t(f)""",
    "dim_deal": """
        SELECT report_id, deal_id, 'Trust ' || deal AS deal_name, '2010-' || deal AS series,
               1000000 + deal AS trust_cik, DATE '2010-01-25' AS first_distribution_date,
               (part * 1000)::DECIMAL(18,2) AS original_pool_balance FROM made""",
    "dim_deal_identifier": """
        SELECT report_id, deal_id, k AS id_type,
               CASE k WHEN 'TRUST_CIK' THEN (1000000 + deal)::VARCHAR ELSE printf('333-%06d-01', deal) END AS id_value,
               CASE k WHEN 'TRUST_CIK' THEN 'HEADER' ELSE 'COVER' END AS source
        FROM made, unnest(['TRUST_CIK', 'SEC_FILE_NUMBER']) AS t(k)""",
    "dim_class": """
        SELECT report_id, 'C' || substr(md5(deal || '|' || c), 1, 12) AS class_id, deal_id,
               'A-' || (c + 1) AS class_name,
               class_name AS class_name_norm, 'UPPER' AS tier, 'ALL' AS group_code,
               CASE WHEN c < 4 THEN 'SENIOR' WHEN c < 7 THEN 'MEZZ' ELSE 'SUB' END AS class_type, false AS is_notional,
               false AS is_residual, true AS is_certificated, (part * 100)::DECIMAL(18,2) AS original_face,
               'UNKNOWN' AS rate_type, greatest(1, c - 2) AS credit_rank
        FROM made, range(10) AS t(c)""",
    "dim_class_identifier": """
        SELECT report_id, 'C' || substr(md5(deal || '|' || c), 1, 12) AS class_id, 'CUSIP' AS id_type,
               cusip(deal, c) AS id_value FROM made, range(10) AS t(c)""",
    "dim_group": """
        SELECT report_id, deal_id, g AS group_code, g = 'ALL' AS is_total FROM made, unnest(['ALL', '1']) AS t(g)""",
    # Each of ten classes has a tenth of the pool; a part of 1,000 is paid each month, scheduled and not.
    "fact_class_distribution": """
        SELECT report_id, 'C' || substr(md5(deal || '|' || c), 1, 12) AS class_id,
               (part * 100)::DECIMAL(18,2) AS original_face,
               (part / 10 * (1000 - month))::DECIMAL(18,2) AS beginning_balance,
               (0.02 + c / 1000)::DECIMAL(14,10) AS pass_through_rate,
               round(part / 10 * (1000 - month) * (0.02 + c / 1000) / 12, 2)::DECIMAL(18,2) AS accrued_interest,
               accrued_interest AS interest_distribution, 0::DECIMAL(18,2) AS current_interest_shortfall,
               (part / 10)::DECIMAL(18,2) AS principal_distribution, 0::DECIMAL(18,2) AS realized_loss,
               (part / 10 * (999 - month))::DECIMAL(18,2) AS ending_balance,
               (accrued_interest + principal_distribution)::DECIMAL(18,2) AS total_distribution
        FROM made, range(10) AS t(c)""",
    "fact_collateral": """
        SELECT report_id, g AS group_code, 1 AS statement_seq, 0.065::DECIMAL(14,10) AS wac_gross,
               (320 - month)::DECIMAL(7,2) AS wam_months, 5000 - 5 * month AS beginning_loan_count,
               5 AS loans_paid_in_full_count, 4995 - 5 * month AS ending_loan_count,
               (part * (1000 - month))::DECIMAL(18,2) AS beginning_scheduled_balance,
               (part * (999 - month))::DECIMAL(18,2) AS ending_scheduled_balance,
               (part / 2)::DECIMAL(18,2) AS scheduled_principal, (part / 2)::DECIMAL(18,2) AS unscheduled_principal,
               0::DECIMAL(18,2) AS realized_loss
        FROM made, unnest(['ALL', '1']) AS t(g)""",
    # One loan in a thousand of each of four statuses and buckets, and their totals.
    "fact_delinquency": """
        SELECT report_id, g AS group_code, s.status, b.bucket, b.low AS bucket_low_days, b.high AS bucket_high_days,
               'UNKNOWN' AS method, (n * (1 + (deal + month) % 7))::INTEGER AS loan_count,
               (loan_count * 100000)::DECIMAL(18,2) AS balance
        FROM made, unnest(['ALL', '1']) AS t(g),
             (VALUES ('DELINQUENT', 1), ('BANKRUPTCY', 1), ('FORECLOSURE', 1), ('REO', 1), ('TOTAL', 4)
             ) AS s(status, m),
             (VALUES ('30-59', 30, 59, 1), ('60-89', 60, 89, 1), ('90-119', 90, 119, 1), ('120+', 120, NULL, 1),
                     ('TOTAL', NULL, NULL, 4)) AS b(bucket, low, high, k),
             LATERAL (SELECT s.m * b.k AS n)""",
}


@dataclass(frozen=True)
class Size:
    """How many reports of how many deals."""

    reports: int

    @property
    def deals(self) -> int:
        return max(self.reports // MONTHS, 1)


def write(of: Settings, size: Size, months: range) -> int:
    """Put the reports of some months of all deals into the lake and the ledger. Returns how many."""
    with duckdb.connect() as connection:
        connection.execute("SET preserve_insertion_order = true")
        connection.execute(CUSIP)
        return sum(_write(of, connection, size, batch, first, end) for batch, first, end in _batches(size, months))


# The check digit as C24 has it: eight digits, every second one doubled, the digits of the products summed.
CUSIP = """
CREATE MACRO eight(deal, c) AS printf('%06d%02d', deal, c);
CREATE MACRO cusip(deal, c) AS eight(deal, c) || ((10 - list_sum([
  (substr(eight(deal, c), n, 1)::INTEGER * (2 - n % 2)) // 10
  + (substr(eight(deal, c), n, 1)::INTEGER * (2 - n % 2)) % 10
  for n in range(1, 9)]) % 10) % 10)::VARCHAR;
"""


def _batches(size: Size, months: range) -> Iterator[tuple[Batch, int, int]]:
    for year in sorted({FIRST_YEAR + month // 12 for month in months}):
        own = [month for month in months if FIRST_YEAR + month // 12 == year]
        first, end = own[0] * size.deals, (own[-1] + 1) * size.deals
        for begin in range(first, end, IN_A_BATCH):
            name = hashlib.sha256(f"{size} {begin}".encode()).hexdigest()[:24]
            yield Batch(year, name, fingerprints.builder()), begin, min(begin + IN_A_BATCH, end)


def _write(of: Settings, connection: duckdb.DuckDBPyConnection, size: Size, batch: Batch, first: int, end: int) -> int:
    connection.execute(MADE, {"deals": size.deals, "first": first, "end": end})
    for table in TABLES:
        path = of.home / batch.facts(table)
        path.parent.mkdir(parents=True, exist_ok=True)
        declared = ({"report_id": pl.String()} if table.startswith("dim_") else {}) | facts.polars_schema(table)
        columns = connection.sql(SELECTS[table] + " LIMIT 0").columns
        full = ", ".join(
            f"{name if name in columns else 'NULL'}::{facts.duckdb_type(kind)} AS {name}"
            for name, kind in declared.items()
        )
        connection.execute(
            f"COPY (SELECT {full} FROM ({SELECTS[table]})) TO '{path}' (FORMAT parquet, COMPRESSION zstd)"
        )
    told = connection.sql("SELECT accession_number, distribution_date::DATE + 1 AS filed_date FROM made").pl()
    return Ledger(of.store).record(_ledger(told, batch))


def _ledger(told: pl.DataFrame, batch: Batch) -> pl.DataFrame:
    known = {
        "state": "loaded", "form_type": "10-D", "local": False, "year": batch.year, "batch": batch.name,
        "code_fingerprint": fingerprints.reader(), "facts_fingerprint": batch.built, "cells": 0, "reports": 1,
    }  # fmt: skip
    whole = told.with_columns(
        *(pl.lit(value, dtype=ledger.SCHEMA[name]).alias(name) for name, value in known.items()),
        sha256=pl.col("accession_number"),
        filed_date=pl.col("filed_date").cast(pl.Date),
    )
    rest = [pl.lit(None, dtype=kind).alias(name) for name, kind in ledger.SCHEMA.items() if name not in whole.columns]
    return whole.with_columns(rest).select(list(ledger.SCHEMA))
