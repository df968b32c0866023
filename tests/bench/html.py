"""HTML: rows and the whole reading as multiples of one lxml parse of the same bytes, and how both grow with size.

The parse is measured in the same turn as the rest, and the best of each counts. Without real filings only pages made
here are measured.
"""

import gzip
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from lxml import etree

from tests.bench import cost
from tests.places import SHARED
from transforms import Submission, document, markup, read_batch
from transforms.errors import TieoutError

MEGABYTE = 2**20
ROUNDS = 3
PAGES = 40
# What servicers' reports name in so many words.
LABELS = (
    "Servicing Fee", "Principal Collections", "Interest Collections", "Available Funds", "Liquidation Proceeds",
    "Recoveries", "Defaulted Receivables", "Pool Balance", "Reserve Account Balance", "Class A-1 Note Balance",
    "Class A-2 Note Balance", "Class B Note Balance", "Monthly Interest", "Weighted Average Coupon",
)  # fmt: skip
_CELL = '<td style="vertical-align:bottom;background-color:{};padding:2px"><div><font style="{}">{}</font></div></td>'
_FONT = "color:#000000;font-family:'Times New Roman',serif;font-size:9pt;font-weight:400;line-height:100%"
# What a document of any size may be made of: what stands before, and what is repeated.
SHAPES = {
    "rows of a table": ("<table>", "<tr><td>Class A</td><td>$</td><td>1,234.56</td></tr>\n"),
    "cells of one row": ("<table><tr>", "<td>1.50</td>"),
    "cells never closed": ("<table>", "<tr><td>Fee<td>$<td>5.00"),
    "one line of words": ("<p>", "paid 1.50 on 1/2/2004 "),
    "one cell of lines": ("<table><tr><td>A<td>", "5.00<br>"),
    "tags in tags": ("", "<div><font color=white>5 "),
    "tables in tables": ("", "<table><tr><td>5</td><td>"),
    "cells over many rows": ("<table><tr>", "<td rowspan=60 colspan=9>1</td>"),
    "preformatted lines": ("<pre>", "Class A     1,234.56\n"),
    "words at spots": ("", '<p style="position:absolute;top:10px;left:20px">5.00</p>\n'),
    "quotes never closed": ("", "<p title='"),
    "entities": ("<p>", "&nbsp;&#8211;&amp; "),
}


@dataclass(frozen=True)
class Ratio:
    """Seconds to parse some documents with lxml, to make rows of them, and to read them; None where nothing is read."""

    parse: float
    rows: float
    reading: float | None
    documents: int
    size: int

    def line(self, what: str) -> str:
        """The cost in one line."""
        read = "is not read" if self.reading is None else f"whole reading {self.reading / self.parse:.2f}x"
        return (
            f"{what}: {self.documents} document(s), {self.size / MEGABYTE:.1f} MB; a parse "
            f"{self.parse / self.documents * 1e3:.2f} ms each; rows {self.rows / self.parse:.2f}x of it; {read}"
        )


def page(rows: int = 240) -> bytes:
    """A page of tables as a filing agent's program writes it, with a cell for every sign and every gap."""
    parts = ["<html><head><title>Report</title></head><body><p>Distribution Date: 6/15/2021</p>"]
    for at in range(rows):
        ground = "#cceeff" if at % 2 else "#ffffff"
        if at % 30 == 0:
            parts.append(f"{'</table>' if at else ''}<p>Part {at // 30 + 1}</p><table>")
        words = (f"{at + 1}.", LABELS[at % len(LABELS)], "&#160;", "$", f"{at * 7919 / 3:,.2f}", "")
        parts.append("<tr>" + "".join([_CELL.format(ground, _FONT, word) for word in words]) + "</tr>\n")
    return ("".join(parts) + "</table></body></html>").encode()


def filings() -> Iterator[bytes]:
    """Every real submission that is at hand, as it was filed."""
    for path in sorted((SHARED / "edgar" / "Archives").rglob("*.txt.gz")):
        yield gzip.decompress(path.read_bytes())
    for path in sorted((SHARED / "filings").glob("*.html")):
        yield path.read_bytes()


def measure(raws: Sequence[bytes], rounds: int = ROUNDS) -> Ratio:
    """Measure submissions: the best of some rounds. Call it in a process of its own with POLARS_MAX_THREADS=1."""
    batch = [Submission(raw, local=True) for raw in raws]
    texts = [exhibit.text for submission in batch for exhibit in _exhibits(submission) if exhibit.is_html]
    encoded = [text.encode("utf-8", "replace") for text in texts]
    cells = read_batch(batch)[0].num_rows
    parse, rows, reading = [], [], []
    for _ in range(rounds):
        parse.append(sum(_parse(document) for document in encoded))
        rows.append(sum(_rows(text) for text in texts))
        reading.append(_seconds(lambda: read_batch(batch)) if cells else 0.0)
    size = sum(map(len, encoded))
    return Ratio(min(parse), min(rows), min(reading) if cells else None, len(texts), size)


def _exhibits(submission: Submission) -> Sequence[document.Exhibit]:
    try:
        return document.split(submission).exhibits
    except TieoutError:
        return ()


def _parse(encoded: bytes) -> float:
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)
    return _seconds(lambda: etree.fromstring(encoded, parser))


def _rows(text: str) -> float:
    return _seconds(lambda: markup.rows(text, 1))


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def growth(megabytes: int) -> Iterator[str]:
    """How much faster than its size the time grows that each shape of document takes: 1.00 is linear."""
    for name, (before, piece) in SHAPES.items():
        small, large = [before + piece * (megabytes * MEGABYTE // part // len(piece)) for part in (8, 1)]
        few, many = _rows(small), _rows(large)
        ratio = (many / few) / (len(large) / len(small))
        yield f"{name}: {len(large) / MEGABYTE:.1f} MB in {many:.2f} s, {ratio:.2f} of linear"


def main(rounds: int = ROUNDS, megabytes: int = 10) -> int:
    """Print the cost of pages made here and of every real page, and how it grows, for documents of so many MB."""
    made = [page(rows) for rows in range(200, 200 + PAGES)]
    for what, raws in (("pages made here", made), ("real pages", list(filings()))):
        if raws:
            with cost.workers(1) as pool:
                print(pool.submit(measure, raws, rounds).result().line(what), flush=True)
    for line in growth(megabytes):
        print(line, flush=True)
    return 0
