"""Mutations of real filings (--kind scale, digits, pieces, lines or layout): is what is read wrong ever called proven?

python -m tests.bench mutation NUMBER [--kind scale|digits|pieces|lines|layout]
"""

import time
from collections.abc import Sequence

from tests.mutation import digits, layout, lines, scale, texts
from tests.places import SHARED

_FILINGS = 16  # of the many of one servicer, besides all others
_OTHER = "0001011438"


def main(number: int = 300, *arguments: str) -> int:
    """Measure one kind of mutation; 1 where a wrong value is proven or reaches a mart."""
    kind = arguments[1] if len(arguments) > 1 else "scale"
    return KINDS[kind](number)


def scales(number: int) -> int:
    """Print the shares of mutants in other scales that are read right."""
    paths = texts.of_known_layout(SHARED)
    single = [path for path in paths if path.suffix != ".gz" or path.name.startswith(_OTHER)]
    paths = [*single, *texts.sampled([path for path in paths if path not in single], _FILINGS)]
    start = time.perf_counter()
    tally = scale.measured([scale.unchanged(path.name, texts.raw(path)) for path in paths], number)
    for exact, words in ((True, "to the cent"), (False, "rounded")):
        made = tally.made[exact]
        print(f"{words}: {tally.right[exact]} of {made} right ({100 * tally.right[exact] / max(made, 1):.1f} %)")
    print(f"wrong and proven: {len(tally.wrong_and_proven)}; wrong and not doubtful: {len(tally.in_mart)}")
    print(f"no place or no room: {dict(tally.skipped)}; {time.perf_counter() - start:.0f} s")
    for words, times in tally.not_right.most_common(40):
        print(f"  not right {times:4} {words}")
    for words in tally.in_mart[:40]:
        print(f"  wrong: {words}")
    return 1 if tally.wrong_and_proven or tally.in_mart else 0


def single_digits(number: int) -> int:
    """Print by fact and column how many mutants of one digit were proven, counted and caught."""
    return _digits(digits.originals(SHARED, _STEP), number)


def of_pieces(number: int) -> int:
    """The same of the pieces of `filings/real`."""
    return _digits(digits.pieces(SHARED), number)


def _digits(originals: Sequence[digits.Original], number: int) -> int:
    start = time.perf_counter()
    told = digits.run(digits.draw(originals, number, seed=number), _PROCESSES)
    print(digits.table(told))
    print(f"{time.perf_counter() - start:.0f} s")
    missed = [defect for row in told.values() for defect in row.defects]
    for defect in missed:
        print(f"  proven and not caught: {defect}")
    return 1 if missed else 0


_STEP = 4  # every fourth month of CarMax, each with the one before it
_PROCESSES = 2
KINDS = {"scale": scales, "digits": single_digits, "pieces": of_pieces, "lines": lines.main, "layout": layout.main}
