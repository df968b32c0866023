"""What is never proven, whatever ties: real readings with one of its conditions each, in one warehouse."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from tests.mutation import filings, worlds
from tests.mutation.worlds import Key, Value
from transforms import build, read
from transforms.facts import Frames

Values = dict[Key, Value]
AS_IS, PRINTINGS, DATE, HEADS, NOTIONAL, GROUPED, GROUPS = range(7)
IS_DATE = (pl.col("table_code") == "HEADER") & (pl.col("canonical_column") == "distribution_date")


def edited(frames: Frames, table: str, where: pl.Expr, **changes: object) -> Frames:
    """Frames with some columns of some rows changed."""
    columns = [pl.when(where).then(value).otherwise(name).cast(frames[table].schema[name]).alias(name)
               for name, value in changes.items()]  # fmt: skip
    return frames | {table: frames[table].with_columns(columns)}


def _named(frames: Frames) -> Frames:
    """Frames in which the ids of classes are their names."""
    ids = dict(frames["dim_class"].select("class_id", "class_name").iter_rows())
    found = {table: frame.with_columns(pl.col("class_id").replace(ids)) if "class_id" in frame.columns else frame
             for table, frame in frames.items()}  # fmt: skip
    of_members = found["report_column_proof"].with_columns(pl.col("member").replace(ids))
    return found | {"report_column_proof": of_members}


@pytest.fixture(scope="module")
def values(shared: Path) -> Iterator[dict[int, Values]]:
    originals = {one.name: one for one in filings.originals(shared, step=1000)}
    read = {name: filings.read(one.raw) for name, one in originals.items() if name.startswith(("thornburg", "0001011"))}
    plain = next(_named(frames) for name, frames in read.items() if frames and name.startswith("thornburg"))
    grouped = next(frames for name, frames in read.items() if frames and name.startswith("0001011"))
    cells = plain["raw_cell"]
    printed = (
        (pl.col("class_name") == "M-1") & (pl.col("canonical_column") == "ending_balance")
        & (pl.col("canonical_table") == "fact_class_distribution")
    )  # fmt: skip
    of_a = pl.col("class_id") == "A"
    notional = edited(plain, "dim_class", of_a, is_notional=True)
    notional = edited(notional, "fact_class_distribution", of_a, beginning_notional=pl.col("beginning_balance"),
                      ending_notional=pl.col("ending_balance"), principal_distribution=pl.lit(0))  # fmt: skip
    notional = edited(notional, "fact_class_distribution", of_a, beginning_balance=None, ending_balance=None)
    notional = edited(notional, "fact_class_total", pl.lit(True), beginning_balance=None)
    of_fixed = pl.col("group_code") == "FIXED"
    several = {
        AS_IS: plain,
        PRINTINGS: edited(plain, "raw_cell", printed & (pl.col("line_no") == cells.filter(printed)["line_no"].max()),
                          value_num=pl.col("value_num") + 1),
        DATE: plain | {"raw_cell": cells.filter(~IS_DATE)},
        HEADS: edited(plain, "raw_cell", pl.col("canonical_table") == "fact_class_factor", pairing=pl.lit("INHERITED")),
        NOTIONAL: notional,
        GROUPED: grouped,
        GROUPS: edited(grouped, "fact_collateral", of_fixed,
                       ending_scheduled_balance=pl.col("ending_scheduled_balance") + 7),
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        found = worlds.values(worlds.judged(Path(folder), {number: [one] for number, one in several.items()}))
        yield {
            number: {key: value for report, of in found.items() if report.startswith(worlds.name(number))
                     for key, value in of.items()}
            for number in several
        }  # fmt: skip


def proofs(values: Values, fact: str, member: str, column: str) -> set[str]:
    """The proofs of a column of some members of a fact."""
    return {value.proof for key, value in values.items() if key[0] == fact and key[1] == member and key[2] == column}


def test_printings_of_a_figure_that_differ(values: dict[int, Values]) -> None:
    place = ("fact_class_distribution", "M-1", "ending_balance")
    assert proofs(values[AS_IS], *place) == {"proven"}
    assert proofs(values[PRINTINGS], *place) == {"plausible"}
    assert proofs(values[PRINTINGS], "fact_class_distribution", "M-2", "ending_balance") == {"proven"}


def test_a_date_that_the_report_does_not_print(values: dict[int, Values]) -> None:
    assert sum(value.proof == "proven" for value in values[AS_IS].values()) > 200
    assert not [key for key, value in values[DATE].items() if value.proof == "proven"]


def test_heads_of_another_table(values: dict[int, Values]) -> None:
    assert [value for key, value in values[AS_IS].items() if key[0] == "fact_class_factor" and value.proof == "proven"]
    assert not [
        key for key, value in values[HEADS].items() if key[0] == "fact_class_factor" and value.proof == "proven"
    ]


def test_a_balance_that_is_taken_to_be_notional_because_it_falls(values: dict[int, Values]) -> None:
    for column in ("beginning", "ending"):
        assert proofs(values[AS_IS], "fact_class_distribution", "A", f"{column}_balance") == {"proven"}
        assert proofs(values[NOTIONAL], "fact_class_distribution", "A", f"{column}_notional") == {"plausible"}


def test_groups_that_miss_the_total(values: dict[int, Values]) -> None:
    for member in ("ALL 1", "FIXED 1", "ADJ 1"):
        assert proofs(values[GROUPED], "fact_collateral", member, "ending_scheduled_balance") == {"proven"}
        assert proofs(values[GROUPS], "fact_collateral", member, "ending_scheduled_balance") == {"plausible"}


LISTS = """<TABLE>
THE TRUST 2003-1
Distribution Date: June 25, 2003

COLLECTION ACCOUNT
                          GROUP I      GROUP II
Scheduled principal      1,000.00      2,000.00
Scheduled interest         100.00        200.00

RESERVE ACCOUNT
Deposits                    10.00         20.00
Withdrawals                  1.00          2.00
</TABLE>
"""


def test_a_list_without_heads_says_that_it_has_those_of_the_list_above() -> None:
    cells = build(read(LISTS.encode()))["raw_cell"].filter(pl.col("table_code") != "HEADER")
    pairings = dict(cells.select("row_label_printed", "pairing").iter_rows())
    assert pairings["Scheduled principal"] == "GRID"
    assert pairings["Deposits"] == pairings["Withdrawals"] == "INHERITED"
