"""Write the bundled sample: a folder shaped as EDGAR's archive, with three invented deals over eight months.

    python -m tests.simulate.archive data/sample

Everything is drawn from fixed seeds: writing again gives the same files.
"""

import gzip
import json
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from tests.simulate import Report, Shape, printed
from tests.simulate.cents import ZERO
from tests.simulate.deal import Deal, Pool, draw, draw_pool, working_day
from tests.simulate.submission import Filer, Filing, Style, document, header, wrap
from tests.simulate.waterfall import Month, run

AGENT = "0009056404"
MONTHS = 8
AMENDED = (0, 3)  # deal, period
PLANTED = (1, 5)
ERROR = Decimal("900.00")
WITHHELD = Decimal("4500.00")
README = """# The sample archive

An archive in the shape of EDGAR's: indexes under `Archives/edgar/full-index/*/QTR*/master.idx`, and full submissions,
compressed, under `Archives/edgar/data`.

All of it is invented: three mortgage deals over eight months each, simulated from closing on and printed as an
administrator prints its monthly report. No filer, bank, security or loan of it exists.

- One month was filed twice: an 8-K, and months later an 8-K/A with other figures.
- One month carries an error on purpose: the printed ending balance of one class is wrong, and its roll-forward breaks.
- A company outside the asset-backed world filed an 8-K and a 10-K, which are none of our business.

`TRUTH.json` says which, by how much, and what each report adds up to.

Written by `python -m tests.simulate.archive data/sample`; never edit it by hand. A test compares it with a fresh one.
"""


@dataclass(frozen=True)
class Plan:
    """One deal of the sample: how it is drawn and how it is printed."""

    seed: str
    start: date
    classes: int
    cash: bool
    shape: Shape
    style: Style
    split: bool
    filers: int


@dataclass(frozen=True)
class Entry:
    """One file of the archive with the lines that list it."""

    filing: Filing
    content: bytes
    truth: dict[str, Any]


PLANS = (
    Plan("sample one", date(2003, 4, 1), 6, True, Shape(seed=11, shift=(0, 6)), "new", True, 1),
    Plan(
        "sample two", date(2003, 7, 1), 9, True,
        Shape(seed=22, gap=(3, 5), row_indent=4, cuts={**Shape().cuts, "summary": (5,), "interest": ()},
              date_form="long", continued="none", rate_left=False),
        "new", False, 2,
    ),
    Plan(
        "sample 3", date(2003, 10, 1), 7, False,
        Shape(seed=33, marks="upper", date_form="day_month", percent_gap=True, cuts={**Shape().cuts, "principal": (4,)},
              wordings=(1, 0), short_buckets=True, without=frozenset({"products"})),
        "old", True, 1,
    ),
)  # fmt: skip


def modest(rng: Random) -> Pool:
    """A pool whose interest comfortably pays the classes."""
    return replace(draw_pool(rng), wac=Decimal("6.412500") + Decimal(rng.randrange(0, 400)) / 1000, trouble=0.006)


def months(plan: Plan) -> list[Month]:
    """Eight months of a deal."""
    rng = Random(plan.seed)
    deal = draw(
        rng,
        classes=plan.classes,
        cash=plan.cash,
        notional=False,
        accrual=False,
        tight=False,
        residual_face=ZERO if plan.cash else None,
        start=plan.start,
        pool=modest(rng),
    )
    if plan.cash:
        deal = replace(deal, penalties=True)
    return run(deal, MONTHS, rng)


def misprinted(month: Month) -> Month:
    """The month with a wrong ending balance of its last subordinate class, and nothing else wrong."""
    place = max(i for i, one in enumerate(month.classes) if one.tranche.role in ("senior", "sub"))
    classes = list(month.classes)
    classes[place] = replace(classes[place], misprint=ERROR)
    return replace(month, classes=tuple(classes))


def first_version(month: Month) -> Month:
    """The month as first reported: penalties not yet booked, and loans in court still missing from the matrix."""
    place = next(i for i, one in enumerate(month.classes) if one.tranche.role == "cash")
    classes = list(month.classes)
    withheld = min(WITHHELD, month.pool.penalties)
    classes[place] = replace(classes[place], surplus=classes[place].surplus - withheld)
    pool = replace(month.pool, penalties=month.pool.penalties - withheld)
    behind = {key: value for key, value in month.delinquent.items() if key[0] != "BANKRUPTCY"}
    return replace(month, classes=tuple(classes), pool=pool, delinquent=behind)


def filing(plan: Plan, deal: Deal, month: Month, number: int, form: str, delay: int) -> Filing:
    """Header of one submission."""
    filed = working_day(month.distribution_date + timedelta(days=delay))
    trust = f"{deal.parties.registrant} SERIES {deal.series}"
    filers = [Filer(trust, deal.cik, deal.eins[0], deal.file_number)]
    if plan.filers > 1:
        filers.append(Filer(deal.parties.registrant, deal.cik + 1, deal.eins[-1], deal.file_number.rsplit("-", 1)[0]))
    return Filing(
        accession=f"{AGENT}-{filed.year % 100:02}-{number:06}",
        form=form,
        filed=filed,
        accepted=datetime.combine(filed, time(10 + number % 7, number * 7 % 60, number * 13 % 60)),
        period=month.distribution_date,
        filers=tuple(filers),
    )


def entries() -> Iterator[Entry]:
    """Every submission of the sample."""
    number = 100
    for place, plan in enumerate(PLANS):
        for month in months(plan):
            versions = [(month, "8-K", 3 + month.period % 5)]
            if (place, month.period) == AMENDED:
                versions = [(first_version(month), "8-K", 4), (month, "8-K/A", 171)]
            if (place, month.period) == PLANTED:
                versions = [(misprinted(month), "8-K", 6)]
            for version, form, delay in versions:
                number += 1
                made = filing(plan, month.deal, version, number, form, delay)
                amended = form.endswith("/A")
                shape = replace(plan.shape, seed=plan.shape.seed * 100 + month.period)
                report = wrap(printed(version, shape, amended=amended, signed=made.filed), made, plan.style, plan.split)
                yield Entry(made, report.raw, summary(report, made, place, month.period))
    yield from strangers()


def summary(report: Report, made: Filing, place: int, period: int) -> dict[str, Any]:
    """What one report adds up to."""
    month = report.month
    answer: dict[str, Any] = {
        "accession_number": made.accession,
        "form_type": made.form,
        "deal": month.deal.parties.registrant,
        "series": month.deal.series,
        "distribution_date": month.distribution_date.isoformat(),
        "period": period,
        "cells": len(report.truth["cells"]),
        "classes": len(month.classes),
        "pool_ending_balance": str(month.pool.ending),
        "class_total_distribution": str(month.distributed),
        "net_interest": str(month.pool.net_interest),
        "delinquent_balance": str(sum((balance for _, balance in month.delinquent.values()), ZERO)),
    }
    wrong = [one for one in month.classes if one.misprint]
    if wrong:
        answer["planted"] = {
            "rule": "C01", "class_name": wrong[0].tranche.name, "column": "fact_class_distribution.ending_balance",
            "expected": str(wrong[0].ending - wrong[0].misprint), "printed": str(wrong[0].ending),
            "diff": str(wrong[0].misprint),
        }  # fmt: skip
    return answer


def strangers() -> Iterator[Entry]:
    """Filings of a company that makes things."""
    name = "HOLLOWAY & BRACE INSTRUMENTS INC"
    company = Filer(name, 9988776, "51-5550142", "000-55501", "MEASURING DEVICES, NEC [3829]")
    texts = {
        "8-K": ("Item 5. Other Events.", "The board declared a dividend of $0.12 per share, payable on May 14, 2004."),
        "10-K": ("Item 1. Business.", "The company makes gauges. Net sales were $48,210,000 in 2003."),
    }
    for number, (form, (item, sentence)) in enumerate(texts.items(), 901):
        filed = date(2004, 3, 9 + number % 10)
        accepted = datetime.combine(filed, time(9, 30))
        made = Filing(f"0009988776-04-{number:06}", form, filed, accepted, filed, (company,))
        body = ["SECURITIES AND EXCHANGE COMMISSION", "", f"FORM {form}", "", name, "", item, "", sentence]
        block, _ = document(form, 1, f"f{number}.txt", body, "new")
        lines = [*header(made, 1, "new"), *block, "</SEC-DOCUMENT>"]
        truth = {"accession_number": made.accession, "form_type": form, "not_ours": True}
        yield Entry(made, ("\n".join(lines) + "\n").encode("ascii"), truth)


def index(year: int, quarter: int, rows: list[tuple[int, str, str, date, str]]) -> str:
    """A master index of one quarter."""
    last = max(row[3] for row in rows)
    head = [
        "Description:           Master Index of EDGAR Dissemination Feed",
        f"Last Data Received:    {last:%B} {last.day}, {last.year}",
        "Comments:              webmaster@sec.gov",
        "Anonymous FTP:         ftp://ftp.sec.gov/edgar/",
        "Cloud HTTP:            https://www.sec.gov/Archives/",
        " ", " ", " ",
        "CIK|Company Name|Form Type|Date Filed|Filename",
        "-" * 80,
    ]  # fmt: skip
    lines = [f"{cik}|{name}|{form}|{filed:%Y-%m-%d}|{path}" for cik, name, form, filed, path in sorted(rows)]
    return "\n".join([*head, *lines]) + "\n"


def write(target: Path) -> None:
    """Write the sample archive into a folder."""
    quarters: dict[tuple[int, int], list[tuple[int, str, str, date, str]]] = defaultdict(list)
    truth = []
    for entry in entries():
        truth.append(entry.truth)
        made = entry.filing
        packed = gzip.compress(entry.content, 9, mtime=0)
        for filer in made.filers:
            path = f"edgar/data/{filer.cik}/{made.accession}.txt"
            row = (filer.cik, filer.name[:60], made.form, made.filed, path)
            quarters[made.filed.year, (made.filed.month + 2) // 3].append(row)
            save(target / "Archives" / f"{path}.gz", packed)
    for (year, quarter), rows in quarters.items():
        folder = target / "Archives" / "edgar" / "full-index" / str(year) / f"QTR{quarter}"
        save(folder / "master.idx", index(year, quarter, rows).encode("ascii"))
    save(target / "TRUTH.json", (json.dumps({"reports": truth}, indent=1) + "\n").encode("ascii"))
    save(target / "README.md", README.encode("ascii"))


def save(path: Path, content: bytes) -> None:
    """Write a file and the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "data/sample"))
