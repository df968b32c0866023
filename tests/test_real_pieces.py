"""Real pieces whose layout the reader need not know: what it reads of them is right, or doubtful, or not read."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from tests import real_pieces
from tests.real_pieces import WRONG, Found, Reading, Told


@pytest.fixture(scope="module")
def found(shared: Path) -> Mapping[str, Sequence[Found]]:
    return real_pieces.measured(shared)


def test_every_value_of_the_truth_is_judged(found: Mapping[str, Sequence[Found]], shared: Path) -> None:
    told = sum(len(values) for values in real_pieces.pieces(shared).values())
    counts = real_pieces.table(found).row(-1, named=True)
    assert told == counts["values"] == sum(counts[outcome] for outcome in real_pieces.OUTCOMES) > 2_000


def test_no_value_that_is_wrong_is_proven(found: Mapping[str, Sequence[Found]]) -> None:
    wrong = [one for values in found.values() for one in values if one.outcome in WRONG and one.proof == "proven"]
    assert wrong == []


def test_another_column_value_or_member_than_the_truth_is_wrong() -> None:
    cell = {
        "canonical_table": "fact_delinquency", "canonical_column": "balance", "report_id": "R", "raw_text": "$1,000.50",
        "value_num": Decimal("1000.50"), "value_text": None, "unit": "USD", "group_code": None, "status": "DELINQUENT",
        "bucket": "30-59", "class_name": None, "entry_type": None, "item_code": None,
    }  # fmt: skip
    read_as = Reading({7: [cell]}, {}, {("R", "fact_delinquency"): "proven"})
    member = {"group_code": "ALL", "status": "DELINQUENT", "bucket": "30-59"}
    right = Told("1", 7, "1,000.50", "1000.5", ("fact_delinquency.balance",), member)

    def outcome(told: Told) -> str:
        (one,) = real_pieces.judged([told], read_as)
        return one.outcome

    assert outcome(right) == "right"
    assert outcome(Told("1", 7, "1,000.50", "1000.5", ("fact_delinquency.loan_count",), member)) == "wrong column"
    assert outcome(Told("1", 7, "1,000.50", "1.5", right.columns, member)) == "wrong value"
    assert outcome(Told("1", 7, "1,000.50", "1000.5", right.columns, {**member, "bucket": "60+"})) == "wrong member"
    assert outcome(Told("1", 8, "1,000.50", "1000.5", right.columns, member)) == "missing"
