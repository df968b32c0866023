"""Paper for reports of fixed width: figures in the forms of one look, lines, rules, letterheads and page breaks."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from random import Random
from typing import Literal

from tests.simulate.shape import Shape
from tests.simulate.sheet import Figure, Sheet, Table, written

Mark = tuple[str, str, str]
TABLE_TAGS = ("<TABLE>", "<CAPTION>", "</TABLE>")


@dataclass(frozen=True)
class Look:
    """How one report prints numbers, dates and columns.

    figure_gap, head_gap: fewest blanks between neighbours, of figures and of heads.
    overhang: a closing parenthesis or minus stands beyond the right edge of the column.
    dollar: which rows have a dollar sign, and `apart` puts it at the left edge of the column.
    tags: whether tables stand between tags; marks: whether lines of <S> and <C> mark their columns.
    indent: blanks before every line. capitals: labels in capitals, else each word with one.
    turn: rows of a class table after which a page ends; 0 never. cut: whether class tables are split by columns.
    """

    commas: bool = True
    negative: Literal["parentheses", "minus", "trailing"] = "parentheses"
    overhang: bool = True
    zero: Literal["0.00", "-", "blank"] = "0.00"
    dollar: Literal["none", "first", "all"] = "none"
    apart: bool = False
    percent: Literal["after", "apart", "before", "missing"] = "after"
    rate_decimals: int = 6
    factor_commas: bool = True
    factor_decimals: int = 6
    figure_gap: int = 1
    head_gap: int = 2
    slack: int = 3
    stub: Literal["left", "right", "center"] = "left"
    center: bool = False
    capitals: bool = True
    date_form: str = "words"
    rule: str = "- -"
    form_feed: bool = False
    turn: int = 0
    cut: Literal["none", "continued", "bare"] = "none"
    shuffle: bool = False
    note: bool = False
    narrow_heads: bool = True
    tags: bool = True
    marks: bool = True
    indent: int = 0

    @classmethod
    def draw(cls, rng: Random, dates: Sequence[str], rules: Sequence[str]) -> "Look":
        """Draw every choice; usual ones more often."""
        return cls(
            commas=rng.random() < 0.88,
            negative=rng.choice(("parentheses", "parentheses", "minus", "trailing")),
            overhang=rng.random() < 0.7,
            zero=rng.choices(("0.00", "-", "blank"), (85, 10, 5))[0],
            dollar=rng.choices(("none", "first", "all"), (75, 17, 8))[0],
            apart=rng.random() < 0.4,
            percent=rng.choices(("after", "apart", "before", "missing"), (62, 12, 12, 14))[0],
            rate_decimals=rng.choice((5, 6, 6, 7)),
            factor_commas=rng.random() < 0.7,
            factor_decimals=rng.choice((6, 6, 8, 9)),
            figure_gap=rng.choice((1, 1, 2, 3)),
            head_gap=rng.choice((2, 2, 3)),
            slack=rng.choice((0, 2, 4)),
            stub=rng.choices(("left", "right", "center"), (60, 20, 20))[0],
            center=rng.random() < 0.25,
            date_form=rng.choice(dates),
            rule=rng.choice(rules),
            form_feed=rng.random() < 0.2,
            turn=rng.randrange(2, 9) if rng.random() < 0.25 else 0,
            cut=rng.choices(("none", "continued", "bare"), (76, 14, 10))[0],
            shuffle=rng.random() < 0.15,
            note=rng.random() < 0.2,
            narrow_heads=rng.random() < 0.8,
            tags=(tags := rng.random() < 0.85),
            marks=tags and rng.random() < 0.9,
            indent=rng.choice((0, 0, 0, 0, 1, 4, 9)),
        )

    def varied(self) -> list[str]:
        """Names of what differs from the plainest print."""
        plain = Look()
        names = (
            "commas", "negative", "zero", "dollar", "percent", "stub", "center", "date_form", "rule", "form_feed",
            "tags", "marks", "indent", "capitals", "narrow_heads",
        )  # fmt: skip
        said = [f"{name}={getattr(self, name)}" for name in names if getattr(self, name) != getattr(plain, name)]
        flags = ("turn", "shuffle", "note", "apart")
        said += [name for name in flags if getattr(self, name) and (name != "apart" or self.dollar != "none")]
        said += [f"cut={self.cut}"] * (self.cut != "none") + ["tight"] * (self.figure_gap == 1)
        return said

    def money(self, amount: Decimal) -> Figure | None:
        """Dollars and cents; nothing where a zero is left blank."""
        if not amount and self.zero != "0.00":
            return None if self.zero == "blank" else Figure("-", "0.00", "USD")
        plain = f"{abs(amount):,.2f}" if self.commas else f"{abs(amount):.2f}"
        return Figure(self.signed(plain, amount), f"{amount:.2f}", "USD")

    def signed(self, plain: str, amount: Decimal) -> str:
        """A number below zero in the look's form."""
        if amount >= 0:
            return plain
        return {"parentheses": f"({plain})", "minus": f"-{plain}", "trailing": f"{plain}-"}[self.negative]

    def rate(self, percent: Decimal, decimals: int | None = None) -> Figure:
        """A rate given in percent."""
        value = f"{percent:.{self.rate_decimals if decimals is None else decimals}f}"
        raw = {"after": f"{value}%", "apart": f"{value} %", "before": f"%{value}", "missing": value}[self.percent]
        return Figure(raw, value, "PCT", f"{Decimal(value).scaleb(-2):f}")

    def share(self, part: Decimal, whole: Decimal) -> Figure:
        """Part of a whole in percent, always with the sign behind it."""
        value = f"{part / whole * 100 if whole else Decimal(0):.5f}"
        return Figure(f"{value}%", value, "PCT", f"{Decimal(value).scaleb(-2):f}")

    def factor(self, amount: Decimal, face: Decimal) -> Figure:
        """Dollars per thousand of face."""
        exact = amount / face * 1000 if face else Decimal(0)
        value, scale = f"{exact:.{self.factor_decimals}f}", self.factor_decimals
        return Figure(f"{exact:,.{scale}f}" if self.factor_commas else value, value, "USD_PER_DENOM")

    def day(self, value: date) -> str:
        """A date."""
        if self.date_form == "dashed":
            return f"{value.day:02}-{written(value, 'words')[:3]}-{value.year % 100:02}"
        return written(value, self.date_form)


def count(number: int) -> Figure:
    """A number of loans."""
    return Figure(f"{number:,}", str(number), "COUNT")


def words(text: str) -> Figure | None:
    """A text as value, or nothing."""
    return Figure(text, text, "TEXT") if text else None


SHORT = ("REO", "REMIC", "CUSIP", "PPIS", "WAC", "WAM", "QXIA", "ZGIC")


def titled(label: str) -> str:
    """A label of capitals with one for each word; short forms stay, and so does a label in other letters."""
    if not label.isupper() or label in SHORT:
        return label
    return re.sub(r"[A-Z]+", lambda word: word[0] if word[0] in SHORT else word[0].capitalize(), label)


def nothing(page: "Page") -> None:
    """A page without letterhead or foot."""


@dataclass
class Page:
    """A sheet with a look: what is printed on every page, and the labels printed so far.

    `top` and `foot` print the letterhead and the foot of a page; they are set by the family.
    """

    look: Look
    rng: Random
    sheet: Sheet = field(init=False)
    labels: set[str] = field(default_factory=set)
    top: Callable[["Page"], None] = nothing
    foot: Callable[["Page"], None] = nothing
    width: int = 120
    number: int = 1
    tables: int = 0
    misprint: str | None = None
    formulas: list[dict[str, object]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sheet = Sheet(Shape(seed=0, tags=False), self.rng)

    def say(self, label: str) -> str:
        """A label in the look's letters, kept as printed."""
        said = label.upper() if self.look.capitals else titled(label)
        self.labels.add(said.replace("|", " "))
        return said

    def line(self, text: str = "", marks: Iterable[Mark] = (), col: int = 0) -> int:
        """A line without cells: marks are header fields, other digits are no values."""
        return self.sheet.head(text, marks, col) if text else self.gap()

    def dated(self, label: str, value: date, place: str, width: int = 0, col: int = 0) -> int:
        """A label and a date; `place` is where a header keeps it."""
        self.labels.add(label)
        said = self.look.day(value)
        return self.line(f"{label:<{width}}{said}", [(said, place, value.isoformat())], col)

    def gap(self, lines: int = 1) -> int:
        """Empty lines."""
        self.sheet.blank(lines)
        return len(self.sheet.lines)

    def middle(self, text: str, marks: Iterable[Mark] = ()) -> int:
        """A line in the middle of the page."""
        return self.line(text, marks, max((self.width - len(text)) // 2, 0))

    def rule(self, width: int | None = None) -> None:
        """A rule across the page; a dash at the edge is stuffed as mail of the time does."""
        length = width or self.width
        self.sheet.lines.append({"- -": "- " + "-" * (length - 2), "=": "=" * length}.get(self.look.rule, "-" * length))

    def open(self, title: str, canonical: str, tag: bool = True) -> None:
        """Begin a table of the truth, with or without tags of its own."""
        self.tables += 1
        if tag:
            self.tag("<TABLE>", "<CAPTION>")
        self.sheet.tables.append(Table(f"S{self.tables:02}", title, canonical, len(self.sheet.lines) + 1))

    def close(self, tag: bool = True) -> None:
        """End the table."""
        if tag:
            self.tag("</TABLE>")
        self.sheet.table.end = len(self.sheet.lines)

    def tag(self, *tags: str) -> None:
        """Tags on lines of their own; those of tables only where the look has them."""
        some = [one for one in tags if self.look.tags or one not in TABLE_TAGS]
        self.sheet.lines.extend(some)

    def leaf(self) -> None:
        """What parts two pages."""
        self.tag("\f" if self.look.form_feed else "<PAGE>")

    def turn(self) -> None:
        """End the page and begin another, with foot and letterhead."""
        self.foot(self)
        self.number += 1
        self.leaf()
        self.top(self)
