"""How a report looks, apart from what it says: one value per thing that trustees do differently."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from types import MappingProxyType
from typing import Literal

CLASS_TABLES = ("summary", "principal", "principal_factors", "interest", "interest_factors")
COLUMNS = MappingProxyType(
    {"summary": 10, "principal": 10, "principal_factors": 10, "interest": 11, "interest_factors": 11}
)
CUTS = MappingProxyType(
    {"summary": (6,), "principal": (6,), "principal_factors": (5,), "interest": (6,), "interest_factors": (6,)}
)
OPTIONAL = ("shortfall", "other_accounts", "other_information", "products")
DATES = ("short", "long", "padded", "day_month", "words", "capitals")


@dataclass(frozen=True)
class Shape:
    """The look of one report; the defaults are those of a usual report of 2003.

    seed: source of the small displacements (indents, gaps, blank lines).
    cuts: per class table, after which column a new part begins; () is unsplit.
    shift: first label and number of labels of the first collateral statement whose values stand a line low.
    lone: whether the first shifted label stands apart, with its value alone on the next line.
    wordings: which wording each collateral statement has (0, 1), in printed order.
    empty: share of cells left blank where another statement prints the same figure or a blank is usual.
    without: statements left out; no_totals: class tables without a totals row; drop: (table, head) columns left out.
    """

    seed: int = 0
    indents: tuple[int, int] = (0, 1)
    row_indent: int = 0
    gap: tuple[int, int] = (4, 7)
    stub: int = 14
    edge: int = 100
    cuts: Mapping[str, tuple[int, ...]] = field(default_factory=lambda: CUTS)
    shuffle_columns: bool = False
    shuffle_labels: bool = False
    blank_rows: float = 0.03
    blank_gaps: tuple[int, int] = (0, 3)
    continued: Literal["caption", "repeated", "none"] = "caption"
    marks: Literal["lower", "upper", "none"] = "lower"
    tags: bool = True
    joined_head: bool = True
    factor_commas: tuple[bool, bool, bool] = (False, True, False)
    percent_gap: bool = False
    rate_left: bool = True
    date_form: str = "short"
    shift: tuple[int, int] = (0, 0)
    lone: bool = True
    wordings: tuple[int, ...] = (0, 1)
    no_totals: frozenset[str] = frozenset()
    empty: float = 0.0
    overflow: bool = True
    cut_footnote: bool = False
    one_denomination: bool = False
    matrix_right: bool = False
    matrix_width: int = 24
    short_buckets: bool = False
    parentheses: bool = False
    strange_lines: int = 0
    without: frozenset[str] = frozenset()
    drop: frozenset[tuple[str, str]] = frozenset()

    @classmethod
    def random(cls, rng: Random) -> "Shape":
        """Draw every choice."""
        low = rng.randrange(2, 6)
        blank = rng.randrange(0, 2)
        return cls(
            seed=rng.randrange(1 << 30),
            indents=(0, rng.choice((0, 1, 1, 4))),
            row_indent=rng.choice((0, 0, 0, 1, 4, 5)),
            gap=(low, low + rng.randrange(0, 5)),
            stub=rng.randrange(8, 18),
            edge=rng.randrange(86, 125),
            cuts={name: cuts(rng, COLUMNS[name], CUTS[name]) for name in CLASS_TABLES},
            shuffle_columns=rng.random() < 0.3,
            shuffle_labels=rng.random() < 0.3,
            blank_rows=rng.choice((0.0, 0.03, 0.15, 0.4)),
            blank_gaps=(blank, blank + rng.randrange(0, 5)),
            continued=rng.choice(("caption", "caption", "repeated", "none")),
            marks=rng.choice(("lower", "lower", "upper", "none")),
            tags=rng.random() < 0.9,
            joined_head=rng.random() < 0.7,
            factor_commas=tuple(rng.choices((True, False), k=3)),  # type: ignore[arg-type]
            percent_gap=rng.random() < 0.2,
            rate_left=rng.random() < 0.6,
            date_form=rng.choice(DATES),
            shift=(rng.choice((0, 0, 0, 2, 7)), rng.randrange(1, 9)) if rng.random() < 0.4 else (0, 0),
            lone=rng.random() < 0.5,
            wordings=rng.choice(((0, 1), (0, 1), (1, 0), (0,), (1,))),
            no_totals=frozenset(rng.sample(CLASS_TABLES, rng.choice((0, 0, 0, 1, 2)))),
            empty=rng.choice((0.0, 0.0, 0.02, 0.06)),
            overflow=rng.random() < 0.5,
            cut_footnote=rng.random() < 0.2,
            one_denomination=rng.random() < 0.5,
            matrix_right=rng.random() < 0.3,
            matrix_width=rng.randrange(22, 30),
            short_buckets=rng.random() < 0.25,
            parentheses=rng.random() < 0.5,
            strange_lines=rng.choice((0, 0, 1, 3)),
            without=frozenset(rng.sample(OPTIONAL, rng.choice((0, 0, 0, 1, 2)))),
        )


def cuts(rng: Random, columns: int, usual: tuple[int, ...]) -> tuple[int, ...]:
    """Where a class table is cut: as usual, after another column, twice, or not at all."""
    kind = rng.random()
    if kind < 0.4:
        return usual
    if kind < 0.75:
        return (rng.randrange(3, columns - 1),)
    if kind < 0.85:
        return (3, rng.randrange(5, columns - 1))
    return ()
