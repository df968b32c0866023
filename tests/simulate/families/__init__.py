"""Families of reports: what other trustees and servicers print of the same invented deals.

One report of one family:

    from tests.simulate.families import NAMES, draw
    report = draw("bny", 7)                     # equal arguments give equal bytes
    report.raw, report.truth, report.facts, report.labels
"""

from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from tests.simulate.truth import Facts

NAMES = (
    "ctslink", "bankers_trust", "deutsche_bank", "bny", "chase", "lasalle", "certificate", "transposed",
)  # fmt: skip


@dataclass(frozen=True)
class Printed:
    """A printed report of one family.

    `raw` is the filing as bytes; `truth` has the cells as a truth file has them (line from 1, columns from 0, end
    exclusive, in the bytes as decoded); `facts` the rows that follow, keyed by class name; `labels` every label, head
    and title printed that a vocabulary would have to know; `misprint` says what the source itself got wrong, if
    anything; `perturbed` names what was varied, for the tables of the benchmarks.
    """

    family: str
    raw: bytes
    truth: dict[str, Any]
    facts: Facts
    labels: frozenset[str]
    misprint: str | None = None
    perturbed: tuple[str, ...] = field(default=())


def draw(family: str, seed: int) -> Printed:
    """Invent a deal, and print one month of it as the family does, in a look of its own."""
    if family not in NAMES:
        raise ValueError(f"family {family!r}: must be one of {', '.join(NAMES)}")
    report: Printed = import_module(f"tests.simulate.families.{family}").draw(seed)
    return report
