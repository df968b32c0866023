"""Simulated reports, read back: equal to the truth that made them, whatever their deal and their shape."""

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.compare import cell_errors, fact_errors, reading
from tests.simulate import Shape, simulate
from tests.simulate.mimic import mimic

COUNT = 24  # `python -m tests.bench roundtrip` takes as many as it is told


@settings(max_examples=COUNT, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**32 - 1), shape=st.integers(0, 2**32 - 1))
def test_simulated_reports_are_read_back(seed: int, shape: int) -> None:
    """Random classes, balances and shapes; cells and facts both."""
    report = simulate(seed, Shape.random(random.Random(shape)))
    frames = reading(report.raw)
    assert cell_errors(report.truth, frames["raw_cell"]) == []
    assert fact_errors(report.facts, frames) == []


@pytest.mark.parametrize("seed", range(8))
def test_a_report_like_the_real_one_with_nothing_in_common(seed: int) -> None:
    """604 values under other names, amounts, columns, splits and orders: nothing in the reader knows one filing."""
    report = mimic(seed)
    assert len(report.truth["cells"]) == 604
    frames = reading(report.raw)
    assert cell_errors(report.truth, frames["raw_cell"]) == []
    assert fact_errors(report.facts, frames) == []


def test_a_comparison_that_fails_says_what_differs() -> None:
    """The comparison itself can fail: one printed figure changed is one value that differs."""
    report = simulate(1)
    cell = next(cell for cell in report.truth["cells"] if cell["canonical"].endswith("scheduled_principal"))
    lines = report.text.split("\n")
    line = lines[cell["line"] - 1]
    digit = "2" if line[cell["col_end"] - 1] != "2" else "3"
    lines[cell["line"] - 1] = line[: cell["col_end"] - 1] + digit + line[cell["col_end"] :]
    frames = reading("\n".join(lines).encode())
    errors = cell_errors(report.truth, frames["raw_cell"])
    assert errors and all(error.startswith(f"line {cell['line']} ") for error in errors)
