"""A lake of as many reports as one likes, written as Parquet by SQL: facts as building leaves them, without filings.

A hundred months of each deal, ten classes a report and fifty rows of delinquency; every balance rolls, every total adds
up. Batches are of one filing year, in the order of the accession numbers, as a lake's are.

So that every question has something to find, some deals are unlike the others: one in a hundred (`odd`) amends each of
its reports, since the first printed an interest too high, owes interest on its last class, and opened once at another
balance than it had closed with; another one in a hundred left a month out; of one in fifty, ever more loans are late
from the sixtieth month on. The first ten have a few cells, and the first goes by the names that the questions ask for.
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
FIRST_YEAR = 2001
IN_A_BATCH = 4_096  # reports
TABLES = (
    "filing", "filing_filer", "document", "report", "report_statement", "report_proof", "dim_deal",
    "dim_deal_identifier", "dim_class", "dim_class_identifier", "dim_group", "fact_class_distribution",
    "fact_collateral", "fact_delinquency", "fact_overcollateralization", "fact_trigger", "fact_loss", "fact_fee",
    "raw_cell",
)  # fmt: skip

# What a report is made of: its deal and month, which version it is, and all that follows from them.
MADE = """
CREATE OR REPLACE TEMP TABLE made AS
SELECT deal, month, version, odd,
       printf('%010d-%02d-%06d', deal + 1, (2001 + month // 12) % 100, 2 * month + version) AS accession_number,
       accession_number || ':1' AS document_id, accession_number || ':1:1' AS report_id,
       'D' || substr(md5(deal::VARCHAR), 1, 12) AS deal_id,
       DATE '2001-01-25' + to_months(month) AS distribution_date,
       distribution_date + INTERVAL 30 HOUR + to_days(5 * (version - 1)) AS known_from,
       -- Of a pool of 500 to 900 millions a thousand part of its face is paid each month.
       (500000 + 10 * (deal % 40000))::BIGINT AS part,
       CASE WHEN deal < 10 THEN 2 ELSE 0 END AS cells
FROM (SELECT r % $deals AS deal, r // $deals AS month, deal % 100 = 2 AS odd FROM range($first, $end) AS t(r)),
     LATERAL (SELECT unnest(range(1, CASE WHEN odd THEN 3 ELSE 2 END))::INTEGER) AS v(version)
WHERE NOT (deal % 100 = 1 AND month = 30)
"""
SELECTS = {
    "filing": """
        SELECT accession_number, CASE version WHEN 1 THEN '10-D' ELSE '10-D/A' END AS form_type,
               version > 1 AS is_amendment, known_from::DATE AS filed_date,
               known_from AS accepted_at, distribution_date::DATE AS period_of_report FROM made""",
    "filing_filer": """
        SELECT accession_number, 1 AS filer_seq, 'FILER' AS filer_role, 1000000 + deal AS cik,
               'TRUST ' || deal AS conformed_name FROM made""",
    "document": "SELECT document_id, accession_number, 1 AS sequence, 'EX-99.1' AS doc_type FROM made",
    "report": """
        SELECT report_id, document_id, accession_number, deal_id, distribution_date::DATE AS distribution_date,
               distribution_date::DATE - 1 AS record_date, version AS version_no, known_from,
               TIMESTAMP '9999-12-31' AS known_to, 'Trustee ' || (deal % 12) AS trustee, 'simulated' AS layout_family
        FROM made""",
    "report_statement": """
        SELECT report_id, s AS statement_code, 1 AS statement_seq FROM made,
               unnest(['CLASS_DISTRIBUTION', 'COLLATERAL', 'DELINQUENCY', 'OVERCOLLATERALIZATION', 'LOSS', 'FEE']
               ) AS t(s)""",
    "report_proof": """
        SELECT report_id, f AS fact, 'proven' AS proof FROM made,
               unnest(['fact_class_distribution', 'fact_collateral', 'fact_delinquency', 'fact_overcollateralization',
                       'fact_trigger', 'fact_loss', 'fact_fee']) AS t(f)""",
    "dim_deal": """
        SELECT report_id, deal_id, 'Trust ' || deal AS deal_name, '2001-' || deal AS series,
               1000000 + deal AS trust_cik, DATE '2001-01-25' AS first_distribution_date,
               (part * 1000)::DECIMAL(18,2) AS original_pool_balance FROM made""",
    "dim_deal_identifier": """
        SELECT report_id, deal_id, k AS id_type,
               CASE WHEN k = 'TRUST_CIK' THEN (1000000 + deal)::VARCHAR
                    WHEN deal = 0 THEN '333-56240-12' ELSE printf('333-%06d-01', deal) END AS id_value,
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
               CASE WHEN deal = 0 AND c = 0 THEN '885220DC4' ELSE cusip(deal, c) END AS id_value
        FROM made, range(10) AS t(c)""",
    "dim_group": """
        SELECT report_id, deal_id, g AS group_code, g = 'ALL' AS is_total FROM made, unnest(['ALL', '1']) AS t(g)""",
    # Each of ten classes has a tenth of the pool; a part of 1,000 is paid each month, scheduled and not.
    "fact_class_distribution": """
        SELECT report_id, 'C' || substr(md5(deal || '|' || c), 1, 12) AS class_id,
               (part * 100)::DECIMAL(18,2) AS original_face,
               (part / 10 * (1000 - month) + CASE WHEN odd AND month = 50 AND c = 1 THEN 100 ELSE 0 END)::DECIMAL(18,2)
                 AS beginning_balance,
               (0.02 + c / 1000)::DECIMAL(14,10) AS pass_through_rate,
               round(part / 10 * (1000 - month) * (0.02 + c / 1000) / 12, 2)::DECIMAL(18,2) AS accrued_interest,
               (accrued_interest + CASE WHEN odd AND version = 1 AND c = 0 THEN 1 WHEN owed THEN -1 ELSE 0 END)
                 ::DECIMAL(18,2) AS interest_distribution,
               CASE WHEN owed THEN 1 ELSE 0 END::DECIMAL(18,2) AS current_interest_shortfall,
               CASE WHEN owed THEN month + 1 END::DECIMAL(18,2) AS remaining_unpaid_interest_shortfall,
               (part / 10)::DECIMAL(18,2) AS principal_distribution, 0::DECIMAL(18,2) AS realized_loss,
               (part / 10 * (999 - month))::DECIMAL(18,2) AS ending_balance,
               (interest_distribution + principal_distribution)::DECIMAL(18,2) AS total_distribution
        FROM made, range(10) AS t(c), LATERAL (SELECT odd AND c = 9) AS o(owed)""",
    "fact_collateral": """
        SELECT report_id, g AS group_code, 1 AS statement_seq, 0.065::DECIMAL(14,10) AS wac_gross,
               0.06::DECIMAL(14,10) AS wac_net,
               (320 - month)::DECIMAL(7,2) AS wam_months, 5000 - 5 * month AS beginning_loan_count,
               5 AS loans_paid_in_full_count, 4995 - 5 * month AS ending_loan_count,
               (part * (1000 - month))::DECIMAL(18,2) AS beginning_scheduled_balance,
               (part * (999 - month))::DECIMAL(18,2) AS ending_scheduled_balance,
               (part / 2)::DECIMAL(18,2) AS scheduled_principal, (part / 2)::DECIMAL(18,2) AS unscheduled_principal,
               0::DECIMAL(18,2) AS realized_loss
        FROM made, unnest(['ALL', '1']) AS t(g)""",
    # Nothing stands between the pool and its classes; some deals should have something there by now.
    "fact_overcollateralization": """
        SELECT report_id, 'ALL' AS group_code, 1 AS statement_seq,
               CASE WHEN deal % 20 = 0 THEN 5 * part ELSE 0 END::DECIMAL(18,2) AS target_oc_amount,
               0::DECIMAL(18,2) AS oc_amount
        FROM made""",
    "fact_trigger": """
        SELECT report_id, 'ALL' AS group_code, 'DELINQUENCY' AS trigger_code, deal % 30 = 0 AS is_in_effect
        FROM made""",
    # What is liquidated comes back whole.
    "fact_loss": """
        SELECT report_id, 'ALL' AS group_code, 'TOTAL' AS loss_type, 1 AS loan_count,
               500::DECIMAL(18,2) AS liquidated_balance, 500::DECIMAL(18,2) AS gross_loss,
               500::DECIMAL(18,2) AS recoveries, 0::DECIMAL(18,2) AS net_loss, 0::DECIMAL(18,2) AS cumulative_net_loss
        FROM made""",
    "fact_fee": """
        SELECT report_id, 'ALL' AS group_code, 'FEE' AS statement, 'TRUSTEE_FEE' AS fee_code,
               round(part * (1000 - month) * 0.0001 / 12, 2)::DECIMAL(18,2) AS amount
        FROM made""",
    # The net rate is printed twice; odd deals print another one the second time.
    "raw_cell": """
        SELECT report_id, line_no || ':60' AS cell_id, 'T01' AS table_code, 1 AS statement_seq, line_no,
               60 AS col_start, 69 AS col_end, 'Net Rate' AS row_label, 'Net Rate' AS row_label_printed,
               value_num::VARCHAR || '%' AS raw_text, value_num, 'PCT' AS unit, 1 AS scale, 'SAME_LINE' AS pairing,
               'fact_collateral' AS canonical_table,
               'wac_net' AS canonical_column, 'ALL' AS group_code, 'fact_collateral.wac_net|ALL' AS concept_key
        FROM made, LATERAL (SELECT unnest(range(100, 100 + 50 * cells, 50))::INTEGER) AS l(line_no),
             LATERAL (SELECT (6 + CASE WHEN odd AND line_no > 100 THEN 0.5 ELSE 0 END)::DECIMAL(28,10)
             ) AS v(value_num)""",
    # Some loans of each of four statuses in each of four buckets, and their totals.
    "fact_delinquency": """
        SELECT report_id, g AS group_code, s.status, b.bucket, b.low AS bucket_low_days, b.high AS bucket_high_days,
               'UNKNOWN' AS method,
               (s.times * CASE b.bucket WHEN 'TOTAL' THEN list_sum(behind) ELSE behind[b.place] END)::INTEGER
                 AS loan_count,
               (loan_count * 100000)::DECIMAL(18,2) AS balance
        FROM made, unnest(['ALL', '1']) AS t(g),
             LATERAL (SELECT [late(deal, month, place) FOR place IN range(4)]) AS a(behind),
             (VALUES ('DELINQUENT', 1), ('BANKRUPTCY', 1), ('FORECLOSURE', 1), ('REO', 1), ('TOTAL', 4)
             ) AS s(status, times),
             (VALUES ('30-59', 30, 59, 1), ('60-89', 60, 89, 2), ('90-119', 90, 119, 3), ('120+', 120, NULL, 4),
                     ('TOTAL', NULL, NULL, NULL)) AS b(bucket, low, high, place)""",
}
# Loans of a status in a bucket. Where they become more, they reach it through the bucket before.
LATE = """
CREATE MACRO late(deal, month, place) AS
  (1 + (deal + month) % 7) * CASE WHEN deal % 50 = 1 AND month >= 60 + place THEN 12 ELSE 1 END;
"""


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
        connection.execute(CUSIP + LATE)
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
        if not connection.sql(f"SELECT 1 FROM ({SELECTS[table]}) LIMIT 1").fetchall():
            continue  # as in a lake: no rows are no file
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
    told = connection.sql(
        f"SELECT f.accession_number, f.form_type, f.filed_date, m.cells FROM ({SELECTS['filing']}) AS f "
        "JOIN made AS m USING (accession_number)"
    ).pl()
    return Ledger(of.store).record(_ledger(told, batch))


def _ledger(told: pl.DataFrame, batch: Batch) -> pl.DataFrame:
    known = {
        "state": "loaded", "local": False, "year": batch.year, "batch": batch.name,
        "code_fingerprint": fingerprints.reader(), "facts_fingerprint": batch.built, "reports": 1,
    }  # fmt: skip
    whole = told.with_columns(
        *(pl.lit(value, dtype=ledger.SCHEMA[name]).alias(name) for name, value in known.items()),
        sha256=pl.col("accession_number"),
        filed_date=pl.col("filed_date").cast(pl.Date),
        cells=pl.col("cells").cast(ledger.SCHEMA["cells"]),
    )
    rest = [pl.lit(None, dtype=kind).alias(name) for name, kind in ledger.SCHEMA.items() if name not in whole.columns]
    return whole.with_columns(rest).select(list(ledger.SCHEMA))
