"""What the certificate of an auto trust says, line by line, in the wordings of several servicers."""

from decimal import Decimal
from random import Random

from tests.simulate.cents import ZERO
from tests.simulate.families.servicer.amounts import one, part, share, usd
from tests.simulate.families.servicer.auto import BUCKETS, AutoMonth
from tests.simulate.families.servicer.notes import balance_grid, balances, interest, payment_grid, payments
from tests.simulate.families.servicer.outline import Amount, Block, Heads, Item, Line, Title

POOL, OC = "fact_collateral.", "fact_overcollateralization."
RESERVE, LATE, LOSS = "fact_other_account.", "fact_delinquency.", "fact_loss."
ACCOUNT = {"account_name": "Reserve Account"}
LOST = {"loss_type": "TOTAL"}
DUE = "Required Reserve Account Amount"


def pool(month: AutoMonth, rng: Random) -> list[Block]:
    """The roll of the pool. A purchase of nothing may be left out."""
    related, before = "the close of the last day of the related Collection Period", "the preceding Collection Period"
    blocks: list[Block] = [
        Title("Pool Balance"),
        one("pool_before", f"Pool Balance on the close of the last day of {before}", month.before,
            POOL + "beginning_scheduled_balance"),
        one("collected", "Collections allocable to Principal", month.collected),
    ]  # fmt: skip
    if month.purchased or rng.random() < 0.6:
        blocks.append(
            one("purchased", "Purchase Amount allocable to Principal", month.purchased, POOL + "repurchased_balance")
        )
    blocks += [
        one("charged_pool", "Defaulted Receivables", month.charged, LOSS + "gross_loss", **LOST),
        one("pool_after", f"Pool Balance on {related}", month.after, POOL + "ending_scheduled_balance",
            "pool_before - collected - purchased - charged_pool"),
        Item(Line("receivables", f"Total number of Receivables outstanding on {related}",
                  [Amount(month.count, "count", POOL + "ending_loan_count")])),
    ]  # fmt: skip
    if rng.random() < 0.8:
        blocks.append(one("pool_initial", "Initial Pool Balance", month.trust.pool, "dim_deal.original_pool_balance"))
    return blocks


def enhancement(month: AutoMonth, rng: Random) -> list[Block]:
    """Overcollateralization and the averages of the pool."""
    trust, difference = month.trust, month.after - month.note_after
    blocks: list[Block] = [
        one("oc_target", "Overcollateralization Target Amount", month.target, OC + "target_oc_amount"),
        one("oc", "Current overcollateralization amount", difference, OC + "oc_amount", "Pool Balance - Note Balance"),
        Item(Line("wac", "Weighted Average Coupon", [Amount(trust.wac, "percent", POOL + "wac_gross")])),
    ]
    if rng.random() < 0.7:
        blocks.append(Item(Line("term", "Weighted Average Original Term", [Amount(trust.original_term, "months")])))
    left = Amount(month.remaining_term, "months", POOL + "wam_months")
    return [*blocks, Item(Line("remaining", "Weighted Average Remaining Term", [left]))]


def collections(month: AutoMonth) -> list[Block]:
    """What came in."""
    finance = Item(Line("finance", "Finance Charges:"), [
        part("finance_a", "Collections allocable to Finance Charge", month.finance),
        part("finance_b", "Liquidation Proceeds allocable to Finance Charge", month.recovered_interest),
        part("finance_c", "Purchase Amount allocable to Finance Charge", month.purchased_interest),
        part("finance_all", "Available Finance Charge Collections", month.finance_available, formula="sum"),
    ])  # fmt: skip
    principal = Item(Line("principal", "Principal:"), [
        part("principal_a", "Collections allocable to Principal", month.collected),
        part("principal_b", "Liquidation Proceeds allocable to Principal", month.recovered_principal),
        part("principal_c", "Purchase Amount allocable to Principal", month.purchased, POOL + "repurchased_balance"),
        part("principal_all", "Available Principal Collections", month.principal_available, formula="sum"),
    ])  # fmt: skip
    both = "Total Finance Charge and Principal Collections"
    return [
        Title("Collections"), finance, principal,
        one("both", both, month.collections, formula="finance_all + principal_all"),
        one("income", "Interest Income from Collection Account", month.income),
        one("available", "Available Collections", month.available, formula="both + income"),
    ]  # fmt: skip


def reserve(month: AutoMonth) -> list[Block]:
    """The reserve account: it stays at what it must hold, and its earnings are released."""
    required, end = month.trust.required, month.trust.required
    return [
        Title("Reserve Account Reconciliation"),
        one("reserve_due", DUE, required, RESERVE + "required_balance", **ACCOUNT),
        one("reserve_before", "Beginning Balance (as of end of preceding Distribution Date)", required,
            RESERVE + "beginning_balance", **ACCOUNT),
        one("earned", "Investment Earnings", month.earnings),
        one("draw", "Reserve Account Draw Amount", ZERO, RESERVE + "withdrawals", **ACCOUNT),
        one("reserve_all", "Reserve Account Amount", required + month.earnings,
            formula="reserve_before + earned - draw"),
        one("added", "Deposit from Available Funds", ZERO, RESERVE + "deposits", **ACCOUNT),
        one("released", f"Payment to Certificateholder if Reserve Account Balance exceeds {DUE}", month.earnings),
        one("reserve_after", "Ending Balance", end, RESERVE + "ending_balance", "reserve_all + added - released",
            **ACCOUNT),
        one("deficiency", "Reserve Account Deficiency", ZERO, formula="reserve_due - reserve_after"),
    ]  # fmt: skip


def delinquency(month: AutoMonth, rng: Random) -> list[Block]:
    """Receivables past due by bucket."""
    behind = rng.choice(("{} past due", "{} past due", "{} delinquent"))
    item = Item(Line("late", "Delinquency Analysis"))
    for bucket, (number, balance) in zip(BUCKETS, month.late, strict=True):
        days = "121 or more days" if bucket == "121+" else f"{bucket.replace('-', ' to ')} days"
        item.parts.append(late_line(f"late_{bucket}", behind.format(days), number, balance, bucket))
    number, balance = sum(n for n, _ in month.late), sum((b for _, b in month.late), ZERO)
    total = late_line("late_all", "Total Past Due", number, balance, "TOTAL")
    total.formula = "sum"
    item.parts.append(total)
    blocks: list[Block] = [Title("Delinquency Activity"), Heads(("Number of Loans", "Principal Balance")), item]
    if rng.random() < 0.8:
        dims = {"status": "DELINQUENT", "bucket": "TOTAL"}
        percent = Amount(share(balance, month.after, 4), "percent", LATE + "balance_pct", dims, 4)
        label = "Delinquent Loans as a percentage of end of period Pool Balance"
        item.parts.append(Line("late_share", label, [None, percent], "late_all / pool_after"))
    return blocks


def late_line(key: str, label: str, number: int, balance: Decimal, bucket: str) -> Line:
    """Number and balance of a bucket."""
    dims = {"status": "DELINQUENT", "bucket": bucket}
    return Line(
        key, label, [Amount(number, "count", LATE + "loan_count", dims), usd(balance, LATE + "balance", **dims)]
    )


def losses(month: AutoMonth) -> list[Block]:
    """Losses of the period and since closing."""
    since, heads = month.since, Heads(("Number of Loans", "Principal Balance"))
    return [
        Title("Current Collection Period Credit Loss Activity"), heads,
        Item(Line("charged", "Defaulted Receivables (charge-offs)", [
            Amount(month.charged_count, "count", LOSS + "loan_count", LOST),
            usd(month.charged, LOSS + "gross_loss", **LOST),
        ])),
        Item(Line("recovered", "Liquidation Proceeds (recoveries)", [
            Amount(month.recovered_count, "count"), usd(month.recovered, LOSS + "recoveries", **LOST),
        ])),
        Item(Line("net", "Net Losses", [None, usd(month.net_loss, LOSS + "net_loss", **LOST)], "charged - recovered")),
        Item(Line("net_share", "Ratio of Net Losses to Beginning of Period Pool Balance", [
            None, Amount(share(month.net_loss, month.before, 4), "percent", decimals=4),
        ], "net / pool_before")),
        Title("Cumulative Credit Loss Activity"), heads,
        Item(Line("charged_since", "Defaulted Receivables (charge-offs)", [
            Amount(since.charged_count, "count"), usd(since.charged),
        ])),
        Item(Line("recovered_since", "Liquidation Proceeds (recoveries)", [
            Amount(since.recovered_count, "count"), usd(since.recovered),
        ])),
        Item(Line("net_since", "Cumulative Net Losses", [
            None, usd(month.net_loss_since, LOSS + "cumulative_net_loss", **LOST),
        ], "charged_since - recovered_since")),
        Item(Line("net_since_share", "Ratio of Cumulative Net Losses to Initial Pool Balance", [
            None, Amount(share(month.net_loss_since, month.trust.pool, 4), "percent", decimals=4),
        ], "net_since / pool_initial")),
    ]  # fmt: skip


def trigger(month: AutoMonth, rng: Random) -> list[Block]:
    """A question answered with Yes or No."""
    label = rng.choice((
        "Is the Servicer's Consolidated Tangible Net Worth greater than $250,000,000?",
        "Has a Delinquency Trigger occurred?", "Has an Event of Default occurred?",
    ))  # fmt: skip
    answer = rng.choice(("Yes", "No"))
    return [
        Title(rng.choice(("Servicer Covenant", "Delinquency Trigger"))),
        Item(Line("trigger", label, [Amount(answer, "flag", "fact_trigger.is_in_effect")])),
    ]


def certificate(month: AutoMonth, rng: Random) -> tuple[list[Block], tuple[str, ...]]:
    """All blocks in order, and what was varied."""
    grids, tail = rng.random() < 0.3, rng.random() < 0.8
    blocks = pool(month, rng)
    if not grids:
        blocks += [*balances(month, rng), *enhancement(month, rng)]
    else:
        blocks += enhancement(month, rng)
    blocks += collections(month)
    if rng.random() < 0.85:
        blocks += interest(month, rng)
    blocks += payment_grid(month, rng) + balance_grid(month, rng) if grids else payments(month, rng)
    blocks += [*reserve(month), *delinquency(month, rng), *losses(month)]
    if tail:
        blocks += trigger(month, rng)
    return blocks, ("class grids",) if grids else ("class lines",)
