"""Simulated reports of every family against their truth: values, facts, and what the proof says of misreadings."""

import time

from tests.measure import DOUBTED, EQUAL, FAILED, UNDOUBTED, Tally
from tests.simulate.families import NAMES, draw

HEADS = ("equal", "doubted", "undoubted", "proven", "values right", "class proven")


def tally(family: str, seeds: range) -> Tally:
    """Read the reports of a family with these seeds."""
    found = Tally()
    for seed in seeds:
        found.read(draw(family, seed), f"{family} {seed}")
    return found


def row(family: str, one: Tally) -> str:
    """One line of the table: reports by outcome, of which wrong and proven, and two shares."""
    counts = "".join(f"{one.count[name]:>11,}" for name in (EQUAL, DOUBTED, UNDOUBTED, "wrong and proven"))
    shares = f"{one.share('cells right', 'cells'):>13.2%}{one.share('class proven', 'class tables'):>13.2%}"
    return f"{family:<14}{one.count['reports']:>8,}{counts}{shares}"


def main(count: int = 250, kinds: int = 12) -> int:
    """Read `count` reports a family, print what they come to and the commonest errors.

    Returns 1 where a misread value is called proven, or the reader failed.
    """
    start = time.monotonic()
    print(f"{'family':<14}{'reports':>8}{''.join(f'{head:>11}' for head in HEADS[:4])}{HEADS[4]:>13}{HEADS[5]:>13}")
    tallies = {}
    for family in NAMES:
        tallies[family] = tally(family, range(count))
        print(row(family, tallies[family]), flush=True)
    proven = sum(one.count["values wrong and proven"] for one in tallies.values())
    failed = sum(one.count[FAILED] for one in tallies.values())
    print(f"{proven:,} values wrong in a fact called proven; {failed} reports on which the reader failed; "
          f"{time.monotonic() - start:.0f} s")  # fmt: skip
    for family, one in tallies.items():
        for what, times in one.errors.most_common(kinds):
            print(f"\n{family} {times:,} times {what}", *one.examples[what], sep="\n    ")
    return int(proven + failed > 0)
