"""The round trip at length: simulated reports of random deals and shapes, read back and compared with their truth."""

import random
import sys
from collections import Counter

from tests.compare import cell_errors, fact_errors, reading
from tests.simulate import Shape, simulate
from tests.simulate.mimic import mimic

MIMIC_EVERY = 10


def main(count: int = 2000) -> int:
    """Read `count` reports back; print how many equal their truth, how many were doubted, and the first errors."""
    found: Counter[str] = Counter()
    for seed in range(count):
        report = mimic(seed) if seed % MIMIC_EVERY == 0 else simulate(seed, Shape.random(random.Random(seed)))
        frames = reading(report.raw)
        errors = [*cell_errors(report.truth, frames["raw_cell"]), *fact_errors(report.facts, frames)]
        doubted = "doubtful" in frames["report_proof"]["proof"].to_list()
        found["equal" if not errors else "doubted" if doubted else "wrong and not doubted"] += 1
        if errors and found["shown"] < 5:
            found["shown"] += 1
            print(f"seed {seed}: {len(errors)} differences, first: {errors[0]}")
        if sys.stderr.isatty() and seed % 100 == 99:
            print(f"\r{seed + 1}/{count}", end="", file=sys.stderr)
    print(f"{count} reports: " + ", ".join(f"{n} {what}" for what, n in found.items() if what != "shown"))
    return 0 if found["equal"] == count else 1
