"""Wordings: labels that say the same in other words of the trade have one gist.

Only words and phrases that every trustee uses for one thing are put together; a gist that would mean two columns of one
statement means none, which the vocabulary sees to.
"""

from functools import lru_cache

from transforms.labels import reduced

# Phrases in words as `reduced` leaves them, longer before shorter, and what stands for them all.
_PHRASES = (
    ("WAC", "WEIGHTED AVERAGE COUPON"),
    ("WAMM", "WEIGHTED AVERAGE MATURITY"),
    ("WAM", "WEIGHTED AVERAGE MATURITY"),
    ("MORTGAGE INTEREST RATE", "COUPON"),
    ("MORTGAGE RATE", "COUPON"),
    ("CONTRACT RATE", "COUPON"),
    ("LOAN RATE", "COUPON"),
    ("COUPON RATE", "COUPON"),
    ("GROSS COUPON", "COUPON"),
    ("COUPON GROSS", "COUPON"),
    ("GROSS WEIGHTED AVERAGE COUPON", "WEIGHTED AVERAGE COUPON"),
    ("APR", "COUPON"),
    ("REMAINING TERM MATURITY", "MATURITY"),
    ("REMAINING TERM", "MATURITY"),
    ("REMAINING MATURITY", "MATURITY"),
    ("TERM MATURITY", "MATURITY"),
    ("MONTH MATURITY", "MATURITY"),
    ("CARRY FORWARD", "CARRYFORWARD"),
    ("CARRY OVER", "CARRYOVER"),
    ("LIQUIDATION LOSS", "REALIZED LOSS"),
    ("REMAINING UNPAID", "UNPAID"),
    ("UNPAID PRINCIPAL BALANCE", "BALANCE"),
    ("OUTSTANDING PRINCIPAL BALANCE", "BALANCE"),
    ("PRINCIPAL BALANCE", "BALANCE"),
    ("NEGATIVE AMORTIZATION", "ACCRETION"),
    ("DEFERRED INTEREST", "ACCRETION"),
    ("ACCRETED INTEREST", "ACCRETION"),
    ("INTEREST ACCRETION", "ACCRETION"),
    ("FACE VALUE", "FACE"),
    ("FACE AMOUNT", "FACE"),
)
_SAME = {
    "COLLATERAL": "POOL", "RECEIVABLE": "POOL", "MORTGAGE": "POOL", "LOAN": "POOL", "CONTRACT": "POOL",
    "DISTRIBUTED": "DISTRIBUTION", "PAID": "DISTRIBUTION", "PAYMENT": "DISTRIBUTION", "INITIAL": "ORIGINAL",
    "COUNT": "NUMBER", "ACCRUAL": "ACCRUED", "ACCRETED": "ACCRETION", "CLOSE": "ENDING", "CHARGEOFF": "LOSS",
}  # fmt: skip
# Measures at a moment: for them CURRENT is the end of the period and PRIOR its beginning.
_AT_A_MOMENT = frozenset(("BALANCE", "FACTOR", "NUMBER", "NOTIONAL"))
# Measures of a period: for them CURRENT goes without saying.
_OF_A_PERIOD = frozenset(("LOSS", "SHORTFALL", "ACCRUED", "RATE", "COUPON", "MATURITY"))
_VAGUE = frozenset(("INTEREST", "PRINCIPAL", "BALANCE", "POOL", "LOSS", "RATE", "NUMBER", "TOTAL", "DISTRIBUTION"))
_MOMENTS = {"CURRENT": "ENDING", "PRIOR": "BEGINNING"}
# An amount of these is a balance; an amount of anything else needs no word of its own.
_BALANCES = frozenset(("PRINCIPAL", "ORIGINAL", "BEGINNING", "ENDING", "CURRENT", "PRIOR", "OUTSTANDING", "{CLASS}"))


@lru_cache(maxsize=65536)
def gist(label: str, *, securities: bool = False) -> str:
    """Return the telling words of a label in the commonest wording, each once and in alphabetical order."""
    plain = reduced(label, securities=securities)
    text = f" {plain} "
    for phrase, same in _PHRASES:
        if phrase in text:
            text = text.replace(f" {phrase} ", f" {same} ")
    words = {_SAME.get(word, word) for word in text.split()}
    if "AMOUNT" in words and len(words) > 1:
        words.remove("AMOUNT")
        if words <= _BALANCES:
            words = (words - {"PRINCIPAL", "OUTSTANDING"}) | {"BALANCE"}
    if words & _AT_A_MOMENT:
        words = {_MOMENTS.get(word, word) for word in words}
    elif words & _OF_A_PERIOD:
        words.discard("CURRENT")
    # Shortened to one word of all work, a label would be anything.
    return " ".join(sorted(plain.split() if words <= _VAGUE else words))


__all__ = ["gist"]
