"""What labels mean: every label of the schemas, looked up within the statement it stands in.

A label means something only within its statement. It is looked up as printed, then in its shortest wording, then with
its misspelt words put right; a label that would mean two things by any of these means nothing. A label that two columns
of one statement claim in the same words is an error of ours and refuses to load.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar

from transforms import matching, terms
from transforms.facts.statements import BY_CODE, UNTITLED, Statement
from transforms.labels import ONLY_CLASS, class_row, classed, code, normalise, numbered, reduced
from transforms.matching import respelt, tried
from transforms.phrases import (
    SHORTEST_STUB,
    STUB_LETTERS,
    Side,
    answer_of,
    bucket_of,
    group_of,
    is_class_stub,
    is_total,
    side_of,
    status_of,
)  # fmt: skip
from transforms.terms import Term

_MONTH = re.compile(r"^[0-9]{1,2}/[0-9]{4}(?![0-9])|(?<![0-9])[0-9]{1,2}/[0-9]{4}$")
_APART = re.compile(r" ?- |: ")
_REMIC = re.compile(r"REMIC [IVX0-9]{1,4}", re.IGNORECASE)
_CONTINUED = re.compile(r" ?\(?\bcont(?:inued|'?d)?\b\.?\)?$", re.IGNORECASE)
_SPAN = re.compile(r"to date|current period", re.IGNORECASE)


class Dialect(NamedTuple):
    """What a family of reports says besides: titles by statement code, labels within a statement, units of columns."""

    titles: Mapping[str, str] = {}
    labels: Mapping[tuple[str, str], Term] = {}
    units: Mapping[str, str] = {}


_dialect = Dialect()


@lru_cache(maxsize=65536)
def lookup(statement: str, label: str) -> Term | None:
    """Return what `label` means within the statement of that code, or None where no term covers it."""
    return _first(statement, (label,)) or _outlined(statement, label)


def _first(statement: str, labels: tuple[str, ...]) -> Term | None:
    """Return the first meaning of several wordings; what the family says of them goes before what all say."""
    own = (_dialect.labels.get((statement, normalise(label))) for label in labels if _dialect.labels)
    term = next((term for term in own if term is not None), None) or matching.first(statement, labels)
    unit = _dialect.units.get(f"{term.table}.{term.column}") if term else None
    return term._replace(unit=unit) if term and unit else term


@lru_cache(maxsize=65536)
def sided(statement: str, label: str, head: str) -> Term | None:
    """Return what a row label means under a head that names a side of the period ("Prior", "End of Period").

    Without a side in the head, or where no wording with the side is known, None; but under an ending head a label
    that no side can change ("Weighted Average Coupon") means what it means alone.
    """
    side = side_of(head)
    if side is None:
        return None
    _, _, rest = numbered(label)
    if not normalise(rest):
        return None
    # Other words for a side are put together anyway; a head may name the measure too, above rows of classes.
    whole = (f"{head} {rest}",) if "BALANCE" in reduced(head).split() else ()
    term = _first(statement, (*whole, *(f"{word} {rest}" for word in _SIDE_WORDS[side])))
    if term is not None or side == "BEGINNING":
        return term
    alone = lookup(statement, label)
    return alone if alone and not alone.column.startswith(("beginning_", "prior_")) else None


_SIDE_WORDS: dict[Side, tuple[str, ...]] = {
    "BEGINNING": ("Beginning", "Prior"),
    "ENDING": ("Ending", "Current"),
}


@lru_cache(maxsize=16384)
def entry(section: str, label: str) -> Term | None:
    """Return the account line a label means under a heading such as "Sources of Principal"."""
    code_ = terms.sections().get(reduced(section))
    if ("ACCOUNT", normalise(label)) in _dialect.labels:
        return lookup("ACCOUNT", label)
    if code_ is not None and (term := tried(terms.words_of_section(code_), [(None, label)])):
        return term
    return lookup("ACCOUNT", label)


@lru_cache(maxsize=16384)
def measure_of(label: str) -> Term | None:
    """Return the measure of delinquent loans a label names: their count or balance, or the share of either."""
    term = lookup("DELINQUENCY", label)
    if term is not None and term.column in _MEASURES:
        return term
    if answer_of(label) is not None:
        return None
    words = frozenset(reduced(label).split()) | ({"PERCENTAGE"} if "%" in label else frozenset())
    if not words or not words <= _MEASURE_WORDS:
        return None
    share, money, loans = "PERCENTAGE" in words, bool(words & _MONEY), bool(words & _LOANS)
    if share and (match := _SHARE_OF.search(label)):
        loans = bool(_LOANS.intersection(reduced(match[1]).split()))  # what it is a share of says which share
    if not (share or money or loans):
        return None
    if share:
        return Term("fact_delinquency", "loan_count_pct" if loans and not money else "balance_pct", "PCT")
    return Term("fact_delinquency", "balance", "USD") if money else Term("fact_delinquency", "loan_count", "COUNT")


def says_number(label: str) -> bool:
    """Tell whether a label says that something is counted."""
    return not _NUMBERS.isdisjoint(reduced(label).split())


_NUMBERS = frozenset(("NUMBER", "COUNT", "UNIT"))
_SHARE_OF = re.compile(r"\bas a percent(?:age)? of (.+)", re.IGNORECASE)
_MEASURES = ("loan_count", "balance", "loan_count_pct", "balance_pct")
_MONEY = frozenset(("BALANCE", "AMOUNT", "DOLLAR", "PRINCIPAL", "$"))
_LOANS = frozenset(("NUMBER", "COUNT", "UNIT", "LOAN", "RECEIVABLE", "ACCOUNT", "CONTRACT", "MORTGAGE"))
_MEASURE_WORDS = _MONEY | _LOANS | frozenset((
    "PERCENTAGE", "POOL", "ENDING", "PERIOD", "TOTAL", "DELINQUENT", "OUTSTANDING", "BY", "UNPAID", "SCHEDULED",
    "GROUP", "STATED", "DELINQUENCY", "CURRENT", "COLLATERAL", "ACTUAL", "AGGREGATE",
))  # fmt: skip


@lru_cache(maxsize=4096)
def statement_of(title: str) -> Statement | None:
    """Return the statement that goes by this title, or None."""
    known, plain = terms.titles(), normalise(title)
    bare = normalise(_bare(title))
    if code_ := _dialect.titles.get(plain):
        return BY_CODE[code_]
    return known.get(plain) or known.get(bare) or respelt(bare, known.get) or _by_subject(bare)


# Words that make a heading the title of a statement, and the subjects they are of, the narrower before the wider.
_KINDS = frozenset((
    "REPORT", "INFORMATION", "ACTIVITY", "DETAIL", "DETAILS", "SUMMARY", "STATISTICS", "DATA", "STATEMENT", "ANALYSIS",
    "RECONCILIATION", "EXPERIENCE", "EVENTS", "TESTS", "STATUS", "STRATIFICATION", "CALCULATION",
))  # fmt: skip
_SUBJECTS = (
    (("CUMULATIVE", "LOSS"), "CUMULATIVE_LOSS"), (("LOSS", "DELINQ"), "LOSS_AND_DELINQUENCY"), (("LOSS",), "LOSS"),
    (("DELINQ",), "DELINQUENCY"), (("TRIGGER",), "TRIGGER"), (("OVERCOLLATERAL",), "OVERCOLLATERALIZATION"),
    (("RESERVE",), "RESERVE"), (("SERVICING FEE",), "FEE"), (("COLLATERAL",), "COLLATERAL"), (("POOL",), "COLLATERAL"),
)  # fmt: skip
_LONGEST_TITLE = 8  # words


def _by_subject(bare: str) -> Statement | None:
    """Return the statement that a heading announces by its subject and kind: "Current Period Loss Activity"."""
    words = bare.split() or [""]
    if len(words) > _LONGEST_TITLE or words[0] == "ITEM" or not _KINDS.intersection(words):
        return None
    return next((BY_CODE[code_] for parts, code_ in _SUBJECTS if all(part in bare for part in parts)), None)


def _bare(title: str) -> str:
    """Return a title without its outline number, its month, and the span, REMIC or group it is about."""
    words = _CONTINUED.sub("", _MONTH.sub("", numbered(title)[2])).strip()
    about = (_REMIC.fullmatch, _SPAN.fullmatch, group_of)
    parts = [part for part in _APART.split(words) if part and not any(tells(part) for tells in about)]
    return parts[0] if len(parts) == 1 else words


@lru_cache(maxsize=16384)
def header_of(label: str) -> Term | None:
    """Return what a label of a letterhead means: a date or name of the report or the deal."""
    return tried(terms.words_of_header(), [(None, _MONTH.sub("", numbered(label)[2]))])


@lru_cache(maxsize=16384)
def heading_of(label: str) -> str | None:
    """Return the entry type that a heading inside an account gives to the lines below it, or None."""
    return terms.headings().get(normalise(label))


@lru_cache(maxsize=16384)
def account_of(title: str) -> str | None:
    """Return the code of the account that a title names, or None."""
    return terms.accounts().get(normalise(title))


def _outlined(statement: str, label: str) -> Term | None:
    number, letter, rest = numbered(label)
    return _first(statement, (rest,)) if rest and (number is not None or letter is not None) else None


@contextmanager
def without(labels: Collection[str]) -> Iterator[None]:
    """Take labels out of the vocabulary for a while: what would be read had they never been declared. For tests."""
    with terms.left_out(labels):
        _forget()
        try:
            yield
        finally:
            _forget()


@contextmanager
def spoken(dialect: Dialect) -> Iterator[None]:
    """Read what a family says besides, for a while. Most families say nothing, and then this costs nothing."""
    if not any(dialect):
        yield
        return
    global _dialect
    before, _dialect = _dialect, dialect
    _forget()
    try:
        yield
    finally:
        _dialect = before
        _forget()


_Function = TypeVar("_Function", bound=Callable[..., Any])
_remembering: list[Any] = []


def remembers(function: _Function) -> _Function:
    """Mark a cached function whose answers hold only as long as the vocabulary stays as it is."""
    _remembering.append(function)
    return function


def _forget() -> None:
    for function in (lookup, sided, entry, measure_of, statement_of, header_of, *_remembering):
        function.cache_clear()
    matching.forget()


__all__ = [
    "ONLY_CLASS", "SHORTEST_STUB", "STUB_LETTERS", "UNTITLED", "Dialect", "Term", "account_of", "answer_of",
    "bucket_of", "class_row", "classed", "code", "entry", "group_of", "header_of", "heading_of", "is_class_stub",
    "is_total", "lookup", "measure_of", "normalise", "numbered", "remembers", "says_number", "side_of",
    "sided", "spoken",
    "statement_of", "status_of", "without",
]  # fmt: skip
