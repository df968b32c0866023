"""Growth: megabytes of reports, lines of a megabyte, two million blank lines; time must grow with size, not faster."""

import time
from collections.abc import Iterator

from tests.simulate import simulate
from transforms import Outcome, Submission, build, read_batch

MEGABYTE = 2**20
_TABLE = "8-K\n\nEX-99.1\n\nDistribution Date:  4/25/2003\n\n\n<TABLE>\nServicing Fees\n<S>  <C>\n{}\n</TABLE>\n"
# What one endless line may be made of; each once was, or might be, scanned anew from every one of its places.
LINES = {
    "digits": "7",
    "figures": "  1,234.56",
    "words": "class is per ",
    "points": "1.",
    "dates": "Date of report Jan 1 ",
    "blanks": " ",
    "dollars": "$1 by: a as ",
}


def reports(size: int) -> bytes:
    """One filing of many simulated reports, of about `size` bytes."""
    parts, held, seed = [], 0, 0
    while held < size:
        parts.append(simulate(seed).raw)
        held, seed = held + len(parts[-1]), seed + 1
    return b"\n".join(parts)


def long_line(piece: str, size: int) -> bytes:
    """A report with a line of `size` characters in a table."""
    line = "Date:" + (piece * (size // len(piece))) + "x  1.00\n" + "Trustee Fee   " + piece * (size // len(piece))
    return _TABLE.format(line).encode()


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
    for name, piece in LINES.items():
        short, long = (long_line(piece, megabytes * MEGABYTE // part) for part in (40, 10))
        yield f"a line of {name}: " + growth(short, long)
    blank = b"\n" * (200_000 * megabytes)
    for what, raw in (("nothing but", blank), ("a report after", blank + simulate(0).raw)):
        taken, outcome = seconds(raw)
        yield f"{what} {len(blank):,} blank lines: {taken:.2f} s ({outcome.state} {outcome.reason})"


def main(megabytes: int = 10) -> int:
    """Print every measurement, for a filing of so many megabytes and lines of a tenth of them."""
    for line in lines(megabytes):
        print(line, flush=True)
    return 0
