"""What a month of a deal looks like in the books of other trustees: loan groups, a lower REMIC, payments behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from tests.simulate.cents import ZERO, cents, rounded, spread
from tests.simulate.deal import Deal, draw
from tests.simulate.waterfall import ClassMonth, Month, run

GROUPS = (
    ("Fixed Group", "Adj Group"), ("Group I", "Group II"), ("Group 1", "Group 2"), ("Fixed Rate Group", "ARM Group"),
    ("Pool 1", "Pool 2"), ("Group 1", "Group 2", "Group 3"), ("Group I", "Group II", "Group III"),
)  # fmt: skip
STATUSES = ("DELINQUENT", "FORECLOSURE", "REO", "BANKRUPTCY")
FEW = ("30-59", "60-89", "90+")


@dataclass(frozen=True)
class Line:
    """One class as a trustee of these families prints it, in dollars; `deferred` is interest added to the balance.

    `since` has interest, principal, loss and deferred interest since closing.
    """

    name: str
    kind: str
    cusip: str
    face: Decimal
    beginning: Decimal
    interest: Decimal
    principal: Decimal
    loss: Decimal
    deferred: Decimal
    ending: Decimal
    rate: Decimal | None
    next_rate: Decimal | None
    accrued: Decimal = ZERO
    prior_accrued: Decimal = ZERO
    carried: Decimal = ZERO
    carried_before: Decimal = ZERO
    notional: bool = False
    remic: str = ""
    since: tuple[Decimal, Decimal, Decimal, Decimal] = (ZERO, ZERO, ZERO, ZERO)

    @property
    def total(self) -> Decimal:
        return self.interest + self.principal


@dataclass(frozen=True)
class Group:
    """The loans of one group, or of all of them; money in dollars, rates in percent.

    `behind` has number and balance by status and payments behind (codes of FEW).
    """

    label: str
    code: str
    original: Decimal
    beginning: Decimal
    scheduled: Decimal
    prepaid: Decimal
    liquidated: Decimal
    loss: Decimal
    interest: Decimal
    unpaid: Decimal
    unpaid_fee: Decimal
    shortfall: Decimal
    supported: Decimal
    fee: Decimal
    other: Decimal
    oc: Decimal
    target: Decimal
    count_before: int
    paid_in_full: int
    wac: Decimal
    months: int
    behind: dict[tuple[str, str], tuple[int, Decimal]]

    @property
    def principal(self) -> Decimal:
        return self.scheduled + self.prepaid + self.liquidated - self.loss

    @property
    def unscheduled(self) -> Decimal:
        """Principal beyond the schedule."""
        return self.prepaid + self.liquidated - self.loss

    @property
    def ending(self) -> Decimal:
        return self.beginning - self.principal - self.loss

    @property
    def count_after(self) -> int:
        return self.count_before - self.paid_in_full

    @property
    def collected(self) -> Decimal:
        """Servicing fee that was taken."""
        return self.fee - self.supported - self.unpaid_fee

    @property
    def advanced(self) -> Decimal:
        """What the servicer advances of the interest that was not paid, less its own fee."""
        return self.unpaid - self.unpaid_fee

    @property
    def sources(self) -> Decimal:
        """Cash for the certificates."""
        return self.principal + self.net_interest

    @property
    def net_interest(self) -> Decimal:
        return self.interest + self.other - self.unpaid_fee - self.shortfall - self.collected


@dataclass(frozen=True)
class Books:
    """One distribution: classes, lower tier, groups with their sum last, and the premium of the insurer."""

    deal: Deal
    month: Month
    classes: tuple[Line, ...]
    lower: tuple[Line, ...]
    groups: tuple[Group, ...]
    premium: Decimal

    @property
    def everything(self) -> Group:
        return self.groups[-1]


def invent(rng: Random, lower: bool = False, insured: bool = False) -> Books:
    """Draw a deal and one of its months."""
    deal = draw(rng)
    months = run(deal, rng.randrange(1, 6), rng)
    month = months[-1]
    classes = tuple(lines(rng, months, bool(rng.randrange(2))))
    premium = month.pool.external if insured else ZERO
    labels = rng.choice(GROUPS) if rng.random() < 0.6 else ()
    return Books(
        deal,
        month,
        classes,
        tuple(lower_tier(rng, classes)) if lower else (),
        loans(rng, month, labels, premium),
        premium,
    )


def lines(rng: Random, months: Sequence[Month], shown: bool) -> list[Line]:
    """Classes; a notional one has its reference amount as balance, or zeros, one way for the whole report."""
    month, before = months[-1], months[-2] if len(months) > 1 else None
    made = []
    kinds = {"senior": "SR", "sub": "SUB", "accrual": "SR", "notional": "SR/NTL", "cash": "SUB", "residual": "RES"}
    for place, one in enumerate(month.classes):
        tranche, counted = one.tranche, one.tranche.counted
        hidden = not counted and not shown
        idle = tranche.role in ("cash", "residual")
        step = Decimal(rng.randrange(-9, 10)) / 100 if tranche.floating else Decimal(0)
        word = ", FLT" if tranche.floating else rng.choice(("", ", FIX")) if not idle and counted else ""
        made.append(
            Line(
                name=tranche.name,
                kind=kinds[tranche.role] + word,
                cusip="" if tranche.role == "residual" else tranche.cusip,
                face=ZERO if hidden else one.face,
                beginning=ZERO if hidden else one.beginning,
                interest=one.interest,
                principal=one.principal,
                loss=one.loss,
                deferred=one.accretion,
                ending=ZERO if hidden else one.ending - one.misprint,
                rate=None if idle else one.rate,
                next_rate=None if idle else max(one.rate + step, Decimal(0)),
                accrued=one.accrued,
                prior_accrued=before.classes[place].accrued if before else ZERO,
                carried=one.remaining,
                carried_before=one.remaining_before,
                notional=not counted,
                since=to_date([month.classes[place] for month in months]),
            )
        )
    return made


def to_date(history: Sequence[ClassMonth]) -> tuple[Decimal, Decimal, Decimal, Decimal]:
    """Interest, principal, loss and deferred interest of a class over its months."""
    names = ("interest", "principal", "loss", "accretion")
    interest, principal, loss, deferred = (sum((getattr(one, name) for one in history), ZERO) for name in names)
    return interest, principal, loss, deferred


def lower_tier(rng: Random, classes: Sequence[Line]) -> list[Line]:
    """Regular interests that feed the certificates: the same cash and the same balance in other shares."""
    counted = [one for one in classes if not one.notional]
    number = rng.randrange(1, 6)
    weights = [Decimal(rng.choice((1, 2, 5, 30, 60))) for _ in range(number)]

    def shares(amount: Decimal) -> list[Decimal]:
        return spread(amount, weights)

    def summed(name: str) -> Decimal:
        return sum((getattr(one, name) for one in counted), ZERO)

    deferred = summed("deferred")
    interest = shares(sum((one.interest for one in classes), ZERO) + deferred)
    faces, beginnings = shares(summed("face")), shares(summed("beginning"))
    principals, losses = shares(summed("principal") - deferred), shares(summed("loss"))
    style = rng.choice(("I-{}F", "LT-{}", "T-{}", "I-{}", "L{}"))
    made = []
    for place in range(number):
        ending = beginnings[place] - principals[place] - losses[place]
        rate = rounded(interest[place] / beginnings[place] * 1200, 6) if beginnings[place] else Decimal(0)
        made.append(
            Line(
                style.format(place + 1), "", "", faces[place], beginnings[place], interest[place], principals[place],
                losses[place], ZERO, ending, rate, rate, remic="I",
            )
        )  # fmt: skip
    return [*made, Line("R-LT", "", "", ZERO, ZERO, ZERO, ZERO, ZERO, ZERO, ZERO, None, None, remic="I")]


def loans(rng: Random, month: Month, labels: Sequence[str], premium: Decimal) -> tuple[Group, ...]:
    """The pool by groups, with the sum last; one group is the sum alone."""
    pool = month.pool
    weights = [Decimal(rng.randrange(20, 90)) for _ in labels] or [Decimal(1)]
    sold = cents(pool.unscheduled * Decimal(rng.uniform(0, 0.2))) if pool.loss else ZERO
    late = cents(pool.interest * Decimal(rng.uniform(0.02, 0.2)))
    late_fee = cents(pool.servicing * late / pool.interest)
    amounts = {
        "original": pool.original, "beginning": pool.beginning, "scheduled": pool.scheduled,
        "prepaid": pool.unscheduled - sold, "liquidated": sold + pool.loss, "loss": pool.loss,
        "interest": pool.interest, "unpaid": late, "unpaid_fee": late_fee, "shortfall": pool.shortfall,
        "supported": pool.supported, "fee": pool.fees - premium, "other": pool.penalties, "oc": month.oc,
        "target": month.specified,
    }  # fmt: skip
    shared = {name: spread(amount, weights) for name, amount in amounts.items()}
    counts, paid = whole(pool.count_before, weights), whole(pool.paid_in_full, weights)
    behind = late_loans(rng, month, weights)
    made = [
        Group(
            label=label, code=label.upper().replace("GROUP", "").replace("POOL", "").replace(" RATE", "").strip(),
            **{name: amount[place] for name, amount in shared.items()},
            count_before=counts[place], paid_in_full=paid[place], behind=behind[place],
            wac=pool.wac + Decimal(rng.randrange(-50, 50)) / 100, months=pool.months + rng.randrange(-9, 3),
        )
        for place, label in enumerate(labels)
    ]  # fmt: skip
    total = Group(
        label="Total", code="ALL", **amounts, count_before=pool.count_before, paid_in_full=pool.paid_in_full,
        behind=merged(behind), wac=pool.wac, months=pool.months,
    )  # fmt: skip
    return (*made, total)


def whole(number: int, weights: Sequence[Decimal]) -> list[int]:
    """Share a number of loans out."""
    shares = [int(number * weight / sum(weights)) for weight in weights]
    shares[0] += number - sum(shares)
    return shares


def late_loans(
    rng: Random, month: Month, weights: Sequence[Decimal]
) -> list[dict[tuple[str, str], tuple[int, Decimal]]]:
    """Loans behind by group, status and payments."""
    tables: list[dict[tuple[str, str], tuple[int, Decimal]]] = [
        {(status, bucket): (0, ZERO) for status in STATUSES for bucket in FEW} for _ in weights
    ]
    for (status, months), (number, balance) in month.delinquent.items():
        bucket = FEW[min(max(months - 1, 0), 2)]
        places = rng.choices(range(len(weights)), [float(weight) for weight in weights], k=number)
        numbers = [places.count(place) for place in range(len(weights))]
        for table, some, amount in zip(
            tables, numbers, spread(balance, [Decimal(one) for one in numbers]), strict=True
        ):
            had, so_far = table[status, bucket]
            table[status, bucket] = (had + some, so_far + amount)
    return tables


def merged(
    tables: Sequence[dict[tuple[str, str], tuple[int, Decimal]]],
) -> dict[tuple[str, str], tuple[int, Decimal]]:
    """The sum of all groups."""
    return {
        key: (sum(table[key][0] for table in tables), sum((table[key][1] for table in tables), ZERO))
        for key in tables[0]
    }
