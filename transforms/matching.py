"""Matching: what a printed label means among the declared ones, as printed, in brief, in other words, or misspelt."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import islice, product
from typing import Protocol, TypeVar

from transforms import facts, spelling, terms
from transforms.facts.statements import UNTITLED
from transforms.labels import CLASS, bag, classed, names_security, normalise, reduced
from transforms.terms import CLASS_TABLES, Term, Words, words_of
from transforms.wording import gist

_PAYEE = re.compile(r"(?P<head>.*?[A-Za-z])\s*-\s+(?P<payee>\S.*)")
_THOUSAND = re.compile(r"\bper \$? ?1,?000\b", re.IGNORECASE)
_MOST_SPELLINGS = 16
_MOST_MISSPELT = 2

Found = TypeVar("Found")
# A label as `classed` returns it: the class in it, and its words with a mark in the place of the class.
Form = tuple[str | None, str]


class Brief(Protocol):
    """A way to say a label in fewer words."""

    def __call__(self, label: str, *, securities: bool = False) -> str: ...


def first(statement: str, labels: Iterable[str]) -> Term | None:
    """Return the first meaning of several wordings of one label: all as printed, before any is taken otherwise."""
    own, wordings = words_of(statement), list(labels)
    forms = [classed(label) for label in wordings]
    return (
        _whole(own, wordings)
        or tried(own, forms)
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
        plain = marked.rstrip(" :.?")
        for pattern, term in (*words.patterns, *words_of(UNTITLED).patterns):
            if match := pattern.fullmatch(plain):
                return _filled(term, match.groupdict())._replace(class_name=name)
        if fee := _with_payee(words, marked):
            return fee
    return None


def _per_thousand(statement: str, labels: list[str]) -> Term | None:
    """Return a measure of a class in dollars as the same per thousand, where the label ends in so many words."""
    dollars = [label[: match.start()] for label in labels if (match := _THOUSAND.search(label))]
    term = first(statement, dollars) if dollars else None
    if term is None or term.column not in facts.TABLES["fact_class_factor"].column_names():
        return None
    return term._replace(table="fact_class_factor", unit="USD_PER_DENOM")


def _of_securities(statement: str, forms: list[Form]) -> Term | None:
    """Return the measure of a class: a label that names its class, or the notes, needs no title to be understood."""
    named = [(name, marked) for name, marked in forms if name or names_security(marked)]
    return _of_class(tried(words_of(UNTITLED), named)) if named and statement != UNTITLED else None


def tried(words: Words, forms: list[Form]) -> Term | None:
    """Return the term that a label means among some words: each way is tried on all forms before the next, looser one.

    A form is the label, and the name of the class taken out of it, which the term keeps.
    """
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

    return respelt(normalise(marked), known) or respelt(reduced(marked, securities=True), known)


def _in_class(find: Callable[[str], Term | None], plain: str, name: str | None) -> Term | None:
    """Return the term of a label, or of what is left of it without its class if that is a measure of classes."""
    term = find(plain)
    if term is not None or name is None:
        return term
    return _of_class(find(" ".join(plain.replace(CLASS.upper(), " ").split())))


def _of_class(term: Term | None) -> Term | None:
    return term if term and term.table in CLASS_TABLES else None


def respelt(plain: str, find: Callable[[str], Found | None]) -> Found | None:
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
    return re.sub(r"(?<=[0-9])_YEARS?(?=_|$)", "Y", spelled)


def forget() -> None:
    """Forget what misspelt words were taken for, after the declared labels have changed."""
    _meant.cache_clear()


__all__ = ["first", "forget", "respelt", "tried"]
