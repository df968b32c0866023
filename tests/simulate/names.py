"""Invented names and numbers: issuers, banks, classes, CUSIPs. None of them is a real party."""

from random import Random

FIRST = (
    "Alderbrook", "Bexley", "Calloway", "Dunmore", "Eastvale", "Fenwick", "Garrowby", "Harcastle", "Ivelle",
    "Jessamine",
    "Kestrel", "Larkfield", "Marrowgate", "Netherby", "Oakhollow", "Pellham", "Quillon", "Ravensworth", "Selwyn",
    "Tarrant", "Umberleigh", "Vantry", "Whitcombe", "Yarrow", "Zeller",
)  # fmt: skip
SPONSOR = ("Home Loans, Inc.", "Mortgage Finance, LLC", "Residential Funding Corp.", "Lending Group, Inc.")
REGISTRANT = (
    "MORTGAGE SECURITIES CORPORATION",
    "ASSET ACCEPTANCE CORP",
    "RESIDENTIAL FUNDING TRUST",
    "MORTGAGE ACCEPTANCE INC",
)
BANK = ("Bank Minnesota, N.A.", "National Trust Company", "Bank, N.A.", "Trust Bank of Maryland")
PAYEE = ("Mutual", "Trust Company", "Savings Bank", "National Bank")
STREET = ("Old Orchard Road", "Harbor Street", "Mill Lane", "Commerce Drive", "Canal Avenue")
CITY = ("Columbia, MD", "Frederick, MD", "Minneapolis, MN", "Dover, DE", "Santa Rosa, CA")
PERSON = ("Ada Merriweather", "Jonas Pell", "Ruth Okonkwo", "Peter Lindqvist", "Maria Castellan")
DESCRIPTION = ("Mixed ARM", "Fixed 30 Year", "Mixed Fixed & Arm", "Fixed & Adjustable", "30 Year LIBOR ARM")
SIDE_ACCOUNT = (
    "Reserve Fund", "Financial Guaranty", "Yield Maintence Reserve Fund", "Basis Risk Reserve Fund",
    "Class X Reserve Account",
    "Pre-Funding Account", "Cap Account",
)  # fmt: skip

SENIOR = {
    "plain": ("A", "NOTES", "I-A"),
    "dash": tuple(f"A-{i}" for i in range(1, 21)),
    "glued": tuple(f"A{i}" for i in range(1, 21)),
    "group": (
        "1-A1",
        "1-A2",
        "1-A3",
        "2-A1",
        "2-A2",
        "3-A",
        "4-A1",
        "4-A2",
        "5-A",
        "1-AP",
        "2-A3",
        "2-A4",
        "3-A2",
        "5-A2",
    ),
    "roman": (
        "I-A-1",
        "I-A-2",
        "II-A-1",
        "II-A-2",
        "III-A",
        "APO",
        "IV-A-1",
        "IV-A-2",
        "V-A",
        "I-A-3",
        "I-A-4",
        "V-A-2",
    ),
}
SUBORDINATE = {
    "m": ("M-1", "M-2", "M-3", "M-4", "M-5", "B-1", "B-2", "B-3"),
    "b": ("B-1", "B-2", "B-3", "B-4", "B-5", "B-6"),
    "glued": ("M1", "M2", "M3", "B1", "B2", "B3", "B4"),
    "group": ("B1-I", "B2-I", "B3-I", "B4-I", "B5-I"),
}
CASH = ("B-IO", "C", "CE", "OC", "X-OC", "M-IO")
NOTIONAL = ("X-1A", "A-IO", "X", "X-2", "AIO", "1-AX")
RESIDUAL = (("R",), ("R-1", "R-2"), ("R-UT",), ("R-I", "R-II"), ("A-R",), ("R-1", "R-2", "R-3"))

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def cusip(base: str) -> str:
    """Append the check digit to eight characters: every second one counts double, digits of products are added."""
    total = 0
    for place, character in enumerate(base):
        value = ALPHABET.index(character) * (1 + place % 2)
        total += value // 10 + value % 10
    return base + str(-total % 10)


def cusips(rng: Random, count: int) -> list[str]:
    """Valid CUSIPs of one issuer: a common prefix of six, then two letters in order."""
    prefix = f"{rng.randrange(100, 999)}{rng.randrange(100, 999)}"
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    start = rng.randrange(0, 200)
    pairs = [letters[(start + i) // 24 % 24] + letters[(start + i) % 24] for i in range(count)]
    return [cusip(prefix + pair) for pair in pairs]


def telephone(rng: Random) -> str:
    """A number of the range kept free for fiction."""
    return f"({rng.randrange(201, 989)}) 555-01{rng.randrange(0, 100):02}"
