"""Filings, reports and deals: the tables that come from headers, cover pages and letterheads."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import polars as pl

from transforms import assets, facts, names, parties
from transforms.facts import Frames

_DATES = frozenset(name for name, dtype in facts.polars_schema("report").items() if dtype == pl.Date)
_FOREVER = datetime(9999, 12, 31)


def reports(note: dict[str, list[dict[str, Any]]]) -> pl.DataFrame:
    """Return one row per report with its deal and its knowledge time."""
    filings = {filing["accession_number"]: filing for filing in note["filings"]}
    own: dict[str, set[str]] = {}
    for record in note["reports"]:
        own.setdefault(record["accession_number"], set()).add(_own_name(record))
    rows = [
        _report(record, filings[record["accession_number"]], alone=len(own[record["accession_number"]]) == 1)
        for record in note["reports"]
    ]
    return pl.DataFrame(rows, schema=facts.polars_schema("report") | _DEAL_COLUMNS, orient="row")


_DEAL_COLUMNS: dict[str, Any] = {
    "deal_name": pl.String, "short_name": pl.String, "asset_class": pl.String, "asset_class_evidence": pl.String,
    "shelf": pl.String, "series": pl.String, "depositor_cik": pl.Int64, "trust_cik": pl.Int64,
}  # fmt: skip


def _own_name(record: dict[str, Any]) -> str:
    """Return what a report calls its deal on its own letterhead."""
    named = f"{record['name'] or ''} {record['series'] or ''}"
    return names.plain(record["deal_code"] or named)


def _report(record: dict[str, Any], filing: dict[str, Any], *, alone: bool) -> dict[str, Any]:
    series = record["series"] or filing["series"]
    trust = _trust(filing, series)
    name = _deal_name(filing, record, series, alone=alone)
    asset_class, evidence = _asset_class(filing, record, name)
    known = _moment(filing["accepted_at"]) or _moment(filing["filed_date"]) or _moment(filing["signature_date"])
    told = _parties(filing, record)
    trustees = [name for role in parties.TRUSTEES for one, name in told if one == role]
    number = next(iter(filing["file_numbers"]), None)
    depositors = [one for one in filing["filers"] if one is not trust]
    return {
        **{name: record[name] for name in ("report_id", "document_id", "accession_number", "layout_family")},
        "deal_id": _deal_id(filing, record, series, name, alone=alone),
        "distribution_date": _day(record["distribution_date"]),
        "record_date": _day(record["record_date"]),
        **{column: _day(value) for column, value in record["dates"].items() if column in _DATES},
        "version_no": 1,
        "known_from": known or _moment(record["distribution_date"]),
        "known_to": _FOREVER,
        "trustee": trustees[0] if trustees else None,
        "deal_name": name or filing["accession_number"],
        "short_name": names.short(name or filing["accession_number"], series),
        "asset_class": asset_class,
        "asset_class_evidence": evidence,
        "shelf": "-".join(number.split("-")[:2]) if number else None,
        "series": series,
        "depositor_cik": depositors[0][1] if depositors else None,
        "trust_cik": trust[1] if trust else None,
    }  # fmt: skip


def _asset_class(filing: dict[str, Any], record: dict[str, Any], name: str | None) -> tuple[str | None, str | None]:
    """Return what the loans of a report's deal are, and the evidence."""
    told = (name, record["name"], *(filer[2] for filer in filing["filers"]))
    titles = {**filing["titles"], **record["titles"]}
    return assets.decide(filing["asset_class"], [one for one in told if one], titles, record["words"])


def _parties(filing: dict[str, Any], record: dict[str, Any]) -> list[tuple[str, str]]:
    """Return role and name of who is who, as filing and report print it; each name once in a role, however spelled."""
    found: dict[tuple[str, str], str] = {}
    for role, name in (*filing["parties"], *record["parties"]):
        found.setdefault((role, names.plain(name)), name)
    return [(role, name) for (role, _), name in found.items()]


def _trust(filing: dict[str, Any], series: str | None) -> list[Any] | None:
    """Return the filer that is the trust itself: the one whose name carries the series.

    Trusts have a CIK of their own only from mid 2005 on; before, the filer is the depositor.
    """
    plain = f" {names.plain(series)} "
    named = [
        filer for filer in filing["filers"] if filer[1] and plain.strip() and plain in f" {names.plain(filer[2])} "
    ]
    return named[0] if len(named) == 1 else None


def _deal_name(filing: dict[str, Any], record: dict[str, Any], series: str | None, *, alone: bool) -> str | None:
    """Return the name of a deal: its trust's as the cover, the letterhead, a sentence of the cover or the header gives
    it, with its series where one of them has it; else who registers, or how the letterhead begins, and the series.

    A cover names none of several deals.
    """
    letterhead = record["name"]
    trust = _trust(filing, series)
    header = [names.of_trust(filer[2] or "") for filer in ([trust] if trust else filing["filers"])]
    cover = [filing["issuer"], filing["in_prose"]] if alone else [None, None]
    told = [cover[0], letterhead and names.of_trust(letterhead), cover[1], *header]
    found = [name for name in told if name]
    if found:
        same = [name for name in found if names.are_alike(found[0], name)]
        return names.with_series(names.best(found[0], same), series)
    filer = filing["filers"][0][2] if filing["filers"] else None
    securities = letterhead and names.of_series(letterhead)
    issuer = trust[2] if trust else filing["registrant"] or securities or filer or letterhead
    return names.with_series(issuer, series) if issuer else None


def _deal_id(
    filing: dict[str, Any], record: dict[str, Any], series: str | None, name: str | None, *, alone: bool
) -> str:
    """Return the opaque id of a deal, made of the best evidence the filing has, and of who filed it.

    On Form 10-D, which began in 2005, a lone filer is the trust itself, whatever a page prints. Before, a file number
    with a suffix names the trust; without one, filer and series do; then the trustee's own code, last a name. Where one
    filing reports on several deals, filer and letterhead together name each. A series alone names no deal: of one that
    tells nothing else, the filing is all that is known.
    """
    if not alone:
        filers = sorted({str(filer[1]) for filer in filing["filers"]})
        return "D" + digest("|".join((*filers, _own_name(record))))
    if (filing["form_type"] or "").startswith("10-D") and len({filer[1] for filer in filing["filers"]}) == 1:
        return "D" + digest(f"cik {filing['filers'][0][1]}")
    numbers = filing["file_numbers"]
    suffixed = [number for number in numbers if number.count("-") == 2]
    cik = filing["filers"][0][1] if filing["filers"] else None
    evidence = (
        [f"file {suffixed[0]}"] if len(set(suffixed)) == 1 and len(numbers) == 1
        else [f"series {names.plain(series)}"] if cik and series
        else [*(f"file {number}" for number in numbers), f"series {names.plain(series)}"] if numbers and series
        else [f"code {record['deal_code']}"] if record["deal_code"]
        else [f"name {names.bare(name)}"] if name
        else [f"filing {filing['accession_number']}"]
    )  # fmt: skip
    return "D" + digest("|".join([f"cik {cik}", *evidence] if cik else evidence))


@lru_cache(maxsize=65536)
def digest(text: str) -> str:
    """Return twelve hex digits that stand for a text: the same for the same evidence, and opaque."""
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _day(printed: str | None) -> date | None:
    return date.fromisoformat(printed) if printed else None


def _moment(printed: str | None) -> datetime | None:
    """Return a time in ISO form as a moment; a date alone is its midnight."""
    return datetime.fromisoformat(printed) if printed else None


def records(note: dict[str, list[dict[str, Any]]], reports: pl.DataFrame) -> Frames:
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
            {"report_id": record["report_id"], "role": role, "party_name": name}
            for role, name in _parties(filing, record)
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
    return pl.DataFrame({name: [row.get(name) for row in rows] for name in schema}, schema=schema)


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
    trust = _trust(filing, record["series"] or filing["series"])
    rows += [
        ("TRUST_CIK" if filer is trust else "DEPOSITOR_CIK", str(filer[1]), "HEADER")
        for filer in filing["filers"] if filer[1]
    ]  # fmt: skip
    rows += [("TRUSTEE_DEAL_CODE", record["deal_code"], "EXHIBIT")] if record["deal_code"] else []
    return [{"id_type": kind, "id_value": value, "source": source} for kind, value, source in rows]


def _aliases(filing: dict[str, Any], record: dict[str, Any]) -> Iterable[dict[str, Any]]:
    aliases = [
        ("REGISTRANT", filing["alias"]), ("EXHIBIT_NAME", record["name"]), ("COVER_SERIES", filing["series"]),
        ("EXHIBIT_SERIES", record["series"]), *(("HEADER_NAME", filer[2]) for filer in filing["filers"]),
    ]  # fmt: skip
    return [
        {"alias_name": name, "alias_norm": names.plain(name), "alias_kind": kind,
         "first_seen_accession": filing["accession_number"]}
        for kind, name in aliases if name
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
