"""What labels mean: every label of the schemas, looked up within the statement it stands in.

A label means something only within its statement. Lookup is exact on the normalised label; a label that two columns of
one statement claim is an error of ours and refuses to load.
"""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import NamedTuple

from transforms import facts
from transforms.errors import DeclarationError
from transforms.facts import cash, items
from transforms.facts.pool import STATUSES
from transforms.facts.statements import BY_CODE, STATEMENTS, UNTITLED, Statement
from transforms.values import DATE

_MARK = re.compile(r"\(\d{1,2}\)|\(continued\)", re.IGNORECASE)
_NOISE = re.compile(r"[^A-Z0-9{}%+#]+")
_DATE = re.compile(DATE, re.IGNORECASE)
_PAYEE = re.compile(r"(?P<head>.*?[A-Za-z])\s*-\s+(?P<payee>\S.*)")
_PLACEHOLDER = re.compile(r"\\\{(class|stratum)\\\}")
_DATE_PLACEHOLDER = "{DATE}"
_STUBS = ("CLASS", "CLASSES", "CLASS NAME", "TRANCHE")
SHORTEST_STUB = min(_STUBS, key=len)


class Term(NamedTuple):
    """A canonical column, with what the label itself adds to it."""

    table: str
    column: str
    unit: str
    item_code: str | None = None
    entry_type: str | None = None
    window: tuple[str, str] | None = None
    dated_by: str | None = None
    class_name: str | None = None
    stratum: str | None = None
    payee: str | None = None


@lru_cache(maxsize=65536)
def normalise(label: str) -> str:
    """Return the label in capitals, without footnote marks and punctuation, a date in it replaced by `{DATE}`."""
    plain = _DATE.sub(_DATE_PLACEHOLDER, _MARK.sub(" ", label)).upper()
    return _NOISE.sub(" ", plain).strip()


def code(label: str) -> str:
    """Return the code of a label that no term covers: its capitals joined by underscores."""
    return re.sub(r"[^A-Z0-9]+", "_", _MARK.sub(" ", label).upper()).strip("_")


@lru_cache(maxsize=65536)
def lookup(statement: str, label: str) -> Term | None:
    """Return what `label` means within the statement of that code, or None where no term covers it."""
    exact, patterns = _words(statement)
    plain = normalise(label)
    term = exact.get(plain)
    if term is not None:
        return term
    # A label that names its class or stratum says all it needs itself, under whatever title it stands.
    for pattern, candidate in (*patterns, *_words(UNTITLED)[1]):
        if match := pattern.fullmatch(" ".join(label.split())):
            return _filled(candidate, match.groupdict())
    return _with_payee(exact, label)


@lru_cache(maxsize=4096)
def statement_of(title: str) -> Statement | None:
    """Return the statement that goes by this title, or None."""
    return _titles().get(normalise(title))


@lru_cache(maxsize=16384)
def status_of(head: str) -> str | None:
    """Return the delinquency status a head names, or None."""
    return _statuses().get(normalise(head))


@lru_cache(maxsize=16384)
def heading_of(label: str) -> str | None:
    """Return the entry type that a heading inside an account gives to the lines below it, or None."""
    return _headings().get(normalise(label))


@lru_cache(maxsize=16384)
def account_of(title: str) -> str | None:
    """Return the code of the account that a title names, or None."""
    return _accounts().get(normalise(title))


@lru_cache(maxsize=16384)
def is_class_stub(head: str) -> bool:
    """Tell whether a head stands over class names."""
    return normalise(head) in _STUBS


@lru_cache(maxsize=16384)
def is_total(label: str) -> bool:
    """Tell whether a row label names a printed total."""
    return normalise(label) in ("TOTAL", "TOTALS", "GRAND TOTAL", "GRAND TOTALS")


def _with_payee(exact: dict[str, Term], label: str) -> Term | None:
    """Return the fee whose label carries the name of its payee behind a dash ("Trustee Fee - Some Bank")."""
    match = _PAYEE.fullmatch(label.strip())
    term = exact.get(normalise(match["head"])) if match else None
    if match is None or term is None or term.table != "fact_fee":
        return None
    return term._replace(payee=match["payee"])


def _filled(term: Term, parts: dict[str, str]) -> Term:
    stratum = parts.get("stratum")
    return term._replace(class_name=parts.get("class"), stratum=_stratum_code(stratum) if stratum else None)


_NUMERALS = ("ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE", "TEN")
_NUMERAL = {word: str(number) for number, word in enumerate(_NUMERALS)}


def _stratum_code(stratum: str) -> str:
    """Return the code of a part of the pool: "Five Year Hybrid" and "5-Year Hybrid" give 5Y_HYBRID."""
    words = re.split(r"[^A-Z0-9]+", stratum.upper())
    spelled = "_".join(_NUMERAL.get(word, word) for word in words if word)
    return re.sub(r"(?<=\d)_YEARS?(?=_|$)", "Y", spelled)


Words = tuple[dict[str, Term], list[tuple[re.Pattern[str], Term]]]


@cache
def _words(statement: str) -> Words:
    """Return the exact labels and the label patterns of one statement."""
    kind = BY_CODE[statement]
    exact: dict[str, Term] = {}
    patterns: list[tuple[re.Pattern[str], Term]] = []
    for table in kind.facts:
        _add(kind, _terms_of(table, kind), exact, patterns)
    _add(kind, _coded("fact_line_item", "value", items.ITEMS), exact, patterns)
    return exact, patterns


def _add(
    kind: Statement,
    terms: list[tuple[str, Term]],
    exact: dict[str, Term],
    patterns: list[tuple[re.Pattern[str], Term]],
) -> None:
    """Add the labels of one table; a table named earlier in the statement keeps a label that both have."""
    own: dict[str, Term] = {}
    for label, term in terms:
        if pattern := _pattern(label):
            patterns.append((pattern, term))
            continue
        plain = normalise(label.replace("{date}", _DATE_PLACEHOLDER))
        if own.setdefault(plain, term) != term:
            raise DeclarationError(f"label {label!r} means both {own[plain]} and {term} in statement {kind.code}")
    for plain, term in own.items():
        exact.setdefault(plain, term)


def _terms_of(table: str, kind: Statement) -> list[tuple[str, Term]]:
    if table == "fact_account":
        return [
            (label, Term(table, "amount", "USD", item_code=code_, entry_type=entry.entry_type))
            for code_, entry in cash.ENTRIES.items()
            for label in entry.labels
        ]
    if table == "fact_fee":
        return _coded(table, "amount", cash.FEES)
    # Header dates of a report are found on its letterhead; within a statement only the labels scoped to it count.
    return [
        (label, term)
        for column, term, labels, scoped in _declared(table)
        for label in (*(() if table == "report" else labels), *scoped.get(kind.topic, ()))
    ]


@cache
def _declared(table: str) -> list[tuple[str, Term, tuple[str, ...], dict[str, tuple[str, ...]]]]:
    """Return column, term, labels and scoped labels of every column of `table` that has labels."""
    rows = []
    for name, column in facts.TABLES[table].columns().items():
        data = column.metadata or {}
        if data.get("labels") or data.get("scoped"):
            term = Term(table, name, data["unit"], window=data.get("window"), dated_by=data.get("dated_by"))
            rows.append((name, term, tuple(data["labels"]), dict(data["scoped"])))
    return rows


def _coded(table: str, column: str, codes: Mapping[str, tuple[str, ...]]) -> list[tuple[str, Term]]:
    return [(label, Term(table, column, "USD", item_code=code_)) for code_, labels in codes.items() for label in labels]


def _pattern(label: str) -> re.Pattern[str] | None:
    """Return the pattern of a label with a class or a stratum in it; None for a plain label."""
    escaped = re.escape(label)
    named = _PLACEHOLDER.sub(r"(?P<\1>\\S.*?)", escaped)
    return re.compile(named.replace(r"\ ", r"\s+"), re.IGNORECASE) if named != escaped else None


@cache
def _titles() -> dict[str, Statement]:
    return {normalise(title): statement for statement in STATEMENTS for title in statement.titles}


@cache
def _statuses() -> dict[str, str]:
    return {normalise(label): status for status, labels in STATUSES.items() for label in labels}


@cache
def _headings() -> dict[str, str]:
    return {normalise(label): entry for entry, labels in cash.HEADINGS.items() for label in labels}


@cache
def _accounts() -> dict[str, str]:
    return {normalise(label): account for account, labels in cash.ACCOUNTS.items() for label in labels}


_BUCKET = re.compile(r"(\d+)\s*(?:(?:-|TO)\s*(\d+)|(\+|OR MORE))?\s*DAYS?\b.*", re.IGNORECASE)


@lru_cache(maxsize=4096)
def bucket_of(label: str) -> str | None:
    """Return the delinquency bucket a row label names: 30-59, 180+, TOTAL; None for any other label.

    A single number of days is the first of thirty, as trustees print buckets by their lower end.
    """
    if is_total(label):
        return "TOTAL"
    match = _BUCKET.fullmatch(label.strip())
    if match is None:
        return None
    low, high, open_ = match.groups()
    if open_:
        return f"{low}+"
    return f"{low}-{high or int(low) + 29}"


__all__ = [
    "SHORTEST_STUB", "UNTITLED", "Term", "account_of", "bucket_of", "code", "heading_of", "is_class_stub", "is_total",
    "lookup", "normalise", "statement_of", "status_of",
]  # fmt: skip
