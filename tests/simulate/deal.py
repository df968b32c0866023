"""A deal as its closing leaves it: names, identifiers, classes, and the pool in aggregate."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Literal

from tests.simulate import names
from tests.simulate.cents import ZERO, cents, rounded

Role = Literal["senior", "sub", "accrual", "notional", "cash", "residual"]


@dataclass(frozen=True)
class Tranche:
    """One class of the deal. `rate` is in percent, `denomination` in dollars; a cash class takes the interest left."""

    name: str
    role: Role
    description: str
    cusip: str
    face: Decimal
    rate: Decimal
    denomination: Decimal
    floating: bool = False

    @property
    def counted(self) -> bool:
        """Whether the class is a part of the totals."""
        return self.role != "notional"


@dataclass(frozen=True)
class Pool:
    """The loans at closing. Rates are annual percents of the balance."""

    balance: Decimal
    count: int
    wac: Decimal
    months: int
    servicing: Decimal
    external: Decimal
    master: Decimal
    trustee: Decimal
    description: str
    speed: float
    trouble: float


@dataclass(frozen=True)
class Parties:
    """Who signs, who is called, who is paid."""

    registrant: str
    sponsor: str
    administrator: str
    signer: str
    servicer: str
    master: str
    trustee: str
    streets: tuple[str, str]
    cities: tuple[str, str]
    zips: tuple[str, str]
    telephones: tuple[str, str, str]


@dataclass(frozen=True)
class Deal:
    """Everything about a deal that does not change from month to month."""

    parties: Parties
    series: str
    code: str
    file_number: str
    eins: tuple[str, ...]
    cik: int
    closing: date
    first: date
    day: int
    classes: tuple[Tranche, ...]
    pool: Pool
    actual_days: bool
    pro_rata: bool
    unscheduled_only: bool
    penalties: bool
    specified_oc: Decimal
    products: tuple[tuple[str, str, int], ...]
    side_accounts: tuple[str, ...] = field(default=())

    @property
    def cash(self) -> Tranche | None:
        """The class that stands for the overcollateralization."""
        return next((one for one in self.classes if one.role == "cash"), None)

    def distribution_date(self, period: int) -> date:
        """Day of the distribution of a period, counted from 1; a weekend moves to the Monday."""
        year, month = divmod(self.first.year * 12 + self.first.month - 2 + period, 12)
        return working_day(date(year, month + 1, self.day))

    def record_date(self, period: int) -> date:
        """Last day of the month before the distribution."""
        return self.distribution_date(period).replace(day=1) - timedelta(days=1)


PRODUCTS = (
    ("Three Year Hybrid", "3Y_HYBRID", 9),
    ("Five Year Hybrid", "5Y_HYBRID", 39),
    ("7-10 Year Hybrid", "7_10Y_HYBRID", 7),
)


def working_day(day: date) -> date:
    """The day, or the Monday after a weekend."""
    return day + timedelta(days=(7 - day.weekday()) % 7 if day.weekday() >= 5 else 0)


def round_lot(amount: Decimal) -> Decimal:
    """Down to whole hundreds of dollars, as certificates are issued."""
    return (amount // 100 * 100).quantize(ZERO)


def parties(rng: Random) -> Parties:
    """Names nobody bears."""
    issuer, bank, servicer, trustee = rng.sample(names.FIRST, 4)
    return Parties(
        registrant=f"{issuer.upper()} {rng.choice(names.REGISTRANT)}",
        sponsor=f"{issuer} {rng.choice(names.SPONSOR)}",
        administrator=f"{bank} {rng.choice(names.BANK)}",
        signer=rng.choice(names.PERSON),
        servicer=f"{servicer} {rng.choice(names.PAYEE)}",
        master=bank,
        trustee=f"{trustee} {rng.choice(names.PAYEE)}",
        streets=(
            f"{rng.randrange(100, 9999)} {rng.choice(names.STREET)}",
            f"{rng.randrange(100, 9999)} {rng.choice(names.STREET)}",
        ),
        cities=(rng.choice(names.CITY), rng.choice(names.CITY)),
        zips=(f"{rng.randrange(10000, 99999)}", f"{rng.randrange(10000, 99999)}"),
        telephones=(names.telephone(rng), names.telephone(rng), names.telephone(rng)),
    )


def class_names(rng: Random, count: int, cash: bool, notional: bool, residuals: int | None) -> list[tuple[str, Role]]:
    """Draw distinct names with their roles, seniors first, residuals last; `count` in all."""
    if count == 1:
        return [(rng.choice(names.SENIOR["plain"]), "senior")]
    tail = [(name, "residual") for name in residual_names(rng, residuals, count - (cash + notional) - 1, cash)]
    middle: list[tuple[str, Role]] = [(rng.choice(names.NOTIONAL), "notional")] if notional else []
    ending: list[tuple[str, Role]] = [(rng.choice(names.CASH), "cash")] if cash else []
    bonds = count - len(tail) - len(middle) - len(ending)
    subs = rng.randrange(0, min(bonds, 6)) if bonds > 1 else 0
    wide = [key for key, some in names.SENIOR.items() if len(some) >= max(bonds - subs, 4)]
    style = "plain" if bonds - subs == 1 else rng.choice(wide)
    seniors = [(name, "senior") for name in names.SENIOR[style][: bonds - subs]]
    juniors = [(name, "sub") for name in rng.choice(tuple(names.SUBORDINATE.values()))[:subs]]
    return [*seniors, *middle, *juniors, *ending, *tail]  # type: ignore[list-item]


def residual_names(rng: Random, wanted: int | None, room: int, cash: bool) -> Sequence[str]:
    """Names of the residual classes that still fit; a deal without a cash class needs one to take what is left."""
    fitting = [some for some in names.RESIDUAL if len(some) <= room and wanted in (None, len(some))]
    if wanted == 0 or not fitting:
        return ("R",) if not cash and wanted != 0 else ()
    return rng.choice(fitting) if not cash or wanted or rng.random() < 0.8 else ()


def faces(rng: Random, roles: Sequence[Role], balance: Decimal, oc: Decimal, token: Decimal | None) -> list[Decimal]:
    """Share the pool out over the classes: residuals a nominal sum, the cash class the rest, seniors most."""
    usual = Decimal(rng.choice(("50.00", "100.00", "0.00"))) if "cash" in roles else Decimal("100.00")
    fixed = {"residual": usual if token is None else token, "cash": oc, "notional": ZERO}
    weights = [{"senior": 100.0, "sub": 2.0, "accrual": 5.0}.get(role, 0.0) * rng.uniform(0.4, 1.0) for role in roles]
    bonds = balance - sum((fixed[role] for role in roles if role in fixed), ZERO)
    shares = [
        round_lot(bonds * Decimal(weight / sum(weights))) if weight else fixed[role]
        for role, weight in zip(roles, weights, strict=True)
    ]
    rest = balance - sum((share for share, role in zip(shares, roles, strict=True) if role != "notional"), ZERO)
    taker = roles.index("cash") if "cash" in roles else weights.index(max(weights))
    shares[taker] += rest
    return shares


def describe(rng: Random, role: Role) -> str:
    """Printed type of a class; administrators often print SEN for everything that is not subordinate."""
    plain = rng.random() < 0.5
    kinds = {"senior": "SEN", "sub": "SUB", "accrual": "SEQ", "notional": "IO", "cash": "SEN", "residual": "SEN"}
    return kinds[role] if plain else {**kinds, "sub": rng.choice(("SUB", "MEZ")), "cash": "OC", "residual": "RES"}[role]


def denomination(rng: Random, role: Role, face: Decimal, usual: Decimal) -> Decimal:
    """Dollars one certificate stands for."""
    if role == "residual" and face:
        return rng.choice((face, usual))
    if role in ("cash", "notional"):
        return rng.choice((usual, Decimal(1000), Decimal(100000)))
    return usual


def tranches(
    rng: Random, drawn: Sequence[tuple[str, Role]], pool: Pool, oc: Decimal, tight: bool, token: Decimal | None
) -> tuple[Tranche, ...]:
    """Classes with faces, rates, CUSIPs and denominations; `tight` rates leave nothing over in a long month."""
    roles = [role for _, role in drawn]
    amounts = faces(rng, roles, pool.balance, oc, token)
    if "notional" in roles:
        amounts[roles.index("notional")] = sum(
            (amount for amount, role in zip(amounts, roles, strict=True) if role in ("senior", "accrual")), ZERO
        )
    numbers = names.cusips(rng, len(drawn))
    usual = Decimal(rng.choice((1000, 1000, 25000, 1, 100000)))
    top = pool.wac - pool.servicing - pool.external - pool.master - pool.trustee
    made = []
    floating = rng.random() < 0.5
    for (name, role), face, number in zip(drawn, amounts, numbers, strict=True):
        share = {"senior": 0.45, "accrual": 0.5, "sub": 0.7, "notional": 0.05}.get(role, 0.0)
        rate = rounded(top * Decimal(share * rng.uniform(0.8, 1.2)), 5) if share else Decimal("0.00000")
        if len(drawn) == 1 or (tight and role in ("senior", "sub", "accrual")):
            rate = rounded(top if len(drawn) == 1 else top * Decimal("0.99"), 5)
        made.append(
            Tranche(
                name, role, describe(rng, role), number, face, rate, denomination(rng, role, face, usual),
                floating and role in ("senior", "sub") and len(drawn) > 1,
            )
        )  # fmt: skip
    return tuple(made)


def draw_pool(rng: Random, balance: Decimal | None = None) -> Pool:
    """Loans in aggregate."""
    total = balance or cents(Decimal(rng.randrange(60_000_000, 1_400_000_000)) + Decimal(rng.randrange(100)) / 100)
    basis = Decimal("0.0025")
    return Pool(
        balance=total,
        count=max(200, int(total / rng.randrange(120_000, 520_000))),
        wac=rounded(Decimal(rng.uniform(4.2, 9.4)), 6),
        months=rng.randrange(180, 358),
        servicing=basis * rng.randrange(80, 200),
        external=basis * rng.choice((0, 2, 4)),
        master=basis * rng.randrange(2, 10),
        trustee=Decimal("0.0005") * rng.randrange(1, 8),
        description=rng.choice(names.DESCRIPTION),
        speed=rng.uniform(0.004, 0.03),
        trouble=rng.uniform(0.002, 0.012),
    )


def draw(
    rng: Random,
    *,
    classes: int | None = None,
    cash: bool | None = None,
    notional: bool | None = None,
    residuals: int | None = None,
    accrual: bool | None = None,
    tight: bool | None = None,
    pool: Pool | None = None,
    oc: Decimal | None = None,
    specified: Decimal | None = None,
    start: date | None = None,
    residual_face: Decimal | None = None,
) -> Deal:
    """Invent a deal; what is not asked for is drawn. Classes: 1 to 20."""
    count = classes if classes is not None else rng.choice((1, 2, 3, 4, 5, 6, 6, 7, 8, 9, 10, 12, 14, 16, 18, 20))
    if not 1 <= count <= 20:
        raise ValueError(f"classes={count}: a deal has 1 to 20 classes")
    cash = count > 2 and rng.random() < 0.6 if cash is None else cash
    notional = count > 4 and rng.random() < 0.25 if notional is None else notional
    loans = pool or draw_pool(rng)
    drawn = class_names(rng, count, cash, notional, residuals)
    if accrual or (accrual is None and rng.random() < 0.08):
        drawn = with_accrual(drawn)
    share = Decimal(rng.choice(("0", "0.004", "0.0075", "0.012")))
    over = (cents(loans.balance * share) if oc is None else oc) if cash else ZERO
    met = cents(loans.balance * Decimal("0.0025")) if over > loans.balance * Decimal("0.003") else ZERO
    first = start or date(rng.randrange(1999, 2006), rng.randrange(1, 13), 1)
    day = rng.choice((15, 20, 25, 25, 25))
    closing = working_day(first.replace(day=day)) - timedelta(days=rng.randrange(20, 37))
    number = rng.randrange(1, 14)
    series = (f"{closing.year}-{number}", f"{closing.year}-HE{number}", f"{closing.year}-{chr(64 + number)}")
    squeezed = rng.random() < 0.15 if tight is None else tight
    return Deal(
        parties=parties(rng),
        series=rng.choice((series[0], *series)),
        code=rng.choice(("QHB", "ZMT", "XARC", "BXM", "QWMBS", "VLM")),
        file_number=f"333-{rng.randrange(10000, 99999)}-{rng.randrange(1, 60):02}",
        eins=tuple(f"{rng.randrange(10, 99)}-{rng.randrange(1000000, 9999999)}" for _ in range(rng.choice((1, 2, 3)))),
        cik=rng.randrange(9_100_000, 9_999_999),
        closing=closing,
        first=first,
        day=day,
        classes=tranches(rng, drawn, loans, over, squeezed, residual_face),
        pool=loans,
        actual_days=rng.random() < 0.5 or squeezed,
        pro_rata=rng.random() < 0.3,
        unscheduled_only=rng.random() < 0.3,
        penalties=count > 1 and rng.random() < 0.6,
        specified_oc=met if specified is None else specified,
        products=tuple(rng.sample(PRODUCTS, rng.choice((1, 2, 3)))),
        side_accounts=tuple(rng.sample(names.SIDE_ACCOUNT, rng.choice((1, 2, 3)))),
    )  # fmt: skip


def with_accrual(drawn: list[tuple[str, Role]]) -> list[tuple[str, Role]]:
    """Let the last of several seniors accrete its interest."""
    seniors = [place for place, (_, role) in enumerate(drawn) if role == "senior"]
    if len(seniors) > 1:
        drawn[seniors[-1]] = (drawn[seniors[-1]][0], "accrual")
    return drawn
