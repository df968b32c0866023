"""Each family read without the labels that it alone prints: class tables proven by arithmetic, and none wrongly."""

import time
from collections.abc import Iterator

from tests.measure import FAILED, LEFT, MISSING, RIGHT, Tally, own_labels, without_labels
from tests.simulate.families import NAMES, draw

PROVEN_SHARE = 0.80


def tally(family: str, seeds: range) -> Tally:
    """Read the reports of a family without its own labels."""
    found = Tally()
    with without_labels(own_labels(family)):
        for seed in seeds:
            found.read(draw(family, seed), f"{family} {seed}")
    return found


def misplaced(one: Tally) -> Iterator[tuple[str, int, list[str]]]:
    """The kinds of error, the commonest first, but for values that were only left unread."""
    for what, times in one.errors.most_common():
        if not what.startswith((LEFT, MISSING)):
            yield what, times, one.examples[what]


def row(family: str, one: Tally) -> str:
    """One line of the table."""
    shares = f"{one.share('class proven', 'class tables'):>13.1%}{one.share('cells right', 'cells'):>13.1%}"
    kinds = "".join(f"{one.count[f'class {proof}']:>11,}" for proof in ("proven", "plausible", "doubtful", "none"))
    wrong = f"{one.count['wrong and proven']:>9,}{one.count['values wrong and proven']:>9,}"
    return f"{family:<14}{len(own_labels(family)):>7}{one.count['class tables']:>8,}{kinds}{shares}{wrong}"


def main(count: int = 625, kinds: int = 8) -> int:
    """Read `count` reports a family; 1 where a value is wrong in a fact called proven, or too few tables are proven."""
    start = time.monotonic()
    print(f"{'family':<14}{'labels':>7}{'tables':>8}{'proven':>11}{'plausible':>11}{'doubtful':>11}{'none':>11}"
          f"{'class proven':>13}{RIGHT:>13}{'reports':>9}{'values':>9}  wrong and proven")  # fmt: skip
    tallies = {}
    for family in NAMES:
        tallies[family] = tally(family, range(count))
        print(row(family, tallies[family]), flush=True)
    tables = sum(one.count["class tables"] for one in tallies.values())
    share = sum(one.count["class proven"] for one in tallies.values()) / tables
    wrong = sum(one.count["values wrong and proven"] for one in tallies.values())
    print(f"{share:.1%} of {tables:,} class tables proven ({PROVEN_SHARE:.0%} wanted)")
    failed = sum(one.count[FAILED] for one in tallies.values())
    print(f"{wrong:,} values wrong in a fact called proven (0 wanted); {failed} reports on which the reader failed; "
          f"{time.monotonic() - start:.0f} s")  # fmt: skip
    for family, one in tallies.items():
        for what, times, examples in list(misplaced(one))[:kinds]:
            print(f"\n{family} {times:,} times {what}", *examples, sep="\n    ")
    return int(wrong + failed > 0 or share < PROVEN_SHARE)
