"""Real and simulated reports read with the declarations of layouts and without any: what is then mapped otherwise."""

import gzip
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from tests.places import SHARED, local_filings
from tests.simulate.families import NAMES, draw
from transforms import Submission, layout, read_batch

KEPT_SHARE = 0.97
Place = tuple[int, int, int]  # which report, line and column
Meaning = tuple[str, str]  # where a value went, and its labels


@dataclass
class Kept:
    """How many mapped values stay in their column without declarations, and what becomes of the others."""

    kept: int = 0
    mapped: int = 0
    changes: Counter[str] = field(default_factory=Counter)

    @property
    def share(self) -> float:
        """The share that stays; all of nothing."""
        return self.kept / self.mapped if self.mapped else 1.0

    def add(self, raw: bytes) -> None:
        """Read a filing both ways."""
        told = meanings(raw)
        with layout.without():
            bare = meanings(raw)
        for place, (column, labels) in told.items():
            if column is None:
                continue
            other = bare.get(place, (None, ""))[0]
            self.mapped += 1
            self.kept += other == column
            if other != column:
                self.changes[f"{labels}: {column} becomes {other or 'a line item'}"] += 1


def meanings(raw: bytes) -> dict[Place, tuple[str | None, str]]:
    """The column each value of a filing is mapped to, and its labels; None where it is mapped to none.

    Nothing is mapped in a filing that holds no whole report.
    """
    read, _ = read_batch([Submission(raw, local=True)])
    cells = pl.DataFrame(read).filter(~pl.col("table_code").is_in(["HEADER", "TEXT"]))
    names = ("report_id", "line_no", "col_start", "canonical_table", "canonical_column", "row_label", "column_label")
    reports: dict[str, int] = {}
    found: dict[Place, tuple[str | None, str]] = {}
    for report, line, col, table, column, label, head in cells.select(names).iter_rows():
        place = (reports.setdefault(report, len(reports)), line, col)
        mapped = f"{table}.{column}" if table and table != "fact_line_item" else None
        found[place] = (mapped, f"{label} | {head}")
    return found


def filings(shared: Path, step: int = 1) -> Iterator[tuple[str, bytes]]:
    """The real filings at hand by name: every one that is kept plainly, and every `step`th of the archive."""
    for path in local_filings(shared):
        yield path.name, path.read_bytes()
    for path in sorted((shared / "edgar" / "Archives" / "edgar" / "data").glob("*/*.txt.gz"))[::step]:
        yield f"{path.parent.name}/{path.name}", gzip.decompress(path.read_bytes())


def compared(named: Sequence[tuple[str, bytes]]) -> dict[str, Kept]:
    """The filings compared, by name."""
    found: dict[str, Kept] = {}
    for name, raw in named:
        found.setdefault(name, Kept()).add(raw)
    return found


def simulated(seeds: range) -> list[tuple[str, bytes]]:
    """Reports of every simulated family, under the name of the family."""
    return [(family, draw(family, seed).raw) for family in NAMES for seed in seeds]


def table(found: dict[str, Kept], most: int = 5) -> str:
    """A line per name, and below it what changes, the commonest first."""
    lines = []
    for name, one in found.items():
        lines.append(f"{name:<44}{one.kept:>8,} of {one.mapped:>8,}{one.share:>9.2%}")
        lines += [f"    {times:,} times {what}" for what, times in one.changes.most_common(most)]
    return "\n".join(lines)


def share(found: dict[str, Kept]) -> float:
    """The share of all mapped values that stays in its column."""
    mapped = sum(one.mapped for one in found.values())
    return sum(one.kept for one in found.values()) / mapped if mapped else 1.0


def main(seeds: int = 50, step: int = 1) -> int:
    """Compare all real filings, or every `step`th of the archive, and `seeds` reports a family; 1 below the share."""
    real = compared(list(filings(SHARED, step))) if SHARED.is_dir() else {}
    made = compared(simulated(range(seeds)))
    print(table(real), table(made), sep="\n")
    print(f"real {share(real):.2%}, simulated {share(made):.2%} of the mapped values keep their column without any "
          f"declaration ({KEPT_SHARE:.0%} wanted)")  # fmt: skip
    return int(min(share(real), share(made)) < KEPT_SHARE)
