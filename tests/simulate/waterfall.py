"""Month by month: what the loans pay, what the classes get, and the accounts between them, exact to the cent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from random import Random

from tests.simulate.cents import ZERO, cents, rounded, spread
from tests.simulate.deal import Deal, Tranche

STATUSES = ("DELINQUENT", "BANKRUPTCY", "FORECLOSURE", "REO")
BUCKETS = 7


@dataclass(frozen=True)
class ClassMonth:
    """One class in one period, in dollars; `rate` in percent. A notional class has its notional as balance."""

    tranche: Tranche
    beginning: Decimal
    rate: Decimal
    remaining_before: Decimal = ZERO
    cumulative_before: Decimal = ZERO
    accrued: Decimal = ZERO
    unpaid_paid: Decimal = ZERO
    short: Decimal = ZERO
    unsupported: Decimal = ZERO
    interest_loss: Decimal = ZERO
    surplus: Decimal = ZERO
    scheduled: Decimal = ZERO
    unscheduled: Decimal = ZERO
    accretion: Decimal = ZERO
    loss: Decimal = ZERO
    ending_notional: Decimal = ZERO
    misprint: Decimal = ZERO

    @property
    def face(self) -> Decimal:
        return self.tranche.face

    @property
    def interest(self) -> Decimal:
        paid = self.accrued - self.short - self.unsupported - self.interest_loss + self.unpaid_paid - self.accretion
        return paid + self.surplus

    @property
    def principal(self) -> Decimal:
        return self.scheduled + self.unscheduled

    @property
    def reduction(self) -> Decimal:
        return self.principal + self.loss - self.accretion

    @property
    def ending(self) -> Decimal:
        """Balance after the distribution; `misprint` is an error of the printer that nothing else knows of."""
        if not self.tranche.counted:
            return self.ending_notional
        return self.beginning - self.reduction + self.misprint

    @property
    def total(self) -> Decimal:
        return self.interest + self.principal

    @property
    def remaining(self) -> Decimal:
        return self.remaining_before + self.short - self.unpaid_paid

    @property
    def cumulative(self) -> Decimal:
        return self.cumulative_before + self.loss

    @property
    def percentage(self) -> Decimal:
        return rounded(self.ending / self.face, 8) if self.face else Decimal("0.00000000")


@dataclass(frozen=True)
class PoolMonth:
    """The loans in one period; rates in percent."""

    description: str
    wac: Decimal
    wac_net: Decimal
    pass_through: Decimal
    months: int
    count_before: int
    paid_in_full: int
    beginning: Decimal
    scheduled: Decimal
    unscheduled: Decimal
    loss: Decimal
    cumulative: Decimal
    actual: Decimal
    interest: Decimal
    servicing: Decimal
    external: Decimal
    master: Decimal
    trustee: Decimal
    penalties: Decimal
    shortfall: Decimal
    supported: Decimal
    advance: Decimal
    original: Decimal

    @property
    def count_after(self) -> int:
        return self.count_before - self.paid_in_full

    @property
    def principal(self) -> Decimal:
        return self.scheduled + self.unscheduled

    @property
    def ending(self) -> Decimal:
        return self.beginning - self.principal - self.loss

    @property
    def constant(self) -> Decimal:
        return self.interest + self.scheduled

    @property
    def fees(self) -> Decimal:
        return self.servicing + self.external + self.master + self.trustee

    @property
    def net_interest(self) -> Decimal:
        return self.interest - self.fees

    @property
    def unsupported(self) -> Decimal:
        return self.shortfall - self.supported

    @property
    def net_fee(self) -> Decimal:
        return self.fees - self.supported

    @property
    def loss_percent(self) -> Decimal:
        return rounded(self.cumulative / self.original * 100, 2)


@dataclass(frozen=True)
class SideAccount:
    """A reserve over the period."""

    name: str
    beginning: Decimal
    withdrawals: Decimal
    deposits: Decimal

    @property
    def ending(self) -> Decimal:
        return self.beginning - self.withdrawals + self.deposits


@dataclass(frozen=True)
class Month:
    """One distribution of a deal."""

    deal: Deal
    period: int
    classes: tuple[ClassMonth, ...]
    pool: PoolMonth
    excess: Decimal
    delinquent: dict[tuple[str, int], tuple[int, Decimal]]
    side: tuple[SideAccount, ...]
    contaminated: Decimal
    days: int

    @property
    def distribution_date(self) -> date:
        return self.deal.distribution_date(self.period)

    @property
    def record_date(self) -> date:
        return self.deal.record_date(self.period)

    @property
    def counted(self) -> tuple[ClassMonth, ...]:
        """Classes that are a part of the totals."""
        return tuple(one for one in self.classes if one.tranche.counted)

    @property
    def distributed(self) -> Decimal:
        """Cash to all classes."""
        return sum((one.total for one in self.classes), ZERO)

    @property
    def oc(self) -> Decimal:
        """Overcollateralization after the distribution."""
        return sum((one.ending for one in self.classes if one.tranche.role == "cash"), ZERO)

    @property
    def specified(self) -> Decimal:
        """Overcollateralization that the deal wants."""
        return self.deal.specified_oc

    @property
    def deficiency(self) -> Decimal:
        return max(self.specified - self.oc, ZERO)

    @property
    def deposits(self) -> Decimal:
        pool = self.pool
        return pool.constant + pool.unscheduled + pool.penalties + pool.loss + pool.advance

    @property
    def reimbursed(self) -> Decimal:
        """Advances and interest shortfalls that leave the account again, with the loss booked as a deposit."""
        return self.pool.shortfall + self.pool.loss + self.pool.advance


@dataclass
class Loans:
    """Loans behind, one by one: balance, status, and months behind (0 is current)."""

    some: list[tuple[Decimal, str, int]] = field(default_factory=list)

    def counted(self) -> dict[tuple[str, int], tuple[int, Decimal]]:
        """Number and balance by status and bucket."""
        table: dict[tuple[str, int], tuple[int, Decimal]] = {}
        for balance, status, bucket in self.some:
            count, amount = table.get((status, bucket), (0, ZERO))
            table[status, bucket] = (count + 1, amount + balance)
        return table

    @property
    def balance(self) -> Decimal:
        return sum((balance for balance, _, _ in self.some), ZERO)


def seasoned(rng: Random, deal: Deal) -> Loans:
    """Loans already behind when the deal starts: many by one month, few by more, some in court."""
    loans = Loans()
    for bucket in range(1, BUCKETS):
        expected = deal.pool.count * deal.pool.trouble / bucket**1.5
        for _ in range(int(expected * rng.uniform(0.4, 1.2) + rng.random())):
            status = rng.choices(STATUSES, (8, 1 + bucket / 3, bucket - 1, max(bucket - 3, 0)))[0]
            loans.some.append((loan(rng, deal), status, bucket))
    for _ in range(int(deal.pool.count * deal.pool.trouble * rng.uniform(0, 0.3))):
        loans.some.append((loan(rng, deal), "BANKRUPTCY", 0))
    return loans


def loan(rng: Random, deal: Deal) -> Decimal:
    """Balance of one loan."""
    return cents(deal.pool.balance / deal.pool.count * Decimal(rng.uniform(0.3, 2.2)))


def age(rng: Random, deal: Deal, loans: Loans) -> tuple[Loans, Decimal, int]:
    """Roll every loan by a month: cured, one bucket further, in another status, or liquidated with a loss."""
    kept: list[tuple[Decimal, str, int]] = []
    loss, gone = ZERO, 0
    for balance, status, bucket in loans.some:
        luck = rng.random()
        if status == "REO" and luck < 0.2:
            loss, gone = loss + cents(balance * Decimal(rng.uniform(0.1, 0.45))), gone + 1
        elif status == "DELINQUENT" and luck < 0.5:
            continue
        elif status == "BANKRUPTCY" and bucket == 0:
            kept.append((balance, status, 0))
        else:
            further = min(bucket + 1, BUCKETS - 1)
            step = {"DELINQUENT": "FORECLOSURE", "BANKRUPTCY": "FORECLOSURE", "FORECLOSURE": "REO"}.get(status, status)
            kept.append((balance, step if luck > 0.88 and further > 3 else status, further))
    fresh = int(deal.pool.count * deal.pool.trouble * rng.uniform(0.6, 1.4))
    kept.extend((loan(rng, deal), "DELINQUENT", 1) for _ in range(fresh))
    return Loans(kept), loss, gone


def collect(rng: Random, deal: Deal, before: PoolMonth | None, loans: Loans, loss: Decimal, gone: int) -> PoolMonth:
    """What the loans pay in a period."""
    pool = deal.pool
    balance = before.ending if before else pool.balance
    count = before.count_after if before else pool.count
    months = before.months - 1 if before else pool.months
    monthly = pool.wac / 1200
    interest = cents(balance * monthly)
    scheduled = cents(balance * monthly / ((1 + monthly) ** months - 1))
    unscheduled = cents(balance * Decimal(pool.speed * rng.uniform(0.4, 1.7)))
    fee = {name: cents(balance * getattr(pool, name) / 1200) for name in ("servicing", "external", "master", "trustee")}
    shortfall = cents(interest * Decimal(rng.uniform(0.0001, 0.002))) if rng.random() < 0.6 else ZERO
    supported = min(shortfall, fee["servicing"]) if rng.random() < 0.6 else cents(shortfall / 3)
    penalties = Decimal(rng.randrange(0, 40)) * 500 if deal.penalties else ZERO
    ending = balance - scheduled - unscheduled - loss
    return PoolMonth(
        description=pool.description,
        wac=pool.wac,
        wac_net=pool.wac - pool.servicing - pool.external,
        pass_through=pool.wac - pool.servicing - pool.external - pool.master - pool.trustee,
        months=months,
        count_before=count,
        paid_in_full=max(gone, int(unscheduled / balance * count * Decimal("0.9"))),
        beginning=balance,
        scheduled=scheduled,
        unscheduled=unscheduled,
        loss=loss,
        cumulative=(before.cumulative if before else ZERO) + loss,
        actual=ending + cents(loans.balance * Decimal("0.0125")),
        interest=interest,
        penalties=cents(penalties),
        shortfall=shortfall,
        supported=supported,
        advance=cents(shortfall * 3) if rng.random() < 0.3 else ZERO,
        original=pool.balance,
        **fee,
    )


def opened(deal: Deal, before: Sequence[ClassMonth] | None, rng: Random, days: int, net: Decimal) -> list[ClassMonth]:
    """Classes at the start of a period with the interest they accrue."""
    index = Decimal(rng.randrange(-8, 9)) / 100
    made = []
    for place, tranche in enumerate(deal.classes):
        last = before[place] if before else None
        beginning = last.ending - last.misprint if last else tranche.face
        rate = rounded(tranche.rate + index, 5) if tranche.floating else tranche.rate
        accrued = net if len(deal.classes) == 1 else cents(beginning * rate * days / 36000)
        made.append(
            ClassMonth(
                tranche,
                beginning,
                rate,
                accrued=accrued,
                remaining_before=last.remaining if last else ZERO,
                cumulative_before=last.cumulative if last else ZERO,
            )
        )
    return made


def update(classes: list[ClassMonth], place: int, **amounts: Decimal) -> None:
    """Add amounts to the fields of one class."""
    one = classes[place]
    classes[place] = replace(one, **{name: getattr(one, name) + amount for name, amount in amounts.items()})


def ranked(classes: Iterable[ClassMonth], *roles: str) -> list[int]:
    """Places of the classes of some roles, in order of seniority."""
    return [place for place, one in enumerate(classes) if one.tranche.role in roles]


def pay_interest(classes: list[ClassMonth], pool: PoolMonth) -> Decimal:
    """Share the net interest out; returns the excess cash that is left for the taker, before penalties."""
    bearing = ranked(classes, "senior", "sub", "accrual", "notional")
    for place, amount in zip(bearing, spread(pool.unsupported, [classes[i].accrued for i in bearing]), strict=True):
        update(classes, place, unsupported=amount)
    left = pool.net_interest - sum((one.accrued for one in classes), ZERO)
    for place in reversed(ranked(classes, "sub", "senior")):
        short = min(max(-left, ZERO), classes[place].accrued - classes[place].unsupported)
        update(classes, place, short=short)
        left += short
    for place in ranked(classes, "senior", "sub"):
        paid = min(max(left, ZERO), classes[place].remaining_before)
        update(classes, place, unpaid_paid=paid)
        left -= paid
    takers = ranked(classes, "cash") or ranked(classes, "residual")
    if takers:
        update(classes, takers[0], surplus=left + pool.penalties)
    return left


def accrete(classes: list[ClassMonth], principal: Decimal) -> Decimal:
    """Interest that accrual classes add to their balance while seniors are outstanding; it is paid as principal."""
    total = ZERO
    open_seniors = sum((classes[i].beginning for i in ranked(classes, "senior")), ZERO)
    for place in ranked(classes, "accrual"):
        amount = classes[place].accrued - classes[place].unsupported
        if open_seniors > principal + total + amount:
            update(classes, place, accretion=amount)
            total += amount
    return total


def pay_principal(classes: list[ClassMonth], deal: Deal, pool: PoolMonth) -> None:
    """Residuals first, then seniors in order or pro rata, then the rest from the top."""
    left = pool.principal + accrete(classes, pool.principal)
    paid = dict.fromkeys(range(len(classes)), ZERO)
    seniors = ranked(classes, "senior")
    if deal.pro_rata and sum((classes[i].beginning for i in seniors), ZERO) > left:
        order = ranked(classes, "residual")
        shares = spread(
            left - sum((classes[i].beginning for i in order), ZERO), [classes[i].beginning for i in seniors]
        )
        paid.update(zip(seniors, shares, strict=True))
        left = sum((classes[i].beginning for i in order), ZERO)
    else:
        order = [
            *ranked(classes, "residual"),
            *seniors,
            *ranked(classes, "accrual"),
            *ranked(classes, "sub"),
            *ranked(classes, "cash"),
        ]
    for place in order:
        paid[place] = min(left, classes[place].beginning)
        left -= paid[place]
    scheduled = ZERO if deal.unscheduled_only else pool.scheduled
    for place in [*ranked(classes, "residual"), *seniors, *ranked(classes, "accrual", "sub", "cash")]:
        part = min(scheduled, paid[place])
        update(classes, place, scheduled=part, unscheduled=paid[place] - part)
        scheduled -= part


def allocate_loss(classes: list[ClassMonth], loss: Decimal) -> None:
    """Write down from the bottom: the cash class, then subordinates from the last, then seniors."""
    for place in [*ranked(classes, "cash"), *reversed(ranked(classes, "senior", "accrual", "sub"))]:
        part = min(loss, classes[place].beginning - classes[place].reduction)
        update(classes, place, loss=part)
        loss -= part


def move_side(rng: Random, deal: Deal, before: Month | None) -> tuple[SideAccount, ...]:
    """Reserves: some stay empty, others move."""
    moved = []
    for place, name in enumerate(deal.side_accounts):
        opening = before.side[place].ending if before else cents(Decimal(rng.choice((0, 0, 5000, 1250000))))
        paid_in = cents(Decimal(rng.randrange(0, 900_000)) / 100) if opening else ZERO
        taken = min(opening, cents(Decimal(rng.randrange(0, 700_000)) / 100)) if opening else ZERO
        moved.append(SideAccount(name, opening, taken, paid_in))
    return tuple(moved)


def accrual_days(deal: Deal, period: int) -> int:
    """Days of interest: 30, or the actual ones since the last distribution or the closing."""
    if not deal.actual_days:
        return 30
    since = deal.distribution_date(period - 1) if period > 1 else deal.closing
    return (deal.distribution_date(period) - since).days


def run(deal: Deal, periods: int, rng: Random) -> list[Month]:
    """Simulate the first periods of a deal; every balance opens where the last one closed."""
    months: list[Month] = []
    loans = seasoned(rng, deal)
    for period in range(1, periods + 1):
        last = months[-1] if months else None
        if last:
            loans, loss, gone = age(rng, deal, loans)
        else:
            loss, gone = ZERO, 0
        pool = collect(rng, deal, last.pool if last else None, loans, loss, gone)
        days = accrual_days(deal, period)
        classes = opened(deal, last.classes if last else None, rng, days, pool.net_interest)
        excess = pay_interest(classes, pool)
        pay_principal(classes, deal, pool)
        allocate_loss(classes, pool.loss)
        for place in ranked(classes, "notional"):
            reference = sum((classes[i].ending for i in ranked(classes, "senior", "accrual")), ZERO)
            classes[place] = replace(classes[place], ending_notional=reference)
        side = move_side(rng, deal, last)
        contaminated = loan(rng, deal) if rng.random() < 0.1 else ZERO
        months.append(Month(deal, period, tuple(classes), pool, excess, loans.counted(), side, contaminated, days))
    return months
