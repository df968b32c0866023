"""Names of trusts: on covers, in letterheads, in sentences, in headers; and what is no name."""

import gzip
from pathlib import Path

import pytest

from transforms import build, captions, names, read
from transforms.facts import Frames
from transforms.grid import scan


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("MAPLE CARD ISSUANCE TRUST", "MAPLE CARD ISSUANCE TRUST"),
        ("ELM 2007-1 Mortgage Trust", "ELM 2007-1 Mortgage Trust"),
        ("Oak Auto Trust Series 2000-B (Oak Receivables Two L.P. - Originator)", "Oak Auto Trust Series 2000-B"),
        ("SERVICER REPORT -- Ash Auto Receivables 2005-1 Owner Trust", "Ash Auto Receivables 2005-1 Owner Trust"),
        ("FIR FUNDING CORP. on behalf of FIR 2000-A GRANTOR TRUST", "FIR 2000-A GRANTOR TRUST"),
        ("Skylark Limited and Skylark U.S. Trust", "Skylark Limited and Skylark U.S. Trust"),
        ("GUM MASTER CREDIT CARD TRUST II", "GUM MASTER CREDIT CARD TRUST II"),
        # Banks, departments, line items, captions and sentences name no trust.
        ("Old Bank National Trust Company - ", None),
        ("Old Trust, National Association", None),
        ("Eligible Lender Trustee", None),
        ("Agency and Trust", None),
        ("(Originator of the Trust referred to herein)", None),
        ("(a) TOTAL PRINCIPAL RECEIVABLES IN THE TRUST", None),
        ("the holders of the certificates issued by the Elm Trust", None),
        ("MONTHLY SERVICER\u2019S CERTIFICATE", None),
    ],
)  # fmt: skip
def test_a_line_names_a_trust_or_none(line: str, name: str | None) -> None:
    assert names.of_trust(line) == name


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("HAZEL 2013-C9", "HAZEL 2013-C9"),
        ("ELMNA 2021-N1 Servicer Report", "ELMNA 2021-N1"),
        ("OAKWELL INVESTORS, INC. 1999-D", "OAKWELL INVESTORS, INC. 1999-D"),
        ("AMOUNTS PER $1,000 UNIT", None),
        ("Mortgage Pass-Through Certificates, Series 2000-3", None),
        ("2014-5 Portfolio Characteristics", None),
        ("Class A 2012-07", None),
        ("Series 2006-EX3", None),
    ],
)
def test_a_line_names_a_series_of_its_own_or_none(line: str, name: str | None) -> None:
    assert names.of_series(line) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (
            "Elm Securities Inc. (as Sponsor under the Agreement of December 1, 1999, providing for the issuance "
            "of the Elm Home Equity Loan Trust 1999-2 Revolving Home Equity Loan Asset-Backed Notes, Series 1999-2)",
            "Elm Home Equity Loan Trust 1999-2",
        ),
        (
            "The Old Bank, as Trustee, made the monthly distributions to the holders of the Oak and Finance, Inc. "
            "Manufactured Housing Contract Pass-Through Certificates, Series 2000C.",
            "Oak and Finance, Inc. Manufactured Housing Contract Pass-Through Certificates, Series 2000C",
        ),
        ("A distribution was made to the holders of the Certificates, Series 2000-1.", None),
    ],
)
def test_a_sentence_of_a_cover_names_its_trust(text: str, name: str | None) -> None:
    assert names.in_prose(text) == name


@pytest.mark.parametrize(
    ("name", "series", "short"),
    [
        ("CarMax Auto Owner Trust 2016-1", None, "CarMax 2016-1"),
        ("Oak Mortgage Corporation Mortgage Pass-Through Certificates, Series 2003-2 Trust", "2003-2", "Oak 2003-2"),
        ("PLUM Series 2007-1 Trust", "2007-1", "PLUM 2007-1"),
        ("Elm Home Equity Loan Trust 1999-2", None, "Elm 1999-2"),
        ("Birch Auto Receivables 2005-1 Owner Trust", None, "Birch 2005-1"),
        ("OAK BANK AUTO TR 1999-2 REV ASS BK NTS", None, "OAK BANK 1999-2"),
        # Without a series, and where only words that any trust has are left, the name stays whole.
        ("Maple Card Issuance Trust", None, "Maple Card Issuance Trust"),
        ("Mortgage Loan Trust 2026-A1", None, "Mortgage Loan Trust 2026-A1"),
    ],
)  # fmt: skip
def test_a_short_name_is_the_sponsor_and_the_series(name: str, series: str | None, short: str) -> None:
    assert names.short(name, series) == short


COVER = """\
                                   FORM 10-D
 For the monthly distribution period from:
 August 22, 2006 to September 20, 2006
 Commission File Number of issuing entity: 333-121559-16
 Oak Funding 2006-A Trust
 (Exact name of issuing entity as specified in its charter)
 Oak Funding Corporation
 (Exact name of depositor as specified in its charter)
 Oak Bank, National Association
 (Exact name of sponsor as specified in its charter)
"""


def test_a_cover_names_issuer_depositor_and_sponsor() -> None:
    found = captions.captioned(scan(COVER, 1))
    assert [(one.role, one.name) for one in found] == [
        ("ISSUER", "Oak Funding 2006-A Trust"),
        ("DEPOSITOR", "Oak Funding Corporation"),
        ("SPONSOR", "Oak Bank, National Association"),
    ]
    assert captions.issuer(found) == "Oak Funding 2006-A Trust"


# ---- through the reader

TABLE = """
Class     Pass-Through    Beginning        Principal       Interest        Total           Ending
          Rate            Balance          Distribution    Distribution    Distribution    Balance
A-1       5.000000%       1,200,000.00     100,000.00      5,000.00        105,000.00      1,100,000.00
"""
DATE = "Distribution Date:       05/25/2000\n"


def read_text(text: str) -> Frames:
    return build(read(text.encode()))


def deal(text: str) -> tuple[str, str]:
    frames = read_text(text)
    return frames["dim_deal"]["deal_id"].item(), frames["dim_deal"]["deal_name"].item()


def test_a_series_alone_is_no_identity() -> None:
    text = "{}\n" + DATE + "{}" + TABLE
    oak, elm = (deal(text.format(f"{name} AUTO TRUST 2000-1", "")) for name in ("OAK", "ELM"))
    assert oak[0] != elm[0] and (oak[1], elm[1]) == ("OAK AUTO TRUST 2000-1", "ELM AUTO TRUST 2000-1")
    # The series on a line of its own, and the word before it, change nothing.
    assert deal(text.format("OAK AUTO TRUST", "SERIES 2000-1\n"))[0] == oak[0]
    codes = [deal(text.format("", f"{code}  Series: 2000-1\n"))[0] for code in ("OMA", "EAS")]
    assert codes[0] != codes[1]
    # Where nothing but a series is printed, two filings may be of two deals.
    silent = [deal(text.format("", "Series 2000-1\n") + f"\nPage {n}")[0] for n in (1, 2)]
    assert silent[0] != silent[1]


def test_the_title_of_a_report_names_no_deal() -> None:
    name = deal("MONTHLY SERVICER'S CERTIFICATE\nMAPLE CARD ISSUANCE TRUST\n" + DATE + TABLE)[1]
    assert name == "MAPLE CARD ISSUANCE TRUST"
    heads = "AMOUNTS PER $1,000 UNIT\nOAK SECURITIES I, INC.\nMORTGAGE CERTIFICATES SERIES 1993-S1\n"
    assert deal(heads + DATE + TABLE)[1].endswith("1993-S1") and "PER" not in deal(heads + DATE + TABLE)[1]


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("This certificate relates to the Distribution Date occurring on March 15, 2022.", "2022-03-15"),
        ("Servicer's Certificate for Payment Date of March 15, 2022", "2022-03-15"),
        ("The total amount distributed on the\nPayment Date March 15, 2022 per certificate", "2022-03-15"),
        ("OAK AUTO TRUST 2020-1                     March 15, 2022", "2022-03-15"),
        # The next one is not this one; nor is what two sentences say differently.
        ("The next Distribution Date of March 15, 2022 follows.", None),
        ("For the Payment Date of March 15, 2022 and the Payment Date of April 15, 2022", None),
        ("Cut-off of the pool                     March 15, 2022", None),
    ],
)  # fmt: skip
def test_a_distribution_date_in_a_sentence_or_beside_a_name(line: str, day: str | None) -> None:
    text = f"OAK AUTO TRUST 2020-1\n\n{line}\n{TABLE}"
    if day is None:
        with pytest.raises(Exception, match="distribution date"):
            read_text(text)
    else:
        assert str(read_text(text)["report"]["distribution_date"].item()) == day


# ---- the exhibits of one filing

HEAD = """\
<SEC-DOCUMENT>0000000001-20-000001.txt : 20200518
<SEC-HEADER>0000000001-20-000001.hdr.sgml : 20200518
ACCESSION NUMBER:		0000000001-20-000001
CONFORMED SUBMISSION TYPE:	{form}
CONFORMED PERIOD OF REPORT:	20200430
FILED AS OF DATE:		20200518
FILER:
	COMPANY DATA:
		COMPANY CONFORMED NAME:			{filer}
		CENTRAL INDEX KEY:			0000000011
		STANDARD INDUSTRIAL CLASSIFICATION:	ASSET-BACKED SECURITIES [6189]
</SEC-HEADER>
"""


def submission(*texts: str, form: str = "10-D", filer: str = "OAK ISSUANCE TRUST") -> str:
    documents = [
        f"<DOCUMENT>\n<TYPE>EX-99.{at}\n<SEQUENCE>{at}\n<TEXT>\n{text}\n</TEXT>\n</DOCUMENT>\n"
        for at, text in enumerate(texts, 1)
    ]
    return HEAD.format(form=form, filer=filer) + "".join(documents) + "</SEC-DOCUMENT>\n"


POOL = "\nPOOL STATISTICS\nBeginning Pool Balance          2,000,000.00\nEnding Pool Balance             1,900,000.00\n"


def test_exhibits_of_one_identity_are_parts_of_one_report() -> None:
    officer = (
        "OAK ISSUANCE TRUST\nOfficer's Certificate\nRecord Date: April 30, 2020\nDistribution Date: May 15, 2020\n"
    )
    frames = read_text(submission(officer, "OAK ISSUANCE TRUST" + TABLE, "OAK ISSUANCE TRUST\n" + POOL + POOL))
    (report,) = frames["report"].to_dicts()
    # The date of the officer's certificate, and not the end of the month that the header has as its period.
    assert (str(report["distribution_date"]), str(report["record_date"])) == ("2020-05-15", "2020-04-30")
    assert frames["fact_class_distribution"].height == 1 and frames["fact_collateral"].height >= 1
    keys = frames["report_statement"].select("statement_code", "statement_seq")
    assert keys.n_unique() == keys.height
    tables = frames["raw_cell"].filter(frames["raw_cell"]["table_code"].str.starts_with("T0"))
    assert tables["cell_id"].n_unique() == tables.height
    assert tables["table_code"].n_unique() == keys.height


def test_exhibits_of_two_deals_or_two_dates_are_two_reports() -> None:
    oak, elm = (f"{name} AUTO TRUST 2020-1\nDistribution Date: May 15, 2020\n{TABLE}" for name in ("OAK", "ELM"))
    of_two = read_text(submission(oak, elm, form="8-K", filer="OAK FUNDING CORP"))
    assert of_two["dim_deal"]["deal_name"].to_list() == ["OAK AUTO TRUST 2020-1", "ELM AUTO TRUST 2020-1"]
    assert of_two["report"]["deal_id"].n_unique() == 2
    months = read_text(submission(oak, oak.replace("May", "June")))
    assert [str(day) for day in months["report"]["distribution_date"]] == ["2020-05-15", "2020-06-15"]
    assert months["report"]["deal_id"].n_unique() == 1


def test_exhibits_without_their_header_give_the_deals_by_name(shared: Path) -> None:
    folder = shared / "edgar" / "Archives" / "edgar" / "data"
    found: dict[str, set[str]] = {}
    for of_trust in sorted(folder.iterdir()):
        for path in sorted(of_trust.glob("*.gz"))[:3]:
            text = gzip.decompress(path.read_bytes()).decode()
            if "CARMAX" in text[:2000]:
                exhibit = text[text.index("<TEXT>") + len("<TEXT>") : text.index("</TEXT>")]
                one = deal(exhibit.strip())
                found.setdefault(one[0], set()).add(one[1])
    assert sorted(found.values(), key=str) == [
        {f"CARMAX AUTO OWNER TRUST {series}"} for series in ("2014-1", "2016-1", "2020-2", "2024-4")
    ]
