"""What a cover page says in words: who signs, in which capacity."""

import pytest

from transforms import build, parties, read


@pytest.mark.parametrize(
    ("text", "signers"),
    [
        ("By: Old Bank, N.A., as Trustee\nBy: /s/ A. Lee", [("TRUSTEE", "Old Bank, N.A.")]),
        ("By: Old Bank, as Securities\nAdministrator\n/s/ A. Lee", [("SECURITIES_ADMINISTRATOR", "Old Bank")]),
        ("New Auto, LLC\n\nAs Servicer\n\nBy: /s/ A. Lee", [("SERVICER", "New Auto, LLC")]),
        ("Old  Bank, N.A.\n(Master Servicer)\n\n/s/ A. Lee\nA. Lee, Officer", [("MASTER_SERVICER", "Old Bank, N.A.")]),
        (
            "Old Bank\nIndenture Trustee\n/s/ A. Lee\nBy: New Bank, N.A., as Owner Trustee",
            [("INDENTURE_TRUSTEE", "Old Bank"), ("OWNER_TRUSTEE", "New Bank, N.A.")],
        ),
        # A column of a table, a capacity that prepares nothing, and a label above its value.
        ("Old Bank, N.A.\nServicer\n1.00\n2.00", []),
        ("Some Corp.\n(Depositor)\n/s/ A. Lee", []),
        ("Name:\nServicer\n/s/ A. Lee", []),
    ],
)  # fmt: skip
def test_who_signs(text: str, signers: list[tuple[str, str]]) -> None:
    assert parties.of_filing(text.split("\n"), []) == signers


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Old Bank, Trustee                 Determination Date:    03-Jan-01", [("TRUSTEE", "Old Bank")]),
        ("OAK ACCEPTANCE CORP. -  SERVICER", [("SERVICER", "OAK ACCEPTANCE CORP.")]),
        ("OAK FUNDING CORPORATION (MASTER SERVICER)", [("MASTER_SERVICER", "OAK FUNDING CORPORATION")]),
        (
            "Oak Solutions - Master Servicer and Administrator",
            [("MASTER_SERVICER", "Oak Solutions"), ("ADMINISTRATOR", "Oak Solutions")],
        ),
        # Above the role, or below it with an address.
        ("Oak Finance, LLC\nSELLER\nOak Credit Corporation\nSERVICER", [("SERVICER", "Oak Credit Corporation")]),
        ("CONTACTS\nTrustee\nOld Bank, N.A.\n1 Street", [("TRUSTEE", "Old Bank, N.A.")]),
        ("Depositor        Oak Capital LLC\n                 1 Street", [("DEPOSITOR", "Oak Capital LLC")]),
        (
            "among Oak Trust 2024-1, as Issuer, Oak Bank, N.A., as Servicer, Oak\nReceivables LLC, as Seller, and "
            "Old Bank Company (the Bank) as Indenture Trustee, dated",
            [("SERVICER", "Oak Bank, N.A."), ("INDENTURE_TRUSTEE", "Old Bank Company")],
        ),
        ("Servicing Fee paid to Servicer        1,000.00\nTrustee Fees\nServicer\n1.00", []),
    ],
)  # fmt: skip
def test_who_is_who_at_the_head_of_an_exhibit(text: str, named: list[tuple[str, str]]) -> None:
    assert parties.of_letterhead(text.split("\n")) == named


def test_a_servicer_prepares_no_report_as_trustee() -> None:
    table = (
        "Class     Pass-Through    Beginning        Principal       Interest        Total           Ending\n"
        "          Rate            Balance          Distribution    Distribution    Distribution    Balance\n"
        "A-1       5.000000%       1,200,000.00     100,000.00      5,000.00        105,000.00      1,100,000.00\n"
    )
    head = "OAK AUTO TRUST 2000-1\nOAK CREDIT CORP. - SERVICER\n{}Distribution Date:       05/25/2000\n\n"
    for line, trustee in (("", None), ("Old Bank - INDENTURE TRUSTEE\n", "Old Bank")):
        frames = build(read((head.format(line) + table).encode()))
        assert frames["report"]["trustee"].item() == trustee
        assert ("SERVICER", "OAK CREDIT CORP.") in frames["report_party"].select("role", "party_name").rows()
