"""Exact arithmetic of printed figures: rounding half up to a fixed number of decimals."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal("0.00")
CENT = Decimal("0.01")
FACTOR = Decimal("0.00000001")


def cents(amount: Decimal) -> Decimal:
    """Round to cents, half away from zero."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def rounded(amount: Decimal, decimals: int) -> Decimal:
    """Round to a number of decimals, half away from zero."""
    return amount.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def spread(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Share an amount out by weight, in cents, so that the parts add up; the largest weight takes the odd cents."""
    whole = sum(weights, ZERO)
    if not whole:
        return [ZERO for _ in weights]
    parts = [cents(amount * weight / whole) for weight in weights]
    parts[max(range(len(weights)), key=lambda i: weights[i])] += amount - sum(parts, ZERO)
    return parts
