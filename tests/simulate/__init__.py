"""A simulator of trustee reports: invented deals, true arithmetic, printed as an administrator prints, with the truth.

    from tests.simulate import simulate
    report = simulate(7)                        # the look of a usual report of 2003
    report = simulate(7, Shape.random(rng))     # any look
    report.raw, report.text, report.truth, report.facts

It shares no code and no label with `transforms`, so that a reader cannot agree with it by sharing its errors.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from tests.simulate.deal import Deal, draw
from tests.simulate.render_ctslink import render
from tests.simulate.shape import Shape
from tests.simulate.truth import Facts, document, facts
from tests.simulate.waterfall import Month, run

__all__ = ["Report", "Shape", "printed", "simulate", "simulate_many"]


@dataclass(frozen=True)
class Report:
    """A printed report: `text` as filed without a header, `truth` as a truth file, `facts` as rows by table.

    Facts hold Decimal, int, ISO dates, or None where nothing is printed; rates are fractions; classes go by name.
    """

    text: str
    truth: dict[str, Any]
    facts: Facts
    month: Month

    @property
    def raw(self) -> bytes:
        """The bytes of the filing."""
        return self.text.encode("ascii")


def printed(month: Month, shape: Shape, *, amended: bool = False, signed: date | None = None) -> Report:
    """Print one month of a deal."""
    when = signed or month.distribution_date + timedelta(days=3)
    sheet = render(month, shape, amended=amended, signed=when)
    truth = document(sheet, month, amended, when.isoformat())
    return Report("\n".join(sheet.lines) + "\n", truth, facts(sheet, month), month)


def simulate(
    seed: int, shape: Shape | None = None, *, period: int | None = None, amended: bool = False, **knobs: Any
) -> Report:
    """Invent a deal and print one of its months, by default a random one of the first five.

    Knobs go to `deal.draw`: classes, cash, notional, residuals, accrual, tight, pool, oc, specified, start,
    residual_face. Equal arguments give equal bytes.
    """
    rng = Random(f"tieout/{seed}")
    deal: Deal = draw(rng, **knobs)
    month = run(deal, period or rng.randrange(1, 6), rng)[-1]
    return printed(month, shape or Shape(seed=seed), amended=amended)


def simulate_many(seed: int, count: int, **knobs: Any) -> list[Report]:
    """Reports of as many deals, each in a look of its own."""
    rng = Random(f"tieout many/{seed}")
    return [simulate(seed * 100_003 + place, Shape.random(rng), **knobs) for place in range(count)]
