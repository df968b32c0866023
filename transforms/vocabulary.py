"""What labels mean: every label of the schemas, looked up within the statement it stands in.

A label means something only within its statement. It is looked up as printed, then in its shortest wording, then with
its misspelt words put right; a label that would mean two things by any of these means nothing. A label that two columns
of one statement claim in the same words is an error of ours and refuses to load.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import islice, product
from typing import Protocol, TypeVar

from transforms import facts, spelling, terms
from transforms.facts.statements import UNTITLED, Statement
from transforms.labels import (
    CLASS,
    bag,
    class_row,
    classed,
    code,
    names_security,
    normalise,
    numbered,
    reduced,
)  # fmt: skip
from transforms.phrases import (
    SHORTEST_STUB,
    Side,
    answer_of,
    bucket_of,
    group_of,
    is_class_stub,
    is_total,
    side_of,
    status_of,
)  # fmt: skip
from transforms.terms import CLASS_TABLES, Term, Words, words_of
from transforms.wording import gist

_PAYEE = re.compile(r"(?P<head>.*?[A-Za-z])\s*-\s+(?P<payee>\S.*)")
_THOUSAND = re.compile(r"\bper \$? ?1,?000\b", re.IGNORECASE)
_MONTH = re.compile(r"^\d{1,2}/\d{4}(?!\d)|(?<!\d)\d{1,2}/\d{4}$")
_MOST_SPELLINGS = 16
_MOST_MISSPELT = 2

Found = TypeVar("Found")
# A label as `classed` returns it: the class in it, and its words with a mark in the place of the class.
Form = tuple[str | None, str]


class Brief(Protocol):
    """A way to say a label in fewer words."""

    def __call__(self, label: str, *, securities: bool = False) -> str: ...


@lru_cache(maxsize=65536)
def lookup(statement: str, label: str) -> Term | None:
    """Return what `label` means within the statement of that code, or None where no term covers it."""
    return _first(statement, (label,)) or _outlined(statement, label)


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
    wordings = (f"{head} {rest}", *(f"{word} {rest}" for word in _SIDE_WORDS[side]))
    term = _first(statement, wordings)
    if term is not None or side == "BEGINNING":
        return term
    alone = lookup(statement, label)
    return alone if alone and not alone.column.startswith(("beginning_", "prior_")) else None


_SIDE_WORDS: dict[Side, tuple[str, ...]] = {
    "BEGINNING": ("Beginning", "Prior", "Opening"),
    "ENDING": ("Ending", "Current", "Closing"),
}


@lru_cache(maxsize=16384)
def entry(section: str, label: str) -> Term | None:
    """Return the account line a label means under a heading such as "Sources of Principal"."""
    code_ = terms.sections().get(reduced(section))
    if code_ is not None and (term := _tried(terms.words_of_section(code_), [(None, label)])):
        return term
    return lookup("ACCOUNT", label)


@lru_cache(maxsize=16384)
def measure_of(label: str) -> Term | None:
    """Return the measure of delinquent loans a label names: their count or balance, or the share of either."""
    term = lookup("DELINQUENCY", label)
    if term is not None and term.column in _MEASURES:
        return term
    words = frozenset(reduced(label).split()) | ({"PERCENTAGE"} if "%" in label else frozenset())
    if not words or not words <= _MEASURE_WORDS:
        return None
    share, money, loans = "PERCENTAGE" in words, bool(words & _MONEY), bool(words & _LOANS)
    if not (share or money or loans):
        return None
    if share:
        return Term("fact_delinquency", "loan_count_pct" if loans and not money else "balance_pct", "PCT")
    return Term("fact_delinquency", "balance", "USD") if money else Term("fact_delinquency", "loan_count", "COUNT")


_MEASURES = ("loan_count", "balance", "loan_count_pct", "balance_pct")
_MONEY = frozenset(("BALANCE", "AMOUNT", "DOLLAR", "PRINCIPAL", "$"))
_LOANS = frozenset(("NUMBER", "COUNT", "UNIT", "LOAN", "RECEIVABLE", "ACCOUNT", "CONTRACT", "MORTGAGE"))
_MEASURE_WORDS = (
    _MONEY | _LOANS | {"PERCENTAGE", "POOL", "ENDING", "PERIOD", "TOTAL", "DELINQUENT", "OUTSTANDING", "BY",
    "UNPAID", "SCHEDULED",
                       "GROUP", "STATED", "DELINQUENCY", "CURRENT", "COLLATERAL", "ACTUAL", "AGGREGATE"}
)  # fmt: skip


@lru_cache(maxsize=4096)
def statement_of(title: str) -> Statement | None:
    """Return the statement that goes by this title, or None."""
    known, plain = terms.titles(), normalise(title)
    return known.get(plain) or known.get(bare := normalise(_undated(title))) or _respelt(bare, known.get)


def _undated(title: str) -> str:
    """Return a title without its outline number and its month."""
    return _MONTH.sub("", numbered(title)[2])


@lru_cache(maxsize=16384)
def header_of(label: str) -> Term | None:
    """Return what a label of a letterhead means: a date or name of the report or the deal."""
    return _tried(terms.words_of_header(), [(None, _undated(label))])


@lru_cache(maxsize=16384)
def heading_of(label: str) -> str | None:
    """Return the entry type that a heading inside an account gives to the lines below it, or None."""
    return terms.headings().get(normalise(label))


@lru_cache(maxsize=16384)
def account_of(title: str) -> str | None:
    """Return the code of the account that a title names, or None."""
    return terms.accounts().get(normalise(title))


# -- ways to look up ------------------------------------------------------------------------------------------------


def _first(statement: str, labels: Iterable[str]) -> Term | None:
    """Return the first meaning of several wordings of one label: all as printed, before any is taken otherwise."""
    own, wordings = words_of(statement), list(labels)
    forms = [classed(label) for label in wordings]
    return (
        _whole(own, wordings)
        or _tried(own, forms)
        or _with_part(own, forms)
        or _per_thousand(statement, wordings)
        or _of_securities(statement, forms)
    )


def _whole(words: Words, labels: list[str]) -> Term | None:
    """Return the term of a label as it stands: a class may belong to a declared label itself."""
    return next((words.exact[plain] for plain in map(normalise, labels) if plain in words.exact), None)


def _with_part(words: Words, forms: list[Form]) -> Term | None:
    """Return the term of a label that holds a stratum, a provider or a payee."""
    for name, marked in forms:
        plain = marked.rstrip(" :.")
        for pattern, term in (*words.patterns, *words_of(UNTITLED).patterns):
            if match := pattern.fullmatch(plain):
                return _filled(term, match.groupdict())._replace(class_name=name)
        if fee := _with_payee(words, marked):
            return fee
    return None


def _per_thousand(statement: str, labels: list[str]) -> Term | None:
    """Return a measure of a class in dollars as the same per thousand, where the label ends in so many words."""
    dollars = [label[: match.start()] for label in labels if (match := _THOUSAND.search(label))]
    term = _first(statement, dollars) if dollars else None
    if term is None or term.column not in facts.TABLES["fact_class_factor"].column_names():
        return None
    return term._replace(table="fact_class_factor", unit="USD_PER_DENOM")


def _of_securities(statement: str, forms: list[Form]) -> Term | None:
    """Return the measure of a class: a label that names its class, or the notes, needs no title to be understood."""
    named = [(name, marked) for name, marked in forms if name or names_security(marked)]
    return _of_class(_tried(words_of(UNTITLED), named)) if named and statement != UNTITLED else None


def _tried(words: Words, forms: list[Form]) -> Term | None:
    ways: tuple[Callable[[Words, str, str | None], Term | None], ...] = (_exact, _short, _same, _misspelt)
    for way in ways:
        for name, marked in forms:
            if term := way(words, marked, name):
                return term._replace(class_name=name)
    return None


def _exact(words: Words, marked: str, name: str | None) -> Term | None:
    return _in_class(words.exact.get, normalise(marked), name)


def _short(words: Words, marked: str, name: str | None) -> Term | None:
    return _brief(words.short, bag, marked, name)


def _same(words: Words, marked: str, name: str | None) -> Term | None:
    return _brief(words.gist, gist, marked, name)


def _brief(terms: dict[str, Term | None], brief: Brief, marked: str, name: str | None) -> Term | None:
    """Return the term of a label in brief; without its words for notes or certificates only a measure of classes."""
    plain, bare = brief(marked, securities=True), brief(marked)
    term = _in_class(terms.get, plain, name)
    return term or (_of_class(_in_class(terms.get, bare, name)) if bare != plain else None)


def _misspelt(words: Words, marked: str, name: str | None) -> Term | None:
    def known(plain: str) -> Term | None:
        return _exact(words, plain, name) or _short(words, plain, name) or _same(words, plain, name)

    return _respelt(normalise(marked), known) or _respelt(reduced(marked, securities=True), known)


def _in_class(find: Callable[[str], Term | None], plain: str, name: str | None) -> Term | None:
    """Return the term of a label, or of what is left of it without its class if that is a measure of classes."""
    term = find(plain)
    if term is not None or name is None:
        return term
    return _of_class(find(" ".join(plain.replace(CLASS.upper(), " ").split())))


def _of_class(term: Term | None) -> Term | None:
    return term if term and term.table in CLASS_TABLES else None


def _respelt(plain: str, find: Callable[[str], Found | None]) -> Found | None:
    """Return what a label means once its misspelt words are put right; None if that could be two things."""
    words = plain.split()
    if not _may_be_misspelt(words):
        return None
    choices = [_meant(word) for word in words]
    found = {term for spelt in islice(product(*choices), _MOST_SPELLINGS) if (term := find(" ".join(spelt)))}
    return found.pop() if len(found) == 1 else None


def _may_be_misspelt(words: list[str]) -> bool:
    """Tell whether a word or two of a label are unknown, and enough is known to judge them: a word, or a long one."""
    known = terms.lexicon().words
    unknown = [word for word in words if word not in known]
    if not 0 < len(unknown) <= _MOST_MISSPELT:
        return False
    return len(unknown) < len(words) or (len(words) == 1 and len(words[0]) >= spelling.LONG)


@lru_cache(maxsize=65536)
def _meant(word: str) -> list[str]:
    return terms.lexicon().meant(word)


def _outlined(statement: str, label: str) -> Term | None:
    number, letter, rest = numbered(label)
    return _first(statement, (rest,)) if rest and (number is not None or letter is not None) else None


def _with_payee(words: Words, label: str) -> Term | None:
    """Return the fee whose label carries the name of its payee behind a dash ("Trustee Fee - Some Bank")."""
    match = _PAYEE.fullmatch(label.strip())
    term = _exact(words, match["head"], None) or _short(words, match["head"], None) if match else None
    if match is None or term is None or term.table != "fact_fee":
        return None
    return term._replace(payee=match["payee"])


def _filled(term: Term, parts: dict[str, str]) -> Term:
    stratum = parts.get("stratum")
    return term._replace(payee=parts.get("provider"), stratum=_stratum_code(stratum) if stratum else None)


_NUMERALS = ("ZERO", "ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE", "TEN")
_NUMERAL = {word: str(number) for number, word in enumerate(_NUMERALS)}


def _stratum_code(stratum: str) -> str:
    """Return the code of a part of the pool: "Five Year Hybrid" and "5-Year Hybrid" give 5Y_HYBRID."""
    words = re.split(r"[^A-Z0-9]+", stratum.upper())
    spelled = "_".join(_NUMERAL.get(word, word) for word in words if word)
    return re.sub(r"(?<=\d)_YEARS?(?=_|$)", "Y", spelled)


@contextmanager
def without(labels: Collection[str]) -> Iterator[None]:
    """Take labels out of the vocabulary for a while: what would be read had they never been declared. For tests."""
    with terms.left_out(labels):
        _forget()
        try:
            yield
        finally:
            _forget()


def _forget() -> None:
    for function in (lookup, sided, entry, measure_of, statement_of, header_of, _meant):
        function.cache_clear()


__all__ = [
    "SHORTEST_STUB", "UNTITLED", "Term", "account_of", "answer_of", "bucket_of", "class_row", "classed", "code",
    "entry", "group_of", "header_of", "heading_of", "is_class_stub", "is_total", "lookup", "measure_of", "normalise",
    "numbered", "side_of", "sided", "statement_of", "status_of", "without",
]  # fmt: skip
