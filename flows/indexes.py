"""What EDGAR's index files list: the filings of a quarter or of a day, one line per filer.

Full index and daily index differ in their header and in how they write a date; both are read here.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

# edgar/data/1598693/0001193125-14-101207.txt
FILE_NAME = re.compile(r"edgar/data/[0-9]+/(?:[0-9]{18}/)?([0-9]{10}-[0-9]{2}-[0-9]{6})\.txt")
LAST_DATA = re.compile(r"^Last Data Received:[ \t]*(\S[^\r\n]{0,40}?)[ \t]*\r?$", re.MULTILINE)
LONGEST_NAME = 500  # characters
CIK = re.compile("[0-9]{1,10}")
NUMBERED = re.compile(r"[0-9]{1,10}\|")
SHOWN = 200  # characters of a line that names no filing
DAY = re.compile(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})")  # the full index writes 2006-03-27, that of a day 20060327
HEAD, RULE = "CIK|", "----"  # what the lines begin with that stand above those of filings
QUARTER = re.compile(r"([0-9]{4})-?Q(?:TR)?([1-4])", re.IGNORECASE)


class Quarter(NamedTuple):
    """A calendar quarter, the unit of the full index and of a back-fill."""

    year: int
    number: int  # 1 to 4

    @classmethod
    def of(cls, day: date) -> "Quarter":
        """Return the quarter a day lies in."""
        return cls(day.year, (day.month + 2) // 3)

    @classmethod
    def parse(cls, text: str) -> "Quarter":
        """Return the quarter that a text such as 1996-Q1 names. Raises ValueError."""
        match = QUARTER.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"{text!r} is no quarter such as 1996-Q1")
        return cls(int(match[1]), int(match[2]))

    @property
    def folder(self) -> str:
        """Its folder in an index: 1996/QTR1."""
        return f"{self.year}/QTR{self.number}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.next.first - timedelta(days=1)

    @property
    def next(self) -> "Quarter":
        """The quarter after it."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def before(self) -> "Quarter":
        """The quarter before it."""
        return Quarter(self.year - (self.number == 1), (self.number - 2) % 4 + 1)

    def to(self, last: "Quarter") -> "Iterator[Quarter]":
        """Yield the quarters from this to `last`, both included."""
        one = self
        while one <= last:
            yield one
            one = one.next

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"


@dataclass(frozen=True)
class Listing:
    """One filing of an index, with all its filers."""

    accession: str
    form_type: str
    filed_date: date
    company: str
    ciks: tuple[int, ...]
    path: str  # below Archives/
    listed_in: str = ""  # name of the index file


def parse(name: str, text: str, forms: Iterable[str]) -> tuple[list[Listing], list[str]]:
    """Return the filings of some forms, one per accession number, and the lines that cannot be read.

    These are lines of the same forms that name no filing, and those of which not even the form can be told.

    `name` is that of the index file, for the messages.
    """
    wanted = frozenset(forms)
    found: dict[str, Listing] = {}
    strange: list[str] = []
    for number, line in _lines(text):
        listing = _listing(line, name)
        if listing is None:
            form = _form(line)
            if form is None or form in wanted:
                strange.append(f"{name}, line {number}: {line[:SHOWN]}{'...' if len(line) > SHOWN else ''}")
        elif listing.form_type in wanted:
            # An index has one line per filer; the accession number is the filing.
            earlier = found.get(listing.accession) or listing
            ciks = dict.fromkeys((*earlier.ciks, *listing.ciks))
            found[listing.accession] = replace(earlier, ciks=tuple(ciks))
    return sorted(found.values(), key=lambda listing: (listing.filed_date, listing.accession)), strange


def reaches_to(text: str) -> date | None:
    """Return the day up to which an index file says that it goes, None where it says nothing."""
    match = LAST_DATA.search(text[:2000])
    # The full index writes March 15, 2019, the index of a day Jan  2, 2024.
    written = " ".join(match[1].split()) if match else ""
    for form in ("%B %d, %Y", "%b %d, %Y") if written.isascii() else ():
        try:
            return datetime.strptime(written, form).date()
        except ValueError:
            continue
    return None


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a master index that should be filings: those below its head, blank ones left out."""
    # Only the end of a line ends one: a company's name may hold what Unicode calls another.
    lines = [line.strip() for line in text.split("\n")]
    first = next((at for at, line in enumerate(lines) if line.startswith(HEAD) or NUMBERED.match(line)), len(lines))
    while first < len(lines) and lines[first].startswith((HEAD, RULE)):
        first += 1
    yield from ((number, line) for number, line in enumerate(lines[first:], first + 1) if line)


def _listing(line: str, name: str) -> Listing | None:
    """Return the filing that a line of the index `name` lists for one filer, None where it cannot be read."""
    fields = _fields(line)
    if fields is None:
        return None
    cik, company, form, filed, path = fields
    match, day = FILE_NAME.fullmatch(path), _day(filed)
    if match is None or day is None or len(company) > LONGEST_NAME or CIK.fullmatch(cik) is None:
        return None
    return Listing(match[1], form, day, company, (int(cik),), path, name)


def _form(line: str) -> str | None:
    fields = _fields(line)
    return fields[2] if fields else None


def _fields(line: str) -> list[str] | None:
    """Return CIK, company, form, day and path of a line, None where it has fewer fields."""
    if line.count("|") < 4:
        return None
    cik, rest = line.split("|", 1)
    # A company's name may hold a bar itself, the other fields never do.
    return [field.strip() for field in (cik, *rest.rsplit("|", 3))]


def _day(text: str) -> date | None:
    match = DAY.fullmatch(text)
    try:
        return date(*map(int, match.groups())) if match else None
    except ValueError:
        return None


def spans(first: str, last: str | None, today: date, most: int) -> list[tuple[Quarter, Quarter, int, int]]:
    """Cut quarters, up to that of `today` if no last one is told, into at most so many groups of about the same size.

    Each is its first and last quarter, how many come before it, and how many there are in all. Raises ValueError where
    a text names no quarter, or there is none from the first to the last.
    """
    start, end = Quarter.parse(first), Quarter.parse(last) if last else Quarter.of(today)
    every = list(start.to(end))
    if not every:
        raise ValueError(f"from {start} to {end} is no span: the first quarter comes after the last")
    number = min(len(every), most)
    cuts = [len(every) * at // number for at in range(number + 1)]
    return [(every[low], every[high - 1], low, len(every)) for low, high in pairwise(cuts)]
