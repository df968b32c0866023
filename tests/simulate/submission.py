"""A report as EDGAR disseminates it: an SGML header, one or two documents, in the style of its years."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from tests.simulate import Report

Style = Literal["old", "new"]
ASSET_BACKED = "ASSET-BACKED SECURITIES [6189]"


@dataclass(frozen=True)
class Filer:
    """One filer of a submission; `name` as conformed, at most 60 characters."""

    name: str
    cik: int
    ein: str
    file_number: str
    industry: str = ASSET_BACKED


@dataclass(frozen=True)
class Filing:
    """What the header of a submission says."""

    accession: str
    form: str
    filed: date
    accepted: datetime
    period: date
    filers: tuple[Filer, ...]
    items: tuple[str, ...] = ("Other events", "Financial statements and exhibits")


def header(filing: Filing, documents: int, style: Style) -> list[str]:
    """The lines before the first document; the old style has neither acceptance time nor date of change."""
    stamp = f"{filing.filed:%Y%m%d}"
    lines = [f"<SEC-DOCUMENT>{filing.accession}.txt : {stamp}", f"<SEC-HEADER>{filing.accession}.hdr.sgml : {stamp}"]
    if style == "new":
        lines.append(f"<ACCEPTANCE-DATETIME>{filing.accepted:%Y%m%d%H%M%S}")
    lines += [
        f"ACCESSION NUMBER:\t\t{filing.accession}",
        f"CONFORMED SUBMISSION TYPE:\t{filing.form}",
        f"PUBLIC DOCUMENT COUNT:\t\t{documents}",
        f"CONFORMED PERIOD OF REPORT:\t{filing.period:%Y%m%d}",
    ]
    lines += [f"ITEM INFORMATION:\t\t{item}" for item in filing.items] if style == "new" else ["ITEM INFORMATION:"]
    lines.append(f"FILED AS OF DATE:\t\t{stamp}")
    if style == "new":
        lines.append(f"DATE AS OF CHANGE:\t\t{stamp}")
    for filer in filing.filers:
        lines += filer_block(filer, filing, style)
    return [*lines, "</SEC-HEADER>"]


def filer_block(filer: Filer, filing: Filing, style: Style) -> list[str]:
    """One filer's data."""
    return [
        "",
        "FILER:",
        "",
        "\tCOMPANY DATA:\t",
        f"\t\tCOMPANY CONFORMED NAME:\t\t\t{filer.name[:60]}",
        f"\t\tCENTRAL INDEX KEY:\t\t\t{filer.cik:010}",
        f"\t\tSTANDARD INDUSTRIAL CLASSIFICATION:\t{filer.industry}",
        f"\t\tIRS NUMBER:\t\t\t\t{filer.ein.replace('-', '')}",
        "\t\tSTATE OF INCORPORATION:\t\t\tDE",
        "\t\tFISCAL YEAR END:\t\t\t1231",
        "",
        "\tFILING VALUES:",
        f"\t\tFORM TYPE:\t\t{filing.form}",
        f"\t\tSEC ACT:\t\t{'1934 Act' if style == 'new' else ''}".rstrip(),
        f"\t\tSEC FILE NUMBER:\t{filer.file_number}",
        f"\t\tFILM NUMBER:\t\t{filer.cik % 10000:04}{filing.filed:%m%d}",
        "",
        "\tBUSINESS ADDRESS:\t",
        "\t\tSTREET 1:\t\t100 EXAMPLE PLAZA",
        "\t\tCITY:\t\t\tDOVER",
        "\t\tSTATE:\t\t\tDE",
        "\t\tZIP:\t\t\t19901",
    ]


def document(kind: str, sequence: int, name: str, body: list[str], style: Style) -> tuple[list[str], int]:
    """One document and the number of lines before its body."""
    before = ["<DOCUMENT>", f"<TYPE>{kind}", f"<SEQUENCE>{sequence}"]
    if style == "new":
        before.append(f"<FILENAME>{name}")
    before += [f"<DESCRIPTION>{'MONTHLY REPORT' if kind.startswith('EX') else 'CURRENT REPORT'}", "<TEXT>"]
    return [*before, *body, "</TEXT>", "</DOCUMENT>"], len(before)


def wrap(report: Report, filing: Filing, style: Style = "new", split: bool = True) -> Report:
    """Put a bare report into a submission and move the truth to its new lines.

    `split` makes the exhibit a document of its own; otherwise it stays in the main document, as often filed.
    """
    lines = report.text.rstrip("\n").split("\n")
    cut = next(place for place, line in enumerate(lines) if line.strip() == "EX-99.1") if split else len(lines)
    bodies = [("8-K", lines[:cut]), ("EX-99.1", lines[cut:])] if split else [("8-K", lines)]
    out = header(filing, len(bodies), style)
    moved: list[tuple[int, int]] = []  # (lines of the bare report up to here, lines to add)
    seen = 0
    for sequence, (kind, body) in enumerate(bodies, 1):
        name = f"r{filing.accession[-6:]}{'x' if sequence > 1 else ''}.txt"
        block, before = document(filing.form if kind == "8-K" else kind, sequence, name, body, style)
        moved.append((seen + len(body), len(out) + before - seen))
        seen += len(body)
        out += block
    out.append("</SEC-DOCUMENT>")
    truth = {**shifted(report.truth, moved), "filing": described(filing)}
    return replace(report, text="\n".join(out) + "\n", truth=truth)


def shifted(truth: dict[str, Any], moved: list[tuple[int, int]]) -> dict[str, Any]:
    """The truth with every line number moved."""

    def to(line: int) -> int:
        return line + next(add for upto, add in moved if line <= upto)

    def entry(one: dict[str, Any]) -> dict[str, Any]:
        named = ("line", "title_line", "line_start", "line_end")
        return {key: to(value) if key in named and value else value for key, value in one.items()}

    lists = ("tables", "cells", "null_cells", "header", "denominations", "label_tokens")
    return {key: [entry(one) for one in value] if key in lists else value for key, value in truth.items()}


def described(filing: Filing) -> dict[str, Any]:
    """The header in the words of the filing tables."""
    return {
        "accession_number": filing.accession,
        "form_type": filing.form,
        "filed_date": filing.filed.isoformat(),
        "accepted_at": filing.accepted.isoformat(sep=" "),
        "period_of_report": filing.period.isoformat(),
        "filers": [{"cik": one.cik, "conformed_name": one.name[:60], "ein": one.ein} for one in filing.filers],
    }
