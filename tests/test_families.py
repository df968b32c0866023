"""How simulated reports of every family are read: with all labels, without their own, and many in one exhibit.

The floors are what was reached, less a little. What may never be is a value in a wrong place of a fact called proven.
"""

from decimal import Decimal
from functools import cache
from typing import NamedTuple

import polars as pl
import pytest

from tests import measure
from tests.bench import families, leave_one_out
from tests.bench.many import Told, told
from tests.compare import reading
from tests.measure import DOUBTED, EQUAL, FAILED, Tally, own_labels, without_labels
from tests.simulate.families import NAMES, draw
from tests.simulate.families.many import FAMILIES, many

SEEDS = range(25)
FEW = range(6)
MANY = 12


class Floor(NamedTuple):
    """Of 25 reports: how many equal their truth, how many are equal or doubted, and the share of values in place."""

    equal: int
    honest: int
    right: float


FLOORS = {
    "ctslink": Floor(25, 25, 0.999),
    "bankers_trust": Floor(23, 25, 0.999),
    "deutsche_bank": Floor(23, 25, 0.998),
    "bny": Floor(21, 25, 0.960),
    "chase": Floor(23, 25, 0.995),
    "lasalle": Floor(23, 25, 0.998),
    "certificate": Floor(14, 24, 0.990),
    "transposed": Floor(19, 23, 0.995),
}
# Without their own labels, of 6 reports: class tables proven by arithmetic.
PROVEN = {
    "ctslink": 5, "bankers_trust": 4, "deutsche_bank": 5, "bny": 5, "chase": 4, "lasalle": 5, "certificate": 5,
    "transposed": 5,
}  # fmt: skip
# Of 12 reports in one exhibit all must be told apart; and this many have nothing wrong at all.
WHOLLY_RIGHT = {"bankers_trust": 9, "deutsche_bank": 10, "chase": 8, "ctslink": 11}


@cache
def tally(family: str) -> Tally:
    """The reports of a family, read and compared once."""
    return families.tally(family, SEEDS)


@cache
def unknown(family: str) -> Tally:
    """A few reports of a family, read without its own labels."""
    return leave_one_out.tally(family, FEW)


@cache
def exhibit(family: str) -> Told:
    """An exhibit of many reports, read and compared once."""
    return told(many(family, 1, MANY))


def said(one: Tally, only: str = "") -> str:
    """The commonest errors with an example each."""
    kinds = [(what, times) for what, times in one.errors.most_common() if what.startswith(only)]
    return "\n".join(f"{times} times {what}: {one.examples[what][0]}" for what, times in kinds[:8])


# -- with all labels ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", NAMES)
def test_reports_are_read_right_or_doubted(family: str) -> None:
    one, floor = tally(family), FLOORS[family]
    print(families.row(family, one))
    assert one.count["reports"] == len(SEEDS) and not one.count[FAILED], said(one, FAILED)
    assert one.count[EQUAL] >= floor.equal, said(one)
    assert one.count[EQUAL] + one.count[DOUBTED] >= floor.honest, said(one)
    assert one.share("cells right", "cells") >= floor.right, said(one)


@pytest.mark.parametrize("family", NAMES)
def test_no_misplaced_value_is_called_proven(family: str) -> None:
    assert tally(family).count["wrong and proven"] == 0, said(tally(family), "PROVEN")


@pytest.mark.parametrize("seed", FEW)
def test_a_printed_rate_type_says_fixed_or_variable_and_how_days_are_counted(seed: int) -> None:
    report = draw("bny", seed)
    printed = {
        cell["dims"]["class"]: cell["raw"]
        for cell in report.truth["cells"]
        if cell["canonical"] == "dim_class.rate_type"
    }
    rows = reading(report.raw)["dim_class"].iter_rows(named=True)
    read = {row["class_name"]: f"{row['rate_type']}-{row['day_count']}" for row in rows if row["rate_type"]}
    assert read == {name: text.upper() for name, text in printed.items()} and printed


# -- without their own labels ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", NAMES)
def test_class_tables_are_proven_without_the_labels_of_their_family(family: str) -> None:
    one = unknown(family)
    print(leave_one_out.row(family, one))
    assert own_labels(family)
    assert one.count["class tables"] >= len(FEW) and not one.count[FAILED], said(one, FAILED)
    assert one.count["class proven"] >= PROVEN[family], said(one)


@pytest.mark.parametrize("family", NAMES)
def test_no_value_misplaced_for_want_of_labels_is_called_proven(family: str) -> None:
    assert unknown(family).count["wrong and proven"] == 0, said(unknown(family), "PROVEN")


def test_most_class_tables_are_proven_without_labels() -> None:
    tallies = [unknown(family) for family in NAMES]
    tables = sum(one.count["class tables"] for one in tallies)
    assert sum(one.count["class proven"] for one in tallies) >= leave_one_out.PROVEN_SHARE * tables


def test_labels_left_out_are_forgotten_and_known_again() -> None:
    report, own = draw("bankers_trust", 0), own_labels("bankers_trust")
    before = measure.measure(report).verdicts
    with without_labels(own):
        during = measure.measure(report).verdicts
        assert measure.measure(report).verdicts == during
    assert sum(one.kind == measure.RIGHT for one in during) < sum(one.kind == measure.RIGHT for one in before)
    assert measure.measure(report).verdicts == before


# -- many in one exhibit --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("family", FAMILIES)
def test_every_report_of_an_exhibit_is_told_from_the_next(family: str) -> None:
    one = exhibit(family)
    told_of = "\n".join(f"{len(where)} times {kind}: {where[0]}" for kind, where in one.errors.items())
    assert one.read == one.printed == MANY, told_of
    assert all(kind.startswith("values") for kind in one.errors), told_of
    assert one.right >= WHOLLY_RIGHT[family], told_of


# -- the measure itself ---------------------------------------------------------------------------------------------


PRINTED = {
    "line": 7, "col_start": 20, "row_label": "A-1", "column": "Interest", "raw": "5.00", "value": "5.00",
    "canonical": "fact_class_distribution.interest_distribution", "dims": {"class": "A-1"},
}  # fmt: skip
CELL = {
    "report_id": "r", "table_code": "T01", "line_no": 7, "col_start": 20, "row_label": "A-1",
    "column_label": "Interest", "raw_text": "5.00", "value_num": Decimal("5.00"), "value_text": None,
    "canonical_table": "fact_class_distribution", "canonical_column": "interest_distribution", "class_name": "A-1",
}  # fmt: skip
LATE = {"canonical_table": "fact_delinquency", "canonical_column": "balance", "status": "REO", "bucket": "90+"}


@pytest.mark.parametrize(
    ("wanted", "read", "kind"),
    [
        ({}, {}, measure.RIGHT),
        ({}, {"canonical_column": "accretion"}, measure.COLUMN),
        ({}, {"class_name": "A-2"}, measure.MEMBER),
        ({}, {"value_num": Decimal("-5.00")}, measure.VALUE),
        ({}, {"canonical_table": "fact_line_item", "canonical_column": "value"}, measure.LEFT),
        ({}, {"canonical_table": None, "canonical_column": None}, measure.LEFT),
        ({}, {"line_no": 8, "canonical_table": None}, measure.MISSING),
        ({"canonical": "fact_line_item.value"}, {}, measure.COLUMN),
        ({"value": "0.00"}, {"value_num": Decimal(0), "canonical_column": "accretion"}, measure.COLUMN),
        ({"canonical": "fact_delinquency.balance", "dims": {"status": "REO", "bucket": "90+"}}, LATE, measure.RIGHT),
        ({"canonical": "fact_delinquency.balance", "dims": {"status": "REO", "bucket": "30-59"}}, LATE, measure.MEMBER),
    ],
)
def test_a_verdict_says_where_a_value_went(wanted: measure.Row, read: measure.Row, kind: str) -> None:
    proofs = {("r", "fact_class_distribution"): "proven", ("r", "fact_delinquency"): "doubtful"}
    (one,) = measure.verdicts([{**PRINTED, **wanted}], pl.DataFrame([{**CELL, **read}]), proofs)
    in_classes = read.get("canonical_table", "fact_class_distribution") == "fact_class_distribution"
    assert one.kind == kind
    assert one.is_proven == (in_classes and kind in measure.WRONG)


def test_a_figure_that_is_no_value_must_not_go_into_a_fact() -> None:
    proofs = {("r", "fact_class_distribution"): "proven"}
    blank = {"line_no": 8, "value_num": None, "raw_text": "N/A"}
    loose = {"line_no": 9, "canonical_table": "fact_line_item", "canonical_column": "value"}
    cells = pl.DataFrame([{**CELL}, {**CELL, **blank}, {**CELL, **loose}, {**CELL, "line_no": 10}])
    found = list(measure.verdicts([PRINTED], cells, proofs))
    assert [(one.kind, one.line) for one in found] == [(measure.RIGHT, 7), (measure.EXTRA, 10)]
    assert found[1].is_proven


def test_a_reader_that_fails_is_counted_and_the_rest_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: object) -> measure.Reading:
        raise ValueError("no such column")

    one, report = Tally(), draw("chase", 0)
    one.read(report, "chase 0")
    outcome = measure.measure(report).outcome
    monkeypatch.setattr(measure, "measure", fail)
    one.read(report, "chase 1")
    assert (one.count["reports"], one.count[FAILED]) == (2, 1)
    assert one.count[outcome] == 1 + (outcome == measure.UNDOUBTED)
    assert one.examples["failed: ValueError no such column"] == ["chase 1"]


def test_a_reading_is_doubted_only_if_all_that_is_wrong_is() -> None:
    def verdict(kind: str, proof: str | None) -> measure.Verdict:
        return measure.Verdict(kind, 1, "a", "b", "1", "t.c", "t.d", proof)

    right, left = verdict(measure.RIGHT, "proven"), verdict(measure.LEFT, None)
    doubted, plausible = verdict(measure.COLUMN, "doubtful"), verdict(measure.COLUMN, "plausible")
    proofs = {("r", "fact_fee"): "doubtful"}
    outcomes = {
        EQUAL: [measure.Reading("read", (right,))],
        DOUBTED: [
            measure.Reading("read", (right, left)), measure.Reading("read", (doubted, left)),
            measure.Reading("unreadable: no"), measure.Reading("read", (right,), ("fact_fee (1): no row",), proofs),
        ],
        measure.UNDOUBTED: [
            measure.Reading("read", (doubted, plausible)), measure.Reading("read", (right,), ("fact_x (1): no row",)),
        ],
    }  # fmt: skip
    for outcome, readings in outcomes.items():
        assert {one.outcome for one in readings} == {outcome}
