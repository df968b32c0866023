"""Print one month of a deal as the administrator's fixed-width report, with the truth of every figure."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from random import Random

from tests.simulate import cover, grid_tables, label_tables
from tests.simulate.class_tables import print_class_tables
from tests.simulate.collateral import print_collateral
from tests.simulate.shape import Shape
from tests.simulate.sheet import Sheet
from tests.simulate.waterfall import Month


def render(month: Month, shape: Shape, *, amended: bool = False, signed: date | None = None) -> Sheet:
    """The whole filing as text without an SGML header: cover, head of the report, and its statements."""
    sheet = Sheet(shape, Random(f"{shape.seed}/{month.period}"))
    cover.print_cover(sheet, month, signed or month.distribution_date + timedelta(days=3), amended)
    cover.print_report_head(sheet, month)
    numbers = count(1)

    def code() -> str:
        return f"T{next(numbers):02}"

    print_class_tables(sheet, month, code)
    label_tables.print_account(sheet, month, code)
    for name, print_one in MIDDLE:
        if name not in shape.without:
            print_one(sheet, month, code)
    for place, wording in enumerate(shape.wordings):
        print_collateral(sheet, month, code, wording, (0, 0) if place else shape.shift)
        if not place and "products" not in shape.without and (month.deal.products or month.deal.cash):
            label_tables.print_products(sheet, month, code)
    return sheet


MIDDLE: tuple[tuple[str, Callable[[Sheet, Month, Callable[[], str]], None]], ...] = (
    ("shortfall", label_tables.print_shortfall),
    ("fees", label_tables.print_fees),
    ("other_accounts", grid_tables.print_side_accounts),
    ("delinquency", grid_tables.print_delinquency),
    ("other_information", label_tables.print_information),
)
