"""The simulator itself: its arithmetic ties to the cent, its truth is what it printed, and its sample is fresh."""

import gzip
import json
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from tests.simulate import Report, Shape, simulate, simulate_many
from tests.simulate.archive import ERROR, entries, months, write
from tests.simulate.archive import PLANS as SAMPLE_PLANS
from tests.simulate.cents import ZERO
from tests.simulate.deal import draw
from tests.simulate.mimic import mimic
from tests.simulate.names import cusip
from tests.simulate.submission import Filer, Filing, wrap
from tests.simulate.truth import unclaimed
from tests.simulate.waterfall import Month, run

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
CENT = Decimal("0.01")


def deals(count: int) -> list[list[Month]]:
    """Six months each of as many invented deals."""
    drawn = []
    for seed in range(count):
        rng = Random(f"waterfall/{seed}")
        drawn.append(run(draw(rng), 6, rng))
    return drawn


@pytest.fixture(scope="module")
def histories() -> list[list[Month]]:
    return deals(60)


@pytest.fixture(scope="module")
def reports() -> list[Report]:
    return simulate_many(5, 50)


def test_pool_and_classes_tie_every_month(histories: list[list[Month]]) -> None:
    for history in histories:
        for month in history:
            pool, counted = month.pool, month.counted
            assert pool.ending == pool.beginning - pool.scheduled - pool.unscheduled - pool.loss
            assert sum((one.ending for one in counted), ZERO) == pool.ending
            assert sum((one.loss for one in counted), ZERO) == pool.loss
            turned = sum((one.accretion for one in counted), ZERO)
            assert sum((one.principal for one in counted), ZERO) == pool.principal + turned
            assert min(one.ending for one in month.classes) >= 0
            assert pool.net_interest == pool.interest - pool.fees


def test_cash_in_is_cash_out_every_month(histories: list[list[Month]]) -> None:
    for history in histories:
        for month in history:
            pool = month.pool
            assert month.distributed == pool.principal + pool.net_interest + pool.penalties - pool.unsupported
            assert month.deposits == pool.net_fee + month.distributed + month.reimbursed
            assert sum((one.unsupported for one in month.classes), ZERO) == pool.unsupported
            assert 0 <= pool.supported <= pool.servicing
            assert 0 <= pool.actual - pool.ending <= sum((b for _, b in month.delinquent.values()), ZERO)


def test_state_carries_over(histories: list[list[Month]]) -> None:
    for history in histories:
        for before, after in pairwise(history):
            assert after.pool.beginning == before.pool.ending
            assert after.pool.count_before == before.pool.count_after
            assert after.pool.cumulative == before.pool.cumulative + after.pool.loss
            assert after.distribution_date > before.distribution_date
            for last, one in zip(before.classes, after.classes, strict=True):
                assert one.beginning == last.ending
                assert one.cumulative == last.cumulative + one.loss
                assert one.remaining == last.remaining + one.short - one.unpaid_paid
            for last_side, side in zip(before.side, after.side, strict=True):
                assert side.beginning == last_side.ending


def test_histories_are_worth_testing(histories: list[list[Month]]) -> None:
    every = [one for history in histories for month in history for one in month.classes]
    assert {one.tranche.role for one in every} == {"senior", "sub", "accrual", "notional", "cash", "residual"}
    for field in ("loss", "accretion", "short", "unpaid_paid", "unsupported", "surplus", "scheduled", "unscheduled"):
        assert any(getattr(one, field) for one in every), f"no class ever has {field}"
    assert {len(month.classes) for history in histories for month in history} >= {1, 20}


def test_cusip_check_digits() -> None:
    assert [cusip(base) for base in ("03783310", "17275R10", "38259P50")] == ["037833100", "17275R102", "38259P508"]


def test_every_cell_stands_where_the_truth_says(reports: list[Report]) -> None:
    for report in reports:
        lines = report.text.split("\n")
        for name in ("cells", "header", "denominations"):
            for one in report.truth[name]:
                assert lines[one["line"] - 1][one["col_start"] : one["col_end"]] == one["raw"], one
        for one in report.truth["label_tokens"]:
            assert lines[one["line"] - 1].startswith(one["raw"], one["col_start"]), one


def test_cells_do_not_touch(reports: list[Report]) -> None:
    for report in reports:
        spans = sorted((one["line"], one["col_start"], one["col_end"]) for one in report.truth["cells"])
        for (line, _, end), (after, start, _) in pairwise(spans):
            assert line < after or end < start, f"line {line}: figures at {end} and {start} touch"


def test_every_digit_is_accounted_for(reports: list[Report]) -> None:
    for report in reports:
        assert unclaimed(report.text.split("\n"), report.truth) == []


def test_a_figure_without_truth_would_be_noticed(reports: list[Report]) -> None:
    report = reports[0]
    less = {**report.truth, "cells": report.truth["cells"][1:]}
    assert unclaimed(report.text.split("\n"), less)


def test_printed_labels_are_on_their_line(reports: list[Report]) -> None:
    for report in reports:
        lines = report.text.split("\n")
        for one in report.truth["cells"]:
            printed = one.get("row_label_printed")
            if printed is not None:
                assert lines[one["line"] - 1][: one["col_start"]].strip() == printed
                assert one.get("shifted", False) == (printed != one["row_label"])


def test_facts_are_the_amounts_of_the_waterfall() -> None:
    report = simulate(3, classes=8, cash=True, notional=True, period=3)
    rows = {row["class_name"]: row for row in report.facts["fact_class_distribution"]}
    assert list(rows) == [one.tranche.name for one in report.month.classes]
    for one in report.month.classes:
        row = rows[one.tranche.name]
        balance = "balance" if one.tranche.counted else "notional"
        assert (row[f"beginning_{balance}"], row[f"ending_{balance}"]) == (one.beginning, one.ending)
        assert row["pass_through_rate"] == one.rate / 100
        assert row["interest_distribution"] + row["principal_distribution"] == row["total_distribution"] == one.total
    assert {row["ending_balance"] for row in report.facts["fact_class_total"]} == {report.month.pool.ending}
    for row in report.facts["fact_collateral"]:
        assert row["ending_scheduled_balance"] == report.month.pool.ending
        assert row["ending_loan_count"] == report.month.pool.count_after
    net = [row["amount"] for row in report.facts["fact_fee"] if row["fee_code"] == "NET_SERVICING_FEE"]
    assert net == [report.month.pool.net_fee]


def test_columns_and_statements_can_be_left_out() -> None:
    shape = Shape(drop=frozenset({("summary", "Ending Certificate Balance")}), without=frozenset({"other_accounts"}))
    report = simulate(4, shape, classes=5)
    first = [one for one in report.truth["cells"] if one["table"] in ("T01", "T02")]
    assert "Ending Certificate Balance" not in {one["column"] for one in first}
    assert "fact_other_account" not in report.facts


def test_equal_seeds_give_equal_bytes() -> None:
    shape = Shape.random(Random(9))
    assert simulate(9, shape).raw == simulate(9, shape).raw
    assert simulate(9, shape).truth == simulate(9, shape).truth
    assert simulate(9, shape).raw != simulate(10, shape).raw
    assert [one.raw for one in simulate_many(2, 5)] == [one.raw for one in simulate_many(2, 5)]


def test_a_mimic_has_the_make_up_and_none_of_the_words() -> None:
    made = [mimic(seed) for seed in range(12)]
    assert {len(report.truth["cells"]) for report in made} == {604}
    assert {len(report.truth["null_cells"]) for report in made} == {10}
    assert {len(report.month.classes) for report in made} == {6}
    assert len({report.month.classes[0].face for report in made}) == 12
    assert any(one.get("shifted") for report in made for one in report.truth["cells"])


@pytest.mark.parametrize("split", [True, False])
@pytest.mark.parametrize("style", ["old", "new"])
def test_a_submission_moves_the_truth(style: str, split: bool) -> None:
    report = simulate(6)
    month = report.month
    filer = Filer(month.deal.parties.registrant, month.deal.cik, month.deal.eins[0], month.deal.file_number)
    when = month.distribution_date
    made = Filing("0009056404-03-000001", "8-K", when, midnight(when), when, (filer,))
    full = wrap(report, made, style, split)  # type: ignore[arg-type]
    lines = full.text.split("\n")
    assert lines[0].startswith("<SEC-DOCUMENT>0009056404-03-000001.txt")
    assert full.text.count("<DOCUMENT>") == 1 + split
    assert ("<ACCEPTANCE-DATETIME>" in full.text) == (style == "new")
    for one in full.truth["cells"] + full.truth["header"]:
        assert lines[one["line"] - 1][one["col_start"] : one["col_end"]] == one["raw"]


def midnight(day: date) -> datetime:
    """Midnight of a day."""
    return datetime(day.year, day.month, day.day)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder by its path; compressed ones unpacked, as compressors differ between machines."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {
        str(path.relative_to(folder)): gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for path in files
    }


def test_sample_archive_is_fresh_and_small(tmp_path: Path) -> None:
    write(tmp_path)
    fresh, kept = contents(tmp_path), contents(SAMPLE)
    stale = sorted(name for name in fresh.keys() | kept.keys() if fresh.get(name) != kept.get(name))
    assert not stale, f"run `python -m tests.simulate.archive data/sample`: {stale[:5]} differ"
    assert sum(path.stat().st_size for path in SAMPLE.rglob("*") if path.is_file()) < 1_000_000


def test_sample_archive_twice_is_byte_identical(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write(tmp_path / name)
    raw = [
        {
            str(path.relative_to(tmp_path / name)): path.read_bytes()
            for path in (tmp_path / name).rglob("*")
            if path.is_file()
        }
        for name in ("one", "two")
    ]
    assert raw[0] == raw[1]


def test_every_listed_filing_is_there_and_every_filing_is_listed() -> None:
    listed = set()
    for path in SAMPLE.rglob("master.idx"):
        rows = [line.split("|") for line in path.read_text().splitlines() if line[:1].isdigit()]
        assert rows, f"{path} lists nothing"
        listed |= {row[4] for row in rows}
    files = SAMPLE / "Archives"
    assert listed == {str(path.relative_to(files)).removesuffix(".gz") for path in files.rglob("*.txt.gz")}


def test_sample_has_what_it_promises() -> None:
    truth = json.loads((SAMPLE / "TRUTH.json").read_text())["reports"]
    reports = [one for one in truth if not one.get("not_ours")]
    assert len(reports) == 3 * 8 + 1
    assert len({one["deal"] for one in reports}) == 3
    amended = [one for one in reports if one["form_type"] == "8-K/A"]
    assert len(amended) == 1
    first = next(
        one for one in reports
        if one["form_type"] == "8-K" and (one["deal"], one["period"]) == (amended[0]["deal"], amended[0]["period"])
    )  # fmt: skip
    assert first["class_total_distribution"] != amended[0]["class_total_distribution"]
    assert first["delinquent_balance"] != amended[0]["delinquent_balance"]
    assert [Decimal(one["planted"]["diff"]) for one in reports if "planted" in one] == [ERROR]
    assert len(truth) - len(reports) == 2


def test_sample_deals_pay_their_classes_in_full() -> None:
    for plan in SAMPLE_PLANS:
        for month in months(plan):
            assert month.excess > 0
            assert not any(one.short or one.remaining for one in month.classes)
            assert month.deficiency == 0


def test_planted_error_breaks_one_roll_forward() -> None:
    broken = 0
    for entry in entries():
        if "planted" not in entry.truth:
            continue
        planted = entry.truth["planted"]
        text = entry.content.decode()
        printed, expected = (f"{Decimal(planted[name]):,.2f}" for name in ("printed", "expected"))
        assert printed in text
        assert Decimal(planted["printed"]) - Decimal(planted["expected"]) == ERROR
        assert text.count(printed) >= 3, "the error stands in every statement that prints the balance"
        broken += printed != expected
    assert broken == 1
