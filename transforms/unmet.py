"""Labels that met no term: what a vocabulary would have to know next, in the order of what it would gain.

A value counts as unmet where no term covers its label: it has no column, or a code made of the label itself.
"""

import re
from collections import Counter
from difflib import SequenceMatcher
from functools import cache
from typing import NamedTuple

import polars as pl

from transforms import meaning, terms, vocabulary
from transforms.facts import cash, items
from transforms.facts.statements import BY_CODE, UNTITLED
from transforms.terms import Term

# Cells outside the tables: fields of a letterhead, and amounts in prose, which has no labels.
OUTSIDE = ("HEADER", "TEXT")
_CODED = ("fact_line_item", "fact_account", "fact_fee")
_CODES = frozenset(
    (*items.ITEMS, *cash.ENTRIES, *cash.FEES, *(code for section in cash.SECTIONS.values() for code in section.entries))
)
_PLACES = re.compile(r"\{(?:CLASS|DATE)\}")
_GROUP = re.compile(
    r"\b(?:(?:LOAN|MORTGAGE|COLLATERAL) )?(?:SUB)?(?:GROUP|POOL) (?:[IVX]{1,4}|[0-9]{1,2}|[A-Z])(?![A-Z0-9])"
)
_NEAR = 0.65  # likeness of two labels that may be one misprinted or reworded, 1 being equality
_COMPARED = 60  # known labels compared with one that is not


class Near(NamedTuple):
    """The known label nearest to an unknown one, and what it means."""

    label: str
    term: Term


def bare(label: str) -> str:
    """Return a label normalised, without its outline number and the names of class, date and group in it."""
    marked = vocabulary.classed(vocabulary.numbered(label)[2])[1]
    plain = _GROUP.sub(" ", _PLACES.sub(" ", vocabulary.normalise(marked)))
    words = [word for word in plain.split() if word in "%#" or any(map(str.isalnum, word))]
    return " ".join(words) if any(map(str.isalpha, "".join(words))) else ""


def unmet(cells: pl.DataFrame) -> pl.DataFrame:
    """Return the cells of tables that no term covers: their own columns, and `statement`, `label` and `printed`.

    `label` is the bare label that is not known: the row's, or the head's where the row is a class or known by itself;
    both where they are known apart and mean nothing together. It is NULL where the value met no label at all.
    """
    unplaced = pl.col("canonical_table").is_null() | _self_coded(cells)
    loose = cells.filter(~pl.col("table_code").is_in(OUTSIDE) & unplaced)
    keys = ["statement_code", "row_label", "column_label", "is_class"]
    loose = loose.with_columns(is_class=pl.col("class_name").is_not_null())
    asked = loose.select(keys).unique(maintain_order=True)
    found = [_asked(*row) for row in asked.iter_rows()]
    named = asked.with_columns(
        statement=pl.Series([one[0] for one in found], dtype=pl.String),
        label=pl.Series([one[1] for one in found], dtype=pl.String),
        printed=pl.Series([one[2] for one in found], dtype=pl.String),
    )
    return loose.join(named, on=keys, how="left", nulls_equal=True, maintain_order="left").drop("is_class")


def _self_coded(cells: pl.DataFrame) -> pl.Expr:
    """Tell the cells whose code is no declared one, but made of their label."""
    codes = cells.filter(pl.col("canonical_table").is_in(_CODED))["item_code"].unique().drop_nulls()
    own = [code for code in codes if code not in _CODES]
    return pl.col("canonical_table").is_in(_CODED) & pl.col("item_code").is_in(own).fill_null(False)


def _asked(
    statement: str | None, row: str | None, head: str | None, is_class: bool
) -> tuple[str, str | None, str | None]:
    """Return the statement, the bare label that is not known, and that label as printed."""
    code = statement if statement in BY_CODE else UNTITLED
    words = [(one, bare(one)) for one in (row, head) if one and one != "(value)"]
    if row and words and (is_class or vocabulary.is_total(row) or vocabulary.class_row(row)):
        words = words[1:] or words
    for printed, plain in words:
        if plain and not is_known(code, printed):
            return code, plain, printed
    said = [(printed, plain) for printed, plain in words if plain]
    if not said:
        return code, None, None
    return code, " | ".join(plain for _, plain in said), " | ".join(printed for printed, _ in said)


def is_known(code: str, words: str) -> bool:
    """Tell whether words mean something by themselves: a term, or a member, side or measure of one."""
    return bool(
        vocabulary.lookup(code, words)
        or vocabulary.class_row(words)
        or vocabulary.is_total(words)
        or vocabulary.status_of(words)
        or vocabulary.bucket_of(words)
        or vocabulary.side_of(words)
        or vocabulary.measure_of(words)
        or meaning.is_idle(words)
    )


def nearest(statement: str, label: str) -> Near | None:
    """Return the known label most like an unknown one of a statement, None where none is like it."""
    code = statement if statement in BY_CODE else UNTITLED
    known, by_word = _known(code), _by_word(code)
    shared = Counter(other for word in set(label.split()) for other in by_word.get(word, ()))
    best, near = _NEAR, None
    for other, _ in shared.most_common(_COMPARED):
        likeness = SequenceMatcher(None, label, other, autojunk=False).ratio()
        if likeness > best:
            best, near = likeness, Near(other, known[other])
    return near


@cache
def _known(statement: str) -> dict[str, Term]:
    """Return the labels of a statement and those that mean one thing in any, without class and date."""
    found: dict[str, Term] = {}
    for words in (terms.words_of(statement), terms.words_of(UNTITLED)):
        for label, term in words.exact.items():
            found.setdefault(" ".join(_PLACES.sub(" ", label).split()), term)
    return {label: term for label, term in found.items() if label}


@cache
def _by_word(statement: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for label in _known(statement):
        for word in set(label.split()):
            found.setdefault(word, []).append(label)
    return {word: tuple(labels) for word, labels in found.items()}


def column(term: Term) -> str:
    """Return where a term belongs: table.column, with the code that its label stands for."""
    return f"{term.table}.{term.column}" + (f" {term.item_code}" if term.item_code else "")


__all__ = ["OUTSIDE", "Near", "bare", "column", "is_known", "nearest", "unmet"]
