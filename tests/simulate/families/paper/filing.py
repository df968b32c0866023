"""Reports put into a filing: header, cover and exhibits, and the truth moved to where its figures then stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from tests.simulate import submission
from tests.simulate.deal import Deal
from tests.simulate.families import Printed
from tests.simulate.families.paper.books import Line
from tests.simulate.families.paper.page import Look, Page
from tests.simulate.families.paper.tally import facts
from tests.simulate.sheet import Cell, written
from tests.simulate.truth import Facts, Row, tables
from tests.simulate.waterfall import Month

LISTS = ("tables", "cells", "null_cells", "header", "denominations", "label_tokens")
LINES = ("line", "title_line", "line_start", "line_end")
ARMOUR = (
    "-----BEGIN PRIVACY-ENHANCED MESSAGE-----",
    "Proc-Type: 2001,MIC-CLEAR",
    "Originator-Name: keymaster@town.example",
    "MIC-Info: RSA-MD5,RSA,",
    " Zk3Vd0a9qLr7Yh2JcPz5mUoXn8wBtQe4Kf1sGi6RxDyAlNvWuEjTgHbMpOCSF0q",
    "",
)


@dataclass(frozen=True)
class Exhibit:
    """A bare report: its lines, its truth with lines counted from 1, and what else `Printed` says of it."""

    family: str
    lines: list[str]
    truth: dict[str, Any]
    facts: Facts
    labels: frozenset[str]
    misprint: str | None
    perturbed: tuple[str, ...]
    month: Month


def exhibit(family: str, page: Page, month: Month, classes: Sequence[Line], perturbed: Sequence[str]) -> Exhibit:
    """What a page has printed, as an exhibit."""
    sheet = page.sheet
    indent(page, page.look.indent)
    told = {
        "form_type": "8-K", "is_amendment": False, "layout_family": family,
        "record_date": month.record_date.isoformat(), "distribution_date": month.distribution_date.isoformat(),
        "series": month.deal.series, "period_no": month.period,
    }  # fmt: skip
    dates = {name: told[name] for name in ("distribution_date", "record_date")}
    truth = {
        "source": {"path": "(simulated)", "lines": len(sheet.lines)}, "report": told, "tables": tables(sheet),
        "cells": sheet.cells, "null_cells": sheet.nulls, "header": sheet.header,
        "denominations": sheet.denominations, "label_tokens": sheet.labels, "formulas": page.formulas,
    }  # fmt: skip
    rows = facts(sheet.cells, classes, dates)
    varied = (*page.look.varied(), *perturbed, *(["misprint"] if page.misprint else []))
    return Exhibit(family, sheet.lines, truth, rows, frozenset(page.labels), page.misprint, varied, month)


def moved(truth: Row, add: int, prefix: str = "") -> Row:
    """The truth with every line number moved down, and its tables told from those of other reports by a prefix."""

    def entry(one: Cell) -> Cell:
        down = {name: value + add if name in LINES and value else value for name, value in one.items()}
        return {name: f"{prefix}{value}" if name in ("table", "id") else value for name, value in down.items()}

    lists = (*LISTS, "formulas")
    return {name: [entry(one) for one in value] if name in lists else value for name, value in truth.items()}


def indent(page: Page, blanks: int) -> None:
    """Move everything on the paper to the right, but for tags."""
    sheet = page.sheet
    tags = {place for place, line in enumerate(sheet.lines, 1) if line[:1] in ("<", "\f", "")}
    sheet.lines[:] = [line if place in tags else " " * blanks + line for place, line in enumerate(sheet.lines, 1)]
    for one in (*sheet.cells, *sheet.header, *sheet.labels, *page.formulas):
        if blanks and one["line"] not in tags:
            one["col_start"] += blanks
            if "col_end" in one:
                one["col_end"] += blanks


def cut_out(truth: Row, start: int) -> Row:
    """The truth of what stands below the first `start` lines, counted from there."""
    below = {
        name: [one for one in value if one.get("line", one.get("line_start", 0)) > start] if name in LISTS else value
        for name, value in truth.items()
    }
    return moved(below, -start)


def filed(exhibits: Sequence[Exhibit], rng: Random, kind: str) -> Printed:
    """The exhibits one after another in one document of a submission, behind a cover."""
    first = exhibits[0]
    deal, when = first.month.deal, first.month.distribution_date
    page = Page(Look(), rng)
    signed = when + timedelta(days=rng.randrange(2, 14))
    filer = submission.Filer(deal.parties.registrant, deal.cik, deal.eins[0], deal.file_number)
    filing = submission.Filing(
        f"{deal.cik:010}-{signed.year % 100:02}-{rng.randrange(1, 9999):06}", "8-K", signed,
        datetime(signed.year, signed.month, signed.day, 12), when, (filer,),
    )  # fmt: skip
    style: submission.Style = "old" if when.year < 2001 else "new"
    armoured = when.year < 2001 and rng.random() < 0.5
    joined = rng.random() < 0.15
    for line in [*ARMOUR] * armoured + submission.header(filing, 1 if joined else 2, style):
        page.line(line)
    print_document(page, "8-K", 1)
    print_cover(page, first.month, signed.isoformat(), written(signed, "words"), kind)
    if joined:
        page.tag("<PAGE>")
        page.line(kind, [(kind, "document.doc_type", kind)], 20)
        page.gap(2)
    else:
        page.tag("</TEXT>", "</DOCUMENT>")
        print_document(page, kind, 2)
    before = exhibit("cover", page, first.month, (), ())
    lines, truth = list(before.lines), {name: list(before.truth[name]) for name in LISTS}
    reports: list[Row] = []
    for place, one in enumerate(exhibits, 1):
        placed = moved(one.truth, len(lines), f"R{place:03}." if len(exhibits) > 1 else "")
        for name in LISTS:
            truth[name] += placed[name]
        start = len(lines) + 1
        lines += one.lines
        reports.append({**placed, "facts": one.facts, "line_start": start, "line_end": len(lines)})
    lines += ["</TEXT>", "</DOCUMENT>", "</SEC-DOCUMENT>"] + ["-----END PRIVACY-ENHANCED MESSAGE-----"] * armoured
    whole: Row = {
        "source": {"path": "(simulated)", "lines": len(lines)}, **truth,
        "report": {**first.truth["report"], "signature_date": signed.isoformat(), "sec_file_number": deal.file_number},
        "formulas": [line for one in reports for line in one["formulas"]],
        "filing": submission.described(filing),
    }  # fmt: skip
    if len(exhibits) > 1:
        whole["reports"] = reports
    raw = ("\n".join(lines) + "\n").encode("latin-1")
    misprints = [one.misprint for one in exhibits if one.misprint]
    return Printed(
        first.family, raw, whole, first.facts if len(exhibits) == 1 else {},
        frozenset().union(*(one.labels for one in exhibits)), "; ".join(misprints) or None,
        (*first.perturbed, *["in the main document"] * joined),
    )  # fmt: skip


def print_document(page: Page, kind: str, sequence: int) -> None:
    """The tags that begin a document."""
    page.line("<DOCUMENT>")
    page.line(f"<TYPE>{kind}", [(kind, "document.doc_type", kind)])
    page.line(f"<SEQUENCE>{sequence}")
    page.line(f"<DESCRIPTION>{'CURRENT REPORT' if sequence == 1 else 'STATEMENT TO CERTIFICATEHOLDERS'}")
    page.line("<TEXT>")
    page.gap(2)


def print_cover(page: Page, month: Month, signed: str, said: str, kind: str) -> None:
    """The main document of a current report."""
    deal, page.width = month.deal, 80
    event, who = written(month.distribution_date, "capitals"), deal.parties
    page.middle("SECURITIES AND EXCHANGE COMMISSION")
    page.middle("Washington, D.C. 20549")
    page.gap()
    page.middle("FORM 8-K", [("FORM 8-K", "filing.form_type", "8-K")])
    page.middle("CURRENT REPORT")
    page.middle("PURSUANT TO SECTION 13 OR 15(d) OF THE SECURITIES EXCHANGE ACT OF 1934")
    page.gap(2)
    page.middle("Date of Report (Date of earliest event reported)")
    page.middle(event, [(event, "filing.event_date", month.distribution_date.isoformat())])
    page.gap(2)
    page.middle(who.registrant, [(who.registrant, "dim_deal_alias.alias_name", who.registrant)])
    page.rule()
    page.middle("(Exact name of Registrant as specified in its charter)")
    page.gap()
    print_numbers(page, deal)
    page.gap()
    page.line(who.streets[0])
    page.line(f"{who.cities[0]:<60}{who.zips[0]}")
    page.rule()
    page.line("(Address of principal executive offices)                       (ZIP Code)")
    page.gap()
    page.middle(who.telephones[0])
    page.middle("Registrant's telephone number, including area code")
    page.tag("<PAGE>")
    page.line("Item 7. FINANCIAL STATEMENTS AND EXHIBITS.", [("Item 7.", "filing.items", "7")])
    page.gap()
    number, series = kind.removeprefix("EX-"), f"Series {deal.series}"
    page.line("(c)      Exhibits:")
    page.line(f"         {number:<9}Statement to Certificateholders, {series}", [
        (number, "document.doc_type", kind), (series, "dim_deal.series", deal.series)])  # fmt: skip
    page.tag("<PAGE>")
    page.middle("SIGNATURES")
    page.line("Pursuant to the requirements of the Securities Exchange Act of 1934, the Registrant")
    page.line("has caused this report to be signed on its behalf by the undersigned.")
    page.gap()
    page.line(f"By:   /S/ {who.signer.upper()}", (), 40)
    page.gap()
    page.line(f"Dated:  {said}", [(said, "filing.signature_date", signed)])
    page.gap()


def print_numbers(page: Page, deal: Deal) -> None:
    """State, file number and tax number in three columns."""
    page.line(f"     DELAWARE               {deal.file_number:<22}{deal.eins[0]}", [
        (deal.file_number, "dim_deal_identifier[SEC_FILE_NUMBER]", deal.file_number),
        (deal.eins[0], "dim_deal_identifier[EIN]", deal.eins[0]),
    ])  # fmt: skip
    page.line("(State or other             (Commission           (I.R.S. Employer")
    page.line(" jurisdiction)              File Number)          Identification No.)")
