"""Positions in lists: the statement and headings a row stands under, and what stands beside its values."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, groupby, takewhile

from transforms import formulas, grid, vocabulary
from transforms.facts.statements import UNTITLED
from transforms.grid import Chunk
from transforms.lists import Entry, Heading, List
from transforms.magnitude import decimals
from transforms.meaning import CLASS_CODES, Beside, is_class_name
from transforms.shapes import FINE
from transforms.values import has_digits
from transforms.vocabulary import Term

# A heading of a list that says no more: "Cumulative Net Losses".
_CUMULATIVE = re.compile(r"cumulative\b.*\bloss(es)?\b", re.IGNORECASE)
_CUMULATIVE_LOSS = "CUMULATIVE_LOSS"
_DEEPEST = 3  # headings over one row


def is_title(words: str) -> bool:
    """Tell whether words begin a statement, or name an account."""
    return vocabulary.statement_of(words) is not None or vocabulary.account_of(words) is not None


def beside(stretch: List) -> Beside:
    """Return what stands beside a value in its stretch."""
    heads = [grid.join(tuple(stack)) for stack in stretch.heads]
    named = [words for words in heads if words and not vocabulary.is_total(words)]
    return Beside(
        groups=any(vocabulary.group_of(words) for stack in stretch.heads for words in stack),
        across=bool(named) and all(is_class_name(words) for words in named),
        single=len(heads) == 1,
    )


def of_classes(items: Sequence[Heading | Entry]) -> Iterator[bool]:
    """Tell for each row of a list whether most rows under its heading are classes, and a total among them is theirs.

    Below a few classes among the payments of a waterfall (ford-2025-a) a total is of all payments.
    """
    for _, group in groupby(items, key=lambda item: isinstance(item, Entry)):
        rows = [_without_class(item) for item in group]
        named = [words for words in rows if words]
        yield from [2 * len(named) >= len(rows) and len(set(named)) == 1] * len(rows)


def _without_class(item: Heading | Entry) -> str | None:
    """Return what a row says besides the class it names, None where it names none."""
    stub = vocabulary.numbered(item.stubs[-1])[2] if isinstance(item, Entry) and item.stubs else ""
    name, marked = vocabulary.classed(stub)
    return marked if name else None


def form(text: str, start: int, end: int, cents: frozenset[int] = frozenset()) -> str | None:
    """Return what a figure is by the way it is written: COUNT, USD, PCT, or FINE with more decimals than dollars have.

    A dollar sign may stand before it, in a column of its own. `cents` are decimals that amounts have in their scale.
    """
    raw = text[start:end]
    if not has_digits(raw):
        return None
    if "%" in raw:
        return "PCT"
    if FINE.search(raw.rstrip(") ")) and decimals(raw) not in cents:
        return "FINE"
    return "USD" if "." in raw or "$" in raw or text[:start].rstrip().endswith("$") else "COUNT"


Form = Callable[[str, int, int], str | None]


def form_in(stretch: List, at: int, column: int, chunk: Chunk, form: Form = form) -> str | None:
    """Return the form of a figure in the row of a list with this number.

    Among the rows of late loans around it, down to the next heading, a column has one measure: a dash has the form of
    its figures, and where one of them is money no whole number is a count.
    """
    entry = stretch.items[at]
    own = form(entry.row.text, chunk[0], chunk[1])
    if own not in (None, "COUNT") or not _is_late(entry):
        return own
    forms = {own, *_forms_of_late(stretch, at, column, form)} - {None}
    if own is None:
        return forms.pop() if len(forms) == 1 else None
    return "USD" if "USD" in forms else own


def _forms_of_late(stretch: List, at: int, column: int, form: Form) -> Iterator[str | None]:
    """Yield the forms of a column in the rows of late loans around one, as far as no heading parts them."""
    above = takewhile(_is_late, reversed(stretch.items[:at]))
    below = takewhile(_is_late, stretch.items[at + 1 :])
    for one in chain(above, below):
        if isinstance(one, Entry):
            yield from (form(one.row.text, start, end) for place, (start, end, _) in one.values if place == column)


def _is_late(item: Heading | Entry) -> bool:
    return isinstance(item, Entry) and bool(item.stubs) and vocabulary.bucket_of(item.stubs[-1]) is not None


def listed_code(code: str) -> str:
    """Return the statement of a list. A title of class tables, often that of the whole report, says nothing of it."""
    return UNTITLED if code == CLASS_CODES[0] else code


def is_heading(words: str) -> bool:
    """Tell whether words head the rows below them: a title, or where late loans stand."""
    return is_title(words) or vocabulary.status_of(words) not in (None, "TOTAL")


def _opens(words: str) -> bool:
    """Tell whether words begin something else than the lines above: a title, or sums to date."""
    return is_title(words) or _CUMULATIVE.match(words) is not None


def is_whole(code: str, words: str) -> bool:
    """Tell whether words begin something else than the lines above, or are a label of the statement by themselves."""
    return _opens(words) or vocabulary.lookup(code, words) is not None


def is_described(label: str) -> bool:
    """Tell whether the values of a label are words or dates."""
    term = vocabulary.lookup("COLLATERAL", label)
    return term is not None and is_text(term)


class Position:
    """Where in a list the reading stands: its statement, the account it is of, and the headings above the next row."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.account: str | None = None
        self.headings: list[str] = []
        self.numbered = False  # the last heading has a number, and ends with the lines that are lettered under it
        self.section: int | None = None

    def beside(self) -> "Position":
        """Return where a list at the right of this one begins: under the same title."""
        here = Position(self.code)
        here.account, here.headings = self.account, list(self.headings)
        return here

    def open(self, title: str) -> None:
        """Begin a statement."""
        statement = vocabulary.statement_of(title)
        self.code = listed_code(statement.code) if statement else self.code
        self.account = vocabulary.account_of(title) or (vocabulary.code(title) if self.code == "ACCOUNT" else None)
        self.headings, self.numbered, self.section = [title], False, None

    def pass_heading(self, heading: Heading, *, is_over: bool = False) -> None:
        """Take a row of words for the heading of what follows; `is_over` values without a label it is their label."""
        number, _, words = vocabulary.numbered(heading.words)
        is_numbered = heading.number is not None or number is not None
        if not words:
            return
        if not is_numbered and _opens(words):
            self.open(words)
            self.code = _CUMULATIVE_LOSS if _CUMULATIVE.match(words) else self.code
            return
        if self.code == "ACCOUNT" and self.headings and not is_over and self._is_blank(words):
            return
        if self.numbered or len(self.headings) > _DEEPEST:
            self.headings.pop()
        if vocabulary.group_of(words):
            # A loan group is named again and again below what its rows are about.
            self.headings[1:] = [above for above in self.headings[1:] if not vocabulary.group_of(above)]
        elif not is_numbered and len(self.headings) > 1 and not vocabulary.is_total(words):
            del self.headings[1:]
        self.headings.append(words)
        self.numbered = is_numbered

    def _is_blank(self, words: str) -> bool:
        """Tell whether words are a line of the account above whose values are blank, and head nothing."""
        section = self.headings[-1]
        return vocabulary.heading_of(section) is not None and vocabulary.entry(section, words) is not None

    def is_kept(self, heading: Heading) -> bool:
        """Tell whether a row of words is a line of its own: it has a number or letter, or holds a formula."""
        number, letter, words = vocabulary.numbered(heading.words)
        is_formula = (
            words.startswith("(") and any(sign in words for sign in "0123456789") and bool(formulas.find(words))
        )
        return heading.number is not None or number is not None or letter is not None or is_formula

    def pass_entry(self, entry: Entry) -> None:
        """Leave a numbered heading where the next number comes."""
        if self.numbered and entry.number is not None:
            self.headings.pop()
            self.numbered = False


def is_text(term: Term) -> bool:
    """Tell whether a term is filled by words or dates."""
    return term.unit in ("TEXT", "DATE")
