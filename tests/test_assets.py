"""What the loans of a deal are: the header bounds it, name and statements refine it, the evidence is kept."""

import pytest

from transforms import assets


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Oak Auto Owner Trust 2016-1", "AUTO_LOAN"),
        ("Oak Motorcycle Trust 2000-2", "AUTO_LOAN"),
        ("Oak Auto Lease Trust 2015-A", "AUTO_LEASE"),
        ("Oak Equipment Trust 2004-A", "EQUIPMENT_LOAN"),
        ("Oak Dealer Floorplan Master Note Trust", "FLOORPLAN"),
        ("Oak Credit Account Master Trust II", "CARD"),
        ("Oak Card Issuance Trust", "CARD"),
        ("Oak Student Loan Trust 2014-5", "STUDENT"),
        ("Oak Home Equity Loan Trust 2004-1", "RMBS"),
        ("Oak Mortgage Trust 2012-1", "RMBS"),
        ("Oak Commercial Mortgage Trust 2026-A1", "CMBS"),
        ("Oak Manufactured Housing Contract Trust 2000-4", "MH"),
        ("Oak SBA Loan-Backed Certificates, Series 1999-1", "SMALL_BUSINESS"),
        ("Oak Energy Transition Bond Company II, LLC", "UTILITY"),
        ("Oak Device Payment Master Trust", "DEVICE"),
        ("Oak Funding 2006-A Trust", None),
    ],
)
def test_a_name_tells(name: str, found: str | None) -> None:
    assert assets.decide(None, [name], {}, {})[0] == found


def test_the_deals_own_name_goes_before_its_depositors() -> None:
    names = ["Oak SBA Loan-Backed Certificates, Series 1999-1", "OAK COMMERCIAL MORTGAGE INC"]
    assert assets.decide(None, names, {}, {}) == ("SMALL_BUSINESS", "name: sba")


def test_titles_make_a_name_narrower_and_words_in_passing_do_not() -> None:
    name, title = ["Oak Home Equity Loan Trust 1999-2"], assets.stated("Revolving Home Equity Loan Asset-Backed Notes")
    assert assets.decide(None, name, title, {}) == ("HELOC", "name: home equity; statements: heloc")
    # A property type among the strata of a pool of mortgages.
    assert assets.decide(None, name, {}, assets.stated("Manufactured Housing   12   1,000.00"))[0] == "RMBS"
    contracts = assets.stated("Scheduled Principal Balance of Contracts")
    assert assets.decide(None, ["Oak Mortgage Investors Trust 1999-D"], contracts, {})[0] == "MH"
    assert assets.decide(None, ["Oak Auto Trust 1999-D"], contracts, {})[0] == "AUTO_LOAN"


def test_statements_tell_where_no_name_does() -> None:
    text = assets.stated("Loans in Foreclosure  Mortgage Loans  REO  special servicer")
    assert assets.decide(None, ["Oak Trust 2006-A"], {}, text) == ("RMBS", "statements: rmbs")
    assert assets.decide(None, ["Oak Trust 2006-A"], {}, {}) == (None, None)


@pytest.mark.parametrize(
    ("header", "name", "title", "found", "evidence"),
    [
        ("Auto loans", "Oak Receivables Trust 2021-1", "", "AUTO_LOAN", "header: Auto loans"),
        ("Residential mortgages", "Oak Mortgage Trust", "", "RMBS", "header: Residential mortgages; name: mortgage"),
        ("Residential mortgages", "Oak Trust 2012-1", "", "RMBS", "header: Residential mortgages"),
        (
            "Residential mortgages", "Oak Mortgage Trust 2012-1", "home equity lines of credit", "HELOC",
            "header: Residential mortgages; name: mortgage; statements: heloc",
        ),
        ("Auto leases", "Oak Cards", "", "AUTO_LEASE", "header: Auto leases; against it name: cards (CARD)"),
        ("Other", "Oak Wireless Device Trust 2020-1", "", "DEVICE", "header: Other; name: device"),
    ],
)  # fmt: skip
def test_the_header_bounds_the_class(header: str, name: str, title: str, found: str, evidence: str) -> None:
    told, why = assets.decide(header, [name], assets.stated(title), {})
    assert told == found
    assert (why or "").replace("wireless", "device") == evidence
