"""Printed figures and dates: what they look like, and their value.

Numbers are parsed in columns with Polars; dates one by one, since a report prints a handful.
"""

import re
from collections import Counter
from datetime import date
from decimal import Decimal, InvalidOperation

import polars as pl

# One printed figure: percent sign in front, sign, dollar, digits with or without commas, decimals, percent, closing
# parenthesis or minus.
FIGURE = (
    r"(?:% ?)?[-+]?(?:\$ {0,2}(?=\())?\(?[-+]?(?:\$ {0,2})?-?(?:[0-9][0-9,]*(?:\.[0-9]*)?|\.[0-9]+)"
    r"(?:%| %(?![0-9.]))?(?:\)%?)?-?"
)
# A parenthesised integer of one or two digits refers to a footnote; amounts in parentheses have decimals or commas.
FOOTNOTE_MARK = r"\([0-9]{1,2}\)"
# Every digit is 0, what joins digits stays, all else is blank: a number begins at a 0 behind a blank. Bytes, because a
# table of 256 is faster than one of characters.
_NUMBERS_ONLY = bytes(48 if byte in b"0123456789" else byte if byte in b",." else 32 for byte in range(256))
_NO_DIGITS = bytes(byte for byte in range(256) if byte not in b"0123456789")

_MONTHS = {name: number for number, name in enumerate(
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
)}  # fmt: skip
# The rest of the name is bounded: "JanJanJan..." would be looked at to its end from each of its months.
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,9}"
DATE = (
    rf"(?:[0-9]{{1,2}}/[0-9]{{1,2}}/[0-9]{{2,4}}|[0-9]{{1,2}}-{_MONTH}-[0-9]{{2,4}}"
    rf"|{_MONTH}\.? +[0-9]{{1,2}}, *[0-9]{{4}}"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2})"
)
_FIGURE = re.compile(FIGURE)
# Below zero: a minus or a parenthesis before the digits, whatever marks stand before or after it, or a minus behind.
_NEGATIVE = re.compile(r"^[$% +]*[(-]|-$")
_DATE_PATTERN = re.compile(DATE, re.IGNORECASE)
_PARTS = re.compile(r"[A-Za-z]+|[0-9]+")
_CENTURY_PIVOT = 70
WHOLE_DIGITS, VALUE_SCALE = 18, 10  # of a value: before its point, and behind it
_DECORATION = ["$", ",", "%", "(", ")", "-", "+", " "]


def count_numbers(text: str) -> int:
    """Return how many numbers are printed in a text: runs of digits with the commas and points inside them."""
    # With one blank between them, since most of a page is blank.
    return b" ".join((b"", *text.encode(errors="replace").translate(_NUMBERS_ONLY).split())).count(b" 0")


def commonest(values: list[int]) -> int:
    """Return the value that stands most often in a list that is not empty, the first of equals.

    Most lists of a table hold one value throughout, and that is seen at once.
    """
    return values[0] if len(set(values)) == 1 else Counter(values).most_common(1)[0][0]


def is_whole(text: str) -> bool:
    """Tell whether a text is a whole number: digits of ASCII alone. `²` and `٣`, digits to Unicode, are none."""
    return text.isascii() and text.isdigit()


def whole(text: str, most: int) -> int | None:
    """Return the whole number that a text is, None where it is none or has more than `most` digits."""
    return int(text) if len(text) <= most and is_whole(text) else None


def has_digits(text: str) -> bool:
    """Tell whether any digit is printed in a text."""
    # Deleting all else is four times as fast as a search.
    return bool(text.encode(errors="replace").translate(None, _NO_DIGITS))


def parse_date(printed: str) -> date | None:
    """Return the calendar date of a printed one, or None where it names no day (month 13, 31 February).

    Two-digit years below 70 are of this century: EDGAR's filings begin in 1993.
    """
    parts = _PARTS.findall(printed)
    if len(parts) != 3:
        return None
    year, month, day = _order(parts)
    if year < 100:
        year += 2000 if year < _CENTURY_PIVOT else 1900
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _order(parts: list[str]) -> tuple[int, int, int]:
    """Return year, month, day of the three parts of a printed date."""
    first, second, third = parts
    if first.isalpha():
        return int(third), _month(first), int(second)
    if second.isalpha():
        return int(third), _month(second), int(first)
    if len(first) == 4:
        return int(first), int(second), int(third)
    return int(third), int(first), int(second)


def _month(name: str) -> int:
    return _MONTHS.get(name[:3].lower(), 0)


def is_date(printed: str) -> bool:
    """Tell whether the whole text is one printed date."""
    return _DATE_PATTERN.fullmatch(printed) is not None


def figure(raw: str) -> Decimal | None:
    """Return one printed figure as a decimal, its sign kept; None for anything else. Many are parsed by `numbers`."""
    if _FIGURE.fullmatch(raw) is None:
        return Decimal(0) if raw in ("-", "--") else None
    bare = raw.strip("()$%+- ").replace(",", "")
    try:
        value = Decimal(bare)
    except InvalidOperation:
        return None
    return -value if _NEGATIVE.search(raw) else value


def numbers(printed: pl.Series) -> pl.Series:
    """Return printed figures as decimals in their cell's unit: sign kept, `$`, `,`, `%` dropped, parentheses negative.

    A dash alone is a printed zero.

    More decimals than the cell table holds give NULL instead of a rounded value: Polars casts round without a word.
    """
    raw, bare = pl.col("raw"), pl.col("bare")
    negative = raw.str.contains(_NEGATIVE.pattern)
    decimals = bare.str.len_bytes() - bare.str.find(".", literal=True)
    fits = (decimals <= VALUE_SCALE + 1).fill_null(True)
    # In steps, each over a column that stands: in one expression the bare text would be made three times.
    steps = pl.DataFrame({"raw": printed}).with_columns(bare=raw.str.replace_many(_DECORATION, [""] * len(_DECORATION)))
    steps = steps.with_columns(
        bare=pl.when((pl.col("bare") == "") & raw.str.contains("-", literal=True)).then(pl.lit("0")).otherwise("bare")
    )
    steps = steps.with_columns(
        value=pl.when(fits).then(bare).cast(pl.Decimal(WHOLE_DIGITS + VALUE_SCALE, VALUE_SCALE), strict=False),
        negative=negative,
    )
    return steps.select(pl.when("negative").then(-pl.col("value")).otherwise("value")).to_series()


def valid_cusip(cusip: str) -> bool:
    """Tell whether nine characters carry the check digit of a CUSIP: only such a one is evidence."""
    if len(cusip) != _CUSIP_LENGTH or not is_whole(cusip[-1]):
        return False
    total = 0
    for place, character in enumerate(cusip[:-1]):
        value = _VALUES.find(character)
        if value < 0:
            return False
        total += sum(divmod(value * (1 + place % 2), 10))
    return (10 - total % 10) % 10 == int(cusip[-1])


_CUSIP_LENGTH = 9
_VALUES = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*@#"
