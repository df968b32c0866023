"""Layout families: what geometry and vocabulary cannot know of a family of reports, declared in one TOML each.

A declaration names the family and the marks that give it away. It may add titles, labels and units that mean something
in that family only. Reading never depends on one: without any, reports are read all the same.

    family = "ctslink"
    marks = ["CTSLink", "COPYRIGHT #### Some Bank"]               # each # stands for one digit

    [titles]
    "Payment Rept" = "CLASS"                                      # a statement title and the statement's code

    [labels.CLASS]
    "Int Pd" = "fact_class_distribution.interest_distribution"    # a label within that statement, and its column

    [labels.FEE]
    "Trst Fee" = "fact_fee.amount TRUSTEE_FEE"                     # and its code, where lines are told apart by one

    [units]
    "fact_class_distribution.pass_through_rate" = "RATIO"         # what the column prints without any sign
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache, lru_cache
from importlib import resources
from typing import Any, NamedTuple

from transforms import facts
from transforms.errors import DeclarationError
from transforms.facts import cash, items
from transforms.facts.columns import UNITS
from transforms.facts.statements import BY_CODE
from transforms.labels import normalise
from transforms.terms import Term

MOST_LINES = 25
KEYS = ("family", "marks", "titles", "labels", "units")
_NAME = re.compile(r"[a-z][a-z0-9_]{1,30}")
_SHORTEST_MARK = 6  # characters besides digits: fewer stand in words of any report
_DIGIT = "#"

# Columns whose lines are told apart by a code, and the closed list of each.
_CODES: Mapping[str, Mapping[str, Any]] = {
    "fact_fee.amount": cash.FEES, "fact_account.amount": cash.ENTRIES, "fact_enhancement.amount": items.ENHANCEMENTS,
    "fact_line_item.value": items.ITEMS, "fact_trigger.is_in_effect": items.TRIGGERS,
    "fact_trigger.actual_value": items.TRIGGER_VALUES, "fact_trigger.threshold_value": items.TRIGGER_LIMITS,
}  # fmt: skip

Titles = Mapping[str, str]  # normalised title -> statement code
Labels = Mapping[tuple[str, str], Term]  # (statement code, normalised label) -> term


class Layout(NamedTuple):
    """One family of reports: the words that mark it, and what its titles, labels and columns mean besides."""

    family: str
    marks: tuple[str, ...]
    titles: Titles
    labels: Labels
    units: Mapping[str, str]  # table.column -> unit of what it prints without a sign


def family_of(text: str) -> str | None:
    """Return the one family whose marks stand in the text; None for none, and for more than one.

    Every report of an exhibit asks this of the same text, so the last answers are kept.
    """
    return _family(text, tuple((layout.family, layout.marks) for layout in _declared()))


@lru_cache(maxsize=2)
def _family(text: str, declared: tuple[tuple[str, tuple[str, ...]], ...]) -> str | None:
    named = {family for family, marks in declared if any(_stands_in(mark, text) for mark in marks)}
    return named.pop() if len(named) == 1 else None


def _stands_in(mark: str, text: str) -> bool:
    return mark in text if _DIGIT not in mark else _pattern(mark).search(text) is not None


@cache
def _pattern(mark: str) -> re.Pattern[str]:
    return re.compile(re.escape(mark).replace(re.escape(_DIGIT), r"[0-9]"))


def titles(family: str | None) -> Titles:
    """Return the titles that a family adds: normalised title -> statement code. Without a declaration, none."""
    layout = _of(family)
    return layout.titles if layout else {}


def labels(family: str | None) -> Labels:
    """Return the labels that a family adds: (statement code, normalised label) -> term, in the family's unit."""
    layout = _of(family)
    return layout.labels if layout else {}


def units(family: str | None) -> Mapping[str, str]:
    """Return the units that a family prints without a sign: table.column -> unit."""
    layout = _of(family)
    return layout.units if layout else {}


def _of(family: str | None) -> Layout | None:
    return next((layout for layout in _declared() if layout.family == family), None)


_removed = False


def _declared() -> tuple[Layout, ...]:
    return () if _removed else layouts()


@contextmanager
def without() -> Iterator[None]:
    """Read as if nothing were declared, for a while. For tests: the reader must not need a declaration."""
    global _removed
    before, _removed = _removed, True
    try:
        yield
    finally:
        _removed = before


# -- declarations ---------------------------------------------------------------------------------------------------


@cache
def layouts() -> tuple[Layout, ...]:
    """Return every declared family, by name. Raises DeclarationError."""
    files = sorted(resources.files("transforms").joinpath("layouts").iterdir(), key=lambda item: item.name)
    found = tuple(parsed(entry.name, entry.read_text("utf-8")) for entry in files if entry.name.endswith(".toml"))
    names = [layout.family for layout in found]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise DeclarationError(f"layouts: family {twice[0]!r} is declared in two files; put them into one")
    return found


def parsed(name: str, text: str) -> Layout:
    """Return the declaration that a file holds. Raises DeclarationError with file, key and what is allowed."""
    where = f"layouts/{name}"
    if (lines := len(text.splitlines())) > MOST_LINES:
        raise DeclarationError(
            f"{where}: {lines} lines, {MOST_LINES} at most: labels of any family belong to the facts"
        )
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise DeclarationError(f"{where}: {error}") from error
    if strange := sorted(data.keys() - set(KEYS)):
        raise DeclarationError(f"{where}: key {strange[0]!r}: must be one of {', '.join(KEYS)}")
    units_ = _units(where, _section(where, data, "units"))
    return Layout(
        _family_name(where, data.get("family"), name),
        _marks(where, data.get("marks")),
        _titles(where, _section(where, data, "titles")),
        _labels(where, _section(where, data, "labels"), units_),
        units_,
    )


def _section(where: str, data: Mapping[str, Any], key: str) -> dict[str, Any]:
    section = data.get(key, {})
    if not isinstance(section, dict):
        raise DeclarationError(f"{where}: key {key!r}: must be a table, [{key}]")
    return section


def is_name(family: object) -> bool:
    """Tell whether a family may be called so: small letters, digits and underscores, a letter first."""
    return isinstance(family, str) and _NAME.fullmatch(family) is not None


def is_mark(mark: object) -> bool:
    """Tell whether words may mark a family: of one line, and long enough not to stand in any report."""
    return isinstance(mark, str) and len(mark.strip(f"{_DIGIT} ")) >= _SHORTEST_MARK and "\n" not in mark


def _family_name(where: str, family: object, name: str) -> str:
    if not isinstance(family, str) or not is_name(family):
        raise DeclarationError(f"{where}: family {family!r}: must be a name in small letters, digits and underscores")
    if f"{family}.toml" != name:
        raise DeclarationError(f"{where}: family {family!r}: the file must be called {family}.toml")
    return family


def _marks(where: str, marks: object) -> tuple[str, ...]:
    if not isinstance(marks, list) or not marks:
        raise DeclarationError(f"{where}: key 'marks': must list the words that give the family away, one at least")
    for mark in marks:
        if not is_mark(mark):
            raise DeclarationError(
                f"{where}: key 'marks': {mark!r} must be words of one line, {_SHORTEST_MARK} characters or more"
            )
    return tuple(marks)


def _titles(where: str, section: Mapping[str, Any]) -> dict[str, str]:
    for title, code in section.items():
        _check_code(where, f"titles.{title}", code)
    return {normalise(title): code for title, code in section.items()}


def _labels(where: str, section: Mapping[str, Any], units_: Mapping[str, str]) -> dict[tuple[str, str], Term]:
    found = {}
    for code, own in section.items():
        _check_code(where, f"labels.{code}", code)
        if not isinstance(own, dict):
            raise DeclarationError(f"{where}: labels.{code}: must be a table, [labels.{code}], of labels")
        for label, column in own.items():
            term = _term(where, f"labels.{code}.{label}", column)
            unit = units_.get(f"{term.table}.{term.column}", term.unit)
            found[code, normalise(label)] = term._replace(unit=unit)
    return found


def _units(where: str, section: Mapping[str, Any]) -> dict[str, str]:
    for column, unit in section.items():
        _column(where, f"units.{column}", column)
        if unit not in UNITS:
            raise DeclarationError(f"{where}: units.{column}: {unit!r} must be one of {', '.join(UNITS)}")
    return dict(section)


def _check_code(where: str, key: str, code: object) -> None:
    if code not in BY_CODE:
        raise DeclarationError(f"{where}: {key}: {code!r} must be the code of a statement: {', '.join(BY_CODE)}")


def _column(where: str, key: str, column: object) -> tuple[str, str]:
    """Return table and column of a "table.column" that a printed value may be read into."""
    table, _, name = column.partition(".") if isinstance(column, str) else ("", "", "")
    if table not in facts.TABLES or not _columns(table):
        tables = ", ".join(table for table in facts.TABLES if _columns(table))
        raise DeclarationError(f"{where}: {key}: {column!r} must be table.column, of the tables {tables}")
    if name not in _columns(table):
        raise DeclarationError(f"{where}: {key}: {column!r} must be a column of {table}: {', '.join(_columns(table))}")
    return table, name


def _columns(table: str) -> list[str]:
    """Return the columns of a table that labels lead to: those with labels of their own, or with codes for lines."""
    declared = facts.TABLES[table].columns().items()
    return [name for name, column in declared if f"{table}.{name}" in _CODES or _labelled(column.metadata or {})]


def _labelled(metadata: Mapping[str, Any]) -> bool:
    return bool(metadata.get("labels") or metadata.get("scoped"))


def _term(where: str, key: str, meaning: object) -> Term:
    """Return the term of "table.column", or of "table.column CODE" where lines of a table are told apart by a code."""
    column, _, code = str(meaning).partition(" ")
    table, name = _column(where, key, column)
    codes = _CODES.get(column, {})
    if (code or codes) and code not in codes:
        allowed = f"one of {', '.join(codes)}" if codes else "left out"
        raise DeclarationError(f"{where}: {key}: {meaning!r}: the code behind {column} must be {allowed}")
    term = Term(table, name, _unit(table, name), item_code=code or None)
    if table == "fact_account":
        return term._replace(entry_type=cash.ENTRIES[code].entry_type, account=cash.ENTRIES[code].account)
    return term


def _unit(table: str, name: str) -> str:
    unit: str = (facts.TABLES[table].columns()[name].metadata or {})["unit"]
    return unit


__all__ = [
    "KEYS",
    "MOST_LINES",
    "_SHORTEST_MARK",
    "Layout",
    "family_of",
    "labels",
    "layouts",
    "parsed",
    "titles",
    "units",
    "without",
]
