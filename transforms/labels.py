"""Labels as printed: what a class, an outline number, a remark or a plural does to their wording.

Nothing here knows what a label means; two labels with one `reduced` form say the same in other words.
"""

import re
from functools import lru_cache

from transforms.values import DATE, is_whole

CLASS = "{class}"

_MARK = re.compile(r"\([0-9]{1,2}\)|\(continued\)", re.IGNORECASE)
_NOISE = re.compile(r"[^A-Z0-9{}%+#]+")
_DATE = re.compile(DATE, re.IGNORECASE)
_DATE_PLACEHOLDER = "{DATE}"
_DASHES = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\u00ad", "-") | {"\u00a0": " ", "\u2019": "'"}
)

_IDENTIFIED = re.compile(r"(?<![ (-])[ (-]++CUSIP(?: No\.?| Number| #)?:? [0-9A-Z]{9}\)?$", re.IGNORECASE)
# What a class goes by: A, PO, APO; A-1, 1-A1, A-2b, M1; B-IO, R-II, I-1F; a Roman number before a letter (I A).
_NAME = (
    r"(?:[A-Z0-9]{1,4}(?:-[A-Z0-9]{1,4}){1,2}[a-z]?|[A-Z]{0,3}[0-9]{1,3}[A-Z]{0,2}[a-z]?"
    r"|[IVX]{1,3} [A-Z][0-9]?|[A-Z]{1,3}[0-9]{0,2})(?![\w-])"
)
_CLASSED = re.compile(
    rf"(?<!\w)(?:[Cc](?:lass(?:es)?|LASS(?:ES)?|l\.|L\.)|[Tt](?:ranche|RANCHE))(?: |-|\u00a0)+(?P<name>{_NAME})"
)
# A name without the word, told by its digit and the security behind it: "A-1 Notes".
_BARE = re.compile(
    r"(?<![\w-])(?P<name>[A-Z]{1,2}-?[0-9]{1,2}[A-Z]?[a-z]?)"
    r"(?= (?:[Nn]ote|NOTE|[Cc]ertificate|CERTIFICATE|[Bb]ond|BOND))"
)
_NO_NAMES = frozenset((
    "OF", "TO", "IN", "BY", "ON", "AT", "AS", "OR", "IS", "ID", "NO", "AND", "THE", "FOR", "PER", "ALL", "PAY", "DUE",
    "END",
))  # fmt: skip

# Outline numbers: 8. (8) 8) 17d. and an inner (a); letters: a. (a) (iv) and an inner (1).
_INNER = r"(?:\((?P<sub>[0-9]{1,2}|[a-zA-Z]|[ivxIVX]{1,5})\)\s*+)?"
_NUMBER = re.compile(
    rf"\(?(?P<number>[0-9]{{1,3}})(?:(?P<part>[a-z])(?=[ .):]))?(?: ?[.):]| \.(?= ))(?![0-9])\s*+{_INNER}"
)
_LETTER = re.compile(
    r"(?:\((?P<letter>[a-zA-Z]|[ivxIVX]{1,5}|[a-z]{2})\)|"
    r"(?P<dotted>[a-zA-Z]|[ivx]{1,5}|[IVX]{1,5}|[a-z]{2}) ?[.)](?= |$))"
    rf"\s*+{_INNER}"
)
_NUMBER_ALONE = re.compile(r"(?P<number>[0-9]{1,3})(?P<part>[a-z])")
_MONTHS = frozenset(("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"))


@lru_cache(maxsize=65536)
def normalise(label: str) -> str:
    """Return the label in capitals, without footnote marks and punctuation, a date in it replaced by `{DATE}`."""
    plain = _DATE.sub(_DATE_PLACEHOLDER, _MARK.sub(" ", label)).upper()
    return _NOISE.sub(" ", plain).strip()


def code(label: str) -> str:
    """Return the code of a label that no term covers: its capitals joined by underscores."""
    return re.sub(r"[^A-Z0-9]+", "_", _MARK.sub(" ", label).upper()).strip("_")


def unified(label: str) -> str:
    """Return the label with one kind of dash, apostrophe and blank, no blank twice, and no identifier behind it, as in
    "Beginning Class A-1 Note Balance -- CUSIP 42209MAA0"."""
    plain = " ".join(label.translate(_DASHES).split())
    return _IDENTIFIED.sub("", plain) if "CUSIP" in plain else plain


@lru_cache(maxsize=65536)
def classed(label: str) -> tuple[str | None, str]:
    """Return the class named in a label, and the label with `{class}` in its place.

    A label that names several classes gives none of them, and `{class}` in the place of each.
    """
    plain = unified(label)
    found: list[str] = []

    def mark(match: re.Match[str]) -> str:
        if match["name"].upper() in _NO_NAMES:
            return match[0]
        found.append(match["name"])
        return CLASS

    marked = _CLASSED.sub(mark, plain)
    if not found:
        marked = _BARE.sub(mark, plain, count=1)
    return (found[0] if len(set(found)) == 1 else None), marked


# What the only class of a deal goes by.
ONLY_CLASS = frozenset(("NOTE", "NOTES", "BOND", "BONDS", "CERTIFICATE", "CERTIFICATES"))


@lru_cache(maxsize=65536)
def class_row(label: str) -> str | None:
    """Return the class of a row label that says nothing but its class: "Class A-2a Notes", "CLASS C", "Class Notes"."""
    name, marked = classed(label)
    if name is None and normalise(label).removeprefix("CLASS ") in ONLY_CLASS and " " in label.strip():
        return unified(label).split(" ")[-1]
    return name if name and reduced(marked) == CLASS.upper() else None


@lru_cache(maxsize=65536)
def numbered(label: str) -> tuple[int | None, str | None, str]:
    """Return outline number, outline letter and the rest of a label: "17d. Total" gives 17, "d", "Total".

    Figures, dates and days ("1 Payment", "30-59 Days", "12.5% Cap", "3. May 2001") are no outline.
    """
    plain = unified(label)
    if plain and (is_whole(plain[0]) or (plain[0] == "(" and is_whole(plain[1:2]))):
        if match := _NUMBER_ALONE.fullmatch(plain):
            return int(match["number"]), match["part"], ""
        match = _NUMBER.match(plain)
        if match is None or plain[match.end() :][:3].upper() in _MONTHS:
            return None, None, plain
        rest = plain[match.end() :]
        letter = match["part"] or match["sub"]
        if letter is None and (inner := _LETTER.match(rest)):
            return int(match["number"]), _letter(inner), rest[inner.end() :]
        return int(match["number"]), letter.lower() if letter else None, rest
    match = _LETTER.match(plain)
    if match is None:
        return None, None, plain
    return None, _letter(match), plain[match.end() :]


def _letter(match: re.Match[str]) -> str:
    outer = match["letter"] or match["dotted"]
    return outer if match["sub"] is None else f"{outer}({match['sub']})"


# Words that only bind others: a label means the same without them.
_IDLE = frozenset((
    "THE", "OF", "AT", "AS", "A", "AN", "S", "TO", "FOR", "ON", "IN", "AND", "WITH", "RESPECT", "ASSET", "BACKED",
    "PLUS", "LESS", "USD",
))  # fmt: skip
# Words for what investors hold: idle in a measure of the classes, telling in one of the pool or an account.
_SECURITY = frozenset((
    "NOTE", "NOTEHOLDER", "CERTIFICATE", "CERTIFICATEHOLDER", "BOND", "BONDHOLDER", "INVESTOR", "SECURITY",
))  # fmt: skip
_ABBREVIATIONS = {
    "PCT": "PERCENTAGE", "PERCENT": "PERCENTAGE", "%": "PERCENTAGE", "NO": "NUMBER", "NUM": "NUMBER", "#": "NUMBER",
        "BAL": "BALANCE",
    "BALS": "BALANCE", "AMT": "AMOUNT", "PREV": "PRIOR", "PREVIOUS": "PRIOR", "BEG": "BEGINNING", "BEGIN": "BEGINNING",
    "BOP": "BEGINNING", "OPENING": "BEGINNING", "EOP": "ENDING", "END": "ENDING", "CLOSING": "ENDING", "AVG": "AVERAGE",
    "WTD": "WEIGHTED", "WGTD": "WEIGHTED", "DIST": "DISTRIBUTION", "DISTRIB": "DISTRIBUTION", "INT": "INTEREST",
    "PRIN": "PRINCIPAL", "CUM": "CUMULATIVE", "CURR": "CURRENT", "DELINQ": "DELINQUENT", "ORIG": "ORIGINAL",
    "PMT": "PAYMENT", "PMTS": "PAYMENT", "CERT": "CERTIFICATE", "CERTS": "CERTIFICATE", "SCHED": "SCHEDULED",
    "UNSCHED": "UNSCHEDULED", "OVERCOLLATERALIZED": "OVERCOLLATERALIZATION", "OC": "OVERCOLLATERALIZATION",
    "OVERCOLLATERALISATION": "OVERCOLLATERALIZATION", "REQ": "REQUIRED", "ACCT": "ACCOUNT", "SVC": "SERVICING",
    "MORT": "MORTGAGE", "MTG": "MORTGAGE", "FC": "FORECLOSURE", "BK": "BANKRUPTCY", "TTL": "TOTAL",
        "PRINCIPLE": "PRINCIPAL",
    "THRU": "THROUGH", "LN": "LOAN", "LNS": "LOAN", "RES": "RESERVE",
}  # fmt: skip
_COUPON = re.compile(
    r"\b(?:FLOATING|FIXED|VARIABLE|ADJUSTABLE)[ -]RATE (?=(?:ASSET[ -]BACKED )?(?:NOTE|BOND|CERTIFICATE))",
    re.IGNORECASE,
)
_PARENTHESES = re.compile(r"\([^()]*\)")
_ARITHMETIC = re.compile(r"\bLns? ?[0-9]|\bsum\b|[+=*/\u00f7]| - |\bline\b", re.IGNORECASE)
_UNITS = frozenset(("%", "$", "USD", "IN DOLLARS", "MONTHS", "DAYS", "000S", "$000", "$000S"))
# A side of the period says which period it is.
_SIDES = frozenset(("BEGINNING", "ENDING"))
_PERIOD = re.compile(r"\b(?:(?:COLLECTION|DUE|REPORTING|MONTHLY|CURRENT|RELATED|THIS) ){0,7}+PERIOD\b")
# Words that a remark in parentheses may not hold if the label is to mean the same without it.
_TELLING = frozenset((
    "PAID", "UNPAID", "REMAINING", "BEGINNING", "ENDING", "PRIOR", "CURRENT", "CUMULATIVE", "TOTAL", "NET", "GROSS",
    "INTEREST",
    "PRINCIPAL", "SCHEDULED", "UNSCHEDULED", "ACTUAL", "ORIGINAL", "NOTIONAL", "PERCENTAGE", "%", "OC", "RATE",
    "NUMBER", "COUNT",
    "RECOVERIES", "LOSS", "REO", "FORECLOSURE", "BANKRUPTCY",
))  # fmt: skip


@lru_cache(maxsize=65536)
def reduced(label: str, *, securities: bool = False) -> str:
    """Return the normalised label in its shortest wording: no remark, no idle word, no plural, no abbreviation.

    With `securities`, words such as NOTE and CERTIFICATE stay.
    """
    words = _words(label)
    kept = [word for word in words if word not in _IDLE and (securities or word not in _SECURITY)]
    return " ".join(kept or words)


def bag(label: str, *, securities: bool = False) -> str:
    """Return the words of the reduced label in alphabetical order: "Balance, Ending" says "Ending Balance"."""
    return " ".join(sorted(reduced(label, securities=securities).split()))


def names_security(label: str) -> bool:
    """Tell whether a label names what investors hold: notes, certificates, bonds."""
    return not _SECURITY.isdisjoint(_words(label))


@lru_cache(maxsize=65536)
def _words(label: str) -> tuple[str, ...]:
    plain = normalise(_COUPON.sub("", unified(without_remark(label))).replace("O/C", "OC"))
    words = [_ABBREVIATIONS.get(word) or _singular(word) for word in plain.replace("O C ", "OC ").split()]
    if "PERIOD" in words and not _SIDES.isdisjoint(words):
        shorter = _PERIOD.sub("", " ".join(words)).split()
        words = words if (_SIDES | _IDLE).issuperset(shorter) else shorter
    return tuple(words)


def without_remark(label: str) -> str:
    """Return the label without printed formulas and units, nor a last remark in parentheses that changes nothing."""
    if "(" not in label:
        return label
    plain = _PARENTHESES.sub(_kept, label).rstrip()
    start = plain.rfind("(")
    if start < 1 or not plain.endswith(")") or not _TELLING.isdisjoint(normalise(plain[start:]).split()):
        return plain
    return plain[:start]


def _kept(match: re.Match[str]) -> str:
    inner = match[0][1:-1].strip()
    return " " if inner.upper() in _UNITS or _ARITHMETIC.search(inner) else match[0]


def _singular(word: str) -> str:
    if len(word) < 4 or not word.endswith("S") or word.endswith(("SS", "US", "IS")):
        return word
    if word.endswith("IES"):
        return word[:-3] + "Y"
    return word[:-2] if word.endswith(("SSES", "CHES", "XES")) else word[:-1]


def with_date(label: str) -> str:
    """Return a declared label as `normalise` returns printed ones: its `{date}` as a date's placeholder."""
    return normalise(label.replace("{date}", _DATE_PLACEHOLDER))


__all__ = [
    "CLASS", "ONLY_CLASS", "bag", "class_row", "classed", "code", "names_security", "normalise", "numbered", "reduced",
    "unified", "with_date", "without_remark",
]  # fmt: skip
