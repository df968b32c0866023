"""A report of the usual make-up of a small hybrid deal, with other names, amounts and places each time.

One senior, two subordinate classes, a cash class with a token balance, two residuals of a token face, first
distribution, all statements, six values of the first collateral statement a line low. What differs from seed to seed is
everything that a reader could have learned by heart.
"""

from dataclasses import replace
from decimal import Decimal
from random import Random

from tests.simulate import Report, Shape, printed
from tests.simulate.cents import ZERO, cents
from tests.simulate.deal import PRODUCTS, Deal, Tranche, draw, draw_pool
from tests.simulate.names import CASH, RESIDUAL, SENIOR, SIDE_ACCOUNT, SUBORDINATE
from tests.simulate.waterfall import run


def mimic(seed: int, shape: Shape | None = None) -> Report:
    """A report of 6 classes, 604 figures and 10 empty cells; equal seeds give equal bytes."""
    rng = Random(f"mimic/{seed}")
    month = run(deal(rng), 1, rng)[-1]
    return printed(month, shape or look(rng), amended=rng.random() < 0.5)


def deal(rng: Random) -> Deal:
    """The deal: its cash class holds cents where dollars are wanted, so that a deficiency remains."""
    pool = replace(draw_pool(rng), external=Decimal("0.0025"))
    token = cents(Decimal(rng.randrange(1_000, 9_999)) / 100)
    wanted = cents(pool.balance * Decimal("0.0025"))
    drawn = draw(
        rng, classes=6, cash=True, notional=False, residuals=2, accrual=False, tight=False, pool=pool, oc=token,
        specified=wanted,
    )  # fmt: skip
    kinds = ("senior", "sub", "sub", "cash", "residual", "residual")
    subs = rng.choice([some for some in SUBORDINATE.values() if len(some) > 2])[:2]
    residuals = rng.choice([some for some in RESIDUAL if len(some) == 2])
    names = (rng.choice(SENIOR["plain"]), *subs, rng.choice(CASH), *residuals)
    face = Decimal(rng.choice(("25.00", "50.00", "100.00")))
    usual = Decimal(rng.choice((1000, 25000, 100000)))
    junior = [pool.balance * Decimal(rng.uniform(0.005, 0.02)) // 100 * 100 for _ in range(2)]
    faces = [ZERO, *(cents(one) for one in junior), token, face, face]
    faces[0] = pool.balance - sum(faces, ZERO)
    top = pool.wac - pool.servicing - pool.external - pool.master - pool.trustee
    rates = [*(cents(top * Decimal(share)) for share in (0.4, 0.5, 0.65)), ZERO, ZERO, ZERO]
    each = [usual, usual, usual, Decimal(10_000_000), face, face]
    shown = ("SEN", "SUB", "SUB", "SEN", "SEN", "SEN")
    classes = tuple(
        Tranche(name, kind, word, old.cusip, amount, rate, per)
        for name, kind, word, old, amount, rate, per in zip(
            names, kinds, shown, drawn.classes, faces, rates, each, strict=True
        )
    )
    return replace(
        drawn, classes=classes, products=PRODUCTS, side_accounts=tuple(rng.sample(SIDE_ACCOUNT, 3)), penalties=True
    )


def look(rng: Random) -> Shape:
    """Any look that leaves nothing out."""
    return replace(
        Shape.random(rng), wordings=rng.choice(((0, 1), (1, 0))), no_totals=frozenset(), empty=0.0, without=frozenset(),
        short_buckets=False, strange_lines=0, shift=(rng.choice((0, 0, 1)), rng.choice((4, 5, 6, 6, 7))), overflow=True,
    )  # fmt: skip
