"""Growth: megabytes of reports, lines of a megabyte, two million blank lines; time must grow with size, not faster.

`python -m tests.bench linear 10` measures these, of ten megabytes; `python -m tests.bench linear shapes 16` measures
each of `tests.shapes` at 16 kB and at four times as much, and prints those that grow faster than their size.
"""

import time
from collections.abc import Iterator

from tests.shapes import CONTEXTS, TOKENS, of, reports, shapes
from tests.simulate import simulate
from transforms import Outcome, Submission, build, read_batch

MEGABYTE = 2**20
# What one endless line may be made of; each once was, or might be, scanned anew from every one of its places.
LINES = ("digits", "figures", "words", "points", "dates", "blanks", "dollar words")
TIMES = 4  # as large as the smaller one of a shape
FAST = 1.5  # times faster than its size: what is less is noise


def long_line(token: str, size: int) -> bytes:
    """A report with a line of `size` characters in a table."""
    return CONTEXTS["marked"](of(TOKENS[token], size)).encode()


def seconds(raw: bytes) -> tuple[float, Outcome]:
    """How long one filing takes from bytes to facts, and how it ended."""
    start = time.process_time()
    table, (outcome,) = read_batch([Submission(raw, local=True)])
    build(table)
    return time.process_time() - start, outcome


def growth(small: bytes, large: bytes) -> str:
    """The seconds of the larger one, and how much faster than its size its time grew."""
    few, _ = seconds(small)
    many, outcome = seconds(large)
    ratio = (many / few) / (len(large) / len(small))
    ended = f"{outcome.state}, {outcome.reports} report(s)"
    return f"{len(large) / MEGABYTE:5.1f} MB in {many:6.2f} s, {ratio:4.2f} of linear ({ended})"


def lines(megabytes: int) -> Iterator[str]:
    """The measurements, one after the other."""
    yield "reports in one filing: " + growth(reports(megabytes * MEGABYTE // 4), reports(megabytes * MEGABYTE))
    for name in LINES:
        short, long = (long_line(name, megabytes * MEGABYTE // part) for part in (40, 10))
        yield f"a line of {name}: " + growth(short, long)
    blank = b"\n" * (200_000 * megabytes)
    for what, raw in (("nothing but", blank), ("a report after", blank + simulate(0).raw)):
        taken, outcome = seconds(raw)
        yield f"{what} {len(blank):,} blank lines: {taken:.2f} s ({outcome.state} {outcome.reason})"


def growing(kilobytes: int) -> Iterator[str]:
    """The shapes that grow faster than their size, as they are met, and how many there are."""
    found = 0
    for name, shape in shapes().items():
        few, many = (shape(kilobytes * 1024 * factor) for factor in (1, TIMES))
        small, large = seconds(few)[0], seconds(many)[0]
        if (growth_of := large / small / (len(many) / len(few))) > FAST:
            found += 1
            yield f"{name}: {large:.2f} s for {len(many):,} bytes, {growth_of:.1f} of linear"
    yield f"{found} of {len(shapes())} shapes grow faster than their size"


def main(megabytes: int | str = 10, kilobytes: int = 16) -> int:
    """Print the measurements of a filing of so many megabytes and of lines of a tenth of them, or those of `shapes`."""
    for line in growing(kilobytes) if megabytes == "shapes" else lines(int(megabytes)):
        print(line, flush=True)
    return 0
