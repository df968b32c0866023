"""Printed figures and dates: what they look like, and their value.

Numbers are parsed in columns with Polars; dates one by one, since a report prints a handful.
"""

import re
from datetime import date

import polars as pl

# One printed figure: sign, dollar, digits with or without commas, decimals, percent, closing parenthesis or minus.
FIGURE = r"[-+]?\(?[-+]?(?:\$ {0,2})?-?(?:\d[\d,]*(?:\.\d*)?|\.\d+)(?: ?%)?\)?-?"
# A parenthesised integer of one or two digits refers to a footnote; amounts in parentheses have decimals or commas.
FOOTNOTE_MARK = r"\(\d{1,2}\)"
# Digits become 1, what joins them stays, all else is blank: a number begins wherever a 1 follows a blank.
_NUMBER_SHAPE = {char: " " for char in range(128)} | {ord(char): char for char in ",."} | {ord(d): "1" for d in "0123456789"}

_MONTHS = {name: number for number, name in enumerate(
    ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
)}  # fmt: skip
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
DATE = (
    rf"(?:\d{{1,2}}/\d{{1,2}}/\d{{2,4}}|\d{{1,2}}-{_MONTH}-\d{{2,4}}|{_MONTH}\.? +\d{{1,2}}, *\d{{4}}"
    r"|\d{4}-\d{2}-\d{2})"
)
_DATE_PATTERN = re.compile(DATE, re.IGNORECASE)
_PARTS = re.compile(r"[A-Za-z]+|\d+")
_CENTURY_PIVOT = 70
VALUE_SCALE = 10


def count_numbers(text: str) -> int:
    """Return how many numbers are printed in a text: runs of digits with the commas and points inside them."""
    return (" " + text).translate(_NUMBER_SHAPE).count(" 1")


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


def number(printed: pl.Expr) -> pl.Expr:
    """Return printed figures as decimals in their cell's unit: sign kept, `$`, `,`, `%` dropped, parentheses negative.

    More decimals than the cell table holds give NULL instead of a rounded value: Polars casts round without a word.
    """
    negative = printed.str.starts_with("(") | printed.str.starts_with("-") | printed.str.ends_with("-") | (
        printed.str.starts_with("$") & printed.str.contains_any(["(", "-"])
    )
    bare = printed.str.replace_many(["$", ",", "%", "(", ")", "-", "+", " "], [""] * 8)
    decimals = bare.str.len_bytes() - bare.str.find(".", literal=True)
    fits = (decimals <= VALUE_SCALE + 1).fill_null(True)
    value = pl.when(fits).then(bare).cast(pl.Decimal(28, VALUE_SCALE), strict=False)
    return pl.when(negative).then(-value).otherwise(value)
