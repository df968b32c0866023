"""Many reports in one exhibit, one after another, as agents file a whole shelf."""

from importlib import import_module
from random import Random

from tests.simulate.families import NAMES, Printed
from tests.simulate.families.paper.filing import Exhibit, filed

FAMILIES = ("bankers_trust", "deutsche_bank", "chase", "ctslink")


def many(family: str, seed: int, count: int) -> Printed:
    """Print `count` deals in one exhibit; their truths and facts are in `truth["reports"]`, in printed order.

    Each of those has the cells of its report, its `facts`, and the lines it takes; `facts` of the whole is empty.
    """
    if family not in FAMILIES or family not in NAMES:
        raise ValueError(f"family {family!r}: must be one of {', '.join(FAMILIES)}")
    rng = Random(f"many/{family}/{seed}")
    report = import_module(f"tests.simulate.families.{family}").report
    exhibits: list[Exhibit] = [report(rng) for _ in range(count)]
    return filed(exhibits, rng, "EX-99")
