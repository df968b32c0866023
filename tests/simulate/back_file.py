"""Write a large archive for measuring: years of months of many deals, with what else lies between them.

    python -m tests.simulate.back_file FOLDER 20000

Four in five filings belong to deals that report for two to five years, in text (8-K, or 10-D if made from 2006 on) or
as web pages (10-D); the rest are single reports of the other families and 8-Ks of companies that make things, one in
ten of all. Equal arguments give equal files, whatever the number of processes.
"""

import argparse
import gzip
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from datetime import time as clock
from multiprocessing import get_context
from pathlib import Path
from random import Random

from tests.growing import Row, full_index, quarter
from tests.simulate import Shape, printed
from tests.simulate.deal import draw as draw_deal
from tests.simulate.deal import working_day
from tests.simulate.families import NAMES, certificate, draw
from tests.simulate.families.servicer.auto import draw_trust, step
from tests.simulate.names import cusip
from tests.simulate.submission import Filer, Filing, document, header, wrap
from tests.simulate.waterfall import run

FIRST = date(1998, 1, 1)
LAST_START = 2012  # year in which the youngest deal closes
REGULATION_AB = date(2006, 1, 1)  # trusts made from here on file on form 10-D, older ones on 8-K as before
# Of ten in a row: deals in text, trusts with web pages, and lots of single filings, which are as long as a deal.
KINDS = ("text", "text", "page", "text", "corporate", "text", "page", "text", "other", "text")
OTHERS = tuple(name for name in NAMES if name not in ("ctslink", "certificate"))
SHORTEST, LONGEST = 24, 60  # filings of a lot


@dataclass(frozen=True)
class Lot:
    """Filings that are drawn together: those of one deal, or single ones of a kind."""

    seed: int
    place: int
    count: int

    @property
    def kind(self) -> str:
        """Which of `KINDS`."""
        return KINDS[self.place % len(KINDS)]

    @property
    def cik(self) -> int:
        """The filer of its deal, or the first of its filers."""
        return 3_000_000 + self.place * 100

    def rng(self, what: str = "") -> Random:
        """Draws that depend on nothing but the seed and the place."""
        return Random(f"back file/{self.seed}/{self.place}/{what}")

    def accession(self, number: int, filed: date) -> str:
        """A number that no other filing has."""
        return f"{9_000_000 + self.place // 10_000:010}-{filed.year % 100:02}-{self.place % 10_000 * 100 + number:06}"


@dataclass(frozen=True)
class Entry:
    """One filing: its line in the index, and its bytes."""

    row: Row
    content: bytes


def lots(count: int, seed: int = 0) -> Iterator[Lot]:
    """Share so many filings out over lots."""
    place = 0
    while count > 0:
        size = min(count, Random(f"size/{seed}/{place}").randrange(SHORTEST, LONGEST + 1))
        yield Lot(seed, place, size)
        count, place = count - size, place + 1


def entries(lot: Lot) -> Iterator[Entry]:
    """The filings of a lot, oldest first where it is a deal."""
    return {"text": deal, "page": trust, "corporate": companies, "other": singles}[lot.kind](lot)


def deal(lot: Lot) -> Iterator[Entry]:
    """A mortgage deal, in the look that its administrator keeps."""
    rng = lot.rng()
    start = date(rng.randrange(FIRST.year, LAST_START + 1), rng.randrange(1, 13), 1)
    drawn = draw_deal(rng, start=start)
    issuer = f"{lot.place:05}Q"  # of a form that no other deal draws: two that meet would be one issuer
    classes = tuple(replace(one, cusip=cusip(issuer + one.cusip[6:8])) for one in drawn.classes)
    drawn = replace(drawn, cik=lot.cik, classes=classes)
    form = "10-D" if start >= REGULATION_AB else "8-K"
    shape = Shape.random(rng)
    name = f"{drawn.parties.registrant} SERIES {drawn.series}"
    for month in run(drawn, lot.count, rng):
        filed = working_day(month.distribution_date + timedelta(days=3 + month.period % 5))
        made = submitted(lot, month.period, filed, month.distribution_date, name, drawn.file_number, form)
        report = printed(month, replace(shape, seed=shape.seed * 100 + month.period), signed=filed)
        style = "new" if filed.year > 2000 else "old"
        bare = replace(report, truth={})  # compared with nothing, so nothing need be moved
        yield entry(made, wrap(bare, made, style, split=lot.place % 20 > 0).raw)


def trust(lot: Lot) -> Iterator[Entry]:
    """An auto trust, whose servicer files web pages."""
    rng = lot.rng()
    drawn = draw_trust(rng)
    drawn = replace(drawn, first=drawn.first.replace(year=rng.randrange(REGULATION_AB.year, LAST_START + 1)))
    month = None
    for number in range(1, lot.count + 1):
        month = step(rng, drawn, month)
        name = certificate.Head(month, lot.rng("look")).trust.upper()
        filed = working_day(month.distribution_date + timedelta(days=2 + number % 4))
        made = submitted(lot, number, filed, month.distribution_date, name, f"333-{200_000 + lot.place}-01", "10-D")
        # The same draws each month: the look and the names are those of the trust.
        yield entry(made, certificate.certified(month, lot.rng("look"), made).raw)


def singles(lot: Lot) -> Iterator[Entry]:
    """One month of a deal after another, each of another family."""
    for number in range(lot.count):
        family, first = OTHERS[number % len(OTHERS)], lot.seed * 1_000_003 + lot.place * 10_000 + number * 100
        # Some are drawn as files without a header, which no index could list.
        drawn = (draw(family, first + attempt) for attempt in range(100))
        report = next(one for one in drawn if "filing" in one.truth)
        told = report.truth["filing"]
        filer = told["filers"][0]
        filed = date.fromisoformat(told["filed_date"])
        # What they are numbered by is drawn: two of a large archive may have the same.
        accession = lot.accession(number, filed)
        content = report.raw.replace(told["accession_number"].encode(), accession.encode())
        path = f"edgar/data/{filer['cik']}/{accession}.txt"
        yield Entry(Row(filer["cik"], filer["conformed_name"], told["form_type"], filed, path), content)


def companies(lot: Lot) -> Iterator[Entry]:
    """News of companies that are no trusts."""
    rng = lot.rng()
    for number in range(lot.count):
        name = f"{rng.choice(('HOLLOWAY', 'BRACE', 'TARN', 'PELL'))} {rng.choice(('INSTRUMENTS', 'GAUGES'))} CORP"
        filed = working_day(FIRST + timedelta(days=rng.randrange(365 * 14)))
        made = submitted(lot, number, filed, filed, name, "000-55501", "8-K", "MEASURING DEVICES, NEC [3829]")
        news = f"The board declared a dividend of $0.{rng.randrange(10, 99)} per share on {rng.randrange(9):,} shares."
        body = ["SECURITIES AND EXCHANGE COMMISSION", "", "FORM 8-K", "", name, "", "Item 5. Other Events.", "", news]
        lines = [*body, *[f"Net sales of {year} were ${rng.randrange(10**6, 10**8):,}." for year in range(1990, 1998)]]
        block, _ = document("8-K", 1, "main.txt", lines, "new")
        yield entry(made, "\n".join([*header(made, 1, "new"), *block, "</SEC-DOCUMENT>", ""]).encode("ascii"))


def submitted(
    lot: Lot, number: int, filed: date, period: date, name: str, file_number: str, form: str,
    industry: str = Filer.industry,
) -> Filing:  # fmt: skip
    """The header of a submission; a lot of companies has a filer for each."""
    cik = lot.cik + (number if lot.kind == "corporate" else 0)
    return Filing(
        accession=lot.accession(number, filed),
        form=form,
        filed=filed,
        accepted=datetime.combine(filed, clock(10 + number % 7, number % 60)),
        period=period,
        filers=(Filer(name, cik, "51-5550142", file_number, industry),),
    )


def entry(made: Filing, content: bytes) -> Entry:
    """The file with the line that lists it."""
    (filer,) = made.filers
    path = f"edgar/data/{filer.cik}/{made.accession}.txt"
    return Entry(Row(filer.cik, filer.name[:60], made.form, made.filed, path), content)


def write_lot(root: Path, lot: Lot) -> list[Row]:
    """Write the submissions of a lot; returns their lines."""
    rows = []
    for one in entries(lot):
        file = root / "Archives" / f"{one.row.path}.gz"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(gzip.compress(one.content, 6, mtime=0))
        rows.append(one.row)
    return rows


def write(root: Path, count: int, seed: int = 0, processes: int = 2) -> dict[str, int]:
    """Write an archive of so many filings with the full index of each quarter; returns how many lie in each."""
    quarters: dict[str, list[Row]] = defaultdict(list)
    planned = list(lots(count, seed))
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        for rows in pool.map(write_lot, [root] * len(planned), planned, chunksize=4):
            for row in rows:
                quarters[quarter(row.filed)].append(row)
    for name, rows in sorted(quarters.items()):
        text = full_index(rows).encode("ascii")
        folder = root / "Archives" / "edgar" / "full-index" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "master.idx").write_bytes(text)
        (folder / "master.gz").write_bytes(gzip.compress(text, mtime=0))
    return {name: len(rows) for name, rows in sorted(quarters.items())}


def main(arguments: list[str] | None = None) -> int:
    """Write the archive and print how large it is and how long that took."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.simulate.back_file",
        description="Write an archive of simulated filings, with a full index for each quarter, into an empty folder.",
    )
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="is made; Archives/ goes into it")
    parser.add_argument("count", type=int, metavar="COUNT", nargs="?", default=20_000, help="filings; default 20000")
    parser.add_argument("--seed", type=int, default=0, help="another draw of them all")
    parser.add_argument("--processes", type=int, default=2, help="default 2")
    given = parser.parse_args(arguments)
    if given.count < 1 or given.processes < 1:
        parser.error("COUNT and --processes must be at least 1")
    if (given.folder / "Archives").exists():
        parser.error(f"{given.folder} holds an archive already: give another folder, or remove it")
    start = time.monotonic()
    quarters = write(given.folder, given.count, given.seed, given.processes)
    seconds = time.monotonic() - start
    size = sum(file.stat().st_size for file in given.folder.rglob("*.txt.gz"))
    print(f"{given.count:,} filings in {len(quarters)} quarters, {min(quarters)} to {max(quarters)}, "
          f"{size / 2**20:,.0f} MB gzipped, in {seconds:.0f} s ({given.count / seconds:,.0f} a second)")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
