"""Cells to facts: every table of the model, rebuilt from cells and from nothing else.

Facts hold fractions where cells hold percents, NULL where nothing is printed, and never a float.
"""

import hashlib
import re
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import polars as pl
import pyarrow as pa

from transforms import facts, proof, roles, vocabulary
from transforms.reading import metadata

FACTS = tuple(name for name in facts.TABLES if name.startswith("fact_"))
_ALL_CLASSES = "*"
_FOREVER = datetime(9999, 12, 31)
_MEMBERS = ("class_name", "remic", "group_code", "item_code", "status", "bucket", "stratum", "account")
_WIDE = {
    "fact_class_distribution": ["class_name"],
    "fact_class_total": [],
    "fact_class_factor": ["class_name"],
    "fact_collateral": ["statement_seq"],
    "fact_delinquency": ["status", "bucket"],
    "fact_interest_shortfall": [],
    "fact_other_account": ["item_code"],
    "fact_overcollateralization": ["statement_seq"],
}
_RATE = pl.Decimal(14, 10)

Frames = dict[str, pl.DataFrame]


def build(cells: pa.Table) -> Frames:
    """Return every table of the model that the cells fill.

    Dimension tables carry the report they were observed in as first column; versions are left to the warehouse, which
    sees all reports.
    """
    note = metadata(cells)
    raw = _members(pl.from_arrow(cells))  # type: ignore[arg-type]
    reports = _reports(note)
    built = _records(note, reports)
    values = _values(raw)
    wide = {table: _wide(values, table, members) for table, members in _WIDE.items()}
    built |= _pool(wide)
    built |= _cash(values)
    built |= _classes(values, raw, reports, wide)
    built["report"] = _with_collateral_date(built["report"], values)
    built["fact_line_item"] = _line_items(raw)
    built["fact_delinquency"] = _denominators(built["fact_delinquency"], built["fact_collateral"])
    del values
    built["raw_cell"] = _fitted(_traced(_as_notional(raw, built["dim_class"])), "raw_cell")
    fitted = {name: frame if name == "raw_cell" else _fitted(frame, name) for name, frame in built.items()}
    fitted["report_proof"] = _fitted(proof.prove(fitted, raw), "report_proof")
    return {name: frame for name, frame in fitted.items() if frame.height}


def _fitted(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    """Give a frame the columns and types of its table; a dimension keeps the report it was observed in."""
    schema = facts.polars_schema(table)
    observed = ["report_id"] if table.startswith("dim_") and "report_id" in frame.columns else []
    columns = [
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in schema.items()
    ]
    return frame.select([*observed, *columns])


# -- filings and reports --------------------------------------------------------------------------------------------


def _reports(note: dict[str, list[dict[str, Any]]]) -> pl.DataFrame:
    """Return one row per report with its deal and its knowledge time."""
    filings = {filing["accession_number"]: filing for filing in note["filings"]}
    rows = [_report(record, filings[record["accession_number"]]) for record in note["reports"]]
    return pl.DataFrame(rows, schema=facts.polars_schema("report") | _DEAL_COLUMNS, orient="row")


_DEAL_COLUMNS: dict[str, Any] = {
    "deal_name": pl.String, "shelf": pl.String, "series": pl.String, "depositor_cik": pl.Int64, "trust_cik": pl.Int64,
}  # fmt: skip


def _report(record: dict[str, Any], filing: dict[str, Any]) -> dict[str, Any]:
    series = record["series"] or filing["series"]
    known = _moment(filing["accepted_at"]) or _midnight(filing["filed_date"]) or _midnight(filing["signature_date"])
    signers = [name for _, name in filing["parties"]]
    number = next(iter(filing["file_numbers"]), None)
    # Trusts have a CIK of their own only from mid 2005 on; before, the filer is the depositor.
    filer = filing["filers"][0] if filing["filers"] else [None] * 6
    return {
        **{name: record[name] for name in ("report_id", "document_id", "accession_number", "layout_family")},
        "deal_id": _deal_id(filing, record, series),
        "distribution_date": _day(record["distribution_date"]),
        "record_date": _day(record["record_date"]),
        "version_no": 1,
        "known_from": known or _midnight(record["distribution_date"]),
        "known_to": _FOREVER,
        "trustee": signers[0] if signers else None,
        "amendment_scope": "FULL" if filing["is_amendment"] else None,
        "deal_name": filing["registrant"] or record["name"] or filer[2] or filing["accession_number"],
        "shelf": "-".join(number.split("-")[:2]) if number else None,
        "series": series,
        "depositor_cik": filer[1],
        "trust_cik": None,
    }


def _deal_id(filing: dict[str, Any], record: dict[str, Any], series: str | None) -> str:
    """Return the opaque id of a deal, made of the best evidence the filing has.

    A file number with a suffix names the trust; without one, filer and series do; last comes the trustee's own code.
    """
    suffixed = [number for number in filing["file_numbers"] if number.count("-") == 2]
    cik = filing["filers"][0][1] if filing["filers"] else None
    evidence = (
        [f"file {suffixed[0]}"] if len(set(suffixed)) == 1 and len(filing["file_numbers"]) == 1
        else [f"cik {cik}", f"series {_plain(series)}"] if cik and series
        else [f"file {number}" for number in filing["file_numbers"]] + [f"series {_plain(series)}"] if series
        else [f"code {record['deal_code']}"] if record["deal_code"]
        else [f"name {_plain(filing['registrant'] or record['name'] or '')}", f"cik {cik}"]
    )  # fmt: skip
    return "D" + _digest("|".join(evidence))


def _plain(name: str | None) -> str:
    return re.sub(r"[^A-Z0-9]+", " ", (name or "").upper()).strip()


@lru_cache(maxsize=65536)
def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _day(printed: str | None) -> date | None:
    return date.fromisoformat(printed) if printed else None


def _midnight(printed: str | None) -> datetime | None:
    return datetime.fromisoformat(printed) if printed else None


def _moment(printed: str | None) -> datetime | None:
    return datetime.fromisoformat(printed) if printed else None


def _records(note: dict[str, list[dict[str, Any]]], reports: pl.DataFrame) -> Frames:
    """Return the tables that come from headers, covers and letterheads."""
    deals = dict(zip(reports["report_id"], reports["deal_id"], strict=True))
    filings = {filing["accession_number"]: filing for filing in note["filings"]}
    frames: dict[str, list[dict[str, Any]]] = {name: [] for name in _RECORD_TABLES}
    for filing in note["filings"]:
        frames["filing"].append(_filing(filing))
        frames["filing_filer"] += _filers(filing)
        frames["document"] += _documents(filing)
    for record in note["reports"]:
        filing = filings[record["accession_number"]]
        observed = {"report_id": record["report_id"], "deal_id": deals[record["report_id"]]}
        frames["dim_deal_identifier"] += [observed | row for row in _identifiers(filing, record)]
        frames["dim_deal_alias"] += [observed | row for row in _aliases(filing, record)]
        frames["dim_group"].append(observed | {"group_code": "ALL", "group_label": None, "is_total": True})
        frames["report_party"] += [
            {"report_id": record["report_id"], "role": role, "party_name": name} for role, name in filing["parties"]
        ]
        frames["report_statement"] += _statements(record)
    built = {name: _rows(name, rows) for name, rows in frames.items()}
    return built | {"report": reports.select(facts.TABLES["report"].column_names()), "dim_deal": reports}


_RECORD_TABLES = (
    "filing", "filing_filer", "document", "dim_deal_identifier", "dim_deal_alias", "dim_group", "report_party",
    "report_statement",
)  # fmt: skip


def _rows(table: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    schema: dict[str, Any] = dict(facts.polars_schema(table))
    if table.startswith("dim_"):
        schema = {"report_id": pl.String} | schema
    return pl.DataFrame(rows, schema=schema, orient="row")


def _filing(filing: dict[str, Any]) -> dict[str, Any]:
    plain = ("accession_number", "form_type", "is_amendment", "amendment_reason", "items", "source_uri", "sha256")
    days = ("filed_date", "period_of_report", "event_date", "signature_date")
    return (
        {name: filing[name] for name in plain}
        | {name: _day(filing[name]) for name in days}
        | {"accepted_at": _moment(filing["accepted_at"])}
    )


def _filers(filing: dict[str, Any]) -> list[dict[str, Any]]:
    cover = ",".join(filing["file_numbers"]) or None
    eins = ",".join(filing["eins"]) or None
    filers = filing["filers"] or [["REGISTRANT", None, filing["alias"], None, eins, None]]
    return [
        {"accession_number": filing["accession_number"], "filer_seq": seq, "filer_role": role, "cik": cik,
         "conformed_name": name, "sec_file_number_header": number, "sec_file_number_cover": cover, "ein": ein or eins,
         "sic": sic}
        for seq, (role, cik, name, number, ein, sic) in enumerate(filers, start=1)
    ]  # fmt: skip


def _documents(filing: dict[str, Any]) -> list[dict[str, Any]]:
    accession = filing["accession_number"]
    return [
        {"document_id": f"{accession}:{seq}", "accession_number": accession, "sequence": seq, "doc_type": kind,
         "filename": name, "description": description, "line_start": start, "line_end": end}
        for seq, kind, name, description, start, end in filing["exhibits"]
    ]  # fmt: skip


def _identifiers(filing: dict[str, Any], record: dict[str, Any]) -> Iterable[dict[str, Any]]:
    rows = [("SEC_FILE_NUMBER", number, "COVER") for number in filing["file_numbers"]]
    rows += [("EIN", ein, "COVER") for ein in filing["eins"]]
    rows += [("SEC_FILE_NUMBER", filer[3], "HEADER") for filer in filing["filers"] if filer[3]]
    rows += [("DEPOSITOR_CIK", str(filer[1]), "HEADER") for filer in filing["filers"] if filer[1]]
    rows += [("TRUSTEE_DEAL_CODE", record["deal_code"], "EXHIBIT")] if record["deal_code"] else []
    return [{"id_type": kind, "id_value": value, "source": source} for kind, value, source in rows]


def _aliases(filing: dict[str, Any], record: dict[str, Any]) -> Iterable[dict[str, Any]]:
    names = [
        ("REGISTRANT", filing["alias"]), ("EXHIBIT_NAME", record["name"]), ("COVER_SERIES", filing["series"]),
        ("EXHIBIT_SERIES", record["series"]), *(("HEADER_NAME", filer[2]) for filer in filing["filers"]),
    ]  # fmt: skip
    return [
        {"alias_name": name, "alias_norm": _plain(name), "alias_kind": kind,
         "first_seen_accession": filing["accession_number"]}
        for kind, name in names if name
    ]  # fmt: skip


def _statements(record: dict[str, Any]) -> list[dict[str, Any]]:
    """Return one row per statement; a statement continued in a second table is one row over both."""
    merged: dict[tuple[str, int], dict[str, Any]] = {}
    for code, seq, title, start, end in record["statements"]:
        row = merged.setdefault((code, seq), {
            "report_id": record["report_id"], "statement_code": code, "statement_seq": seq, "title": title,
            "line_start": start, "line_end": end,
        })  # fmt: skip
        row["line_end"] = max(row["line_end"], end)
    return list(merged.values())


# -- cells ----------------------------------------------------------------------------------------------------------


def _members(cells: pl.DataFrame) -> pl.DataFrame:
    """Complete the members of each cell: group, side account; a line that no term covers becomes a line item."""
    is_table = ~pl.col("table_code").is_in(["HEADER", "TEXT"])
    placed = pl.col("canonical_table").is_not_null() & ~_without_member()
    loose = is_table & ~placed & pl.col("value_num").is_not_null() & pl.col("pairing").is_not_null()
    label = pl.when(pl.col("pairing") == "GRID").then(
        pl.concat_str(["row_label", "column_label"], separator=" ", ignore_nulls=True)
    ).otherwise(pl.col("row_label"))  # fmt: skip
    # A figure that met no label belongs to no column either.
    unpaired = is_table & pl.col("pairing").is_null()
    named = cells.with_columns(
        loose_label=pl.when(loose).then(label),
        canonical_table=pl.when(~unpaired).then(pl.col("canonical_table")),
        canonical_column=pl.when(~unpaired).then(pl.col("canonical_column")),
    )
    labels = named["loose_label"].unique().drop_nulls().to_list()
    codes = [vocabulary.code(words) for words in labels]
    code = pl.col("loose_label").replace_strict(labels, codes, return_dtype=pl.String, default=None)
    is_loose = pl.col("loose_label").is_not_null()
    is_side = pl.col("canonical_table") == "fact_other_account"
    return named.with_columns(
        group_code=pl.when(is_table).then(pl.lit("ALL")),
        canonical_table=pl.when(is_loose).then(pl.lit("fact_line_item")).otherwise(pl.col("canonical_table")),
        canonical_column=pl.when(is_loose).then(pl.lit("value")).otherwise(pl.col("canonical_column")),
        item_code=pl.when(is_loose).then(code).when(is_side).then(pl.col("row_label")).otherwise(pl.col("item_code")),
        remic=pl.lit(None, dtype=pl.String),
        bucket=pl.when(pl.col("canonical_table") == "fact_delinquency").then(pl.col("bucket")),
    )


def _without_member() -> pl.Expr:
    """Tell which cells name a fact and not the member they belong to: a class, a bucket and status, an account."""
    needed = {
        "fact_class_distribution": ["class_name"],
        "fact_class_factor": ["class_name"],
        "fact_delinquency": ["status", "bucket"],
        "fact_other_account": ["row_label"],
    }
    return pl.any_horizontal(
        (pl.col("canonical_table") == table) & pl.any_horizontal(pl.col(name).is_null() for name in names)
        for table, names in needed.items()
    ).fill_null(False)


def _traced(raw: pl.DataFrame) -> pl.DataFrame:
    """Return the cell table: identity of each cell, and the concept it prints."""
    is_fact = pl.col("canonical_table").str.starts_with("fact_") & pl.col("canonical_column").is_not_null()
    members = [pl.col(name).fill_null("") for name in _MEMBERS]
    # Two statements of one kind are two printings of one concept, told apart nowhere: P12 and I09 compare them.
    key = pl.concat_str(
        [pl.concat_str(["canonical_table", "canonical_column"], separator="."), *members], separator="|"
    )
    return raw.with_columns(
        cell_id=pl.concat_str([_written(raw["line_no"]), _written(raw["col_start"])], separator=":"),
        concept_key=pl.when(is_fact).then(key),
    )


def _written(whole: pl.Series) -> pl.Series:
    """Return whole numbers as text; each is written once and then looked up, since lines and columns recur."""
    highest = whole.max()
    written = pl.Series(range(highest + 1 if isinstance(highest, int) else 0), dtype=pl.UInt32).cast(pl.String)
    return written.gather(whole)


def _values(raw: pl.DataFrame) -> pl.DataFrame:
    """Return the mapped cells, in print order, with what facts hold: `value`, and `share` for a printed percent."""
    percent = pl.col("unit") == "PCT"
    # Every column that is not taken along here would be copied by each of the twenty filters to come.
    return raw.select(
        "report_id", *_VALUE_COLUMNS,
        pl.col("canonical_table").cast(_TABLE_NAMES),
        is_value=pl.col("canonical_table").is_not_null() & (pl.col("table_code") != "HEADER"),
        value=pl.when(~percent).then(pl.col("value_num")),
        share=pl.when(percent).then(pl.col("value_num") * pl.lit("0.01").cast(pl.Decimal(28, 10))),
    ).filter("is_value")  # fmt: skip


_VALUE_COLUMNS = (
    "canonical_column", "class_name", "statement_code", "statement_seq", "status", "bucket", "item_code", "group_code",
    "entry_type", "account", "section", "payee", "line_no", "value_text",
)  # fmt: skip
# Names of tables as numbers: compared twenty times over all cells.
_TABLE_NAMES = pl.Enum([*facts.TABLES])


def _wide(values: pl.DataFrame, table: str, members: list[str]) -> pl.DataFrame:
    """Return one row per report and member, a column per measure; of several printings the first counts."""
    schema = facts.polars_schema(table)
    keys = ["report_id", *members]
    cells = values.select("canonical_table", *keys, "canonical_column", "value", "share", "value_text").filter(
        pl.col("canonical_table") == table
    )
    if table == "fact_class_distribution":
        cells = cells.filter(pl.col("class_name").is_not_null())
    present = [name for name in cells["canonical_column"].unique().sort() if name in schema]
    measures = [_measure(name, schema[name]) for name in present]
    wide = cells.group_by(keys, maintain_order=True).agg(measures)
    missing = [pl.lit(None, dtype=dtype).alias(name) for name, dtype in schema.items() if name not in wide.columns]
    return wide.with_columns(missing)


def _measure(name: str, dtype: Any) -> pl.Expr:
    of_column = pl.col("canonical_column") == name
    if dtype == pl.String:
        return pl.col("value_text").filter(of_column).first().alias(name)
    if dtype == pl.Date:
        return pl.col("value_text").filter(of_column).first().str.to_date(strict=False).alias(name)
    # A percent in a column of dollars or counts is no value of it.
    value = pl.coalesce("share", "value") if dtype == _RATE else pl.col("value")
    return pl.when(of_column).then(value).first(ignore_nulls=True).cast(dtype).alias(name)


# -- facts ----------------------------------------------------------------------------------------------------------


def _pool(wide: Frames) -> Frames:
    group = pl.lit("ALL").alias("group_code")
    delinquency = wide["fact_delinquency"].filter(pl.col("status").is_not_null() & pl.col("bucket").is_not_null())
    return {
        "fact_collateral": wide["fact_collateral"].with_columns(group),
        "fact_overcollateralization": wide["fact_overcollateralization"].with_columns(group),
        "fact_interest_shortfall": wide["fact_interest_shortfall"].with_columns(group),
        "fact_delinquency": delinquency.with_columns(
            group,
            bucket_low_days=pl.col("bucket").str.extract(r"^(\d+)").cast(pl.Int32),
            bucket_high_days=pl.col("bucket").str.extract(r"-(\d+)$").cast(pl.Int32),
            method=pl.lit("UNKNOWN"),
        ),
        "fact_other_account": wide["fact_other_account"].with_columns(account_name=pl.col("item_code")),
    }


def _denominators(delinquency: pl.DataFrame, collateral: pl.DataFrame) -> pl.DataFrame:
    """Name what the percents are shares of: the balance of the pool that comes closest to all of them.

    Candidates are compared per report by the sum of their misses; a tie of two (no loan behind) names none.
    """
    pool = collateral.filter(pl.col("statement_seq") == 1).select(
        "report_id", "group_code", "ending_loan_count", "ending_actual_balance", "ending_scheduled_balance"
    )
    joined = delinquency.join(pool, on=["report_id", "group_code"], how="left")
    balance, share = pl.col("balance").cast(pl.Float64), pl.col("balance_pct").cast(pl.Float64)
    miss = {
        name: (balance / pl.col(column).cast(pl.Float64) - share).abs().sum().over("report_id")
        for name, column in (("ACTUAL", "ending_actual_balance"), ("SCHEDULED", "ending_scheduled_balance"))
    }  # fmt: skip
    has_actual = pl.col("ending_actual_balance").is_not_null()
    behind = (pl.col("balance") > 0).any().over("report_id")
    has_pct = pl.col("balance_pct").is_not_null()
    counted = pl.col("loan_count_pct").is_not_null() & pl.col("ending_loan_count").is_not_null()
    return joined.with_columns(
        count_pct_denominator=pl.when(counted).then(pl.lit("ENDING_COUNT")),
        balance_pct_denominator=pl.when(~has_pct | ~behind).then(None)
        .when(has_actual & (miss["ACTUAL"] < miss["SCHEDULED"])).then(pl.lit("ENDING_ACTUAL_BALANCE"))
        .when(pl.col("ending_scheduled_balance").is_not_null()).then(pl.lit("ENDING_SCHEDULED_BALANCE")),
    )  # fmt: skip


def _cash(values: pl.DataFrame) -> Frames:
    account = values.filter((pl.col("canonical_table") == "fact_account") & pl.col("value").is_not_null())
    fee = values.filter((pl.col("canonical_table") == "fact_fee") & pl.col("value").is_not_null())
    statement = pl.when(pl.col("statement_code") == "FEE").then(pl.lit("FEE")).otherwise(pl.lit("COLLATERAL"))
    fees = fee.select(
        "report_id", "group_code", statement.alias("statement"), pl.col("item_code").alias("fee_code"), "payee",
        pl.col("value").cast(pl.Decimal(18, 2)).alias("amount"), "line_no",
    )  # fmt: skip
    accounts = account.select(
        "report_id", "account", "group_code", "section", "entry_type", pl.col("item_code").alias("entry_code"),
        "line_no", pl.col("value").cast(pl.Decimal(18, 2)).alias("amount"),
    )  # fmt: skip
    return {
        "fact_account": _numbered(accounts, "entry_code", ["report_id", "account", "group_code", "entry_type"]),
        "fact_fee": _named_others(_numbered(fees, "fee_code", ["report_id", "group_code", "statement"])),
    }


def _named_others(fees: pl.DataFrame) -> pl.DataFrame:
    """Name a fee that a statement calls "other" by the one fee of its amount that only the fee statement names."""
    key = ["report_id", "group_code"]
    other = fees.filter(
        (pl.col("fee_code") == "OTHER_FEE") & (pl.col("statement") == "COLLATERAL") & (pl.col("amount") != 0)
    )
    named = fees.filter(pl.col("statement") == "FEE")
    present = fees.filter(pl.col("statement") == "COLLATERAL").select(*key, "fee_code")
    unmatched = named.join(present, on=[*key, "fee_code"], how="anti")
    same = other.select(*key, "amount").join(unmatched.select(*key, "amount", "fee_code"), on=[*key, "amount"])
    single = same.filter(pl.len().over(key) == 1).select(*key, pl.col("fee_code").alias("named"))
    is_other = (pl.col("fee_code") == "OTHER_FEE") & (pl.col("statement") == "COLLATERAL")
    return (
        fees.join(single, on=key, how="left")
        .with_columns(fee_code=pl.when(is_other).then(pl.coalesce("named", "fee_code")).otherwise(pl.col("fee_code")))
        .drop("named")
    )


def _numbered(frame: pl.DataFrame, code: str, keys: list[str]) -> pl.DataFrame:
    """Number codes that repeat within their key: CODE, CODE_2, CODE_3, in print order."""
    nth = pl.int_range(pl.len()).over([*keys, code]) + 1
    numbered = pl.when(nth > 1).then(pl.concat_str([pl.col(code), nth.cast(pl.String)], separator="_"))
    return frame.with_columns(numbered.fill_null(pl.col(code)).alias(code))


def _line_items(raw: pl.DataFrame) -> pl.DataFrame:
    lines = raw.filter((pl.col("canonical_table") == "fact_line_item") & (pl.col("table_code") != "HEADER"))
    coded = lines.select(
        "report_id", pl.col("statement_code").fill_null(vocabulary.UNTITLED), "group_code", "item_code",
        pl.col("stratum").fill_null(""), label=pl.coalesce("loose_label", "row_label"), value=pl.col("value_num"),
        unit=pl.col("unit"), line_no=pl.col("line_no"),
    )  # fmt: skip
    return _numbered(coded, "item_code", ["report_id", "statement_code", "group_code", "stratum"])


def _with_collateral_date(report: pl.DataFrame, values: pl.DataFrame) -> pl.DataFrame:
    printed = values.filter(
        (pl.col("canonical_table") == "report") & (pl.col("canonical_column") == "collateral_record_date")
    )
    day = printed.group_by("report_id").agg(found=pl.col("value_text").first().str.to_date(strict=False))
    return (
        report.join(day, on="report_id", how="left").with_columns(collateral_record_date=pl.col("found")).drop("found")
    )


# -- classes --------------------------------------------------------------------------------------------------------


def _classes(values: pl.DataFrame, raw: pl.DataFrame, reports: pl.DataFrame, wide: Frames) -> Frames:
    ids = _class_ids(values, reports)
    texts = _texts(values)
    identified = {
        table: wide[table].drop("class_id").join(ids, on=["report_id", "class_name"])
        for table in ("fact_class_distribution", "fact_class_factor")
    }
    dollars = identified["fact_class_distribution"]
    totals = wide["fact_class_total"].with_columns(scope=pl.lit("ALL"))
    dollars = dollars.join(roles.notional(dollars, totals), on=["report_id", "class_id"], how="left")
    described = dollars.join(texts, on=["report_id", "class_name"], how="left")
    denominations = _denominations(raw)
    classes = _denominated(roles.types(described, wide["fact_overcollateralization"]), denominations)
    factors = _factors(identified["fact_class_factor"], denominations, dollars, raw)
    return {
        "dim_class": classes.with_columns(
            tier=pl.lit("UPPER"), group_code=pl.lit("ALL"), is_certificated=pl.lit(True), rate_type=pl.lit("UNKNOWN")
        ),
        "dim_class_identifier": classes.filter(pl.col("id_value").is_not_null()).with_columns(id_type=pl.lit("CUSIP")),
        "fact_class_distribution": _without_notional(dollars),
        "fact_class_total": totals,
        "fact_class_factor": factors,
        "dim_deal": _first_periods(reports, dollars),
    }


def _class_ids(values: pl.DataFrame, reports: pl.DataFrame) -> pl.DataFrame:
    named = values.select("report_id", "class_name").drop_nulls().unique(maintain_order=True)
    joined = named.join(reports.select("report_id", "deal_id"), on="report_id")
    norms = [roles.norm(name) for name in joined["class_name"]]
    ids = ["C" + _digest(f"{deal}|{name}") for deal, name in zip(joined["deal_id"], norms, strict=True)]
    return joined.with_columns(
        class_name_norm=pl.Series(norms, dtype=pl.String), class_id=pl.Series(ids, dtype=pl.String)
    )


def _texts(values: pl.DataFrame) -> pl.DataFrame:
    """Return what class tables say in words: type and CUSIP."""
    cells = values.select("report_id", "class_name", "canonical_table", "canonical_column", "value_text").filter(
        pl.col("canonical_table").is_in(["dim_class", "dim_class_identifier"])
    )
    return cells.group_by("report_id", "class_name", maintain_order=True).agg(
        pl.col("value_text").filter(pl.col("canonical_column") == name).first().alias(name)
        for name in ("class_type_reported", "id_value")
    )


def _denominations(raw: pl.DataFrame) -> pl.DataFrame:
    """Return the denomination of each class from the footnotes; a footnote that ends in a full stop goes first."""
    stated = raw.filter((pl.col("table_code") == "HEADER") & (pl.col("canonical_column") == "denomination"))
    return (
        stated.with_columns(
            complete=pl.col("row_label").str.strip_chars().str.ends_with("."),
            class_name=pl.col("class_name").fill_null(_ALL_CLASSES).str.replace_all(r"\band\b", ",").str.split(","),
        )
        .explode("class_name")
        .with_columns(pl.col("class_name").str.strip_chars())
        .filter(pl.col("class_name") != "")
        .sort(["complete", "line_no"], descending=[True, False], maintain_order=True)
        .group_by("report_id", "class_name", maintain_order=True)
        .agg(denomination=pl.col("value_num").first().cast(pl.Decimal(18, 2)))
    )


def _denominated(classes: pl.DataFrame, stated: pl.DataFrame) -> pl.DataFrame:
    """Add to classes the denomination stated for them, else the one stated for all."""
    for_all = stated.filter(pl.col("class_name") == _ALL_CLASSES).select("report_id", for_all="denomination")
    return (
        classes.join(stated, on=["report_id", "class_name"], how="left")
        .join(for_all, on="report_id", how="left")
        .with_columns(denomination=pl.coalesce("denomination", "for_all"))
        .drop("for_all")
    )


def _factors(
    factors: pl.DataFrame, denominations: pl.DataFrame, dollars: pl.DataFrame, raw: pl.DataFrame
) -> pl.DataFrame:
    """Complete the factor rows: denomination from the footnote, else from arithmetic, and the printed decimals."""
    scale = (
        raw.select("report_id", "class_name", "canonical_table", "table_code", "raw_text")
        .filter((pl.col("canonical_table") == "fact_class_factor") & (pl.col("table_code") != "HEADER"))
        .with_columns(decimals=pl.col("raw_text").str.extract(r"\.(\d+)").str.len_chars())
        .group_by("report_id", "class_name")
        .agg(printed_scale=pl.col("decimals").max())
    )
    base = dollars.select("report_id", "class_id", "original_face", face_balance="beginning_balance")
    # Where no footnote states it, the opening factor gives the denomination; 1,000 is the trade's custom.
    implied = (
        pl.col("beginning_balance").cast(pl.Float64)
        * pl.col("original_face").cast(pl.Float64)
        / pl.col("face_balance").cast(pl.Float64)
    )
    return (
        _denominated(factors.drop("denomination", "printed_scale"), denominations)
        .join(scale, on=["report_id", "class_name"], how="left")
        .join(base, on=["report_id", "class_id"], how="left")
        .with_columns(
            denomination=pl.coalesce(
                "denomination",
                pl.when(implied.is_finite() & (implied > 0)).then(implied.round(0)).cast(pl.Decimal(18, 2)),
                pl.lit("1000.00").cast(pl.Decimal(18, 2)),
            )
        )
    )


def _without_notional(dollars: pl.DataFrame) -> pl.DataFrame:
    """Move the balances of notional classes to the notional columns: they are no principal."""
    notional = pl.col("is_notional")
    return dollars.with_columns(
        pl.when(notional).then(pl.coalesce(f"{end}_notional", f"{end}_balance")).otherwise(pl.col(f"{end}_notional"))
        .alias(f"{end}_notional")
        for end in ("beginning", "ending")
    ).with_columns(
        pl.when(~notional).then(pl.col(f"{end}_balance")).alias(f"{end}_balance") for end in ("beginning", "ending")
    )  # fmt: skip


def _as_notional(raw: pl.DataFrame, classes: pl.DataFrame) -> pl.DataFrame:
    """Say in the cells too that the balances of notional classes are reference amounts."""
    keys = classes.filter(pl.col("is_notional")).select("report_id", "class_name", notional=pl.lit(True))
    if keys.is_empty():
        return raw
    moved = {"beginning_balance": "beginning_notional", "ending_balance": "ending_notional"}
    is_moved = pl.col("notional") & (pl.col("canonical_table") == "fact_class_distribution")
    return (
        raw.join(keys, on=["report_id", "class_name"], how="left", maintain_order="left")
        .with_columns(
            canonical_column=pl.when(is_moved)
            .then(pl.col("canonical_column").replace(moved))
            .otherwise(pl.col("canonical_column"))
        )
        .drop("notional")
    )


def _first_periods(reports: pl.DataFrame, dollars: pl.DataFrame) -> pl.DataFrame:
    """Add the first distribution date: the one on which every class still has its original face."""
    faced = dollars.filter(pl.col("original_face") > 0)
    first = faced.group_by("report_id").agg(
        is_first=(pl.col("beginning_balance") == pl.col("original_face")).fill_null(False).all()
    )
    return reports.join(first, on="report_id", how="left").with_columns(
        first_distribution_date=pl.when(pl.col("is_first")).then(pl.col("distribution_date"))
    )


__all__ = ["FACTS", "build"]
