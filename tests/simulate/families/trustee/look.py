"""The look of one typed report: one value per thing that trustees do differently."""

from dataclasses import dataclass
from random import Random
from typing import Literal

Side = Literal["left", "center", "right"]


@dataclass(frozen=True)
class Look:
    """How one report prints: gaps between columns, figures, heads and rules.

    zero: what stands for no dollars; N/A only for classes that have none by their nature. percent: what stands behind
    a rate. dollar: in no row, the first, or every row.
    blank: share of the cells of no dollars that are left empty. stub: where class names stand in their column.
    """

    gap: tuple[int, int] = (2, 4)
    commas: bool = True
    dollar: str = "none"
    negative: str = "whole"
    zero: str = "0.00"
    percent: str = ""
    decimals: int = 6
    heads: Side = "right"
    stub: Side = "left"
    stub_width: int = 10
    rule: str = "-"
    each: bool = False
    tags: bool = True
    dates: str = "short"
    blank: float = 0.0
    spaced: float = 0.0
    notes: bool = False
    page: int = 0
    header: bool = True

    @classmethod
    def random(cls, rng: Random, **fixed: object) -> "Look":
        """Draw every choice that is not fixed."""
        low = rng.randrange(2, 5)
        drawn: dict[str, object] = {
            "gap": (low, low + rng.randrange(0, 4)),
            "commas": rng.random() < 0.88,
            "dollar": rng.choice(("none", "none", "none", "first", "every")),
            "negative": rng.choice(("whole", "minus", "trailing")),
            "zero": rng.choice(("0.00", "0.00", "0.00", "0.00", "-", "--", "N/A")),
            "percent": rng.choice(("", "%", "%", " %")),
            "decimals": rng.choice((5, 6, 6)),
            "heads": rng.choice(("right", "center", "center")),
            "stub": rng.choice(("left", "left", "center", "right")),
            "stub_width": rng.randrange(8, 16),
            "rule": rng.choice(("-", "-", "=", "_", "")),
            "each": rng.random() < 0.3,
            "tags": rng.random() < 0.8,
            "dates": rng.choice(("short", "padded", "long")),
            "blank": rng.choice((0.0, 0.0, 0.0, 0.1)),
            "spaced": rng.choice((0.0, 0.0, 0.1)),
            "notes": rng.random() < 0.2,
            "page": rng.choice((0, 1)),
            "header": rng.random() < 0.7,
        }
        return cls(**{**drawn, **fixed})  # type: ignore[arg-type]

    def told(self) -> tuple[str, ...]:
        """What was varied, in words."""
        said = [f"zero: {self.zero}", f"dollar: {self.dollar}", f"percent: {self.percent or 'none'}"]
        said += [f"heads: {self.heads}", f"stub: {self.stub}", f"rule: {self.rule or 'none'}"]
        switches = {
            "no commas": not self.commas, "no tags": not self.tags, "notes": self.notes, "pages": bool(self.page),
            "bare": not self.header, "blank cells": self.blank > 0, "spaced": self.spaced > 0,
        }  # fmt: skip
        return (*said, *(name for name, on in switches.items() if on))
