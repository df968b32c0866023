"""Terms: what the labels of the schemas mean, gathered by statement as declared in `transforms.facts`."""

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import NamedTuple

from transforms import facts, spelling
from transforms.errors import DeclarationError
from transforms.facts import cash, items
from transforms.facts.statements import BY_CODE, STATEMENTS, UNTITLED, Statement
from transforms.labels import CLASS, bag, normalise, reduced, with_date
from transforms.wording import gist

_PLACEHOLDER = re.compile(r"\\\{(stratum|provider|amount)\\\}")
_PARTS = {
    "stratum": r"(?P<stratum>\S.*?)", "provider": r"(?P<provider>[A-Z][\w.&]*)",
    "amount": r"\$ ?[0-9][0-9,.]*(?: ?(?:million|billion))?",
}  # fmt: skip
CLASS_TABLES = ("fact_class_distribution", "fact_class_factor", "dim_class", "dim_class_identifier")


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
    account: str | None = None


class Words(NamedTuple):
    """The labels of one statement: as declared, by their bag of telling words and by their gist (None where that
    is ambiguous), and patterns.
    """

    exact: dict[str, Term]
    short: dict[str, Term | None]
    gist: dict[str, Term | None]
    patterns: list[tuple[re.Pattern[str], Term]]


@cache
def words_of(statement: str) -> Words:
    """Return the labels of one statement."""
    kind = BY_CODE[statement]
    words = Words({}, {}, {}, [])
    if statement == UNTITLED:
        return _unambiguous(kind)
    for table in kind.facts:
        _add(kind, _terms_of(table, kind), words)
    for table in facts.TABLES:
        if table not in (*kind.facts, *CLASS_TABLES, "report"):
            _add(kind, _scoped_to(kind, table), words)
    _add(kind, _items(), words)
    return words


def _unambiguous(kind: Statement) -> Words:
    """Return the labels that mean one thing whatever table they stand in."""
    terms = {table: _terms_of(table, kind) for table in kind.facts}
    families: dict[str, set[str]] = {}
    for table, pairs in terms.items():
        for label, _ in pairs:
            families.setdefault(_family(label), set()).add("class" if table in CLASS_TABLES else table)
    words = Words({}, {}, {}, [])
    for pairs in terms.values():
        _add(kind, [(label, term) for label, term in pairs if len(families[_family(label)]) == 1], words)
    _add(kind, _items(), words)
    return words


def _family(label: str) -> str:
    return gist(_spelled_out(label), securities=True)


def _add(kind: Statement, terms: list[tuple[str, Term]], words: Words) -> None:
    """Add the labels of one table; a table named earlier in the statement keeps a label that both have."""
    own: dict[str, Term] = {}
    for label, term in terms:
        declared = label.replace("Class {class}", CLASS)
        plain = with_date(declared)
        if plain in _LEFT_OUT:
            continue
        if pattern := _pattern(declared):
            words.patterns.append((pattern, term))
            continue
        if own.setdefault(plain, term) != term:
            raise DeclarationError(f"label {label!r} means both {own[plain]} and {term} in statement {kind.code}")
        securities = term.table not in CLASS_TABLES
        for known, brief in ((words.short, bag), (words.gist, gist)):
            key = brief(_spelled_out(declared), securities=securities)
            if _meaning(known.setdefault(key, term)) != _meaning(term):
                known[key] = None
    for plain, term in own.items():
        words.exact.setdefault(plain, term)


def _spelled_out(declared: str) -> str:
    """Return a declared label whose parentheses are part of its wording: only in a printed one they may be a remark."""
    return declared.replace("{date}", "{DATE}").replace("(", " ").replace(")", " ")


def _meaning(term: Term | None) -> tuple[str, str | None] | None:
    """Return what two terms share that say one thing of different tables (a class in dollars and per thousand)."""
    return (term.column, term.item_code) if term else None


def _scoped_to(kind: Statement, table: str) -> list[tuple[str, Term]]:
    """Return the labels declared for statements of this topic by a table they otherwise say nothing of."""
    return [(label, term) for term, _, scoped in _declared(table) for label in scoped.get(kind.topic, ())]


def _terms_of(table: str, kind: Statement) -> list[tuple[str, Term]]:
    if table == "fact_account":
        return _entries(cash.ENTRIES)
    if table == "fact_fee":
        return _coded(table, "amount", cash.FEES)
    if table == "fact_enhancement":
        return _coded(table, "amount", items.ENHANCEMENTS)
    # Header dates of a report are found on its letterhead; within a statement only the labels scoped to it count.
    declared = [
        (label, term)
        for term, labels, scoped in _declared(table)
        for label in (*(() if table == "report" else labels), *scoped.get(kind.topic, ()))
        if table != "dim_deal" or term.unit == "USD"
    ]
    return [*declared, *_triggers()] if table == "fact_trigger" else declared


def _triggers() -> list[tuple[str, Term]]:
    return [
        *_coded("fact_trigger", "is_in_effect", items.TRIGGERS, "FLAG"),
        *_coded("fact_trigger", "actual_value", items.TRIGGER_VALUES, "PCT"),
        *_coded("fact_trigger", "threshold_value", items.TRIGGER_LIMITS, "PCT"),
    ]


@cache
def _declared(table: str) -> list[tuple[Term, tuple[str, ...], dict[str, tuple[str, ...]]]]:
    """Return term, labels and scoped labels of every column of `table` that has labels."""
    rows = []
    for name, column in facts.TABLES[table].columns().items():
        data = column.metadata or {}
        if data.get("labels") or data.get("scoped"):
            term = Term(table, name, data["unit"], window=data.get("window"), dated_by=data.get("dated_by"))
            rows.append((term, tuple(data["labels"]), dict(data["scoped"])))
    return rows


def _coded(table: str, column: str, codes: Mapping[str, tuple[str, ...]], unit: str = "USD") -> list[tuple[str, Term]]:
    return [(label, Term(table, column, unit, item_code=code_)) for code_, labels in codes.items() for label in labels]


def _items() -> list[tuple[str, Term]]:
    return [
        (label, term._replace(unit=items.ITEM_UNITS.get(term.item_code or "", term.unit)))
        for label, term in _coded("fact_line_item", "value", items.ITEMS)
    ]


def _entries(entries: Mapping[str, cash.Entry]) -> list[tuple[str, Term]]:
    amount = Term("fact_account", "amount", "USD")
    return [
        (label, amount._replace(item_code=code_, entry_type=line.entry_type, account=line.account))
        for code_, line in entries.items()
        for label in line.labels
    ]


def _pattern(label: str) -> re.Pattern[str] | None:
    """Return the pattern of a label with a stratum, a provider or an amount in it; None for a plain label."""
    escaped = re.escape(label)
    named = _PLACEHOLDER.sub(lambda match: _PARTS[match[1]], escaped)
    return re.compile(named.replace(r"\ ", r"\s+"), re.IGNORECASE) if named != escaped else None


@cache
def words_of_header() -> Words:
    """Return the labels of a report's head: dates, names and numbers of the report and its deal."""
    words = Words({}, {}, {}, [])
    for table in ("report", "dim_deal"):
        _add(BY_CODE[UNTITLED], [(label, term) for term, labels, _ in _declared(table) for label in labels], words)
    _add(BY_CODE[UNTITLED], _coded("fact_line_item", "value", items.HEADER_ITEMS, "DATE"), words)
    return words


@cache
def words_of_section(code_: str) -> Words:
    """Return the labels of the entries of one section of an account. Raises KeyError for a code that is none."""
    words = Words({}, {}, {}, [])
    _add(BY_CODE["ACCOUNT"], _entries(cash.SECTIONS[code_].entries), words)
    return words


@cache
def sections() -> dict[str, str]:
    """Return the titles of the sections of accounts, reduced, each with the section's code."""
    return {reduced(title): code_ for code_, section in cash.SECTIONS.items() for title in section.titles}


@cache
def lexicon() -> spelling.Lexicon:
    """Return every word of every label and title."""
    every = [words_of_header(), *map(words_of, BY_CODE), *map(words_of_section, cash.SECTIONS)]
    labels = [plain for words in every for plain in (*words.exact, *words.short)]
    return spelling.Lexicon(word for plain in (*labels, *titles()) for word in plain.split())


@cache
def titles() -> dict[str, Statement]:
    """Return the titles of statements, normalised, each with its statement."""
    return {normalise(title): statement for statement in STATEMENTS for title in statement.titles}


@cache
def headings() -> dict[str, str]:
    """Return the headings in accounts, normalised, each with the type of the entries below it."""
    return {normalise(label): entry for entry, labels in cash.HEADINGS.items() for label in labels}


@cache
def accounts() -> dict[str, str]:
    """Return the names of accounts, normalised, each with the account's code."""
    return {normalise(label): account for account, labels in cash.ACCOUNTS.items() for label in labels}


# Labels taken out for a while, as `words_of` keeps them.
_LEFT_OUT: set[str] = set()


@contextmanager
def left_out(labels: Collection[str]) -> Iterator[None]:
    """Take labels out of the declared ones for a while."""
    _LEFT_OUT.update(with_date(label.replace("Class {class}", CLASS)) for label in labels)
    _forget()
    try:
        yield
    finally:
        _LEFT_OUT.clear()
        _forget()


def _forget() -> None:
    for function in (words_of, words_of_section, words_of_header, lexicon):
        function.cache_clear()


__all__ = [
    "CLASS_TABLES", "Term", "Words", "accounts", "headings", "left_out", "lexicon", "sections", "titles", "words_of",
    "words_of_header", "words_of_section",
]  # fmt: skip
