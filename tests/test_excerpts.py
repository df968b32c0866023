"""Two excerpts of 2006 from other trustees' texts, re-typed: read without a declaration, proven by their own sums."""

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from tests.compare import Frames, reading
from transforms import Submission, read_batch

PART, TAIL, BAFC = (
    f"{name}.txt" for name in ("aames-2006-1_10-D_part1", "aames-2006-1_10-D_tail", "bafc-2006-a_10-D_part1")
)


@pytest.fixture(scope="module")
def aames(shared: Path) -> Frames:
    return reading((shared / "filings" / PART).read_bytes())


@pytest.fixture(scope="module")
def bafc(shared: Path) -> Frames:
    return reading((shared / "filings" / BAFC).read_bytes())


def proofs(frames: Frames) -> dict[str, str]:
    return dict(frames["report_proof"].select("fact", "proof").iter_rows())


def test_the_classes_of_both_are_proven(aames: Frames, bafc: Frames) -> None:
    for frames, classes in ((aames, 16), (bafc, 33)):
        assert frames["report"].height == 1
        assert frames["fact_class_distribution"].height == frames["dim_class"].height == classes
        columns = frames["report_column_proof"].filter(fact="fact_class_distribution", member="")
        proven = columns.filter(proof="proven")["column_name"].to_list()
        assert {"beginning_balance", "principal_distribution", "ending_balance"} <= {*proven}
    assert {fact for fact, proof in proofs(aames).items() if proof == "proven"} >= {
        "fact_class_total", "fact_delinquency", "fact_account",
    }  # fmt: skip


def test_printed_totals_are_those_of_the_classes(aames: Frames, bafc: Frames) -> None:
    for frames, total, tolerance in ((aames, "551188515.84", "0"), (bafc, "1019508143.57", "0")):
        held = frames["fact_class_distribution"].join(
            frames["dim_class"].filter(~pl.col("is_notional")), on=["report_id", "class_id"], how="semi"
        )
        printed = frames["fact_class_total"]["beginning_balance"].item()
        assert printed == Decimal(total)
        assert abs(held["beginning_balance"].sum() - printed) <= Decimal(tolerance)


def test_the_one_sum_that_breaks_is_the_sources_own(bafc: Frames) -> None:
    """The balances of BAFC's classes are rounded one by one: their total falls by two cents less than was paid."""
    (row,) = bafc["fact_class_total"].to_dicts()
    rolled = row["beginning_balance"] - row["principal_distribution"] - (row["realized_loss"] or 0)
    assert row["ending_balance"] - rolled == Decimal("0.02")
    (reason,) = bafc["report_proof"].filter(pl.col("fact") == "fact_class_total")["reason"]
    assert reason.startswith("C07 fails as printed")


def test_a_tail_that_bears_no_date_is_kept_with_its_reason(shared: Path) -> None:
    _, (outcome,) = read_batch([Submission((shared / "filings" / TAIL).read_bytes(), local=True)])
    assert outcome.state == "unrecognised"
    assert "no distribution date is printed" in outcome.reason


def test_the_tail_is_read_behind_the_part_it_was_cut_from(shared: Path) -> None:
    """Its first line stood in a table; what it says of closing and record dates begins no report of its own."""
    part, tail = ((shared / "filings" / name).read_text() for name in (PART, TAIL))
    above = f"{part.rstrip()}\n<TABLE>\n"
    frames = reading((above + tail).encode())
    assert frames["report"].height == 1
    cells = frames["raw_cell"].filter(pl.col("line_no") > above.count("\n")).with_columns(
        line=pl.col("line_no") - above.count("\n")
    )  # fmt: skip
    assert cells["pairing"].null_count() == 0
    lines = tail.split("\n")
    found = {(row["line"], row["raw_text"]): row for row in cells.iter_rows(named=True)}
    for line in range(115, 136):  # the stratification of both groups: what is behind its ranges are values
        values = lines[line - 1][22:].split()
        assert cells.filter(pl.col("line") == line).sort("col_start")["raw_text"].to_list() == values
    assert found[116, "1,577,179.22"]["row_label"] == "4.750 5.249"
    assert found[115, "0.00"]["row_label"] == "< 4.750"
    assert found[5, "1,844.096%"]["row_label"] == "Current Month"
    assert sum(row["value_num"] is not None for row in found.values()) > 150
