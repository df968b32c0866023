"""Bytes to filings: every dialect of a submission, and everything that is none."""

from datetime import date, datetime

import pytest

from transforms import Submission, document
from transforms.document import decode, name_of, split
from transforms.errors import ForeignFiling, UnreadableFiling

LABELLED = """<SEC-DOCUMENT>0001234567-03-000001.txt : 20031014
<SEC-HEADER>0001234567-03-000001.hdr.sgml : 20031014
<ACCEPTANCE-DATETIME>20031014093015
ACCESSION NUMBER:\t\t0001234567-03-000001
CONFORMED SUBMISSION TYPE:\t8-K/A
PUBLIC DOCUMENT COUNT:\t\t2
CONFORMED PERIOD OF REPORT:\t20030425
ITEM INFORMATION:\t\tOther events
ITEM INFORMATION:\t\tFinancial statements and exhibits
FILED AS OF DATE:\t\t20031014

FILER:

\tCOMPANY DATA:
\t\tCOMPANY CONFORMED NAME:\t\t\tOLD HARBOR TRUST 2003-2
\t\tCENTRAL INDEX KEY:\t\t\t0001230001
\t\tSTANDARD INDUSTRIAL CLASSIFICATION:\tASSET-BACKED SECURITIES [6189]
\t\tIRS NUMBER:\t\t\t\t541234567

\tFILING VALUES:
\t\tFORM TYPE:\t\t8-K/A
\t\tSEC FILE NUMBER:\t333-56240-12
</SEC-HEADER>
<DOCUMENT>
<TYPE>8-K/A
<SEQUENCE>1
<FILENAME>a.txt
<TEXT>
The cover says <TEXT> and goes on.
</TEXT>
</DOCUMENT>
<DOCUMENT>
<TYPE>EX-99.1
<SEQUENCE>2
<DESCRIPTION>REPORT
<TEXT>
first line of the exhibit
</TEXT>
</DOCUMENT>
</SEC-DOCUMENT>
"""
WRAPPED = (
    "-----BEGIN PRIVACY-ENHANCED MESSAGE-----\nProc-Type: 2001,MIC-CLEAR\n\n"
    + LABELLED
    + "-----END PRIVACY-ENHANCED MESSAGE-----\n"
)
TAGGED = """<SUBMISSION>
<ACCESSION-NUMBER>0000777777-01-500001
<TYPE>8-K
<PERIOD>20010125
<ITEMS>5
<FILING-DATE>20010126
<FILER>
<COMPANY-DATA>
<CONFORMED-NAME>OLD HARBOR FUNDING CORP
<CIK>0000774352
<ASSIGNED-SIC>6189
</COMPANY-DATA>
</FILER>
<DOCUMENT>
<TYPE>EX-99
<SEQUENCE>1
<TEXT>
begin 644 report.pdf
M)5!$1BTQ+C0*
end
</TEXT>
</DOCUMENT>
</SUBMISSION>
"""


def test_the_labelled_header() -> None:
    filing = split(Submission(LABELLED.encode()))
    assert filing.accession == "0001234567-03-000001"
    assert filing.form_type == "8-K/A"
    assert filing.filed_date == date(2003, 10, 14)
    assert filing.accepted_at == datetime(2003, 10, 14, 9, 30, 15)
    assert filing.period_of_report == date(2003, 4, 25)
    assert filing.is_asset_backed is True
    (filer,) = filing.filers
    assert (filer.cik, filer.file_number, filer.sic) == (1230001, "333-56240-12", "6189")
    assert filer.name == "OLD HARBOR TRUST 2003-2"


def test_documents_with_their_lines() -> None:
    filing = split(Submission(LABELLED.encode()))
    cover, exhibit = filing.exhibits
    assert (cover.doc_type, cover.filename, exhibit.doc_type, exhibit.description) == (
        "8-K/A", "a.txt", "EX-99.1", "REPORT",
    )  # fmt: skip
    assert "says <TEXT> and goes on" in cover.text
    lines = LABELLED.split("\n")
    for exhibit in filing.exhibits:
        assert exhibit.text.split("\n") == _between(lines, exhibit.line_start, exhibit.line_end)


def _between(lines: list[str], start: int, end: int) -> list[str]:
    """The lines of a text from just behind its opening tag to just before its closing one."""
    body = "\n".join(lines[start - 1 : end])
    return body.removeprefix("<TEXT>").removesuffix("</TEXT>").split("\n")


def test_the_old_wrapper_hides_nothing() -> None:
    plain, wrapped = split(Submission(LABELLED.encode())), split(Submission(WRAPPED.encode()))
    assert wrapped.accession == plain.accession and wrapped.filers == plain.filers
    assert [document.line_start for document in wrapped.exhibits] == [
        document.line_start + 3 for document in plain.exhibits
    ]


def test_the_tagged_header_and_an_attachment() -> None:
    filing = split(Submission(TAGGED.encode()))
    assert (filing.accession, filing.form_type, filing.items) == ("0000777777-01-500001", "8-K", "5")
    assert filing.filers[0].cik == 774352 and filing.is_asset_backed
    assert filing.exhibits[0].text == "", "an encoded attachment is recorded, not parsed"


def test_a_file_without_header_is_named_after_its_content() -> None:
    raw = b"Form 8-K\n\nsome cover\n\n   EX-99.1\n\nthe report\n"
    filing = split(Submission(raw))
    assert filing.accession == name_of(Submission(raw)) and filing.accession.startswith("LOCAL-")
    assert len(filing.accession) == len("LOCAL-") + 16
    assert [(item.doc_type, item.line_start, item.line_end) for item in filing.exhibits] == [
        ("8-K", 1, 4),
        ("EX-99.1", 5, 7),
    ]


@pytest.mark.parametrize("raw", [b"", b"   \n\n \n", b"\n" * 2_000_000])
def test_nothing_is_unreadable(raw: bytes) -> None:
    with pytest.raises(UnreadableFiling, match="empty"):
        split(Submission(raw))


@pytest.mark.parametrize("raw", [b"\x00\x01\x02" * 500, b"%PDF-1.4\n\x93\x8c\x8b\x00\x00", bytes(range(1, 32)) * 40])
def test_binary_is_unreadable(raw: bytes) -> None:
    with pytest.raises(UnreadableFiling, match="binary|a PDF"):
        split(Submission(raw))


@pytest.mark.parametrize(
    "text", [LABELLED[:-20], WRAPPED[:-10], LABELLED.replace("</DOCUMENT>", "", 2), TAGGED.replace("</SUBMISSION>", "")]
)
def test_truncated_is_unreadable_and_says_what_is_missing(text: str) -> None:
    with pytest.raises(UnreadableFiling, match="truncated: .* missing|has no </DOCUMENT>"):
        split(Submission(text.encode()))


@pytest.mark.parametrize("text", [LABELLED.replace("TYPE:\t8-K/A", "TYPE:\t10-K"), "  FORM 10-K\n\nannual report\n"])
def test_another_form_is_not_ours(text: str) -> None:
    with pytest.raises(ForeignFiling, match="form 10-K is none of 8-K"):
        split(Submission(text.encode()))


def test_windows_characters() -> None:
    assert decode(b"30\x9659 Days \x97 caf\xe9") == "30\u201359 Days \u2014 caf\xe9"


def test_a_line_without_end_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "_LONGEST_LINE", 1000)
    assert document.decode(b"x" * 1000 + b"\n" + b"y" * 900)
    with pytest.raises(UnreadableFiling, match="a line of 1,001 characters"):
        document.decode(b"x" * 1001 + b"\n" + b"y" * 900)
