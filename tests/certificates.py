"""All certificates of four auto deals, read by the reader and held against what an independent parser found.

The truth is by filing: fields, classes, printed values, delinquency, printed formulas.
"""

import csv
import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import polars as pl

from tests import carmax
from tests.compare import Frames, Row
from transforms import Submission, build, read_batch
from transforms.labels import numbered

# Fields of the truth by the table and column that hold them; percents of the truth are fractions in facts.
FIELDS = {
    "report": {"effective_date": "distribution_date", "determination_date_printed": "determination_date"},
    "dim_deal": {"initial_pool": "original_pool_balance"},
    "fact_collateral": {
        "pool_begin": "beginning_scheduled_balance", "pool_end": "ending_scheduled_balance", "wac": "wac_gross",
        "receivables_count": "ending_loan_count", "wa_remaining_term": "wam_months",
        "purchase_principal": "repurchased_balance",
    },
    "fact_class_total": {"note_begin": "beginning_balance", "note_end": "ending_balance"},
    "fact_overcollateralization": {"oc_target": "target_oc_amount", "oc_current": "oc_amount"},
    "fact_other_account": {
        "reserve_begin": "beginning_balance", "reserve_end": "ending_balance", "reserve_required": "required_balance",
    },
    "fact_loss": {
        "defaulted": "gross_loss", "chargeoffs_amount": "gross_loss", "chargeoffs_count": "loan_count",
        "recoveries_amount": "recoveries", "net_loss": "net_loss", "cum_net_loss": "cumulative_net_loss",
    },
    "fact_trigger": {"delinq_trigger": "is_in_effect"},
    "fact_delinquency": {
        "delinq_total_count": "loan_count", "delinq_total_amount": "balance", "delinq_pct": "balance_pct",
    },
}  # fmt: skip
# What has no column is a line item, in percent as printed: the column of losses over the pool is of realized losses.
ITEMS = {"cum_net_loss_pct": "CUMULATIVE_NET_LOSS_RATIO"}
PERCENTS = ("wac", "delinq_pct")
CLASS_FIELDS = {
    "fact_class_distribution": {
        "begin": "beginning_balance", "end": "ending_balance", "monthly_interest": "accrued_interest",
        "interest_distribution": "interest_distribution", "principal_distribution": "principal_distribution",
        "distribution": "total_distribution",
    },
    "fact_class_factor": {"factor_begin": "beginning_balance", "factor_end": "ending_balance"},
}  # fmt: skip
Key = tuple[str, int, str, str, str]


def table(shared: Path, name: str) -> list[dict[str, str]]:
    """The rows of one truth file: filings, classes or formulas."""
    with (shared / "truth" / "carmax" / f"{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def path(shared: Path, filing: dict[str, str]) -> Path:
    """Where a filing lies."""
    return shared / "edgar" / "Archives" / "edgar" / "data" / filing["cik"] / f"{filing['accession_number']}.txt.gz"


def read(shared: Path, filings: Iterable[dict[str, str]]) -> Frames:
    """Every table that some filings fill."""
    cells, outcomes = read_batch([Submission(gzip.decompress(path(shared, one).read_bytes())) for one in filings])
    unread = [outcome for outcome in outcomes if outcome.state != "read" or outcome.reports != 1]
    assert not unread, unread
    return build(cells)


class Held:
    """The facts of some filings held against their truth: what was compared, and what differs."""

    def __init__(self, frames: Frames) -> None:
        self.frames = frames
        self.checked: Counter[str] = Counter()
        self.errors: list[str] = []
        self._report = {row["accession_number"]: row["report_id"] for row in frames["report"].iter_rows(named=True)}
        self._rows: dict[str, dict[str, list[Row]]] = {}

    def rows(self, name: str, accession: str) -> list[Row]:
        """The rows of a table for one filing."""
        if name not in self._rows:
            by_report: dict[str, list[Row]] = defaultdict(list)
            for row in self.frames[name].iter_rows(named=True) if name in self.frames else ():
                by_report[row["report_id"]].append(row)
            self._rows[name] = by_report
        return self._rows[name].get(self._report[accession], [])

    def compare(self, what: str, accession: str, wanted: Any, got: Any) -> None:
        """Count one comparison, and keep it where it fails."""
        self.checked[what] += 1
        if wanted != got:
            self.errors.append(f"{accession} {what}: {wanted} instead of which {got} was read")

    def fields(self, filing: dict[str, str], places: dict[str, dict[str, str]]) -> None:
        """Compare the fields of one filing that print a value."""
        accession = filing["accession_number"]
        for name, columns in places.items():
            rows = self.rows(name, accession)
            if name == "fact_delinquency":
                rows = [row for row in rows if row["bucket"] == "TOTAL"]
            for field, column in columns.items():
                if filing[field]:
                    got = next((row[column] for row in rows if row[column] is not None), None)
                    self.compare(field, accession, _value(field, filing[field]), got if got is None else _plain(got))

    def items(self, filing: dict[str, str]) -> None:
        """Compare the fields of one filing that are line items."""
        accession = filing["accession_number"]
        values = {row["item_code"]: row["value"] for row in self.rows("fact_line_item", accession)}
        for field, code in ITEMS.items():
            if filing[field]:
                got = values.get(code)
                self.compare(field, accession, _value(field, filing[field]), got if got is None else _plain(got))

    def classes(self, rows: Iterable[dict[str, str]]) -> None:
        """Compare the rows of classes."""
        names = dict(self.frames["dim_class"].select("class_id", "class_name").iter_rows())
        for wanted in rows:
            accession = wanted["accession_number"]
            self.checked["class rows"] += 1
            for name, columns in CLASS_FIELDS.items():
                found = [row for row in self.rows(name, accession) if names[row["class_id"]] == wanted["cls"]]
                for field, column in columns.items():
                    if wanted[field]:
                        got = _plain(found[0][column]) if found and found[0][column] is not None else None
                        self.compare(f"{wanted['cls']} {field}", accession, Decimal(wanted[field]), got)

    def cells(self, shared: Path, filing: dict[str, str]) -> None:
        """Compare the numbered lines and the printed values with those of the tests' own way to them."""
        accession = filing["accession_number"]
        cells = [cell for cell in self.rows("raw_cell", accession) if cell["table_code"] not in ("HEADER", "TEXT")]
        values = Counter(cell["value_num"] for cell in cells if cell["value_num"] is not None)
        lines = carmax.lines(path(shared, filing))
        self.compare("value sets", accession, Counter(value for line in lines for value in line.values), values)
        self.checked["printed values"] += values.total()
        self.compare("number of values", accession, int(filing["n_value_tokens"]), values.total())
        numbers = {cell["row_label_printed"] for cell in cells if _number(cell["row_label_printed"]) is not None}
        self.checked["numbered lines"] += len(numbers)
        self.compare("number of lines", accession, int(filing["n_numbered_lines"]), len(numbers))

    def delinquency(self, filing: dict[str, str]) -> None:
        """Compare the buckets, by count and balance in print order."""
        accession = filing["accession_number"]
        rows = [row for row in self.rows("fact_delinquency", accession) if row["bucket"] != "TOTAL"]
        rows.sort(key=lambda row: row["bucket_low_days"])
        wanted = [(one["count"], Decimal(one["amount"])) for one in json.loads(filing["delinquency"] or "[]")]
        self.compare("delinquency", accession, wanted, [(row["loan_count"], row["balance"]) for row in rows])
        days = [int(one["label"].split()[0]) for one in json.loads(filing["delinquency"] or "[]")]
        self.compare("days", accession, days, [row["bucket_low_days"] for row in rows])

    def formulas(self, rows: Iterable[dict[str, str]]) -> None:
        """Compare the printed formulas: which there are, what each comes to, and whether it ties."""
        wanted: dict[str, dict[Key, dict[str, str]]] = defaultdict(dict)
        for row in rows:
            key = (row["accession_number"], int(row["line"]), row["letter"], row["formula"], row["column"])
            wanted[key[0]][key] = row
        for accession, of_filing in wanted.items():
            got = self._formulas(accession)
            self.compare("formulas printed", accession, of_filing.keys(), got.keys())
            for key in of_filing.keys() & got.keys():
                truth, found = of_filing[key], got[key]
                self.checked[found["outcome"]] += 1
                self.compare("formulas", accession, truth["tie"] == "true", found["outcome"] == "tie")
                if truth["computed"] and found["expected"] is not None:
                    near = abs(found["expected"] - Decimal(truth["computed"])) <= Decimal("1e-9")
                    self.compare(f"formula {key[1:]}", accession, True, near)

    def _formulas(self, accession: str) -> dict[Key, Row]:
        """The formulas of a filing by the line they stand on or below, and the figure they explain."""
        number = 0
        at: dict[int, dict[int, tuple[int, str]]] = defaultdict(dict)
        for cell in self.rows("raw_cell", accession):
            if cell["table_code"] not in ("HEADER", "TEXT"):
                own, letter, _ = numbered(cell["row_label_printed"] or "")
                number = number if own is None else own
                at[cell["line_no"]][cell["col_start"]] = (number, letter or "")
        found: dict[Key, Row] = {}
        columns: Counter[tuple[int, str, str]] = Counter()
        for row in self.rows("printed_formula", accession):
            start = max(start for start in at[row["line_no"]] if start <= row["col_start"])
            line = (*at[row["line_no"]][start], row["text"].replace("—", "-"))
            found[(accession, *line, str(columns[line]))] = row
            columns[line] += 1
        return found


def continuity(frames: Frames) -> Iterator[tuple[str, Decimal, Decimal]]:
    """Yield what closed one period and what opened the next, for the pool and each class of every series."""
    names = frames["dim_class"].select("class_id", "class_name").unique()
    classes = frames["fact_class_distribution"].join(names, on="class_id")
    pool = frames["fact_collateral"].select(
        "report_id",
        pl.lit("pool").alias("of"),
        opening="beginning_scheduled_balance",
        closing="ending_scheduled_balance",
    )
    of_class = classes.select("report_id", of="class_name", opening="beginning_balance", closing="ending_balance")
    when = frames["report"].select("report_id", "distribution_date", "accession_number")
    deals = frames["dim_deal"].select("report_id", "series")
    rows = pl.concat([pool, of_class]).join(when, on="report_id").join(deals, on="report_id").sort("accession_number")
    latest = rows.unique(["series", "of", "distribution_date"], keep="last")
    for (_, of), months in latest.sort("distribution_date").group_by("series", "of", maintain_order=True):
        for before, after in pairwise(months.iter_rows(named=True)):
            if (after["distribution_date"] - before["distribution_date"]).days < 40:
                yield str(of), before["closing"], after["opening"]


def previous(filings: Iterable[dict[str, str]]) -> dict[tuple[str, str], str]:
    """The date before each of a deal's dates, by deal and date; the first has none."""
    dates = {(one["deal"], one["effective_date"]) for one in filings}
    return {(deal, after): date for (deal, date), (same, after) in pairwise(sorted(dates)) if deal == same}


def doubles(filings: Sequence[dict[str, str]]) -> list[list[dict[str, str]]]:
    """The filings of one deal and date, where there are several."""
    groups: dict[tuple[str, str], list[dict[str, str]]] = defaultdict(list)
    for filing in filings:
        groups[filing["deal"], filing["effective_date"]].append(filing)
    return [group for group in groups.values() if len(group) > 1]


def _number(label: str | None) -> int | None:
    return numbered(label)[0] if label else None


def _value(field: str, printed: str) -> Any:
    """A value of the truth as facts hold it."""
    if printed in ("Yes", "No"):
        return printed == "Yes"
    if "date" in field:
        return _day(printed)
    return Decimal(printed) / (100 if field in PERCENTS else 1)


def _day(printed: str) -> str:
    if "/" not in printed:
        return printed
    month, day, year = printed.split("/")
    return f"{year}-{int(month):02d}-{int(day):02d}"


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool | Decimal) else Decimal(value) if isinstance(value, int) else str(value)
