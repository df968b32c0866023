"""The cover of the filing and the head of the report."""

from datetime import date

from tests.simulate.sheet import Sheet, written
from tests.simulate.waterfall import Month


def certificates(month: Month) -> str:
    """How the registrant calls the securities."""
    return f"Mortgage Pass-Through Certificates, Series {month.deal.series} Trust"


def print_cover(sheet: Sheet, month: Month, signed: date, amended: bool) -> None:
    """The main document of an 8-K that brings one report."""
    who, form = month.deal.parties, "8-K/A" if amended else "8-K"
    event = written(month.distribution_date, "words")
    sheet.head("UNITED STATES")
    sheet.head("SECURITIES AND EXCHANGE COMMISSION", col=23)
    sheet.head("Washington D. C. 20549", col=29)
    sheet.blank()
    sheet.head(f"Form {form}", [(f"Form {form}", "filing.form_type", form)], col=36)
    sheet.blank()
    sheet.head("Current Report Pursuant to Section 13 or 15(d) of", col=16)
    sheet.head("The Securities Exchange Act of 1934", col=23)
    sheet.blank(3)
    sheet.head(
        f"Date of Report (Date of earliest event reported):  {event}",
        [(event, "filing.event_date", month.distribution_date.isoformat())], col=8,
    )  # fmt: skip
    sheet.blank(2)
    print_registrant(sheet, month)
    sheet.head("(Exact name of registrant as specified in its charter)", col=14)
    sheet.blank()
    print_numbers(sheet, month)
    sheet.blank(3)
    sheet.head(f"c/o {who.administrator}", col=7)
    sheet.head(who.streets[0], col=7)
    sheet.head(f"{who.cities[0]:<45}{who.zips[0]}", col=7)
    sheet.head("(Address of principal executive offices)     (Zip Code)", col=7)
    sheet.blank()
    sheet.head(f"Registrant's telephone number, including area code:  {who.telephones[0]}", col=7)
    sheet.blank(2)
    sheet.head("(Former name or former address, if changed since last report)", col=7)
    sheet.blank(2)
    print_items(sheet, month, amended)
    print_signature(sheet, month, signed)
    print_exhibit_index(sheet, month, amended)


def print_registrant(sheet: Sheet, month: Month) -> None:
    """The two lines of the registrant's name."""
    name, series = month.deal.parties.registrant, certificates(month)
    sheet.head(name, [(name, "dim_deal_alias.alias_name", name)], col=20)
    sheet.head(series, [(series, "dim_deal.series_text", series)], col=13)


def print_numbers(sheet: Sheet, month: Month) -> None:
    """State, file number and tax numbers in three columns."""
    deal = month.deal
    left = (
        "Delaware (governing law of", "Pooling and Servicing Agreement)", "(State or other", "jurisdiction",
        "of Incorporation)",
    )  # fmt: skip
    middle = (deal.file_number, "(Commission", "File Number)", "", "")
    right = [*deal.eins, "IRS EIN"]
    for place, words in enumerate(left):
        line, marks = f"{words:<38}{middle[place]}", []
        if not place:
            marks.append((deal.file_number, "dim_deal_identifier[SEC_FILE_NUMBER]", deal.file_number))
        if place < len(right):
            line = f"{line:<58}{right[place]}"
            if place < len(deal.eins):
                marks.append((right[place], "dim_deal_identifier[EIN]", right[place]))
        sheet.head(line.rstrip(), marks)


def print_items(sheet: Sheet, month: Month, amended: bool) -> None:
    """Items 5 and 7."""
    event, iso = written(month.distribution_date, "words"), month.distribution_date.isoformat()
    series = f"Series {month.deal.series}"
    sheet.head("ITEM 5.  Other Events", [("ITEM 5.", "filing.items", "5")])
    sheet.blank()
    if amended:
        sheet.head(
            f" After the 8-K for the payment date {event} had been filed, figures of the",
            [("8-K", "filing.amends_form", "8-K"), (event, "filing.amends_distribution_date", iso)],
        )
        sheet.head(f"report on {series} were revised. This amended", [(series, "dim_deal.series", month.deal.series)])
        sheet.head("filing brings the revised report in full.")
    else:
        sheet.head(
            f" On {event} a distribution was made to holders of",
            [(event, "report.distribution_date", iso)],
        )
        sheet.head(f"certificates of {series}.", [(series, "dim_deal.series", month.deal.series)])
    sheet.blank(3)
    sheet.head("ITEM 7.  Financial Statements and Exhibits", [("ITEM 7.", "filing.items", "7")])
    sheet.blank()
    sheet.head("(c)  Exhibits furnished in accordance with Item 601(a) of Regulation S-K", col=6)
    sheet.blank(2)
    sheet.head("Exhibit Number               Description", col=11)
    sheet.blank()
    print_exhibit_line(sheet, month, amended, 11, 29)
    sheet.blank(2)


def print_exhibit_line(sheet: Sheet, month: Month, amended: bool, col: int, gap: int) -> None:
    """What the exhibit is, as the lists of exhibits say it."""
    event, series = written(month.distribution_date, "words"), f"Series {month.deal.series}"
    kind = "Amended monthly report" if amended else "Monthly report"
    sheet.head(
        f"{'EX-99.1':<{gap}}{kind} to holders of Mortgage", [("EX-99.1", "document.doc_type", "EX-99.1")], col=col
    )
    sheet.head(
        f"Pass-Through Certificates, {series} Trust,", [(series, "dim_deal.series", month.deal.series)], col=col + gap
    )
    sheet.head(
        f"on the {event} distribution.",
        [(event, "report.distribution_date", month.distribution_date.isoformat())], col=col + gap,
    )  # fmt: skip


def print_signature(sheet: Sheet, month: Month, signed: date) -> None:
    """Who signed, and when."""
    who = month.deal.parties
    sheet.head("Pursuant to the requirements of the Securities Exchange Act of 1934, the")
    sheet.head("registrant has duly caused this report to be signed on its behalf by the")
    sheet.head("undersigned hereunto duly authorized.")
    sheet.blank(3)
    print_registrant(sheet, month)
    sheet.blank()
    sheet.head(f"By:    {who.administrator}, as Securities", col=14)
    sheet.head("Administrator", col=21)
    sheet.head(f"By:   /s/   {who.signer}, Vice President", col=14)
    sheet.head(f"By:    {who.signer}, Vice President", col=14)
    sheet.blank()
    stamp = written(signed, "padded")
    sheet.head(f"Date:  {stamp}", [(stamp, "filing.signature_date", signed.isoformat())], col=14)


def print_exhibit_index(sheet: Sheet, month: Month, amended: bool) -> None:
    """The index, and the line that begins the exhibit."""
    sheet.head("INDEX TO EXHIBITS", col=32)
    sheet.blank(2)
    sheet.head("Exhibit Number            Description")
    sheet.blank()
    print_exhibit_line(sheet, month, amended, 0, 26)
    sheet.blank(5)
    sheet.head("EX-99.1", [("EX-99.1", "document.doc_type", "EX-99.1")], col=19)
    sheet.blank()


def print_report_head(sheet: Sheet, month: Month) -> None:
    """Sponsor, dates, series and contact, above the first table."""
    who, form = month.deal.parties, sheet.shape.date_form
    if sheet.shape.tags:
        sheet.lines.extend(["<TABLE>", "<CAPTION>"])
    sheet.head(who.sponsor, [(who.sponsor, "dim_deal_alias.alias_name", who.sponsor)])
    sheet.head("Mortgage Pass-Through Certificates")
    sheet.blank(3)
    for label, value, field in (
        ("Record Date:", month.record_date, "report.record_date"),
        ("Distribution Date:", month.distribution_date, "report.distribution_date"),
    ):
        stamp = written(value, form)
        sheet.head(f"{label:<25}{stamp}", [(stamp, field, value.isoformat())])
    sheet.blank(2)
    name = f"{month.deal.code}  Series: {month.deal.series}"
    sheet.head(name, [(name, "dim_deal_identifier[TRUSTEE_DEAL_CODE]", f"{month.deal.code} {month.deal.series}")])
    sheet.blank()
    sheet.head("Contact: Customer Service - CTSLink")
    for line in (
        who.administrator, "Securities Administration Services", who.streets[1], f"{who.cities[1]} {who.zips[1]}",
        f"Telephone: {who.telephones[1]}", f"Fax:       {who.telephones[2]}",
    ):  # fmt: skip
        sheet.head(line, col=9)
    sheet.blank(3)
    if sheet.shape.tags and not sheet.shape.joined_head:
        sheet.lines.append("</TABLE>")
