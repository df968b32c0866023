"""How far a reading is confirmed: what ties is proven, what ties otherwise is doubted, the source's faults are kept."""

import polars as pl
import pytest

from tests.compare import Frames, reading
from tests.simulate import simulate
from transforms.proof import prove

DOLLARS = "fact_class_distribution"
CENT = pl.lit("0.01").cast(pl.Decimal(18, 2))


@pytest.fixture(scope="module")
def frames() -> Frames:
    return reading(simulate(3).raw)


def proof_of(frames: Frames, table: str, **changed: pl.Expr) -> tuple[str, str]:
    """Proof and reason of one table after some of its columns were read otherwise."""
    built = frames | {table: frames[table].with_columns(**changed)}
    rows = {
        row["fact"]: (row["proof"], row["reason"])
        for row in prove(built, frames["raw_cell"]).facts.iter_rows(named=True)
    }
    return rows[table]


def first_moved(column: str) -> pl.Expr:
    """The first row in which a column is not zero."""
    moved = pl.col(column).fill_null(0) != 0
    return moved & (moved.cum_sum() == 1)


def columns_of(frames: Frames, table: str, **changed: pl.Expr) -> dict[str, tuple[str, str | None]]:
    """Proof and rules of the columns of one table after some of them were read otherwise; of one value doubted alone
    under its own name."""
    built = frames | {table: frames[table].with_columns(**changed)}
    rows = prove(built, frames["raw_cell"]).columns.filter(fact=table).iter_rows(named=True)
    return {f"{row['column_name']} {row['member']}".strip(): (row["proof"], row["rules"]) for row in rows}


def test_what_ties_and_moves_is_proven_column_by_column(frames: Frames) -> None:
    columns = columns_of(frames, DOLLARS)
    assert columns["ending_balance"] == ("proven", "C01,C06,F01")
    assert columns["total_distribution"] == ("proven", "C02,C06")
    # No identity of one table touches a rate.
    assert columns["pass_through_rate"] == ("plausible", None)
    proof, reason = proof_of(frames, "fact_class_total")
    assert proof == "proven" and "C06" in reason and "C07" in reason


def test_an_amount_that_nothing_covers_is_not_proven_by_its_neighbours(frames: Frames) -> None:
    lone = pl.col("principal_distribution").cast(pl.Decimal(18, 2))
    proof, reason = proof_of(frames, DOLLARS, cumulative_realized_loss=None, relief_act_shortfall=lone)
    assert proof == "plausible" and "relief_act_shortfall" in reason and "ending_balance" not in reason


def test_two_columns_exchanged_are_doubted(frames: Frames) -> None:
    at = first_moved("principal_distribution")
    proof, reason = proof_of(
        frames,
        DOLLARS,
        beginning_balance=pl.when(at).then("ending_balance").otherwise("beginning_balance"),
        ending_balance=pl.when(at).then("beginning_balance").otherwise("ending_balance"),
    )
    # Balances exchanged and principal negated are one arithmetic: either reading is named.
    assert proof == "doubtful" and reason.startswith("C01 ties with ")


def test_a_lost_sign_is_doubted(frames: Frames) -> None:
    at = first_moved("principal_distribution")
    proof, reason = proof_of(
        frames, DOLLARS,
        principal_distribution=pl.when(at).then(-pl.col("principal_distribution")).otherwise("principal_distribution"),
    )  # fmt: skip
    assert proof == "doubtful" and " ties with " in reason and "negated" in reason


def test_a_fault_of_the_source_stays_plausible_and_names_its_rule(frames: Frames) -> None:
    at = first_moved("ending_balance")
    wrong = pl.col("ending_balance") + CENT * 4711
    proof, reason = proof_of(frames, DOLLARS, ending_balance=pl.when(at).then(wrong).otherwise("ending_balance"))
    assert proof == "plausible" and reason.startswith("C01 fails")


def test_a_column_that_no_class_prints_is_doubted(frames: Frames) -> None:
    proof, reason = proof_of(frames, DOLLARS, ending_balance=pl.lit(None, dtype=pl.Decimal(18, 2)))
    assert (proof, reason) == ("doubtful", "no ending_balance for any class")


def test_a_rate_outside_its_window_is_doubted(frames: Frames) -> None:
    far = pl.lit("4.5").cast(pl.Decimal(14, 10))
    columns = columns_of(frames, "fact_collateral", wac_gross=far)
    assert {columns[name][0] for name in columns if name.startswith("wac_gross")} == {"doubtful"}
    # It says nothing of the amounts beside it.
    assert columns["ending_scheduled_balance"] == columns_of(frames, "fact_collateral")["ending_scheduled_balance"]


def test_nothing_moved_proves_nothing(frames: Frames) -> None:
    zero = (pl.col(name) * 0 for name in ("beginning_balance", "withdrawals", "deposits", "ending_balance"))
    names = ("beginning_balance", "withdrawals", "deposits", "ending_balance")
    changed = {name: expr.cast(pl.Decimal(18, 2)) for name, expr in zip(names, zero, strict=True)}
    assert proof_of(frames, "fact_other_account", **changed) == ("plausible", "nothing moved")


def test_a_value_without_its_label_is_doubted() -> None:
    text = simulate(3).text
    spoiled = text.replace("Net Servicing Fee ", "                  ", 1)
    assert spoiled != text
    proofs = {row["fact"]: row for row in reading(spoiled.encode())["report_proof"].iter_rows(named=True)}
    assert proofs["fact_fee"]["proof"] == "doubtful" and "has no label" in proofs["fact_fee"]["reason"]
