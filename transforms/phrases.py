"""Short phrases of a closed kind: sides of a period, groups, statuses, buckets, totals, answers."""

import re
from functools import cache, lru_cache
from typing import Literal

from transforms.facts.pool import STATUSES
from transforms.labels import normalise, reduced, unified, without_remark
from transforms.spelling import Lexicon

Side = Literal["BEGINNING", "ENDING"]

_STUBS = frozenset((
    "CLASS", "CLASSES", "CLASS NAME", "TRANCHE", "TRANCHES", "CL", "CERTIFICATE CLASS", "CLASS OF NOTES",
    "CLASS OF NOTE",
    "CLASS OF CERTIFICATES", "NOTE CLASS", "BOND", "BOND CLASS", "CLASS OF BONDS", "SECURITY CLASS", "NOTES",
))  # fmt: skip
SHORTEST_STUB = min(map(len, _STUBS))
STUB_LETTERS = frozenset(letter for stub in _STUBS for letter in (stub[0], stub[0].lower()))
_TOTALS = frozenset(("TOTAL", "TOTALS", "GRAND TOTAL", "GRAND TOTALS", "DEAL TOTAL", "DEAL TOTALS"))

_SIDES: dict[str, Side] = {
    "BEGINNING": "BEGINNING", "PRIOR": "BEGINNING", "INITIAL": "BEGINNING", "START": "BEGINNING", "OPEN": "BEGINNING",
    "PRECEDING": "BEGINNING", "LAST": "BEGINNING",
    "ENDING": "ENDING", "CURRENT": "ENDING", "CLOSE": "ENDING",
}  # fmt: skip
_PERIODS = frozenset(
    ("PERIOD", "MONTH", "BALANCE", "COLLECTION", "PAYMENT", "DISTRIBUTION", "DATE", "RELATED", "DUE", "THIS")
)


@lru_cache(maxsize=4096)
def side_of(head: str) -> Side | None:
    """Return the side of the period a column head stands for, or None: "Beginning of Period", "Prior", "Closing"."""
    words = reduced(head).split()
    sides = {_SIDES[word] for word in words if word in _SIDES}
    rest = [word for word in words if word not in _SIDES and word not in _PERIODS]
    return sides.pop() if len(sides) == 1 and not rest and words != ["INITIAL"] else None


_LONGEST_HEAD = 60  # characters of words that may still name a group
_GROUP_NAME = r"[A-Z]{1,3}|[IVX]{1,4}(?:-?[A-Z0-9])?|[0-9]{1,2}-?[A-Z]?"
_GROUP = re.compile(
    r"(?:(?:COLLATERAL|LOAN|MORTGAGE LOAN|MORTGAGE|ASSET|CERTIFICATE) )?"
    rf"(?:GROUP|POOL|SUBPOOL|SUB-POOL)(?: NO\.?| #)?[ -]?(?P<after>{_GROUP_NAME})"
    r"(?: (?:MORTGAGE )?(?:LOANS?|TOTALS?|COLLATERAL))?"
)
_GROUP_BEFORE = re.compile(
    r"(?P<before>[A-Z]{3,10}|[0-9]{1,2}|[IVX]{1,4})[ -](?:RATE )?(?:LOAN )?(?:GROUP|SUBPOOL)(?: TOTALS?)?"
)
_NO_GROUPS = frozenset(
    ("LOAN", "THE", "THIS", "EACH", "ALL", "ASSET", "BY", "OF", "OR", "TO", "IN", "NO", "TOTAL", "AGE", "FOR")
)
_WHOLE = frozenset(
    (
        "TOTAL",
        "TOTALS",
        "DEAL",
        "ALL",
        "ALL GROUPS",
        "DEAL TOTAL",
        "AGGREGATE",
        "GRAND TOTAL",
        "COMBINED",
        "ALL LOANS",
        "POOL TOTAL",
    )
)


@lru_cache(maxsize=4096)
def group_of(head: str, *, total: bool = False) -> str | None:
    """Return the code of the loan group a head names ("ADJ GROUP", "Pool 1"), or None.

    With `total`, words for the whole pool ("Total", "Deal") give ALL.
    """
    plain = unified(head[:_LONGEST_HEAD]).upper().strip(" :.-()")
    if total and plain in _WHOLE:
        return "ALL"
    match = _GROUP.fullmatch(plain) or _GROUP_BEFORE.fullmatch(plain)
    if match is None:
        return None
    name = match[match.lastgroup or 0]
    return None if name in _NO_GROUPS else name


@lru_cache(maxsize=16384)
def is_class_stub(head: str) -> bool:
    """Tell whether a head stands over class names."""
    return normalise(head) in _STUBS


@lru_cache(maxsize=16384)
def is_total(label: str) -> bool:
    """Tell whether a row label names a printed total."""
    return normalise(label) in _TOTALS or normalise(without_remark(label)) in _TOTALS


_STATUS_IDLE = frozenset(
    ("LOAN", "INFORMATION", "MORTGAGE", "IN", "STATUS", "REPORT", "STATISTICS", "DETAIL", "CONTRACT", "RECEIVABLE")
)


@lru_cache(maxsize=16384)
def status_of(head: str) -> str | None:
    """Return the delinquency status a head names, or None."""
    known, words = _statuses(), _status_words(head)
    return known.get(normalise(head)) or known.get(words) or _misspelt_status(words)


def _misspelt_status(words: str) -> str | None:
    """Return the one status that a misspelt word may stand for."""
    near = _status_lexicon().meant(words) if " " not in words else []
    meant = {_statuses().get(word) for word in near}
    return meant.pop() if len(meant) == 1 else None


@cache
def _status_lexicon() -> Lexicon:
    return Lexicon(words for words in _statuses() if " " not in words)


def _status_words(head: str) -> str:
    return " ".join(word for word in reduced(head).split() if word not in _STATUS_IDLE)


@cache
def _statuses() -> dict[str, str]:
    exact = {normalise(label): status for status, labels in STATUSES.items() for label in labels}
    short = {_status_words(label): status for status, labels in STATUSES.items() for label in labels}
    return {**short, **exact}


_RANGE = re.compile(r"([0-9]{1,4}) ?(?:-|TO|THROUGH|THRU|AND) ?([0-9]{1,4})")
_OPEN = re.compile(r"(?:OVER|GREATER THAN|MORE THAN|>) ?([0-9]{1,4})")
_AT_LEAST = re.compile(r"([0-9]{1,4}) ?(?:\+|(?:OR|AND) (?:MORE|OVER|GREATER|ABOVE|LONGER)|(?:PLUS)\b)")
_SINGLE = re.compile(r"([0-9]{1,4})")
_PAYMENTS = re.compile(
    r"(?:DELINQ(?:UENT|\.)? )?(?P<number>[0-9]{1,2}|ONE|TWO|THREE|FOUR|FIVE|SIX)(?P<open> ?\+| OR MORE)? ?"
    r"(?:PAYMENT|MONTH|PMT|MO)S?\.?(?!\w)(?P<behind> OR MORE)?(?P<rest>.*)"
)
_COUNTS = {"ONE": 1, "TWO": 2, "THREE": 3, "FOUR": 4, "FIVE": 5, "SIX": 6}
_BUCKET_WORDS = frozenset((
    "DAY", "DAYS", "DELINQUENT", "DELINQUENCY", "DELINQUENCIES", "PAST", "DUE", "TOTAL", "LOANS", "LOAN",
    "RECEIVABLES", "OR", "MORE", "CALENDAR",
    "CONTRACTUALLY", "OVERDUE", "ACCOUNTS", "CONTRACTS", "OF", "BUT", "NOT",
))  # fmt: skip
_TOTAL_WORDS = frozenset((
    "PAST DUE", "DELINQUENT RECEIVABLE", "DELINQUENT LOAN", "DELINQUENCY", "DELINQUENT", "DELINQUENT CONTRACT",
    "DELINQUENT ACCOUNT",
    "DELINQUENT MORTGAGE LOAN",
))  # fmt: skip


@lru_cache(maxsize=16384)
def bucket_of(label: str) -> str | None:
    """Return the delinquency bucket a label names: 30-59, 180+, TOTAL; None for any other label.

    A single number of days is the first of thirty, as trustees print buckets by their lower end; "over 120" begins
    with the day after. A missed payment counts as thirty days.
    """
    if is_total(label) or _is_total_bucket(label):
        return "TOTAL"
    plain = unified(without_remark(label).replace("(", " ").replace(")", " ")).upper().strip(" :")
    if match := _PAYMENTS.fullmatch(plain):
        return _by_payments(match)
    if "DAY" not in plain:
        return None
    for pattern in (_RANGE, _AT_LEAST, _OPEN, _SINGLE):
        if match := pattern.search(plain):
            rest = (plain[: match.start()] + " " + plain[match.end() :]).replace("-", " ").split()
            if not _BUCKET_WORDS.issuperset(rest):
                return None
            return _by_days(pattern, match, "MORE" in rest)
    return None


def _by_days(pattern: re.Pattern[str], match: re.Match[str], more: bool) -> str:
    low = int(match[1])
    if pattern is _RANGE:
        return f"{low}-{int(match[2])}"
    if pattern is _AT_LEAST or more:
        return f"{low}+"
    return f"{low + 1}+" if pattern is _OPEN else f"{low}-{low + 29}"


def _by_payments(match: re.Match[str]) -> str | None:
    if not _BUCKET_WORDS.issuperset(match["rest"].split()):
        return None
    days = 30 * (_COUNTS.get(match["number"]) or int(match["number"]))
    return f"{days}+" if match["open"] or match["behind"] else f"{days}-{days + 29}"


def _is_total_bucket(label: str) -> bool:
    first, _, rest = reduced(label).partition(" ")
    return first == "TOTAL" and rest in _TOTAL_WORDS


_YES = frozenset(("YES", "Y", "TRUE", "FAIL", "FAILED"))
_NO = frozenset(("NO", "N", "FALSE", "PASS", "PASSED"))


def answer_of(text: str) -> bool | None:
    """Return whether an event is in effect by a printed flag: YES or a test failed, NO or a test passed; None else."""
    word = text.strip(" *\t").upper()
    return word in _YES if word in _YES or word in _NO else None


__all__ = [
    "SHORTEST_STUB", "STUB_LETTERS", "Side", "answer_of", "bucket_of", "group_of", "is_class_stub", "is_total",
    "side_of", "status_of",
]  # fmt: skip
