"""The numbered and lettered lines of one report, and how a reference finds them.

Numbers shift between filings and may begin again in another section; letters may be misprinted; an item may print no
figure of its own. What a lookup had to choose is left to its caller to record.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import chain, islice, pairwise

from transforms.expressions import Either, Node, Range, Ref, Terms, find_all

# Readings multiply; beyond this many a tie would prove nothing, and no reference is looked for further.
MOST_READINGS = 96
_MOST_LETTERS = 702  # from a to zz
_LONGEST_NAME = 20  # words of a label that a formula may call a line by


@dataclass(frozen=True)
class Line:
    """One printed line: its number and letter, its label without them, its figures by value column, their units.

    Figures keep the digits they are printed with (4.1967 % is Decimal("4.1967"), unit PCT); None is a blank cell. A
    line without number, letter and figures may hold the formula of the line above it. `col_start` is where the label
    begins.
    """

    number: int | None
    letter: str | None
    label: str
    values: tuple[Decimal | None, ...] = ()
    units: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    line_no: int = 0
    col_start: int = 0

    def unit(self, column: int) -> str:
        """Return the unit of a value column, UNKNOWN if none was given."""
        return self.units[column] if column < len(self.units) else "UNKNOWN"

    @property
    def is_blank(self) -> bool:
        """Whether nothing is printed in any of its value columns."""
        return all(value is None for value in self.values)


class Report:
    """The lines of one report, with the ways to look them up."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self.found = [find_all(line.label) for line in lines]
        self.item_of = list(_items(lines))
        self._lettered: dict[int, list[int]] = {}

    @cached_property
    def items(self) -> dict[int, list[int]]:
        """The indexes of the lettered and main lines of each item."""
        found: dict[int, list[int]] = {}
        for index, item in enumerate(self.item_of):
            line = self.lines[index]
            if line.number is not None or line.letter is not None:
                found.setdefault(item, []).append(index)
        return found

    @cached_property
    def numbers(self) -> dict[int, list[int]]:
        """The items of each line number; a number may be printed again in another section."""
        found: dict[int, list[int]] = {}
        for item, indexes in self.items.items():
            number = self.lines[indexes[0]].number
            if number is not None:
                found.setdefault(number, []).append(item)
        return found

    @cached_property
    def names(self) -> dict[str, list[int]]:
        """The lines of each label, without formula, marks and case; a caption above the lines is none."""
        found: dict[str, list[int]] = {}
        for index, line in enumerate(self.lines):
            if line.is_blank and not self.heads(index):
                continue
            found.setdefault(_plain_label(line.label), []).append(index)
        return found

    def heads(self, index: int) -> bool:
        """Whether a line is the main line of an item with letters."""
        line = self.lines[index]
        return line.number is not None and line.letter is None and bool(self.lettered(self.item_of[index]))

    def lettered(self, item: int) -> list[int]:
        """Return the lines of an item that have a letter, in print order."""
        if item not in self._lettered:
            found = (index for index in self.items[item] if self.lines[index].letter is not None)
            self._lettered[item] = list(islice(found, _MOST_LETTERS))
        return self._lettered[item]

    @cached_property
    def filled(self) -> list[int]:
        """The lines that print a figure."""
        return [index for index, line in enumerate(self.lines) if not line.is_blank]

    @cached_property
    def _beginnings(self) -> dict[str, list[int]]:
        """The lines by the words that their labels begin with and go on behind."""
        found: dict[str, list[int]] = {}
        for label, indexes in self.names.items():
            words = label.split(" ", _LONGEST_NAME)
            for count in range(1, len(words)):
                found.setdefault(" ".join(words[:count]), []).extend(indexes)
        return {words: sorted(indexes) for words, indexes in found.items()}

    def named(self, name: str) -> list[int]:
        """Return the lines with a label, else those whose label begins with it, in print order."""
        wanted = " ".join(name.casefold().split())
        return self.names.get(wanted) or self._beginnings.get(wanted, [])

    def filled_before(self, index: int) -> int:
        """Return the nearest line before one that prints a figure, that line where none does."""
        at = bisect_left(self.filled, index)
        return self.filled[at - 1] if at else index

    def filled_behind_item(self, index: int) -> int:
        """Return the first line with a figure behind the item of a line, that line where none is."""
        at = bisect_left(self.filled, bisect_right(self.item_of, self.item_of[index]))
        return self.filled[at] if at < len(self.filled) else index


def _items(lines: Sequence[Line]) -> Iterator[int]:
    """Yield the item of each line: a new one at each new number, or where letters without number begin again."""
    item, number, first = 0, None, ""
    for line in lines:
        if line.number is None and line.letter is None:
            yield item
            continue
        begins = line.number != number or (line.letter is None and line.number is not None)
        if begins or (line.number is None and line.letter == first):
            item, number = item + 1, line.number
            first = line.letter or ""
        first = first or line.letter or ""
        yield item


@lru_cache(maxsize=65536)
def _plain_label(label: str) -> str:
    for formula in reversed(find_all(label)):
        label = label[: formula.start] + label[formula.end :]
    return " ".join(re.sub(r"\([0-9]{1,2}\)|[*:]", " ", label).casefold().split())


def items_of(report: Report, index: int, number: int | None) -> list[int]:
    """Return the nearest items with a number, those before a line first; without number that line's own item."""
    own = report.item_of[index]
    if number is None:
        return [own] if own in report.items else []
    return list(nearest(report.numbers.get(number, []), own))


def nearest(places: Sequence[int], own: int) -> Iterator[int]:
    """Yield of rising places those up to one's own, the nearest first, then those behind it: as many as are read."""
    at = bisect_right(places, own)
    before = (places[nth] for nth in range(at - 1, -1, -1))
    behind = (places[nth] for nth in range(at, len(places)))
    return islice(chain(before, behind), MOST_READINGS)


def lookup(report: Report, index: int, ref: Ref) -> Iterator[int]:
    """Yield the lines of a reference, likeliest first; misprinted letters are read by their order."""
    for item in items_of(report, index, ref.number):
        if ref.letter is None:
            yield from (other for other in report.items[item] if report.lines[other].letter is None)
            continue
        lettered = report.lettered(item)
        same = [other for other in lettered if report.lines[other].letter == ref.letter]
        folded = [other for other in lettered if (report.lines[other].letter or "").lower() == ref.letter.lower()]
        found = same or folded
        yield from nearest(found, index)
        if not found and _is_broken(report, lettered):
            place = _place(ref.letter, report, lettered)
            if place < len(lettered):
                yield lettered[place]


def _is_broken(report: Report, lettered: Sequence[int]) -> bool:
    """Whether the letters of an item do not rise: one is misprinted."""
    letters = [report.lines[index].letter or "" for index in lettered]
    roman = _is_roman(letters)
    places = [_ordinal(letter, roman) for letter in letters]
    return any(later <= earlier for earlier, later in pairwise(places))


def _is_roman(letters: Sequence[str]) -> bool:
    return bool(letters) and letters[0].lower() == "i" and (len(letters) == 1 or letters[1].lower() == "ii")


def _ordinal(letter: str, roman: bool) -> int:
    """Return the place of a letter, a = 0 or i = 0; -1 for what is no letter."""
    letter = letter.lower()
    if not roman:
        return ord(letter) - ord("a") if len(letter) == 1 else -1
    values = {"i": 1, "v": 5, "x": 10, "l": 50}
    digits = [values.get(sign, 0) for sign in letter]
    return sum(-d if d < max(digits[at:]) else d for at, d in enumerate(digits)) - 1


def _place(letter: str, report: Report, lettered: Sequence[int]) -> int:
    return _ordinal(letter, _is_roman([report.lines[index].letter or "" for index in lettered]))


def totals(report: Report, item: int) -> dict[str, list[int]]:
    """Return which letters make up an item, by the formulas they print themselves.

    A line that another one sums is in that sum already; a ratio adds nothing; where a line is what remains of some
    lines after others ("a + b - c"), the item is what was due or what was paid.
    """
    lettered = [index for index in report.lettered(item) if not report.lines[index].is_blank]
    covered: set[int] = set()
    due: set[int] = set()
    paid: set[int] = set()
    rest: set[int] = set()
    for index in lettered:
        for formula in report.found[index][:1]:
            added, taken = _split(report, index, formula.tree)
            if added is None:
                covered.add(index)
            elif taken:
                due, paid, rest = due | added, paid | taken, rest | {index}
            else:
                covered |= added
    top = [index for index in lettered if index not in covered]
    if not rest:
        return {"its letters added": top} if top else {}
    return {
        "what was due": [index for index in top if index not in paid | rest],
        "what was paid": [index for index in top if index not in due | rest],
    }


def _split(report: Report, index: int, tree: Node) -> tuple[set[int] | None, set[int]]:
    """Return the lines of the own item that a sum adds and takes away; None for what is no sum."""
    if isinstance(tree, Either):
        tree = tree.parts[0]
    parts = tree.parts if isinstance(tree, Terms) else ((1, tree),)
    added: set[int] = set()
    taken: set[int] = set()
    for sign, part in parts:
        (added if sign > 0 else taken).update(_covered(report, index, part))
    is_sum = isinstance(tree, Terms | Range | Ref)
    return (added if is_sum else None), taken


def _covered(report: Report, index: int, node: Node) -> list[int]:
    if isinstance(node, Range):
        return between(report, index, node)
    if isinstance(node, Ref) and node.number is None:
        return list(islice(lookup(report, index, node), 1))
    return []


def between(report: Report, index: int, span: Range) -> list[int]:
    """Return the lettered lines of a range within one item, [] where an end is missing."""
    for item in items_of(report, index, span.first.number):
        lettered = report.lettered(item)
        letters = [report.lines[other].letter or "" for other in lettered]
        roman = _is_roman(letters)
        first, last = _ordinal(span.first.letter or "", roman), _ordinal(span.last.letter or "", roman)
        places = [_ordinal(letter, roman) for letter in letters]
        wanted = list(range(first, last + 1))
        ends = [at for at in range(len(places)) if places[at : at + len(wanted)] == wanted]
        if ends and wanted:
            at = min(ends, key=lambda end: (lettered[end] > index, abs(lettered[end] - index)))
            return lettered[at : at + len(wanted)]
        if wanted and _is_broken(report, lettered) and last < len(lettered):
            return lettered[first : last + 1]
    return []


def subtotals(report: Report, lines: Sequence[int]) -> set[int]:
    """Return the lines of a range that themselves sum lines of it."""
    found: set[int] = set()
    for index in lines:
        for formula in report.found[index][:1]:
            added, _ = _split(report, index, formula.tree)
            if added and added <= set(lines):
                found.add(index)
    return found
