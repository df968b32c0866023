"""How a certificate prints its values: signs, percents, negatives, nothing."""

from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import NamedTuple

from tests.simulate.families.servicer.outline import ITEM, Amount
from tests.simulate.sheet import Claim, Figure

UNITS = {"money": "USD", "count": "COUNT", "percent": "PCT", "factor": "RATIO", "months": "MONTHS", "flag": "FLAG"}
DASHES = str.maketrans("–—", "--")


class Group(NamedTuple):
    """The cells of one value: what stands before the figure, the figure or what stands for none, what stands behind."""

    before: str
    figure: Figure | None
    nothing: str
    after: str
    claim: Claim


@dataclass(frozen=True)
class Manner:
    """Choices of one certificate.

    dollar, percent: sign in a cell of its own behind or before the figure, or both, inside its cell, or missing.
    zero: a dash is a printed zero; N/A stands in lines no fact has a column for, and is no value.
    negative: split is "(1.00" and ")" in two cells, apart has both parentheses in cells of their own.
    """

    dollar: str = "apart"
    percent: str = "apart"
    negative: str = "split"
    zero: str = "0.00"
    commas: bool = True
    months: str = "before"

    @classmethod
    def random(cls, rng: Random) -> "Manner":
        """Draw every choice."""
        return cls(
            dollar=rng.choice(("apart", "apart", "apart", "inside", "none")),
            percent=rng.choice(("apart", "apart", "around", "before", "inside", "gap")),
            negative=rng.choice(("split", "split", "apart", "whole", "minus", "trailing")),
            zero=rng.choice(("0.00", "0.00", "0.00", "0.00", "-", "—", "--", "N/A")),
            commas=rng.random() < 0.93,
            months=rng.choice(("before", "after", "none")),
        )


def unit_of(amount: Amount, manner: Manner) -> str:
    """The unit of a value; of a line that no fact has a column for, only as far as signs beside it tell."""
    if "class_factor" in amount.canonical:
        return "USD_PER_DENOM"
    signed = {
        "money": manner.dollar != "none", "months": manner.months != "none", "factor": False, "count": True,
        "percent": True, "flag": True,
    }  # fmt: skip
    return UNITS[amount.kind] if amount.canonical != ITEM or signed[amount.kind] else "UNKNOWN"


def plain(value: Decimal | int, decimals: int, commas: bool) -> str:
    """Digits of an amount without its sign."""
    form = f"{',' if commas else ''}.{decimals}f"
    return format(abs(value), form)


def minus(text: str, how: str) -> tuple[str, str, str]:
    """A negative amount: what stands before it, the figure's own cell, what stands behind it."""
    return {
        "split": ("", f"({text}", ")"),
        "apart": ("(", text, ")"),
        "whole": ("", f"({text})", ""),
        "minus": ("", f"-{text}", ""),
        "trailing": ("", f"{text}-", ""),
    }[how]


def group(amount: Amount, manner: Manner, row_label: str, column: str) -> Group:
    """The cells of one value."""
    plain_label = row_label.translate(DASHES)
    printed = row_label if plain_label != row_label else None
    claim = Claim(plain_label, column, amount.canonical, amount.dims, printed)
    value, unit = amount.value, unit_of(amount, manner)
    if amount.kind == "flag":
        return Group("", Figure(str(value), str(value), unit), "", "", claim)
    if not isinstance(value, Decimal | int):
        raise ValueError(f"{row_label!r}: {value!r} is no number of kind {amount.kind}")
    before, after = signs(amount.kind, manner)
    if amount.kind == "money" and not value and manner.zero == "N/A" and amount.canonical == ITEM:
        return Group(before, None, manner.zero, "", claim)
    if amount.kind == "money" and not value and manner.zero in ("-", "--", "—"):
        return Group(before, Figure(manner.zero, "0.00", unit), "", "", claim)
    decimals = 0 if amount.kind == "count" else amount.decimals
    text = plain(value, decimals, manner.commas)
    how = "minus" if manner.negative == "trailing" and amount.kind == "percent" else manner.negative
    opening, raw, closing = minus(text, how) if value < 0 else ("", text, "")
    if amount.kind == "money" and manner.dollar == "inside":
        raw = f"(${raw[1:]}" if raw.startswith("(") else f"${raw}"
    if amount.kind == "percent" and manner.percent in ("inside", "gap"):
        raw += " %" if manner.percent == "gap" and value >= 0 else "%"
    exact = f"{value:.{decimals}f}"
    fraction = f"{Decimal(exact).scaleb(-2):f}" if amount.kind == "percent" else None
    return Group(before + opening, Figure(raw, exact, unit, fraction), "", closing + after, claim)


def signs(kind: str, manner: Manner) -> tuple[str, str]:
    """Signs in cells of their own before and behind a value."""
    if kind == "money" and manner.dollar == "apart":
        return "$", ""
    if kind == "percent":
        return "%" * (manner.percent in ("around", "before")), "%" * (manner.percent in ("around", "apart"))
    if kind == "months":
        return "months" if manner.months == "before" else "", "months" if manner.months == "after" else ""
    return "", ""
