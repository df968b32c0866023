"""The administrator's report of `tests.simulate` in a random look, as a family."""

from random import Random

from tests.simulate import Shape, simulate
from tests.simulate.families import Printed
from tests.simulate.families.paper.filing import Exhibit, cut_out
from tests.simulate.sheet import Cell
from tests.simulate.truth import Facts

LABELLED = ("row_label", "column")


def draw(seed: int) -> Printed:
    """A report with its cover, as filed without a header."""
    shape = Shape.random(Random(f"ctslink/{seed}"))
    made = simulate(seed, shape)
    return Printed("ctslink", made.raw, made.truth, made.facts, labels(made.truth["cells"]), None, varied(shape))


def report(rng: Random) -> Exhibit:
    """The bare report."""
    shape = Shape.random(rng)
    made = simulate(rng.randrange(1 << 30), shape)
    lines = made.text.rstrip("\n").split("\n")
    start = next(place for place, line in enumerate(lines) if line.strip() == "EX-99.1") + 1
    truth = cut_out({**made.truth, "formulas": []}, start)
    facts: Facts = made.facts
    said = labels(made.truth["cells"])
    return Exhibit("ctslink", lines[start:], truth, facts, said, None, varied(shape), made.month)


def labels(cells: list[Cell]) -> frozenset[str]:
    """Labels and heads of the cells."""
    return frozenset(cell[name] for cell in cells for name in LABELLED)


def varied(shape: Shape) -> tuple[str, ...]:
    """Names of what differs from the usual look."""
    plain, skip = Shape(), ("seed", "gap", "stub", "edge", "indents", "blank_gaps")
    return tuple(name for name, value in vars(shape).items() if name not in skip and value != getattr(plain, name))
