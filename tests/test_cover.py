"""What a cover page says in words: who signs, in which capacity."""

import pytest

from transforms import cover
from transforms.grid import Row


def rows(text: str) -> list[Row]:
    """Lines as the reader has them, blank ones left out."""
    return [Row(at, line, [], 0, False, "") for at, line in enumerate(text.split("\n"), 1) if line.strip()]


@pytest.mark.parametrize(
    ("text", "signers"),
    [
        ("By: Old Bank, N.A., as Trustee\nBy: /s/ A. Lee", [("TRUSTEE", "Old Bank, N.A.")]),
        ("By: Old Bank, as Securities\nAdministrator\n/s/ A. Lee", [("SECURITIES_ADMINISTRATOR", "Old Bank")]),
        ("New Auto, LLC\n\nAs Servicer\n\nBy: /s/ A. Lee", [("SERVICER", "New Auto, LLC")]),
        ("Old  Bank, N.A.\n(Master Servicer)\n\n/s/ A. Lee\nA. Lee, Officer", [("MASTER_SERVICER", "Old Bank, N.A.")]),
        # A column of a table, a capacity that prepares nothing, and a label above its value.
        ("Old Bank, N.A.\nServicer\n1.00\n2.00", []),
        ("Some Corp.\n(Depositor)\n/s/ A. Lee", []),
        ("Name:\nServicer\n/s/ A. Lee", []),
    ],
)  # fmt: skip
def test_who_signs(text: str, signers: list[tuple[str, str]]) -> None:
    assert cover.parties(rows(text)) == signers
