"""Other wordings of the lines of a certificate: servicers agree on what they report, not on its words."""

from collections.abc import Sequence
from random import Random

from tests.simulate.families.servicer.outline import Block, Item, Line, Title, lines

LINES = {
    "pool_before": ("Beginning Pool Balance", "Beginning of Period Pool Balance"),
    "collected": ("Principal Collections", "Collections of Principal"),
    "purchased": ("Purchase Amounts Related to Principal",),
    "charged_pool": ("Principal Balance of Defaulted Receivables", "Charged-Off Receivables"),
    "pool_after": ("Ending Pool Balance", "End of Period Pool Balance"),
    "receivables": ("Number of Receivables Outstanding", "Number of Contracts"),
    "pool_initial": ("Original Pool Balance",),
    "notes": ("Total Note Balance", "Total"),
    "oc_target": ("Target Overcollateralization Amount", "Targeted Overcollateralization Amount"),
    "oc": ("Overcollateralization Amount", "Overcollateralization"),
    "wac": ("Weighted Average APR", "Weighted Average Coupon Rate"),
    "remaining": ("Weighted Average Remaining Maturity", "Weighted Average Remaining Term (months)"),
    "reserve_due": ("Specified Reserve Account Balance", "Reserve Account Required Amount"),
    "reserve_before": ("Beginning Reserve Account Balance", "Beginning Balance"),
    "reserve_after": ("Ending Reserve Account Balance",),
    "charged": ("Defaulted Receivables", "Gross Losses"),
    "recovered": ("Recoveries",),
    "net": ("Net Loss", "Current Net Losses"),
    "net_since": ("Cumulative Net Loss",),
    "late_31-60": ("31-60 days", "31-60 Days Delinquent"),
    "late_61-90": ("61-90 days", "61-90 Days Delinquent"),
    "late_91-120": ("91-120 days", "91-120 Days Delinquent"),
    "late_121+": ("121+ days", "Over 120 Days Delinquent"),
    "late_all": ("Total", "Total Delinquencies"),
}
OF_CLASS = {
    "balance": ("Class {} Notes",),
    "factor": ("Class {} Notes",),
    "due": ("Class {} Noteholders' Monthly Interest", "Class {} Interest"),
    "interest": ("Class {} Interest Payment",),
    "principal": ("Class {} Principal Payment",),
    "paid": ("Class {} Total Payment",),
}
TITLES = {
    "Pool Balance": ("Pool Balance Reconciliation", "I. POOL BALANCE CALCULATION"),
    "Collections": ("II. COLLECTIONS",),
    "Reserve Account Reconciliation": ("Reserve Account", "RESERVE ACCOUNT ACTIVITY"),
    "Delinquency Activity": ("Delinquent Receivables", "DELINQUENCY INFORMATION"),
    "Current Collection Period Credit Loss Activity": ("Net Losses", "Net Loss Activity"),
    "Cumulative Credit Loss Activity": ("Cumulative Net Losses",),
}


def reword(blocks: list[Block], rng: Random) -> None:
    """Put other words in the place of the usual ones: in each kind of line the same throughout."""
    templates = {key: rng.choice(some) for key, some in OF_CLASS.items() if rng.random() < 0.6}
    buckets = rng.choice((None, 0, 1))
    for line in lines(blocks):
        if line.key.startswith("late_") and line.key in LINES:
            line.label = line.label if buckets is None else LINES[line.key][buckets]
        elif line.key in LINES and rng.random() < 0.7:
            line.label = rng.choice(LINES[line.key])
            if line.key in ("pool_after", "notes"):
                unnamed(blocks)
        elif (name := named(line)) and (kind := line.key.rpartition("_")[0]) in templates:
            line.label = templates[kind].format(name)
    for place, block in enumerate(blocks):
        if isinstance(block, Title) and block.text in TITLES and rng.random() < 0.7:
            blocks[place] = Title(rng.choice(TITLES[block.text]))


def unnamed(blocks: Sequence[Block]) -> None:
    """Take away formulas in names, since what they name now has another one."""
    for line in lines(blocks):
        if line.formula[:1].isupper():
            line.formula = ""


def named(line: Line) -> str | None:
    """The class a line is of."""
    for amount in line.amounts:
        if amount and amount.dims and "class" in amount.dims:
            return amount.dims["class"]
    return None


def unnumbered(blocks: Sequence[Block]) -> None:
    """Take away all numbers and letters, and with them the formulas that refer to them."""
    for block in blocks:
        if isinstance(block, Item):
            for line in (block.main, *block.parts):
                line.number, line.letter = 0, ""
                line.formula = line.formula if line.formula[:1].isupper() else ""
