"""Meaning: what a value of a list says, from its title, headings, label and column head together.

Each of these may name a class, a loan group, a status, a bucket, a side of the period or a measure, in any order: a
report prints classes down or across, buckets under statuses or statuses under buckets. What two of them leave open
stays open; the value is then kept under its words.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from transforms import vocabulary
from transforms.cells import Head
from transforms.facts import TABLES
from transforms.facts.statements import STATEMENTS
from transforms.grid import join, said
from transforms.values import is_date, parse_date
from transforms.vocabulary import Term

_MEASURES = ("fact_class_distribution", "fact_class_factor")
CLASS_CODES = tuple(one.code for one in STATEMENTS if one.titles and one.facts and one.facts[0] in _MEASURES)
FACTOR_CODES = tuple(one.code for one in STATEMENTS if one.facts and one.facts[0] == "fact_class_factor")
_CLASS_TABLES = (
    "fact_class_distribution",
    "fact_class_factor",
    "fact_class_total",
    "dim_class",
    "dim_class_identifier",
)
_TOTAL_COLUMNS = frozenset(TABLES["fact_class_total"].column_names())
_FACTOR_COLUMNS = frozenset(TABLES["fact_class_factor"].column_names())
_NEUTRAL = frozenset((
    "", "AMOUNT", "AMOUNTS", "AMOUNT PAID", "DOLLARS", "DOLLAR AMOUNT", "TOTAL", "TOTALS", "BALANCE",
    "PRINCIPAL BALANCE", "VALUE", "PAID", "CURRENT PERIOD", "THIS PERIOD", "CURRENT MONTH", "THIS MONTH", "PERIOD",
    "ACTUAL", "DEAL", "POOL", "AGGREGATE",
))  # fmt: skip


class Beside(NamedTuple):
    """What stands beside a value in its stretch of a list.

    `groups`: some columns stand for loan groups; `classes`: some rows are classes; `across`: the columns are classes,
    under their bare names; `single`: there is but one column of values, whose head says little.
    """

    groups: bool = False
    classes: bool = False
    across: bool = False
    single: bool = False


class Place(NamedTuple):
    """Where a value stands: the statement, the headings over its row from the outermost, the words of its label, the
    outer label it is set under, the words stacked over its column, and what stands beside it.

    `shared`: how many of the upper words stand over other columns too; `sides`: the row has values on both sides of the
    period; `several`: it has several values; `form`: how the figure is written, COUNT, USD, PCT, or FINE where it has
    more decimals than dollars have.
    """

    code: str
    account: str | None
    headings: tuple[str, ...]
    stubs: tuple[str, ...]
    outer: str | None
    stack: tuple[str, ...]
    shared: int = 0
    sides: bool = False
    form: str | None = None
    text: bool = False
    dated: bool = False
    several: bool = False
    beside: Beside = Beside()


@vocabulary.remembers
@lru_cache(maxsize=65536)
def meaning(place: Place) -> tuple[Head, str | None]:
    """Return what a value at a place means, and the column of a date inside its label, if the label has one."""
    group, stubs = _group(place)
    place = place._replace(stubs=stubs)
    found = _of_class(place) or _of_delinquency(place) or _of_label(place) or _of_account(place) or _of_head(place)
    found = None if found and contradicts(found[0], place.form) else found
    found = _on_its_side(*found, place) if found else None
    label = join(place.stack) if place.stack else "(value)"
    if found is None:
        unit = "DATE" if place.dated else "TEXT" if place.text else "UNKNOWN"
        head = Head(label, None, None, unit, text=place.text, class_name=_class_of(place))
        return head._replace(group_code=group), None
    head, dated_by = found
    return head._replace(column_label=label, group_code=group), dated_by


_Found = tuple[Head, str | None] | None


_BEFORE = re.compile(
    r"\bbefore\s+giving\s+effect|\b(?:preceding|prior|previous|last)\s+(?:payment|distribution|remittance)\s+date",
    re.IGNORECASE,
)
_AFTER = re.compile(r"\bafter\s+giving\s+effect", re.IGNORECASE)
_ORIGINAL = re.compile(r"\boriginal\s+(?:deal|securities|pool)\b|\b(?:closing|cut-?off)\s+date\b", re.IGNORECASE)
_NAMES_SIDE = re.compile(r"\b(?:end|ending|close|closing|current|after)\b", re.IGNORECASE)


def _on_its_side(head: Head, dated_by: str | None, place: Place) -> _Found:
    """Return the meaning of a closing balance on the side of the period that the nearest heading names, if the words of
    its own row and column name none: before distributions it is the opening one, at closing the original face."""
    column = head.canonical_column or ""
    if not column.startswith("ending_") or any(_NAMES_SIDE.search(words) for words in (*place.stubs, *place.stack)):
        return head, dated_by
    for words in reversed(place.headings):
        if _AFTER.search(words):
            break
        if _BEFORE.search(words):
            return _renamed(head, column.replace("ending_", "beginning_", 1)), dated_by
        if _ORIGINAL.search(words):
            face = column == "ending_balance" and head.canonical_table == "fact_class_distribution"
            return _renamed(head, "original_face" if face else ""), dated_by
    return head, dated_by


def _renamed(head: Head, column: str) -> Head:
    """Return the head with another column of its table, or with none."""
    known = column in TABLES[head.canonical_table or ""].columns()
    return head._replace(canonical_column=column) if known else as_unmapped(head)


def contradicts(head: Head, form: str | None) -> bool:
    """Tell whether a figure of this form cannot be what its head says: money, or a figure with decimals, in a count;
    more decimals than dollars have in dollars of a class."""
    of_class = head.canonical_table in ("fact_class_distribution", "fact_class_total")
    return (head.unit == "COUNT" and form in ("USD", "FINE")) or (head.unit == "USD" and of_class and form == "FINE")


def as_unmapped(head: Head) -> Head:
    """Return the head of a figure that is not what its words say."""
    return Head(head.column_label, None, None, "UNKNOWN", class_name=head.class_name, group_code=head.group_code)


def _heads(place: Place) -> list[str]:
    """Return the wordings of a column's head: all of its lines, and without upper ones that it shares with others."""
    stack = tuple(words for words in said(place.stack) if not vocabulary.group_of(words))
    return [join(stack[at:]) for at in range(min(place.shared, len(stack) - 1) + 1)] if stack else []


def _group(place: Place) -> tuple[str | None, tuple[str, ...]]:
    """Return the loan group a value belongs to, and its label without it."""
    for words in place.stack:
        if group := vocabulary.group_of(words, total=place.beside.groups):
            return group, place.stubs
    for at, words in enumerate(place.stubs):
        if group := vocabulary.group_of(words):
            return group, (*place.stubs[:at], *place.stubs[at + 1 :])
    for words in (place.outer or "", *reversed(place.headings)):
        if group := vocabulary.group_of(words):
            return group, place.stubs
    return None, place.stubs


def _class_of(place: Place) -> str | None:
    """Return the class that a row, a column or the heading above stands for."""
    for words in (*place.stubs, join(place.stack), *place.stack, place.outer or "", *reversed(place.headings)):
        if name := vocabulary.class_row(words):
            return name
    return join(place.stack) if place.beside.across and is_class_name(join(place.stack)) else None


_CLASS_NAME = re.compile(
    r"(?:[IVX]{1,4}-?|[0-9]{1,2}-?)?[A-Z]{1,3}(?:[- ]?(?:[0-9]{1,2}|[IVX]{1,4})[A-Z]?)?(?:-[A-Z]{1,3})?"
)


def is_class_name(words: str) -> bool:
    """Tell whether words look like the bare name of a class: a letter or two, with a number; or say they are one."""
    if vocabulary.class_row(words) is not None or _CLASS_NAME.fullmatch(words) is not None:
        return True
    return vocabulary.normalise(words) in vocabulary.ONLY_CLASS


def _is_of_class(place: Place) -> bool:
    """Tell whether the column of a value stands for a class."""
    words = join(place.stack)
    return bool(words) and (vocabulary.class_row(words) is not None or (place.beside.across and is_class_name(words)))


def _is_open(place: Place, head: str) -> bool:
    """Tell whether a head leaves the meaning to the label: no head, a group, or a word for any amount."""
    if vocabulary.normalise(head) in _NEUTRAL or _is_of_class(place):
        return True
    return vocabulary.group_of(head, total=place.beside.groups) is not None


@lru_cache(maxsize=16384)
def is_member(words: str) -> bool:
    """Tell whether words name a member of a fact: a class, a loan group, a status or a bucket."""
    named = (vocabulary.class_row, vocabulary.group_of, vocabulary.status_of, vocabulary.bucket_of)
    return any(find(words) for find in named)


def is_idle(head: str) -> bool:
    """Tell whether a head adds nothing to the labels beside it: a group, or a word for any amount."""
    return vocabulary.normalise(head) in _NEUTRAL or vocabulary.group_of(head, total=True) is not None


def of_term(term: Term, **more: str | None) -> Head:
    """Return the head of what a term says, with all that the label itself adds to it."""
    return Head(
        None, term.table, term.column, term.unit, term.item_code, payee=term.payee, stratum=term.stratum,
        text=term.unit in ("TEXT", "DATE"), account=term.account, entry_type=term.entry_type, **more,
    )  # fmt: skip


_SIDE = re.compile(r"(?:(?:beginning|opening|prior)|(?P<after>ending|closing|end of|current))\b", re.IGNORECASE)


def with_sides(stacks: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    """Return heads that stand twice with the side of the period that the head before them names.

    "Beginning Balance | Factor | Ending Balance | Factor" has two factors, the first of the beginning. Of two dates
    over the columns the earlier is the beginning: "Balance as of" over 08/20/2003 and 09/22/2003.
    """
    stacks = _with_days(stacks)
    words = [join(tuple(stack)) for stack in stacks]
    found: list[tuple[str, ...]] = []
    side = ""
    for stack, head in zip(stacks, words, strict=True):
        match = _SIDE.match(head)
        if match:
            side = "Ending" if match["after"] else "Beginning"
        twice = bool(head) and not match and words.count(head) > 1
        found.append((side, *stack) if twice and side else tuple(stack))
    return found


_AS_OF = re.compile(r"\s+(?:as of|as at|on|at)$", re.IGNORECASE)


def _with_days(stacks: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
    """Return heads with the side of the period for their date, if two dates stand over all columns that have one."""
    if not any(is_date(words) for stack in stacks for words in stack):
        return stacks
    days = [next((day for words in stack if is_date(words) and (day := parse_date(words))), None) for stack in stacks]
    met = sorted({day for day in days if day is not None})
    if len(met) != 2:
        return stacks
    return [
        (("Beginning", "Ending")[met.index(day)], *[_AS_OF.sub("", words) for words in stack if not is_date(words)])
        if day is not None else stack
        for stack, day in zip(stacks, days, strict=True)
    ]  # fmt: skip


# -- classes --------------------------------------------------------------------------------------------------------


def _of_class(place: Place) -> _Found:
    """Read a value whose row or column stands for a class, or for all of them."""
    label = " ".join(place.stubs)
    total = bool(label) and place.beside.classes and vocabulary.is_total(label)
    total = total or (place.beside.across and vocabulary.is_total(join(place.stack)))
    name = None if total else _class_of(place)
    if name is None and not total:
        return None
    if place.beside.across or _is_of_class(place):
        term = _first_known(place, [label, _CLASSES.sub("", label).strip()])
    elif name is not None and not any(vocabulary.class_row(words) for words in place.stubs):
        term = _plain(place, label) or _sided(place, label)
    elif any(vocabulary.side_of(head) for head in _heads(place)):
        term = _titled(place) or _first_known(place, _heads(place))
    else:
        term = _first_known(place, _heads(place)) or _titled(place)
    if term is None or term.table not in _CLASS_TABLES:
        return None
    if place.form == "FINE" and term.table == "fact_class_distribution" and term.unit == "USD":
        if term.column not in _FACTOR_COLUMNS:
            return None
        term = term._replace(table="fact_class_factor", unit="USD_PER_DENOM")
    if total:
        if term.table == "fact_class_factor":
            return None
        return (of_term(term._replace(table="fact_class_total")), None) if term.column in _TOTAL_COLUMNS else None
    return of_term(term, class_name=term.class_name or name), term.dated_by


# Words for all classes of a sheet inside a label: "Beginning Class A and Class B Principal Balance".
_CLASSES = re.compile(
    r"\bClass(?:es)?\s+\S+(?:\s+[A-Z]\b)?(?:\s*(?:,|and|&)\s*(?:Class\s+)?\S+(?:\s+[A-Z]\b)?)+\s*", re.IGNORECASE
)


def _first_known(place: Place, words: list[str]) -> Term | None:
    codes = [place.code] if place.code in CLASS_CODES else [place.code, *CLASS_CODES]
    found = (vocabulary.lookup(code, one) for code in codes for one in words if one)
    return next((term for term in found if term is not None and term.table in _CLASS_TABLES), None)


def _titled(place: Place) -> Term | None:
    """Return what the title says of rows that are classes, the head naming a side at most."""
    for title in reversed(place.headings):
        for head in _heads(place) or [""]:
            term = vocabulary.sided(place.code, title, head) or vocabulary.sided("CLASS", title, head)
            if term is None and _is_open(place, head):
                term = vocabulary.lookup(place.code, title) or vocabulary.lookup("CLASS", title)
            if term is not None and term.table in _CLASS_TABLES:
                return term
    return None


# -- delinquency ----------------------------------------------------------------------------------------------------

# What a value in a row of late loans is, where no head says so: a whole number counts, money is a balance.
_FORMS = {
    "COUNT": Term("fact_delinquency", "loan_count", "COUNT"),
    "USD": Term("fact_delinquency", "balance", "USD"),
    "PCT": Term("fact_delinquency", "balance_pct", "PCT"),
}
_LATE = ("DELINQ", "PAST DUE", "FORECLOS", "BANKRUPT", "REO ", "OVERDUE", "ARREARS")


def _of_delinquency(place: Place) -> _Found:
    """Read a value whose place names a bucket, or a status, and a measure."""
    words = (*place.stubs, *place.stack, place.outer or "", *reversed(place.headings))
    is_late = place.code == "DELINQUENCY" or any(_is_status(one) for one in place.headings)
    if not is_late and not any(late in one.upper() for one in words for late in _LATE):
        return None
    own = (*place.stubs, *([place.outer] if place.outer else []), *place.stack)
    named = (*_heads(place), *reversed(place.stubs))
    measures = [as_printed for one in named if (as_printed := _measure(one, place.form))]
    buckets = [bucket for one in (*own, *_heads(place)) if (bucket := vocabulary.bucket_of(one))]
    bucket = next((one for one in buckets if one != "TOTAL"), buckets[0] if buckets else None)
    if bucket and not measures and place.form in _FORMS:
        measures = [_FORMS[place.form]]
    status = _status(own, place.headings, bucket)
    if (
        bucket is None
        and place.stubs
        and (share := vocabulary.measure_of(" ".join(place.stubs)))
        and share.unit == "PCT"
    ):
        bucket, measures = "TOTAL", [share]  # "Delinquent loans as a percentage of the pool balance"
    if bucket is None and measures and any(_is_status(one) for one in place.stubs):
        bucket = "TOTAL"  # a status beside the buckets, not parted into them
    if any(vocabulary.side_of(words) == "BEGINNING" for words in place.stack):
        return None  # what was late a month ago is of another month
    if bucket is None or not measures or (bucket == "TOTAL" and not is_late and not _is_of_late(place)):
        return None
    return Head(
        None, "fact_delinquency", measures[0].column, measures[0].unit, status=status or "DELINQUENT", bucket=bucket
    ), None


def _measure(words: str, form: str | None) -> Term | None:
    """Return the measure that words name, in the unit of the figure: a percent is a share, money is no count.

    Loans, accounts and receivables may be counted or owed; only words for a number say which.
    """
    term = vocabulary.measure_of(words)
    if term is None or form not in ("USD", "PCT"):
        return term
    if form == "PCT" and term.unit != "PCT":
        return term._replace(column=f"{term.column}_pct", unit="PCT")
    if form == "USD" and term.unit == "COUNT":
        return None if vocabulary.says_number(words) else _FORMS["USD"]
    return term


def _is_of_late(place: Place) -> bool:
    """Tell whether a heading speaks of late loans, or a label itself is a total of them."""
    if any(late in one.upper() for one in place.headings for late in _LATE):
        return True
    if any(_is_status(one) for one in place.stubs):
        return True
    return any(vocabulary.bucket_of(one) and any(late in one.upper() for late in _LATE) for one in place.stubs)


def _is_status(words: str) -> bool:
    """Tell whether words name where late loans stand, and not their total."""
    return vocabulary.status_of(words) not in (None, "TOTAL")


def _status(own: tuple[str, ...], headings: tuple[str, ...], bucket: str | None) -> str | None:
    """Return the status a row or column names, else the nearest heading; a total of buckets is none of statuses."""
    named = [status for one in own if (status := vocabulary.status_of(one))]
    above = [status for one in reversed(headings) if (status := vocabulary.status_of(one))]
    plain = [status for status in named if status != "TOTAL"]
    return next(iter(plain + above + (named if bucket != "TOTAL" else [])), None)


# -- labels ---------------------------------------------------------------------------------------------------------


def _of_label(place: Place) -> _Found:
    """Read a value whose label says what it is; its head may name a side or a measure of the same thing."""
    label = " ".join(place.stubs)
    heads = _heads(place)
    if vocabulary.is_total(label) or (not place.stack and place.several):
        return None  # a total of what no row names, columns that nothing tells apart
    if not heads or any(_is_open(place, head) for head in heads):
        term = _plain(place, label)
    elif any(vocabulary.side_of(head) for head in heads):
        term = None if place.sides else _plain(place, label)
        term = term or _sided(place, label)
    elif any(_counts(head) for head in heads):
        term = _counted(place, label)
    else:
        term = None
    term = term or (_plain(place, label) if place.beside.single or place.text else None)
    if term is None or term.table in ("fact_account", "fact_delinquency"):
        return None
    if term.table == "fact_class_distribution" and term.class_name is None:
        unclassed = _of_all(place, term, label)
        if unclassed is None:
            return None
        term = unclassed
    if term.table == "fact_class_factor" and term.class_name is None:
        return None
    if term.unit == "FLAG":
        return of_term(term)._replace(text=True), None
    if term.table == "fact_other_account" and term.item_code is None:
        return of_term(term)._replace(item_code=_side_account(place, label)), None
    return of_term(term, class_name=term.class_name), term.dated_by


def _asked(label: str) -> Term | None:
    """Return the test a question is about: wherever it stands, its answer is of that test."""
    term = vocabulary.lookup("DELINQUENCY", label)
    return term if term and term.unit == "FLAG" else None


def _of_all(place: Place, term: Term, label: str) -> Term | None:
    """Return what is said of no class: it is of all, or where that has no total, of the pool they are paid from."""
    if place.text:
        return None
    if term.column in _TOTAL_COLUMNS:
        return term._replace(table="fact_class_total")
    pool = vocabulary.lookup("POOL", label)
    return pool if pool and (pool.table, pool.unit) == ("fact_collateral", term.unit) else None


# In a name all words begin with a capital; the lower words before one are no part of it.
_ACCOUNT_NAME = re.compile(
    r"\b(?i:(?:beginning|ending|required|specified|opening|closing|total|current|the)\s+){0,9}"
    r"((?:[A-Z][A-Za-z-]{0,40}\s+){1,3}(?i:account|fund))\b"
)
_ACCOUNT = re.compile(
    r"(?i:(?:beginning|ending|required|specified|opening|closing|total|current|the)\s+){0,9}"
    r"((?:[A-Za-z-]{1,40}\s+){1,3}(?i:account|fund))\b"
)
_RESERVE = "Reserve Account"


def _side_account(place: Place, label: str) -> str:
    """Return the name of the account a line belongs to: the label's own, else that of the nearest heading."""
    for words in (label, *reversed(place.headings)):
        if match := _ACCOUNT_NAME.search(words) or _ACCOUNT.match(words) or _ACCOUNT.search(words):
            return match[1].title() if match[1].isupper() else match[1]
        if "RESERVE" in words.upper():
            return _RESERVE
    return place.headings[-1] if place.headings else label


def _plain(place: Place, label: str) -> Term | None:
    """Return what a label means alone, else with the words above it: a wrapped label, or a heading it belongs to."""
    if not label and place.headings:
        return vocabulary.lookup(place.code, place.headings[-1])
    term = vocabulary.lookup(place.code, f"{place.outer} {label}") if place.outer else None
    term = term or vocabulary.lookup(place.code, label)
    for heading in () if term else reversed(place.headings):
        term = vocabulary.lookup(place.code, f"{heading} {label}")
        if term is not None:
            break
    if term is None and place.code == vocabulary.UNTITLED:
        # Said of classes elsewhere, and here of none: then it is said of the pool.
        pool = vocabulary.lookup("POOL", label)
        term = pool if pool and pool.table == "fact_collateral" else None
    return _asked(label) if term is None and place.text else term


def _sided(place: Place, label: str) -> Term | None:
    found = (vocabulary.sided(place.code, label, head) for head in _heads(place))
    return next((term for term in found if term is not None), None)


# Amounts whose loans are counted beside them.
_COUNTED = ("gross_loss", "liquidated_balance", "balance", "price")


def _counts(head: str) -> bool:
    term = vocabulary.measure_of(head)
    return term is not None and term.column == "loan_count"


def _counted(place: Place, label: str) -> Term | None:
    """Return the count of what a label gives the amount of, where its table has one."""
    term = vocabulary.lookup(place.code, f"Number of {label}") or _plain(place, label)
    if term is None or term.unit == "COUNT":
        return term
    has_count = term.column in _COUNTED and "loan_count" in TABLES[term.table].column_names()
    return term._replace(column="loan_count", unit="COUNT") if has_count else None


# -- accounts and columns -------------------------------------------------------------------------------------------


def _of_account(place: Place) -> _Found:
    """Read a line of a cash account: what has no code of its own is named by its label."""
    heading = place.headings[-1] if place.headings else ""
    label = " ".join((place.outer, *place.stubs) if place.outer else place.stubs) or heading
    if place.account is None or not label or place.text or not _all_open(place):
        return None
    term = next(
        (term for one in reversed(place.headings) if (term := vocabulary.entry(one, label))), None
    ) or vocabulary.lookup("ACCOUNT", label)  # fmt: skip
    kind = (term.entry_type if term else None) or next(
        (kind for one in reversed(place.headings) if (kind := vocabulary.heading_of(one))), None
    )  # fmt: skip
    if kind is None or (term is not None and term.table != "fact_account"):
        return None
    item = term.item_code if term else vocabulary.code(label)
    under = None if kind in ("BEGINNING", "ENDING") or not place.stubs else heading or None
    account = (term.account if term else None) or place.account
    return Head(None, "fact_account", "amount", "USD", item, kind, None, account, under), None


def _all_open(place: Place) -> bool:
    heads = _heads(place)
    return not heads or any(_is_open(place, head) for head in heads)


def _of_head(place: Place) -> _Found:
    """Read a value whose head says what it is, its row being a side account."""
    for head in _heads(place):
        term = vocabulary.lookup(place.code, head)
        if term is not None and term.table == "fact_other_account" and place.stubs:
            return of_term(term)._replace(item_code=" ".join(place.stubs)), None
    return None


__all__ = [
    "CLASS_CODES",
    "FACTOR_CODES",
    "Beside",
    "Place",
    "is_class_name",
    "is_idle",
    "is_member",
    "meaning",
    "of_term",
    "with_sides",
]
