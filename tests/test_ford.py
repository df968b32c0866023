"""One real servicer's exhibit of 2025, HTML of nested cells: its own arithmetic says whether it was read right.

There is no truth file: what is printed twice, or adds up, is compared with itself.
"""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.compare import Frames, Row, reading

CLASSES = ["A-1", "A-2a", "A-2b", "A-3", "A-4", "B", "C"]
DOLLARS, FACTORS, TOTAL = "fact_class_distribution", "fact_class_factor", "fact_class_total"


@pytest.fixture(scope="module")
def frames(shared: Path) -> Frames:
    return reading((shared / "filings" / "ford-2025-a_EX-99.html").read_bytes())


def by_class(frames: Frames, table: str) -> dict[str, Row]:
    names = dict(frames["dim_class"].select("class_id", "class_name").iter_rows())
    return {names[row["class_id"]]: row for row in frames[table].iter_rows(named=True)}


def only(frames: Frames, table: str) -> Row:
    (row,) = frames[table].to_dicts()
    return row


# -- notes ----------------------------------------------------------------------------------------------------------


def test_the_notes_roll_forward(frames: Frames) -> None:
    notes = by_class(frames, DOLLARS)
    assert sorted(notes) == CLASSES
    for name, row in notes.items():
        assert row["beginning_balance"] - row["principal_distribution"] == row["ending_balance"], name
        assert row["interest_distribution"] + row["principal_distribution"] == row["total_distribution"], name
    assert notes["A-2a"]["principal_distribution"] == Decimal("23178239.44")


def test_totals_are_the_sums_of_the_notes(frames: Frames) -> None:
    notes, total = by_class(frames, DOLLARS), only(frames, TOTAL)
    columns = ("original_face", "beginning_balance", "interest_distribution", "principal_distribution",
               "ending_balance", "total_distribution")  # fmt: skip
    for column in columns:
        assert sum(row[column] for row in notes.values()) == total[column] > 0, column
    assert total["original_face"] == Decimal("1578940000.00")


def test_factors_are_shares_of_the_original_balance(frames: Frames) -> None:
    notes, factors = by_class(frames, DOLLARS), by_class(frames, FACTORS)
    assert sorted(factors) == CLASSES
    for name, row in factors.items():
        for column in ("beginning_balance", "ending_balance"):
            share = notes[name][column] / notes[name]["original_face"]
            assert abs(row[column] - share) <= Decimal("0.00000005"), (name, column)


def test_interest_is_paid_as_the_waterfall_says(frames: Frames) -> None:
    """The same figure twice: as amount paid by the waterfall, as payment to the noteholders."""
    cells = frames["raw_cell"].filter(canonical_table=DOLLARS, canonical_column="interest_distribution")
    for name in CLASSES:
        printed = cells.filter(class_name=name)["value_num"].to_list()
        assert len(printed) == 2 and len(set(printed)) == 1, name


# -- pool -----------------------------------------------------------------------------------------------------------


def test_overcollateralization_and_its_target(frames: Frames) -> None:
    row = only(frames, "fact_overcollateralization")
    assert (row["oc_amount"], row["target_oc_amount"]) == (Decimal("85076826.06"), Decimal("93770411.77"))


def test_the_reserve_account_rolls_forward(frames: Frames) -> None:
    row = frames["fact_other_account"].filter(account_name="Reserve Account").row(0, named=True)
    assert row["beginning_balance"] + row["deposits"] - row["withdrawals"] == row["ending_balance"]
    assert row["ending_balance"] == Decimal("3947370.73")


def test_loans_behind_by_days(frames: Frames) -> None:
    rows = {row["bucket"]: row for row in frames["fact_delinquency"].iter_rows(named=True)}
    assert set(rows) == {"31-60", "61-90", "91-120", "121+", "TOTAL"}
    counts = [rows[bucket]["loan_count"] for bucket in ("31-60", "61-90", "91-120", "121+", "TOTAL")]
    assert counts == [224, 34, 9, 0, 267]
    balances = sum(rows[bucket]["balance"] for bucket in ("31-60", "61-90", "91-120", "121+"))
    assert balances == Decimal("11170569.90")
    shares = [rows[bucket]["balance_pct"] for bucket in ("31-60", "61-90", "91-120", "121+")]
    assert shares == [Decimal("0.0078"), Decimal("0.0010"), Decimal("0.0004"), Decimal(0)]


def test_losses_and_trigger(frames: Frames) -> None:
    row = only(frames, "fact_loss")
    assert row["net_loss"] == Decimal("192557.79") == Decimal("231066.68") - Decimal("38508.89")
    assert row["cumulative_net_loss"] == Decimal("1965633.15")
    assert not only(frames, "fact_trigger")["is_in_effect"]


def test_the_totals_are_proven(frames: Frames) -> None:
    assert dict(frames["report_proof"].select("fact", "proof").iter_rows())[TOTAL] == "proven"


# -- not yet read ---------------------------------------------------------------------------------------------------


def test_the_pool_opens_and_closes(frames: Frames) -> None:
    row = only(frames, "fact_collateral")
    assert row["beginning_scheduled_balance"] == Decimal("1264722768.70")
    assert row["ending_scheduled_balance"] == Decimal("1223059249.81")
    left = row["ending_scheduled_balance"] - only(frames, TOTAL)["ending_balance"]
    assert left == only(frames, "fact_overcollateralization")["oc_amount"]
    assert (row["beginning_loan_count"], row["ending_loan_count"]) == (38658, 37875)


def test_rates_and_dates_of_the_notes_are_no_faces(frames: Frames) -> None:
    faces = frames["raw_cell"].filter(canonical_table=DOLLARS, canonical_column="original_face")
    assert faces.height == len(CLASSES)
    assert by_class(frames, DOLLARS)["A-3"]["pass_through_rate"] == Decimal("0.0445")


def test_the_total_behind_has_balance_and_share(frames: Frames) -> None:
    row = frames["fact_delinquency"].filter(bucket="TOTAL").row(0, named=True)
    assert (row["balance"], row["balance_pct"]) == (Decimal("11170569.90"), Decimal("0.0091"))


def test_losses_have_counts(frames: Frames) -> None:
    row = only(frames, "fact_loss")
    assert (row["loan_count"], row["gross_loss"], row["recoveries"]) == (
        53, Decimal("231066.68"), Decimal("38508.89"),
    )  # fmt: skip


def test_the_required_reserve_is_of_the_reserve_account(frames: Frames) -> None:
    assert only(frames, "fact_other_account")["required_balance"] == Decimal("3947370.73")


def test_payments_per_thousand_have_their_denomination(frames: Frames) -> None:
    notes = by_class(frames, DOLLARS)
    for name, row in by_class(frames, FACTORS).items():
        face = notes[name]["original_face"]
        for column in ("interest_distribution", "principal_distribution"):
            wanted = notes[name][column] / face * row["denomination"]
            assert abs(row[column] - wanted) <= Decimal("0.005") * row["denomination"] / 1000, (name, column)


def test_no_number_is_unclaimed(frames: Frames) -> None:
    assert frames["raw_cell"]["pairing"].null_count() == 0
